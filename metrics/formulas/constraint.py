"""The main constraint: which lever brings most money a year if all did as well as the company's own best one.

A mark is the best branch, sales manager, channel or quarter of the company with enough data (30 Clients or calls and 10 events); nobody
types a wish. A quarter is compared with the same quarter of other years only, so December is no mark for June, and only the last four
quarters can fall short of it. Worth of a gap, a year:

    keeping      active x (leavings a year - mark) x price of a Client x (1 - share of leavers who come back by themselves)
    conversion   calls a year x (mark - share of calls that become Clients) x price of a Client
    leads        spend a year / 1 000 x (mark - calls for 1 000) x conversion x price of a Client
    frequency    active x (mark - purchases a year) x average check
    check        active x purchases a year x (mark - average check)
    win-back     active x leavings a year x (mark - share who came back) x price of a Client
    referrals    active x (mark - new Clients sent by one Client a year) x price of a Client

To a better channel only as much spend is thought moved as it takes now: whether it would bear more nobody knows.

The best of several looks better than it is: chance helped it win (the winner's curse). So every figure is drawn towards the mean of all by
as much as chance may have moved it (empirical Bayes: value = mean + B x (shown - mean), B = t2 / (t2 + error ** 2), t2 the variance
between them by DerSimonian and Laird, Controlled Clinical Trials 7, 1986), and a gap counts only where it is beyond chance (95 %).

The interval is by the delta method: errors of the mark and of each figure after the drawing (B x error ** 2), of the other numbers in the
formula, and of the price of a Client. All money is in minor units. Levers overlap (who is kept need not be won back), so they are ranked,
never added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot, sqrt
from typing import Any

from common.proportions import Z95

ENOUGH = 30
EVENTS_ENOUGH = 10


class Lever(StrEnum):
    """What can be pulled."""

    KEEPING = "keeping"
    CONVERSION = "conversion"
    LEADS = "leads"
    FREQUENCY = "frequency"
    CHECK = "check"
    WIN_BACK = "win_back"
    REFERRALS = "referrals"


class MarkKind(StrEnum):
    """Whose best result is the mark."""

    BRANCH = "branch"
    MANAGER = "manager"
    CHANNEL = "channel"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Showing:
    """What a branch, manager, channel or quarter shows by a lever: `n` Clients or calls, `events` of what is counted.

    `cents` is what one unit of the value is worth here in a year, nought for a quarter that is gone; `spread` the relative error of that
    beside the price's own. Only showings of one `stratum` are compared.
    """

    name: str
    value: float
    error: float
    n: int
    events: float
    cents: float = 0.0
    spread: float = 0.0
    stratum: int = 0

    @property
    def is_enough(self) -> bool:
        """Say whether there is enough data to judge it."""
        return self.n >= ENOUGH and self.events >= EVENTS_ENOUGH


@dataclass(frozen=True)
class LeverGap:
    """One of them against its mark: `shown` is measured, `value` has chance taken out, `unit` is what one more is worth in a year."""

    name: str
    n: int
    shown: float
    value: float
    mark: float
    best: str
    is_beyond_chance: bool
    cents: int
    unit: float = 0.0


@dataclass(frozen=True)
class LeverResult:
    """One lever: the mark, whose it is, what reaching it brings in a year with its 95 % interval, gap by gap."""

    lever: Lever
    kind: MarkKind
    mark: float
    best: str
    best_n: int
    cents: int
    low: int
    high: int
    gaps: tuple[LeverGap, ...]


@dataclass(frozen=True)
class Constraint:
    """Levers with enough data, dearest first; `others` are the same levers by weaker marks; `missing` could not be judged."""

    levers: tuple[LeverResult, ...] = ()
    others: tuple[LeverResult, ...] = ()
    missing: tuple[Lever, ...] = tuple(Lever)
    price_cents: int | None = None

    @property
    def is_early(self) -> bool:
        """Say that no lever has anything to compare yet."""
        return not self.levers

    @property
    def main(self) -> LeverResult | None:
        """The dearest lever, if it brings anything."""
        return self.levers[0] if self.levers and self.levers[0].cents > 0 else None

    @property
    def exceeds_rest(self) -> bool:
        """Say whether the main lever is worth more than all others together."""
        return bool(self.levers) and self.levers[0].cents > sum(lever.cents for lever in self.levers[1:])

    @classmethod
    def of(cls, kept: Mapping[str, Any], price_cents: int | None) -> "Constraint":
        """Read it back from what was kept of a day."""
        levers, others = (tuple(result_of(row) for row in kept[name]) for name in ("levers", "others"))
        return cls(levers, others, tuple(Lever(name) for name in kept["missing"]), price_cents)


def result_of(row: Mapping[str, Any]) -> LeverResult:
    """Read one lever back."""
    gaps = tuple(LeverGap(**gap) for gap in row["gaps"])
    return LeverResult(**{**row, "lever": Lever(row["lever"]), "kind": MarkKind(row["kind"]), "gaps": gaps})


@dataclass(frozen=True)
class Drawn:
    """A showing drawn towards the mean of its stratum, with the variance that is left."""

    showing: Showing
    value: float
    variance: float


def between_variance(strata: Iterable[Sequence[Showing]]) -> float:
    """Estimate how much the true values differ within strata (DerSimonian and Laird, the strata pooled); 0 when chance explains all."""
    excess = scale = 0.0
    for showings in strata:
        weights = [1 / each.error**2 for each in showings]
        mean = sum(weight * each.value for weight, each in zip(weights, showings, strict=True)) / sum(weights)
        excess += sum(weight * (each.value - mean) ** 2 for weight, each in zip(weights, showings, strict=True)) - (len(showings) - 1)
        scale += sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return max(excess / scale, 0.0) if scale else 0.0


def draw(showings: Sequence[Showing], between: float) -> list[Drawn]:
    """Draw each towards the mean of all by as much as chance may have moved it."""
    weights = [1 / (each.error**2 + between) for each in showings]
    mean = sum(weight * each.value for weight, each in zip(weights, showings, strict=True)) / sum(weights)
    shares = [between * weight for weight in weights]
    return [Drawn(each, mean + share * (each.value - mean), share * each.error**2) for share, each in zip(shares, showings, strict=True)]


def gap_of(one: Drawn, best: Drawn) -> LeverGap:
    """Price one gap; within chance it is worth nothing."""
    shown, mark = one.showing, best.showing
    beyond = abs(shown.value - mark.value) > Z95 * hypot(shown.error, mark.error)
    worth = round(shown.cents * abs(best.value - one.value)) if beyond else 0
    return LeverGap(shown.name, shown.n, shown.value, one.value, best.value, mark.name, beyond, worth, shown.cents)


def judge_lever(lever: Lever, kind: MarkKind, showings: Sequence[Showing], price_spread: float = 0.0) -> LeverResult | None:
    """Compare them by one lever; None where fewer than two can be compared or nobody could gain."""
    strata: dict[int, list[Showing]] = defaultdict(list)
    for each in showings:
        if each.is_enough and each.error > 0:
            strata[each.stratum].append(each)
    compared = [each for each in strata.values() if len(each) > 1 and any(showing.cents for showing in each)]
    if not compared:
        return None
    between, variance, gaps, marks = between_variance(compared), 0.0, list[LeverGap](), list[Drawn]()
    for stratum in compared:
        best, found, spread = judge_stratum(lever, draw(stratum, between))
        marks.append(best)
        gaps += found
        variance += spread
    total = sum(gap.cents for gap in gaps)
    half = Z95 * sqrt(variance + (total * price_spread) ** 2)
    top = max(marks, key=lambda mark: sum(gap.cents for gap in gaps if gap.best == mark.showing.name))
    gaps.sort(key=lambda gap: -gap.cents)
    low, high = max(round(total - half), 0), round(total + half)
    return LeverResult(lever, kind, top.value, top.showing.name, top.showing.n, total, low, high if total else 0, tuple(gaps))


def judge_stratum(lever: Lever, drawn: Sequence[Drawn]) -> tuple[Drawn, list[LeverGap], float]:
    """Return the best of a stratum, the gaps of the others and the variance of their worth, the price's own apart."""
    best = (min if lever is Lever.KEEPING else max)(drawn, key=lambda each: each.value)
    others = [each for each in drawn if each is not best and each.showing.cents]
    gaps = [gap_of(each, best) for each in others]
    counted = [(each, gap) for each, gap in zip(others, gaps, strict=True) if gap.cents]
    variance = sum(each.showing.cents for each, _gap in counted) ** 2 * best.variance
    variance += sum(each.showing.cents**2 * each.variance + (gap.cents * each.showing.spread) ** 2 for each, gap in counted)
    return best, gaps, variance


def find_constraint(
    known: Mapping[tuple[Lever, MarkKind], Sequence[Showing]], price_cents: int | None, price_spread: float = 0.0
) -> Constraint:
    """Rank the levers by money a year; of several marks of a lever the one that surely brings most stands."""
    levers, others, missing = list[LeverResult](), list[LeverResult](), list[Lever]()
    for lever in Lever:
        spread = 0.0 if lever in {Lever.FREQUENCY, Lever.CHECK} else price_spread
        judged = [judge_lever(lever, kind, showings, spread) for (of, kind), showings in known.items() if of is lever]
        found = sorted((each for each in judged if each), key=lambda each: (-each.low, -each.cents))
        if found:
            levers.append(found[0])
            others += found[1:]
        else:
            missing.append(lever)
    levers.sort(key=lambda each: -each.cents)
    return Constraint(tuple(levers), tuple(others), tuple(missing), price_cents)
