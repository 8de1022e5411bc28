"""Paired movement: the same people before and after.

Mean change with Student's interval; NPS with the interval of the mean of paired differences of +1, 0 and -1 (fan, neutral, critic).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from common.proportions import Z95

MIN_PAIRS = 5
Pair = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """A mean difference with its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        """Say whether it is larger than chance."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class PairedMovement:
    """What became of the scores of the same people; changes are None under five pairs."""

    n: int
    before: float
    after: float
    nps_before: float
    nps_after: float
    change: Change | None
    nps_change: Change | None


def paired_movement(pairs: Sequence[Pair]) -> PairedMovement | None:
    """Compare (before, after) of the same people; None without pairs."""
    if not pairs:
        return None
    before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    weights = [(100 * weight(first), 100 * weight(second)) for first, second in pairs]
    return PairedMovement(
        n=len(pairs),
        before=fmean(before),
        after=fmean(after),
        nps_before=fmean(first for first, _second in weights),
        nps_after=fmean(second for _first, second in weights),
        change=mean_change([second - first for first, second in pairs]),
        nps_change=mean_change([second - first for first, second in weights]),
    )


def weight(score: int) -> int:
    """Return what a score adds to NPS: 1 for a fan, -1 for a critic."""
    return (score >= 9) - (score <= 6)


def mean_change(differences: Sequence[float]) -> Change | None:
    """Return the mean of differences with Student's 95 % interval; None under five of them."""
    n = len(differences)
    if n < MIN_PAIRS:
        return None
    mean, half = fmean(differences), student95(n - 1) * stdev(differences) / sqrt(n)
    return Change(mean, mean - half, mean + half)


def student95(freedom: int) -> float:
    """Return Student's two-sided 95 % quantile, to 0.01 from 4 degrees of freedom on. Source: Abramowitz & Stegun, 26.7.5."""
    z = Z95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / float(freedom**power) for power, term in enumerate(terms, 1))
