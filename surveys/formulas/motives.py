"""What moves people: ten motives rated 1 to 10, put in order, held against the manager's guess, Kovach's ranking and the last time.

Motives are numbered 0 to 9 in the order of `surveys.enums.Motive`, which is the ranking of 1 000 employees of industry in the USA:
Kovach, "What Motivates Employees? Workers and Supervisors Give Different Answers", Business Horizons 30 (1987), no. 5, pp. 58-65.

Places: 1 is the dearest, by the exact mean; motives of one mean share the better place (1, 1, 3). Where places are subtracted or
correlated, those who share one stand in the middle of the places they take, so that a guess of ten equal ratings favours none.

Intervals come from what is stored: mean and deviation rounded to one decimal. Both are widened by what rounding may have hidden, half
a tenth. Whether a motive has moved since last time is judged by Welch's interval of the difference, ten motives at once by Bonferroni:
each interval is a 99.5 % one, so all ten hold together with 95 %. Holm would find a little more, but has no intervals to show that agree
with its verdicts. Who answered both times is unknown, so the two are taken as separate samples, which errs on the careful side.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from statistics import stdev

from scipy.special import stdtrit
from scipy.stats import spearmanr

LEAST, MOST = 1, 10
MOTIVES = 10
ALPHA = 0.05
HALF_TENTH = 0.05
CLEAR_LIKENESS = 0.648
WIDEST = 3
KOVACH_PLACES = tuple(range(1, MOTIVES + 1))


class Likeness(StrEnum):
    """How two orders of ten go together. The bound is the one that two random orders pass 5 times in 100."""

    ALIKE = "alike"
    CHANCE = "chance"
    REVERSED = "reversed"


@dataclass(frozen=True)
class MotiveScore:
    """How a group rated one motive; `is_alike`: all but at most one person gave the same rating, so mean and deviation are not kept."""

    motive_index: int
    place: int
    mean: Decimal
    deviation: Decimal
    is_alike: bool


@dataclass(frozen=True)
class Rated:
    """What is kept of one motive of a released group."""

    place: int
    mean: float | None = None
    deviation: float | None = None


@dataclass(frozen=True)
class Gap:
    """A motive as a group rated it and as somebody guessed; positive: dearer to the group than guessed."""

    motive_index: int
    staff_place: str
    guess_place: str
    guess: int
    places: float
    rating: float | None


@dataclass(frozen=True)
class Movement:
    """The change of one mean since last time with its interval."""

    change: float
    low: float
    high: float

    @property
    def has_moved(self) -> bool:
        """Say whether the interval leaves out no change."""
        return self.low > 0 or self.high < 0


def places_of(ratings: Sequence[tuple[int, ...]]) -> list[MotiveScore]:
    """Return every motive's place, mean and sample standard deviation, in the order of motives; none without at least two people."""
    if len(ratings) <= 1:
        return []
    columns = list(zip(*ratings, strict=True))
    means = [Fraction(sum(column), len(column)) for column in columns]
    places = ranked(means)
    return [
        MotiveScore(number, places[number], tenths(means[number]), tenths(stdev(column)), is_alike(column))
        for number, column in enumerate(columns)
    ]


def is_alike(ratings: Sequence[int]) -> bool:
    """Say whether all but at most one gave the same rating."""
    return max(Counter(ratings).values()) >= len(ratings) - 1


def tenths(number: Fraction | float) -> Decimal:
    """Round to one decimal, halves to the even one."""
    exact = Decimal(number.numerator) / Decimal(number.denominator) if isinstance(number, Fraction) else Decimal(number)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def ranked(values: Sequence[Fraction | int]) -> list[int]:
    """Return the place of each value, the largest first; equal ones share the better place.

    >>> ranked([7, 9, 9, 1])
    [3, 1, 1, 4]
    """
    return [1 + sum(other > value for other in values) for value in values]


def middles(places: Sequence[int]) -> list[float]:
    """Return the middle of the places that each one takes together with those who share it.

    >>> middles([3, 1, 1, 4])
    [3.0, 1.5, 1.5, 4.0]
    """
    shared = Counter(places)
    return [place + (shared[place] - 1) / 2 for place in places]


def spans(places: Sequence[int]) -> list[str]:
    """Write places the way people do, shared ones as from-to.

    >>> spans([3, 1, 1, 4])
    ['3', '1–2', '1–2', '4']
    """
    shared = Counter(places)
    return [str(place) if shared[place] == 1 else f"{place}–{place + shared[place] - 1}" for place in places]


def gaps(staff: Sequence[Rated], guess: Sequence[int]) -> list[Gap]:
    """Return the motives by how far the guess was from the group, the widest first: by places, then by ratings."""
    guessed = ranked(guess)
    theirs = [one.place for one in staff]
    distances = [mine - real for mine, real in zip(middles(guessed), middles(theirs), strict=True)]
    names = zip(spans(theirs), spans(guessed), strict=True)
    found = [
        Gap(number, *names_of, guess[number], distances[number], rating_gap(staff[number], guess[number]))
        for number, names_of in enumerate(names)
    ]
    return sorted(found, key=lambda gap: (-abs(gap.places), -abs(gap.rating or 0), gap.motive_index))


def widest(found: Sequence[Gap]) -> list[Gap]:
    """Return the three widest gaps, less those that are none."""
    return [gap for gap in found[:WIDEST] if gap.places]


def rating_gap(staff: Rated, guess: int) -> float | None:
    """Return how much more the group gave than was guessed."""
    return None if staff.mean is None else round(staff.mean - guess, 1)


def likeness(first: Sequence[int], second: Sequence[int]) -> Likeness | None:
    """Compare two orders by Spearman's correlation of their places; None when one of them puts nothing before anything."""
    if len(set(first)) == 1 or len(set(second)) == 1:
        return None
    correlation = spearman(first, second)
    if abs(correlation) < CLEAR_LIKENESS:
        return Likeness.CHANCE
    return Likeness.ALIKE if correlation > 0 else Likeness.REVERSED


def spearman(first: Sequence[int], second: Sequence[int]) -> float:
    """Return Spearman's rank correlation of two orders, from -1 to 1."""
    return float(spearmanr(middles(first), middles(second)).statistic)


def mean_interval(rated: Rated, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean by Student's distribution, rounding included, within 1 to 10."""
    if rated.mean is None or rated.deviation is None:
        return None
    half = float(stdtrit(n - 1, 1 - ALPHA / 2)) * (rated.deviation + HALF_TENTH) / sqrt(n) + HALF_TENTH
    return max(rated.mean - half, LEAST), min(rated.mean + half, MOST)


def is_off(rated: Rated, n: int, guess: int) -> bool:
    """Say whether a guess lies outside the interval of the mean, so that chance alone does not explain the gap."""
    interval = mean_interval(rated, n)
    return interval is not None and not interval[0] <= guess <= interval[1]


def movement(before: Rated, n_before: int, now: Rated, n_now: int) -> Movement | None:
    """Return the change of a mean with Welch's interval at 99.5 % (ten at once, Bonferroni); None where a mean was not kept."""
    if before.mean is None or before.deviation is None or now.mean is None or now.deviation is None:
        return None
    first, second = ((one + HALF_TENTH) ** 2 / n for one, n in ((before.deviation, n_before), (now.deviation, n_now)))
    freedom = (first + second) ** 2 / (first**2 / (n_before - 1) + second**2 / (n_now - 1))
    half = float(stdtrit(freedom, 1 - ALPHA / MOTIVES / 2)) * sqrt(first + second) + 2 * HALF_TENTH
    change = round(now.mean - before.mean, 1)
    return Movement(change, change - half, change + half)
