"""Counting the signs that come before leaving, and keeping talks with those who show them."""

import datetime as dt
import logging
import uuid
from typing import Any

from django.db import connection, transaction

from churn.enums import SignKind
from churn.formulas.warning import HORIZON_DAYS, month_ends
from churn.models import ClientWarning, WarningSign, WarningTalk
from churn.queries.finding import purchase_days
from churn.queries.warning_sql import EVENT_COUNTS, EVENTS, FORGET, LOOK, PRESENT, STATE_COUNTS, STATES, WARN
from clients.models import Client
from company.models import User

logger = logging.getLogger(__name__)
COUNTING_LOCK = 7_238_021


@transaction.atomic
def count_warnings(*, today: dt.date, zone: str) -> int:
    """Count every sign in the history and find who shows one today; return how many do. Safe to repeat."""
    values: dict[str, Any] = {"today": today, "zone": zone}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING_LOCK])
        cursor.execute(FORGET)
        days = purchase_days()
        count_signs(cursor, values, month_ends(days[0], min(days[1], today)) if days else [])
        cursor.execute(PRESENT, values)
        ClientWarning.objects.all().delete()
        cursor.execute(WARN, values)
        return int(cursor.rowcount)


def count_signs(cursor: Any, values: dict[str, Any], ends: list[dt.date]) -> None:
    """Write what the history says of each sign; nothing while it is too short."""
    if not ends:
        return
    values = values | {"month_ends": ends, "n": len(ends)}
    cursor.execute(LOOK, values)
    found = {kind: EVENT_COUNTS.format(events=sql) for kind, sql in EVENTS.items()}
    found |= {kind: STATE_COUNTS.format(state=sql.format(looked="looked")) for kind, sql in STATES.items()}
    WarningSign.objects.filter(made_on=values["today"]).delete()
    for kind, sql in found.items():
        cursor.execute(sql, values)
        save_sign(kind, values["today"], cursor.fetchone())


def save_sign(kind: SignKind, today: dt.date, counts: tuple[int, ...]) -> None:
    """Keep the counts of one sign."""
    names = ("n_with", "gone_with", "n_without", "gone_without", "leavers", "leavers_with")
    WarningSign.objects.create(made_on=today, kind=kind, horizon_days=HORIZON_DAYS, **dict(zip(names, counts, strict=True)))


@transaction.atomic
def note_warning_talk(*, client: Client, words: str, today: dt.date, request_key: uuid.UUID, actor: User) -> WarningTalk:
    """Keep a talk with a Client who may leave; the same form sent twice keeps one."""
    values = {"client": client, "words": words, "talked_on": today, "author": actor}
    talk, created = WarningTalk.objects.get_or_create(request_key=request_key, defaults=values)
    if created:
        logger.info("Talk with Client %s noted by user %s", client.pk, actor.pk)
    return talk
