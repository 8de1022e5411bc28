"""Finding leavers from purchases, taking back those who returned, and noting what a manager tells."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from churn.enums import OPEN_STATES, Detection, LeaverState
from churn.formulas.calls import QUEUE_DAYS
from churn.models import Leaver
from churn.queries import NEW_LEAVERS, OLD_LEAVERS, false_alarms, last_twelve_months_cents, returned_leavers
from churn.services.reasons import ensure_reasons
from churn.services.setup import ensure_script, wait_for_turn
from churn.services.sharing import assign_callers, two_callers
from churn.services.told_turns import leave_returned
from clients.models import Client, ClientSum
from company.models import User

FINDING_LOCK = 7_238_002
INSERT = """
INSERT INTO churn_leaver (client_id, last_purchase_on, left_on, detection, at_risk_cents, responsible_id,
                          caller_id, noticed_on, state, caller_note, exception_reason, told_note, is_rehearsal, n_calls, draft)
SELECT found.*, CASE WHEN found.responsible_id = %(first)s THEN %(second)s::bigint ELSE %(first)s::bigint END,
       %(noticed)s, 'queued', '', '', '', false, 0, '{{}}'::jsonb
FROM ({found}) found
ON CONFLICT DO NOTHING
"""


class MarkLeftError(ValueError):
    """A Client who cannot be marked as left; the text says why."""


@transaction.atomic
def find_leavers(*, today: dt.date) -> int:
    """Queue everybody whose silence has outgrown their own patience within a year; return how many are new.

    Set-based and safe to repeat: those who bought again leave the queue first, known silences are never queued twice.
    """
    wait_for_turn(FINDING_LOCK)
    ensure_reasons()
    ensure_script()
    false_alarms().delete()
    mark_returned()
    found = insert_leavers(NEW_LEAVERS, since=today - dt.timedelta(QUEUE_DAYS), today=today, noticed=today)
    assign_callers(today=today)
    return found


@transaction.atomic
def queue_old_leavers(*, limit: int, today: dt.date, actor: User) -> int:
    """Queue the most valuable of those who left more than a year ago; return how many."""
    del actor
    wait_for_turn(FINDING_LOCK)
    last = today - dt.timedelta(QUEUE_DAYS + 1)
    found = insert_leavers(OLD_LEAVERS, since=dt.date(1900, 1, 1), today=last, noticed=today, limit=limit)
    assign_callers(today=today)
    return found


def insert_leavers(found: str, **params: Any) -> int:
    """Insert the rows a query finds; return how many were new."""
    first, second = two_callers(params["noticed"])
    callers = {"first": first and first.pk, "second": second and second.pk}
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(found=found), params | callers)
        return int(cursor.rowcount)


def mark_returned() -> int:
    """Close the cases of those who bought again, whether we called or not."""
    returned = returned_leavers().update(state=LeaverState.RETURNED, returned_on=F("back_on"), next_call_on=None)
    leave_returned()
    return returned


@transaction.atomic
def mark_left(*, client: Client, today: dt.date, actor: User) -> Leaver:
    """Queue a Client of whom a manager knows that they left."""
    del actor
    wait_for_turn(FINDING_LOCK)
    total = ClientSum.objects.filter(client=client).first()
    if total is None:
        raise MarkLeftError(_("This Client has never bought anything, so there is nobody to win back yet."))
    if total.last_day >= today:
        raise MarkLeftError(_("This Client bought something today. Come back to it tomorrow."))
    if Leaver.objects.filter(client=client).filter(state__in=OPEN_STATES).exists():
        raise MarkLeftError(_("This Client is in the queue already."))
    if Leaver.objects.filter(client=client, last_purchase_on=total.last_day).exists():
        raise MarkLeftError(_("This Client has been called since the last purchase, the case is closed."))
    ensure_reasons()
    ensure_script()
    leaver = Leaver.objects.create(
        client=client,
        last_purchase_on=total.last_day,
        left_on=today,
        noticed_on=today,
        detection=Detection.TOLD,
        at_risk_cents=last_twelve_months_cents(client, total.last_day),
        responsible=client.responsible.user if client.responsible else None,
    )
    assign_callers(today=today)
    leaver.refresh_from_db()
    return leaver
