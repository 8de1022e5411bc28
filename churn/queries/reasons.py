"""Why Clients leave: the company's own tree, and how often each reason was named."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from churn.enums import CallOutcome
from churn.models import ExitCall, Leaver, Reason
from common.proportions import wilson_interval


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


def reason_report(*, since: dt.date, today: dt.date) -> ReasonReport:
    """Count the reasons of those who left since a day; a leaver who named two reasons counts in both."""
    leavers = Leaver.objects.filter(left_on__gte=since, left_on__lte=today)
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
