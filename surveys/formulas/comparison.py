"""Tests whether a difference of two NPS is larger than chance, at 5 %.

Two waves are compared on the people who answered both when there are enough of them (`surveys.formulas.moves`), else as two samples:
a two-sided test on the difference of adjusted-Wald centres (see `common.proportions.estimate_nps`), by Student's distribution with Welch's
degrees of freedom and a continuity correction of (1/n1 + 1/n2) / 2, half a step of the coarser lattice of NPS. Without the correction
it cries wolf up to 8 times in 100 where half of the people give 9-10 and half 0-6; by the normal distribution, up to 7 among ten groups
of fifteen. Under ten answers nothing is judged.
The finite-population correction is left out on purpose: today's answers are taken as a sample of how these people feel, so the test is
the stricter of the two. Several groups at once are judged with Holm's correction (Holm, 1979).
`tests/surveys/test_false_alarms.py` simulates the whole procedure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, log1p, sqrt

from common.proportions import Z95, nps_moments
from surveys.formulas.moves import Moves
from surveys.formulas.nps import NpsCounts

ALPHA = 0.05
BLUR = 15.0
MIN_JUDGED = 10
MIN_PAIRS = 20


class Verdict(StrEnum):
    """What a trend does."""

    GROWS = "grows"
    FALLS = "falls"
    STANDS = "stands"
    EARLY = "early"


class Standing(StrEnum):
    """How a group stands against all the others."""

    ABOVE = "above"
    BELOW = "below"
    SAME = "same"
    EARLY = "early"


@dataclass(frozen=True)
class Comparison:
    """A wave against the one before: the verdict, the change in points it rests on, and how many answered both (0: not compared so)."""

    verdict: Verdict
    change: float | None = None
    pairs: int = 0


def difference(first: NpsCounts, second: NpsCounts) -> tuple[float, float]:
    """Return (second - first, its standard error), from -2 to 2."""
    middle_1, variance_1 = nps_moments(first.promoters, first.passives, first.detractors)
    middle_2, variance_2 = nps_moments(second.promoters, second.passives, second.detractors)
    return middle_2 - middle_1, sqrt(variance_1 + variance_2)


def p_value(first: NpsCounts, second: NpsCounts) -> float:
    """Return the chance of such a difference, or a larger one, if there were none."""
    change, error = difference(first, second)
    half_step = (1 / first.n + 1 / second.n) / 2
    return two_tails(max(abs(change) - half_step, 0.0) / error, degrees_of_freedom(first, second))


def two_tails(t: float, freedom: float) -> float:
    """Return both tails of Student's distribution beyond t, to about 1 % of the value (Wallace, 1959)."""
    normal = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log1p(t * t / freedom))
    return erfc(normal / sqrt(2))


def degrees_of_freedom(first: NpsCounts, second: NpsCounts) -> float:
    """Return how far the estimate of the error itself can be trusted (Welch, 1947)."""
    parts = [(nps_moments(one.promoters, one.passives, one.detractors)[1], one.n) for one in (first, second)]
    return sum(variance for variance, _ in parts) ** 2 / sum(variance**2 / (n - 1) for variance, n in parts)


def is_judged(first: NpsCounts, second: NpsCounts) -> bool:
    """Say whether both have enough answers to be compared."""
    return min(first.n, second.n) >= MIN_JUDGED


def compare_waves(before: NpsCounts | None, after: NpsCounts, moves: Moves | None = None) -> Comparison:
    """Compare a wave with the one before: on those who answered both when they are 20 or more, else as two samples.

    The number of people who answered both decides which test is used, never what they answered.
    """
    if before is None or not is_judged(before, after):
        return Comparison(Verdict.EARLY)
    if moves and moves.n >= MIN_PAIRS:
        return Comparison(verdict_of(moves.mean, moves.p_value, moves.error), 100 * moves.mean, moves.n)
    change, error = difference(before, after)
    plain = 100 * (after.net / after.n - before.net / before.n)
    return Comparison(verdict_of(change, p_value(before, after), error), plain)


def verdict_of(change: float, chance: float, error: float) -> Verdict:
    """Judge a change. Early: so few answers that 15 points of change could hide."""
    if chance < ALPHA:
        return Verdict.GROWS if change > 0 else Verdict.FALLS
    return Verdict.EARLY if 100 * Z95 * error > BLUR else Verdict.STANDS


def judge_groups(groups: Mapping[str, NpsCounts]) -> dict[str, Standing]:
    """Judge every group of at least five answers against the rest of them together; under ten it is too early to say."""
    large = {name: counts for name, counts in groups.items() if counts.is_enough}
    whole = NpsCounts(
        sum(counts.promoters for counts in groups.values()),
        sum(counts.passives for counts in groups.values()),
        sum(counts.detractors for counts in groups.values()),
    )
    testable = {name: counts for name, counts in large.items() if is_judged(whole - counts, counts)}
    chances = holm({name: p_value(whole - counts, counts) for name, counts in testable.items()})
    return {name: standing(whole - counts, counts, chances.get(name)) for name, counts in large.items()}


def standing(rest: NpsCounts, group: NpsCounts, chance: float | None) -> Standing:
    """Say where a group stands, given the corrected chance of its difference; None: it was not judged."""
    if chance is None:
        return Standing.EARLY if rest.n else Standing.SAME
    if chance >= ALPHA:
        return Standing.SAME
    return Standing.ABOVE if difference(rest, group)[0] > 0 else Standing.BELOW


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """Correct p-values of several comparisons made at once, by Holm's step-down method."""
    corrected: dict[str, float] = {}
    highest = 0.0
    for place, (name, chance) in enumerate(sorted(chances.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(chances) - place) * chance))
        corrected[name] = highest
    return corrected
