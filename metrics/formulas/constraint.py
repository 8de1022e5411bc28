"""The main constraint: which lever brings most roubles a month if every branch did as well as the company's own best one.

The mark of a lever is the best branch that has at least 30 Clients (and, for leaving and coming back, 10 events): nobody types a
wish. A branch counts only where its gap to the mark is larger than chance. Worth of a gap, a month:

    keeping      active / 12 x (leavings a year - mark) x price of a Client x (1 - share of leavers who come back by themselves)
    frequency    active / 12 x (mark - purchases a year) x average check of the branch
    check        active / 12 x purchases a year x (mark - average check)
    win-back     active / 12 x leavings a year x (mark - share who came back) x price of a Client

All money is in minor units. Levers overlap a little (who is kept need not be won back), so they are ranked, never added up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.formulas.measured import CLIENTS_ENOUGH, GONE_ENOUGH
from metrics.formulas.ratios import Ratio, differ


class Lever(StrEnum):
    """What can be pulled."""

    KEEPING = "keeping"
    FREQUENCY = "frequency"
    CHECK = "check"
    WIN_BACK = "win_back"


@dataclass(frozen=True)
class BranchRatios:
    """What one branch shows: `leaving` and `frequency` per client-year, `check` in minor units, `coming_back` per leaving."""

    id: int
    name: str
    clients: int
    active: int
    leaving: Ratio
    frequency: Ratio
    check: Ratio
    coming_back: Ratio

    def ratio(self, lever: Lever) -> Ratio:
        """Return the ratio the lever moves."""
        return {
            Lever.KEEPING: self.leaving,
            Lever.FREQUENCY: self.frequency,
            Lever.CHECK: self.check,
            Lever.WIN_BACK: self.coming_back,
        }[lever]

    def value(self, lever: Lever) -> float:
        """Return that ratio's value, nothing counting as zero."""
        return self.ratio(lever).value or 0.0

    def can_judge(self, lever: Lever) -> bool:
        """Say whether there is enough data for the lever here."""
        ratio = self.ratio(lever)
        events = {Lever.KEEPING: ratio.a, Lever.WIN_BACK: ratio.b}.get(lever, float(GONE_ENOUGH))
        return self.clients >= CLIENTS_ENOUGH and events >= GONE_ENOUGH and ratio.value is not None


@dataclass(frozen=True)
class LeverGap:
    """One branch against the mark."""

    branch: str
    clients: int
    active: int
    value: float
    is_beyond_chance: bool
    cents_a_month: int


@dataclass(frozen=True)
class LeverResult:
    """One lever: the mark, whose it is, what reaching it brings in a month, branch by branch."""

    lever: Lever
    mark: float
    best_branch: str
    best_clients: int
    cents_a_month: int
    gaps: tuple[LeverGap, ...]


@dataclass(frozen=True)
class Constraint:
    """Levers with enough data, dearest first; `missing` could not be judged; `is_early` when none could."""

    levers: tuple[LeverResult, ...]
    missing: tuple[Lever, ...]
    price_cents: int | None

    @property
    def is_early(self) -> bool:
        """Say that no lever has two branches to compare yet."""
        return not self.levers

    @property
    def main(self) -> LeverResult | None:
        """The dearest lever, if it brings anything."""
        return self.levers[0] if self.levers and self.levers[0].cents_a_month > 0 else None

    @property
    def exceeds_rest(self) -> bool:
        """Say whether the main lever is worth more than all others together."""
        return bool(self.levers) and self.levers[0].cents_a_month > sum(lever.cents_a_month for lever in self.levers[1:])


def worth_a_month(branch: BranchRatios, lever: Lever, mark: float, price_cents: int) -> float:
    """Say what the branch would bring more in a month at the mark."""
    months = branch.active / 12
    leaving, frequency = branch.value(Lever.KEEPING), branch.value(Lever.FREQUENCY)
    check, coming_back = branch.value(Lever.CHECK), branch.value(Lever.WIN_BACK)
    formulas: dict[Lever, Callable[[], float]] = {
        Lever.KEEPING: lambda: months * (leaving - mark) * price_cents * (1 - coming_back),
        Lever.FREQUENCY: lambda: months * (mark - frequency) * check,
        Lever.CHECK: lambda: months * frequency * (mark - check),
        Lever.WIN_BACK: lambda: months * leaving * (mark - coming_back) * price_cents,
    }
    return formulas[lever]()


def judge_lever(branches: Sequence[BranchRatios], lever: Lever, price_cents: int | None) -> LeverResult | None:
    """Compare the branches by one lever; None with fewer than two to compare or no price where one is needed."""
    judged = [branch for branch in branches if branch.can_judge(lever)]
    needs_price = lever in {Lever.KEEPING, Lever.WIN_BACK}
    if len(judged) < 2 or (needs_price and price_cents is None):
        return None
    best = (min if lever is Lever.KEEPING else max)(judged, key=lambda branch: branch.value(lever))
    gaps = [gap_of(branch, best, lever, price_cents or 0) for branch in judged if branch is not best]
    gaps.sort(key=lambda gap: -gap.cents_a_month)
    total = sum(gap.cents_a_month for gap in gaps)
    return LeverResult(lever, best.value(lever), best.name, best.clients, total, tuple(gaps))


def gap_of(branch: BranchRatios, best: BranchRatios, lever: Lever, price_cents: int) -> LeverGap:
    """Price one branch's gap; within chance it is worth nothing."""
    beyond = differ(branch.ratio(lever), best.ratio(lever))
    worth = round(worth_a_month(branch, lever, best.value(lever), price_cents)) if beyond else 0
    return LeverGap(branch.name, branch.clients, branch.active, branch.value(lever), beyond, worth)


def find_constraint(branches: Sequence[BranchRatios], price_cents: int | None) -> Constraint:
    """Rank the levers by roubles a month."""
    results = {lever: judge_lever(branches, lever, price_cents) for lever in Lever}
    found = sorted((result for result in results.values() if result), key=lambda result: -result.cents_a_month)
    return Constraint(tuple(found), tuple(lever for lever, result in results.items() if result is None), price_cents)
