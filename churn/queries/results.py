"""Why Clients leave, and what the calls brought."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from churn.enums import CallOutcome, LeaverState
from churn.models import ExitCall, Leaver, Reason
from common.proportions import wilson_interval

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


@dataclass(frozen=True)
class ReasonShare:
    """How often a reason was named, out of the leavers who named any, with Wilson's interval."""

    reason: Reason
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ReasonReport:
    """The reasons of a period: those within our power, those outside it, and how much stays unexplained."""

    left: int
    explained: int
    ours: list[ReasonShare]
    outside: list[ReasonShare]
    judged: int
    within_power: int

    @property
    def unexplained(self) -> int:
        """Leavers who named no reason, mostly because nobody asked them."""
        return self.left - self.explained

    @property
    def power_share(self) -> float:
        """The share of judged leavers we could have kept."""
        return self.within_power / self.judged if self.judged else 0.0

    @property
    def within_power_interval(self) -> tuple[float, float]:
        """The interval of the share we could have kept."""
        return wilson_interval(self.within_power, self.judged)


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


def reason_report(*, since: dt.date, today: dt.date) -> ReasonReport:
    """Count the reasons of those who left since a day; a leaver who named two reasons counts in both."""
    leavers = left_between(since, today)
    talks = ExitCall.objects.filter(leaver=OuterRef("pk"), outcome=CallOutcome.TALKED).order_by("-called_at", "-pk")
    counts = leavers.annotate(
        has_reason=Exists(Reason.objects.filter(calls__leaver=OuterRef("pk"))), power=Subquery(talks.values("is_within_power")[:1])
    ).aggregate(
        left=Count("pk"),
        explained=Count("pk", filter=Q(has_reason=True)),
        judged=Count("pk", filter=Q(power__isnull=False)),
        within_power=Count("pk", filter=Q(power=True)),
    )
    shares = reason_shares(leavers, counts["explained"])
    return ReasonReport(
        ours=[row for row in shares if row.reason.is_within_power],
        outside=[row for row in shares if not row.reason.is_within_power],
        **counts,
    )


def reason_shares(leavers: QuerySet[Leaver], explained: int) -> list[ReasonShare]:
    """Return every reason named by these leavers, the most frequent first."""
    named = Reason.objects.annotate(n=Count("calls__leaver", distinct=True, filter=Q(calls__leaver__in=leavers)))
    ranked = named.filter(n__gt=0).order_by("-n", "group", "position", "pk")
    return [ReasonShare(reason, reason.n, reason.n / explained, *wilson_interval(reason.n, explained)) for reason in ranked]


def linked_reasons() -> QuerySet[Reason]:
    """Return the whole tree, each leaf with its touchpoint and `n_actions`, how many actions are linked to it."""
    return Reason.objects.select_related("touchpoint").annotate(n_actions=Count("actions"))
