"""Noting Clients of whom somebody told us that they left: one by a manager or another system, many from a list."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from churn.enums import OPEN_STATES, Detection
from churn.models import Leaver
from churn.queries import last_year_cents
from churn.queries.told import ToldPlan, leaver_of_silence, plan_told
from churn.services.finding import FINDING_LOCK
from churn.services.reasons import ensure_reasons
from churn.services.scripts import ensure_script
from churn.services.setup import wait_for_turn
from churn.services.sharing import assign_callers
from churn.told_lines import Reading
from clients.models import Client, ClientSum
from company.models import User


class MarkLeftError(ValueError):
    """A Client who cannot be marked as left; the text says why."""


class ListChangedError(Exception):
    """The list, or what we know of its Clients, is not as it was looked at."""


@dataclass(frozen=True)
class Told:
    """What we were told of one Client."""

    client: Client
    day: dt.date
    note: str = ""


@transaction.atomic
def mark_left(*, client: Client, today: dt.date, actor: User, note: str = "") -> Leaver:
    """Queue a Client of whom a manager knows that they left."""
    del actor
    wait_for_turn(FINDING_LOCK)
    last_day = last_day_before(client, today)
    if Leaver.objects.filter(client=client, state__in=OPEN_STATES).exists():
        raise MarkLeftError(_("This Client is in the queue already."))
    if Leaver.objects.filter(client=client, last_purchase_on=last_day).exists():
        raise MarkLeftError(_("This Client has been called since the last purchase, the case is closed."))
    return queue_told([Told(client, today, note)], today)[0]


@transaction.atomic
def tell_left(*, told: Told, today: dt.date) -> tuple[Leaver, bool]:
    """Note what another system says, once: a leaver we know of stays, and learns how we know. Says whether the leaver is new."""
    wait_for_turn(FINDING_LOCK)
    if told.day > today:
        raise MarkLeftError(_("This day lies ahead."))
    last_day_before(told.client, told.day)
    known = leaver_of_silence(told.client).first()
    if known is None:
        return queue_told([told], today)[0], True
    if told.note and Leaver.objects.filter(pk=known.pk, told_note="").update(told_note=told.note):
        known.told_note = told.note
    return known, False


@transaction.atomic
def load_told(*, reading: Reading, fingerprint: str, today: dt.date, actor: User) -> ToldPlan:
    """Queue everybody on a list, exactly as it was looked at."""
    del actor
    wait_for_turn(FINDING_LOCK)
    plan = plan_told(reading)
    if plan.fingerprint != fingerprint:
        raise ListChangedError
    queue_told([Told(entry.client, entry.line.day, entry.line.note) for entry in plan.new], today)
    return plan


def last_day_before(client: Client, day: dt.date) -> dt.date:
    """Return the day of the last purchase, which must be before the day of leaving."""
    total = ClientSum.objects.filter(client=client).first()
    if total is None:
        raise MarkLeftError(_("This Client has never bought anything, so there is nobody to win back yet."))
    if total.last_day >= day:
        raise MarkLeftError(_("This Client bought something on that day or later. Who buys has not left."))
    return total.last_day


def queue_told(rows: Sequence[Told], today: dt.date) -> list[Leaver]:
    """Save the leavers and give them callers."""
    ensure_reasons()
    ensure_script()
    last_days = dict(ClientSum.objects.filter(client__in=[told.client for told in rows]).values_list("client_id", "last_day"))
    money = last_year_cents(last_days)
    leavers = Leaver.objects.bulk_create(
        Leaver(
            client=told.client,
            last_purchase_on=last_days[told.client.pk],
            left_on=told.day,
            noticed_on=today,
            detection=Detection.TOLD,
            told_note=told.note,
            at_risk_cents=money.get(told.client.pk, 0),
            responsible=told.client.responsible.user if told.client.responsible else None,
        )
        for told in rows
    )
    assign_callers(today=today)
    return list(Leaver.objects.filter(pk__in=[leaver.pk for leaver in leavers]).select_related("caller").order_by("pk"))
