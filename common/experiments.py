"""Two groups beside each other: how far apart they are, and how far they must be apart to be seen at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import sqrt
from statistics import NormalDist
from typing import Self

from scipy.special import ndtr, stdtrit

from common.proportions import Z95, wilson_interval

ALPHA = 0.05
HALVINGS = 50
POWER = 0.8
SMALL_GROUP = 30
"""Below so many people in a group an interval of money is rough: a few large bills decide it."""


@dataclass(frozen=True)
class ShareDifference:
    """The first share less the second, both from 0 to 1, with the 95 % interval."""

    difference: float
    low: float
    high: float

    @property
    def is_seen(self) -> bool:
        """Say whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Sample:
    """Figures of one group: how many, their mean and their variance (over n - 1); with one figure the variance is unknown, kept as 0."""

    n: int
    mean: float
    variance: float

    @classmethod
    def of(cls, values: Iterable[int]) -> Self:
        """Sum up whole figures, exactly until the last step."""
        known = list(values)
        return cls.of_sums(len(known), sum(known), sum(value * value for value in known))

    @classmethod
    def of_sums(cls, n: int, total: int, squares: int) -> Self:
        """Make a sample of the count, the sum and the sum of squares: whole numbers, so nothing is lost by subtracting."""
        if not n:
            return cls(0, 0.0, 0.0)
        spread = Fraction(squares) - Fraction(total * total, n)
        return cls(n, total / n, float(spread / (n - 1)) if n > 1 else 0.0)


@dataclass(frozen=True)
class MeanDifference:
    """The first mean less the second, with the 95 % interval; `is_small` where a group is too small to trust the interval."""

    difference: float
    low: float
    high: float
    is_small: bool

    @property
    def is_seen(self) -> bool:
        """Say whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def compare_shares(hits_a: int, n_a: int, hits_b: int, n_b: int, z: float = Z95) -> ShareDifference | None:
    """Return share a less share b with Newcombe's 95 % interval, or one of z standard errors; None while a group is empty.

    Source: Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998),
    method 10: each end takes the distance to the nearer end of Wilson's interval of either share.
    """
    if not n_a or not n_b:
        return None
    a, b = hits_a / n_a, hits_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson_interval(hits_a, n_a, z), wilson_interval(hits_b, n_b, z)
    below, above = sqrt((a - low_a) ** 2 + (high_b - b) ** 2), sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return ShareDifference(a - b, a - b - below, a - b + above)


def compare_means(a: Sample, b: Sample, z: float = Z95) -> MeanDifference | None:
    """Return mean a less mean b with Welch's 95 % interval, or one as wide as z asks; None while a group has fewer than two figures.

    Source: Welch, "The generalization of 'Student's' problem when several different population variances are involved", Biometrika 34
    (1947). Groups may differ in size and in spread.
    """
    if a.n < 2 or b.n < 2:
        return None
    part_a, part_b = a.variance / a.n, b.variance / b.n
    difference, variance = a.mean - b.mean, part_a + part_b
    freedom = variance**2 / (part_a**2 / (a.n - 1) + part_b**2 / (b.n - 1)) if variance else 1.0
    half = float(stdtrit(freedom, ndtr(z))) * sqrt(variance)
    return MeanDifference(difference, difference - half, difference + half, min(a.n, b.n) < SMALL_GROUP)


@cache
def reach(power: float, alpha: float) -> float:
    """Return how many standard errors a difference must have to be seen with this power: 2.8016 for 80 % and 5 %."""
    normal = NormalDist()
    return normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)


def needed_per_group(base: float, other: float, power: float = POWER, alpha: float = ALPHA) -> int | None:
    """Return how many people each of two equal groups needs to tell the two shares apart; None where they are one.

    The formula of two unpooled shares: (z of alpha + z of power)^2 (p q + p' q') / (p - p')^2, to the nearest whole person.
    """
    if base == other:
        return None
    spread = base * (1 - base) + other * (1 - other)
    return max(round(reach(power, alpha) ** 2 * spread / (base - other) ** 2), 1)


def detectable_difference(base: float, n_a: int, n_b: int, power: float = POWER, z: float = Z95) -> float | None:
    """Return the smallest rise above `base`, the share of group b, that is seen in group a with this power.

    None if even the rise to everybody would not be seen, or a group is empty: such a comparison cannot be made. The rise is found by
    halving: at it the lower end of Newcombe's interval stands above zero by as many standard errors as the power asks for. In equal large
    groups that is the textbook size of `needed_per_group`; a small held-out group needs more than the textbook says, and a test draws
    experiments to show that the power is kept there too.
    """
    if not n_a or not n_b or shortfall(base, 1 - base, (n_a, n_b), power, z) > 0:
        return None
    low, high = 0.0, 1 - base
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if shortfall(base, middle, (n_a, n_b), power, z) > 0 else (low, middle)
    return high


def shortfall(base: float, rise: float, sizes: tuple[int, int], power: float, z: float) -> float:
    """Return how much a rise lacks of being seen with this power; zero or less once it has enough."""
    (n_a, n_b), told = sizes, base + rise
    low, high = wilson_interval(told * n_a, n_a, z)[0], wilson_interval(base * n_b, n_b, z)[1]
    spread = told * (1 - told) / n_a + base * (1 - base) / n_b
    return sqrt((told - low) ** 2 + (high - base) ** 2) + NormalDist().inv_cdf(power) * sqrt(max(spread, 0)) - rise


def detectable_mean(variance: float, n_a: int, n_b: int, power: float = POWER, alpha: float = ALPHA) -> float | None:
    """Return the smallest difference of two means that is seen with this power, where figures vary alike; None while a group is empty."""
    if not n_a or not n_b:
        return None
    return reach(power, alpha) * sqrt(variance * (1 / n_a + 1 / n_b))
