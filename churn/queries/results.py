"""What the calls to leavers brought."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from churn.enums import CallOutcome, LeaverState
from churn.models import ExitCall, Leaver

# A Client who left once more counts until that second leaving.
MONEY_RETURNED = """
SELECT coalesce(sum(d.cents), 0),
       coalesce(sum(d.cents) FILTER (WHERE EXISTS (
         SELECT 1 FROM churn_exitcall k
         WHERE k.leaver_id = l.id AND (k.called_at AT TIME ZONE %(zone)s)::date <= l.returned_on)), 0)
FROM churn_leaver l
JOIN clients_clientday d ON d.client_id = l.client_id AND d.day >= l.returned_on
WHERE l.state = 'returned' AND l.left_on BETWEEN %(since)s AND %(today)s
  AND NOT EXISTS (
    SELECT 1 FROM churn_leaver later
    WHERE later.client_id = l.client_id AND later.last_purchase_on > l.last_purchase_on AND later.last_purchase_on < d.day
  )
"""


@dataclass(frozen=True)
class Results:
    """What became of the Clients who left in a period."""

    left: int
    at_risk_cents: int
    called: int
    reached: int
    will_return: int
    returned: int
    returned_after_call: int
    returned_cents: int
    returned_after_call_cents: int


def left_between(since: dt.date, today: dt.date) -> QuerySet[Leaver]:
    """Return those who left in the period."""
    return Leaver.objects.filter(left_on__gte=since, left_on__lte=today)


def results(*, since: dt.date, today: dt.date, zone: str) -> Results:
    """Count the calls and the returns of those who left since a day; days of calls are of the time zone."""
    calls = ExitCall.objects.filter(leaver=OuterRef("pk"))
    marked = left_between(since, today).annotate(
        is_reached=Exists(calls.filter(outcome=CallOutcome.TALKED)),
        is_willing=Exists(calls.filter(would_return=True)),
        is_called_before=Exists(calls.filter(called_at__date__lte=OuterRef("returned_on"))),
    )
    back = Q(state=LeaverState.RETURNED)
    counts = marked.aggregate(
        left=Count("pk"),
        at_risk_cents=Sum("at_risk_cents", default=0),
        called=Count("pk", filter=Q(n_calls__gt=0)),
        reached=Count("pk", filter=Q(is_reached=True)),
        will_return=Count("pk", filter=Q(is_willing=True)),
        returned=Count("pk", filter=back),
        returned_after_call=Count("pk", filter=back & Q(is_called_before=True)),
    )
    returned, after_call = money_returned(since=since, today=today, zone=zone)
    return Results(**{name: int(value) for name, value in counts.items()}, returned_cents=returned, returned_after_call_cents=after_call)


def money_returned(*, since: dt.date, today: dt.date, zone: str) -> tuple[int, int]:
    """Return what Clients brought after coming back: all of them, and those who were called before."""
    with connection.cursor() as cursor:
        cursor.execute(MONEY_RETURNED, {"since": since, "today": today, "zone": zone})
        everybody, after_call = cursor.fetchone()
    return int(everybody), int(after_call)
