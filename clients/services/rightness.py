"""Counting how right Clients are, marks of colleagues, and the company's weights."""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import asdict

from django.db import connection, transaction

from clients.enums import MarkKind
from clients.formulas.rightness import Weights
from clients.models import Client, ClientMark, RightScore, RightWeights
from clients.queries.rightness import COUNT_ALL, COUNT_SOME, REWEIGH, weights_in_force
from company.enums import Role
from company.models import User

logger = logging.getLogger(__name__)
COUNTING_LOCK = 7_238_019


class MarkError(ValueError):
    """A mark that this person may not change."""


@transaction.atomic
def count_right_scores(*, today: dt.date) -> int:
    """Count everybody's score anew in one pass; readers see the old ones until all is done. Return how many Clients have one."""
    take_turn()
    RightScore.objects.all().delete()
    return run(COUNT_ALL, today=today, ids=None)


@transaction.atomic
def refresh_right_scores(*, client_ids: Iterable[int], today: dt.date) -> int:
    """Count again what bills and marks say of some Clients; their places among others wait for the night."""
    ids = sorted(set(client_ids))
    take_turn()
    return run(COUNT_SOME, today=today, ids=ids) if ids else 0


def take_turn() -> None:
    """Let one counting go after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING_LOCK])


def run(sql: str, *, today: dt.date, ids: list[int] | None) -> int:
    """Run a counting statement with the weights in force."""
    with connection.cursor() as cursor:
        cursor.execute(sql, asdict(weights_in_force()) | {"today": today, "ids": ids})
        return int(cursor.rowcount)


@transaction.atomic
def set_right_weights(*, weights: Weights, today: dt.date, actor: User) -> None:
    """Keep the company's weights and count every score by them."""
    take_turn()
    before = weights_in_force()
    RightWeights.objects.update_or_create(pk=1, defaults=asdict(weights))
    # Without a weight on what every buyer has, some Clients have no score at all: only a whole count knows whose appear and go.
    if all(one.rarely or one.little for one in (before, weights)):
        with connection.cursor() as cursor:
            cursor.execute(REWEIGH, asdict(weights))
    elif RightScore.objects.exists():
        count_right_scores(today=today)
    logger.info("Weights of the right Client set by user %s", actor.pk)


@transaction.atomic
def mark_client(*, client: Client, kind: MarkKind, degree: int, reason: str, today: dt.date, actor: User) -> ClientMark:  # noqa: PLR0913 - what a mark is
    """Write a colleague's word down; their earlier word of this kind is taken back."""
    Client.objects.select_for_update().get(pk=client.pk)
    own = ClientMark.objects.filter(client=client, kind=kind, author=actor, taken_back_on=None)
    same = own.filter(degree=degree, reason=reason).first()
    if same:
        return same
    own.update(taken_back_on=today)
    mark = ClientMark.objects.create(client=client, kind=kind, degree=degree, reason=reason, author=actor, made_on=today)
    refresh_right_scores(client_ids=[client.pk], today=today)
    return mark


@transaction.atomic
def take_mark_back(*, mark: ClientMark, today: dt.date, actor: User) -> bool:
    """Take a mark back: one's own, or anybody's for a manager. False when it was taken back before."""
    if mark.author_id != actor.pk and not actor.has_role(Role.MANAGER):
        raise MarkError
    done = ClientMark.objects.filter(pk=mark.pk, taken_back_on=None).update(taken_back_on=today)
    if done:
        refresh_right_scores(client_ids=[mark.client_id], today=today)
    return bool(done)
