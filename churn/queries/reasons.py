"""Why Clients leave: how often each reason was named."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from churn.enums import ReasonCut
from churn.models import Leaver, Reason
from churn.queries.reason_cuts import COUNTS, Slice, leavers_of
from common.proportions import wilson_interval


@dataclass(frozen=True)
class ReasonShare:
    """How often a reason was named, out of the leavers who named any, with Wilson's interval; a branch counts with its parts."""

    reason: Reason
    n: int
    share: float
    low: float
    high: float
    parts: list["ReasonShare"] = field(default_factory=list)


@dataclass(frozen=True)
class ReasonReport:
    """The reasons of a period: those within our power, those outside it, and how much stays unexplained."""

    left: int
    explained: int
    ours: list[ReasonShare]
    outside: list[ReasonShare]
    judged: int
    within_power: int
    at_risk_cents: int

    @property
    def unexplained(self) -> int:
        """Leavers who named no reason, mostly because nobody asked them."""
        return self.left - self.explained

    @property
    def unexplained_share(self) -> float:
        """The share of the outflow that nobody can explain."""
        return self.unexplained / self.left if self.left else 0.0

    @property
    def unexplained_interval(self) -> tuple[float, float]:
        """The interval of that share."""
        return wilson_interval(self.unexplained, self.left)

    @property
    def power_share(self) -> float:
        """The share of judged leavers we could have kept."""
        return self.within_power / self.judged if self.judged else 0.0

    @property
    def within_power_interval(self) -> tuple[float, float]:
        """The interval of the share we could have kept."""
        return wilson_interval(self.within_power, self.judged)


def reason_report(*, since: dt.date, today: dt.date, chosen: dict[ReasonCut, str] | None = None) -> ReasonReport:
    """Count the reasons of those who left in the period, rehearsals aside; a leaver who named two reasons counts in both."""
    leavers = leavers_of(Slice(since, today, chosen or {}))
    counts = leavers.aggregate(**COUNTS)
    return ReasonReport(
        ours=reason_shares(leavers, counts["explained"], is_within_power=True),
        outside=reason_shares(leavers, counts["explained"], is_within_power=False),
        **counts,
    )


def reason_shares(leavers: QuerySet[Leaver], explained: int, *, is_within_power: bool) -> list[ReasonShare]:
    """Return every branch named by these leavers, the most frequent first, each with its parts that carry the mark."""
    real = Q(calls__is_rehearsal=False, calls__reasons__is_within_power=is_within_power)
    named = leavers.filter(real).order_by()
    once = Count("pk", distinct=True)
    by_top = named.annotate(top=Coalesce("calls__reasons__parent", "calls__reasons")).values("top").annotate(n=once)
    tops = dict(by_top.values_list("top", "n"))
    each = dict(named.values("calls__reasons").annotate(n=once).values_list("calls__reasons", "n"))
    reasons = Reason.objects.in_bulk({*tops, *each})
    parts: dict[int | None, list[ReasonShare]] = {}
    for key, n in each.items():
        parts.setdefault(reasons[key].parent_id, []).append(share_of(reasons[key], n, explained))
    return ranked(share_of(reasons[key], n, explained, ranked(parts.get(key, []))) for key, n in tops.items())


def share_of(reason: Reason, n: int, explained: int, parts: list[ReasonShare] | None = None) -> ReasonShare:
    """Return a share with its interval."""
    return ReasonShare(reason, n, n / explained, *wilson_interval(n, explained), parts or [])


def ranked(shares: Iterable[ReasonShare]) -> list[ReasonShare]:
    """Sort shares, the most frequent first."""
    return sorted(shares, key=lambda one: (-one.n, one.reason.group, one.reason.position, one.reason.pk))
