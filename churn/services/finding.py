"""Finding leavers from purchases, and taking back those who returned."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from churn.enums import LeaverState
from churn.formulas.calls import QUEUE_DAYS
from churn.queries import BY_CLIENT, MOST_VALUABLE, false_alarms, found_sql, returned_leavers, rules_in_force
from churn.services.reasons import ensure_reasons
from churn.services.scripts import ensure_script
from churn.services.setup import wait_for_turn
from churn.services.sharing import assign_callers, two_callers
from churn.services.told_turns import leave_returned
from company.models import User

FINDING_LOCK = 7_238_002
# Found first, written then: a search that reads the table it fills would read every new row again for each next one.
INSERT = """
DROP TABLE IF EXISTS pg_temp.found_leaver;
CREATE TEMPORARY TABLE found_leaver ON COMMIT DROP AS {found} ORDER BY {order};
INSERT INTO churn_leaver (client_id, last_purchase_on, left_on, detection, at_risk_cents, responsible_id,
                          caller_id, noticed_on, state, caller_note, exception_reason, told_note, is_rehearsal, n_calls, draft)
SELECT found.*, CASE WHEN found.responsible_id = %(first)s THEN %(second)s::bigint ELSE %(first)s::bigint END,
       %(noticed)s, 'queued', '', '', '', false, 0, '{{}}'::jsonb
FROM found_leaver found
"""


@transaction.atomic
def find_leavers(*, today: dt.date) -> int:
    """Queue everybody whose silence has outgrown the rule in force for them within a year; return how many are new.

    Set-based and safe to repeat: those who bought again leave the queue first, known silences are never queued twice.
    """
    wait_for_turn(FINDING_LOCK)
    ensure_reasons()
    ensure_script()
    false_alarms().delete()
    mark_returned()
    found = insert_leavers(since=today - dt.timedelta(QUEUE_DAYS), today=today, noticed=today)
    assign_callers(today=today)
    return found


@transaction.atomic
def queue_old_leavers(*, limit: int, today: dt.date, actor: User) -> int:
    """Queue the most valuable of those who left more than a year ago; return how many."""
    del actor
    wait_for_turn(FINDING_LOCK)
    last = today - dt.timedelta(QUEUE_DAYS + 1)
    found = insert_leavers(order=MOST_VALUABLE, since=dt.date(1900, 1, 1), today=last, noticed=today, limit=limit)
    assign_callers(today=today)
    return found


def insert_leavers(*, order: str = BY_CLIENT, **params: Any) -> int:
    """Insert those who are silent by the rules in force; return how many were new."""
    found, values = found_sql(rules_in_force())
    statement = INSERT.format(found=found, order=order)
    first, second = two_callers(params["noticed"])
    callers = {"first": first and first.pk, "second": second and second.pk}
    try:
        with transaction.atomic():
            return insert(statement, params | values | callers)
    except IntegrityError:  # a case was reopened by hand this very moment: step over it, which takes longer for every row
        return insert(f"{statement} ON CONFLICT DO NOTHING", params | values | callers)


def insert(statement: str, values: Mapping[str, Any]) -> int:
    """Run a statement that inserts; return how many rows came."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def mark_returned() -> int:
    """Close the cases of those who bought again, whether we called or not."""
    closed = {"state": LeaverState.RETURNED, "returned_on": F("back_on"), "next_call_on": None, "next_call_at": None}
    returned = returned_leavers().update(**closed)
    leave_returned()
    return returned
