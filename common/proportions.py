"""Statistics of shares: NPS with an interval, Wilson's interval for one share."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, sqrt

Z95 = 1.959964
AXIS_STEP = 50


@dataclass(frozen=True)
class NpsEstimate:
    """NPS in points from -100 to 100 with its 95 % interval; `n` answers behind it."""

    score: float
    low: float
    high: float
    n: int

    @property
    def margin(self) -> float:
        """Half the width of the interval, in points."""
        return (self.high - self.low) / 2


def estimate_nps(promoters: int, passives: int, detractors: int, population: int | None = None) -> NpsEstimate | None:
    """Estimate NPS by adjusted Wald: 3 answers are added, 3/4 to each end and 3/2 to the middle.

    With `population` (how many were asked) only the answers that are missing are foretold: see `interval_of_asked`. More answers than
    people asked mean that it is not known who could answer.
    Source: Rocks, "Interval estimation for the Net Promoter Score", The American Statistician 70 (2016).
    Returns None without answers.
    """
    n = promoters + passives + detractors
    if n == 0:
        return None
    score = (promoters - detractors) / n
    middle, variance = nps_moments(promoters, passives, detractors)
    half = Z95 * sqrt(variance)
    low, high = max(middle - half, -1.0), min(middle + half, 1.0)
    if population and population >= n:
        low, high = interval_of_asked(score, n, population - n, (middle, variance))
    return NpsEstimate(100 * score, 100 * low, 100 * high, n)


def interval_of_asked(score: float, n: int, unseen: int, moments: tuple[float, float]) -> tuple[float, float]:
    """Return the 95 % interval for the score of all who were asked, `unseen` of whom have not answered.

    Their answers are predicted from the n seen ones and added to what is known, one answer wider for the lattice. With many unseen this is
    nearly adjusted Wald times the finite-population correction; when everybody answered nothing is left to guess and it has no width.
    That correction alone keeps the shrunken centre: where all but one of a small circle answered it misses the score of all. A test draws
    circles of 10 to 80 people: this holds their score in at least 93 of 100 draws.
    """
    if not unseen:
        return score, score
    guess, variance = moments
    people = n + unseen
    share, spread = unseen / people, variance * (n + 3)
    middle = score + share * (guess - score)
    half = Z95 * share * sqrt(variance + spread / unseen) + 1 / people
    least, most = (score * n - unseen) / people, (score * n + unseen) / people
    return max(middle - half, least), min(middle + half, most)


def nps_moments(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """Return the adjusted-Wald centre of NPS (from -1 to 1) and its variance; see `estimate_nps`."""
    adjusted = promoters + passives + detractors + 3
    p, d = (promoters + 0.75) / adjusted, (detractors + 0.75) / adjusted
    return p - d, (p + d - (p - d) ** 2) / adjusted


def score_axis(values: Iterable[float]) -> tuple[int, int]:
    """Return the ends of an axis for scores from -100 to 100: halves of the scale, zero always on it.

    >>> score_axis([36, 48])
    (0, 50)
    >>> score_axis([-10, 83])
    (-50, 100)
    """
    known = [0.0, *values]
    low, high = AXIS_STEP * (floor(min(known)) // AXIS_STEP), -AXIS_STEP * (-ceil(max(known)) // AXIS_STEP)
    return (low, high) if low < high else (0, AXIS_STEP)


def wilson_interval(hits: float, n: int, z: float = Z95) -> tuple[float, float]:
    """Return the 95 % interval of a share as two numbers from 0 to 1. Expected hits may be a part. Source: Wilson (1927).

    `z` is how many standard errors wide it is to each side, where 95 % is not what is wanted.
    """
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, z**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(centre - half, 0.0), min(centre + half, 1.0)
