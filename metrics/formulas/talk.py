"""Word of mouth: how many hear of us, what is measured of it, and what an assumption would make of it.

A pleased person tells about 5 others, a displeased one about 10 (TARP for the White House Office of Consumer Affairs, 1979-1986; the
company may put its own numbers in their place). Fans and critics are shares of those who answered, carried over to all active Clients:

    people = active x share                        interval: Wilson's for the share, x active
    hear good = fans x 5, hear bad = critics x 10

How many of those who heard act on it nobody has measured. With a share *assumed*, and each telling their circle once a year,

    by good word = hear good x share assumed x price of a Client;   lost by bad word likewise

and this money is never added to what is measured: who really brought somebody (a Client names who sent them), what those brought spend
in a year with us beside all others, what critics bring after their answer beside neutral ones.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import hypot

from common.experiments import MeanDifference
from common.numbers import round_half_even
from common.proportions import Z95, wilson_interval
from metrics.formulas.ratios import Ratio

FEW_ASKED = 30


@dataclass(frozen=True)
class Voices:
    """Fans or critics among the active Clients: `hits` of `answered` said so, `tells` is how many one of them tells."""

    hits: int
    answered: int
    active: int
    tells: int

    @property
    def people(self) -> int:
        """How many of the active Clients they are."""
        return round_half_even(Fraction(self.active * self.hits, self.answered)) if self.answered else 0

    @property
    def interval(self) -> tuple[int, int]:
        """The 95 % interval of that number."""
        low, high = wilson_interval(self.hits, self.answered)
        return round(low * self.active), round(high * self.active)

    @property
    def hear(self) -> int:
        """How many people hear of us from them."""
        return self.people * self.tells

    @property
    def hear_interval(self) -> tuple[int, int]:
        """Its 95 % interval."""
        low, high = self.interval
        return low * self.tells, high * self.tells

    @property
    def is_few(self) -> bool:
        """Say whether too few answered to lean on the number."""
        return self.answered < FEW_ASKED


@dataclass(frozen=True)
class Assumed:
    """Money under an assumption, with the ends of the interval of those who talk."""

    clients: int
    cents: int
    low: int
    high: int


def assume(voices: Voices, percent: Fraction, price_cents: int) -> Assumed:
    """Say what it would be worth a year if such a percent of those who heard acted on it."""

    def worth(hear: int) -> int:
        return round_half_even(hear * percent / 100 * price_cents)

    low, high = voices.hear_interval
    return Assumed(round_half_even(voices.hear * percent / 100), worth(voices.hear), worth(low), worth(high))


def word_of_one(tells: int, percent: Fraction, price_cents: int) -> int:
    """Say what the word of one person would be worth a year under the assumption."""
    return round_half_even(tells * percent / 100 * price_cents)


@dataclass(frozen=True)
class Bringing:
    """Of so many Clients with an answer so many have brought somebody who bought; what these brought in."""

    asked: int = 0
    brought: int = 0
    newcomers: int = 0
    cents: int = 0

    @property
    def share(self) -> float | None:
        """The share who have brought somebody."""
        return self.brought / self.asked if self.asked else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that share."""
        return wilson_interval(self.brought, self.asked)

    @property
    def is_few(self) -> bool:
        """Say whether there are too few of them to lean on the share."""
        return self.asked < FEW_ASKED


@dataclass(frozen=True)
class Newcomers:
    """Clients sent by somebody, or all others: money in a year with us, and those who came in the last twelve months."""

    yearly: Ratio
    new: int
    new_cents: int

    @property
    def is_few(self) -> bool:
        """Say whether there are too few of them to lean on the figure."""
        return self.yearly.n < FEW_ASKED


def compare_yearly(one: Ratio, other: Ratio) -> MeanDifference | None:
    """Return the first money a year less the second with the 95 % interval, normal approximation; None where one is unknown."""
    if one.value is None or other.value is None or one.error is None or other.error is None:
        return None
    difference, half = one.value - other.value, Z95 * hypot(one.error, other.error)
    return MeanDifference(difference, difference - half, difference + half, min(one.n, other.n) < FEW_ASKED)
