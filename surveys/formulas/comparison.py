"""Tests whether a difference of two NPS is larger than chance.

Two-sided z-test on the difference of adjusted-Wald centres (see `common.proportions.estimate_nps`). The finite-population correction
is left out on purpose: today's answers are taken as a sample of how these Clients feel, so the test is the stricter of the two.
Several groups at once are judged with Holm's correction (Holm, 1979).
"""

from collections.abc import Mapping
from enum import StrEnum
from math import erfc, sqrt

from common.proportions import Z95, nps_moments
from surveys.formulas.nps import NpsCounts

ALPHA = 0.05
BLUR = 15.0


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


def difference(first: NpsCounts, second: NpsCounts) -> tuple[float, float]:
    """Return (second - first, its standard error), from -2 to 2."""
    middle_1, variance_1 = nps_moments(first.promoters, first.passives, first.detractors)
    middle_2, variance_2 = nps_moments(second.promoters, second.passives, second.detractors)
    return middle_2 - middle_1, sqrt(variance_1 + variance_2)


def p_value(first: NpsCounts, second: NpsCounts) -> float:
    """Return the chance of such a difference, or a larger one, if there were none."""
    change, error = difference(first, second)
    return erfc(abs(change) / error / sqrt(2))


def judge_trend(before: NpsCounts | None, after: NpsCounts) -> Verdict:
    """Judge a wave against the one before. Early: too few answers, or so few that 15 points of change could hide."""
    if before is None or not before.is_enough or not after.is_enough:
        return Verdict.EARLY
    change, error = difference(before, after)
    if p_value(before, after) < ALPHA:
        return Verdict.GROWS if change > 0 else Verdict.FALLS
    return Verdict.EARLY if 100 * Z95 * error > BLUR else Verdict.STANDS


def judge_groups(groups: Mapping[str, NpsCounts]) -> dict[str, Standing]:
    """Judge every group of at least five answers against the rest of them together."""
    large = {name: counts for name, counts in groups.items() if counts.is_enough}
    whole = NpsCounts(
        sum(counts.promoters for counts in groups.values()),
        sum(counts.passives for counts in groups.values()),
        sum(counts.detractors for counts in groups.values()),
    )
    testable = {name: counts for name, counts in large.items() if (whole - counts).is_enough}
    chances = holm({name: p_value(whole - counts, counts) for name, counts in testable.items()})
    return {name: standing(whole - counts, counts, chances.get(name, 1.0)) for name, counts in large.items()}


def standing(rest: NpsCounts, group: NpsCounts, chance: float) -> Standing:
    """Say where a group stands, given the corrected chance of its difference."""
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
