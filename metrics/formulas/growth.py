"""Whether Clients buy more often and for more than a year ago, and whether one of them has stopped growing.

A group: twelve whole months against the twelve before, the same calendar months, so seasons do not matter.

    purchases a year = purchases / client-years with us      average check = money / purchases

Both years are of the same Clients, so the two ratios are not independent. The change is their quotient; its error is taken over
Clients on the log scale, by linearising all four sums at once (Cochran, Sampling Techniques, 1977, sec. 6.4):

    w_i = p1_i / P1 - y1_i / Y1 - p0_i / P0 + y0_i / Y0        variance = n / (n - 1) * sum(w_i ** 2)

One Client: purchases of a steady buyer in two equal years are two draws from one rate, so the later ones are Binomial(all, 1/2).
They are fewer than chance allows (one tail of 2.5 %) when (before - now - 1) / sqrt(before + now) >= 1.96: the normal
approximation with its correction for whole numbers. A test compares it with the exact binomial: it never lets more pass, and holds back
only at tails above 2.4 %.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import exp, log, sqrt

from common.numbers import round_half_even
from common.proportions import Z95
from metrics.formulas.measured import DAYS_PER_YEAR

MEASURES = ("purchases_now", "cents_now", "days_now", "purchases_before", "cents_before", "days_before")
BUYERS_ENOUGH = 30
TAIL = 0.025
ROUNDING = 1e-9
FEWEST_PURCHASES = 6
"""With fewer in two years no fall could be told from chance."""


class Trend(StrEnum):
    """What became of a ratio within a year."""

    RISES = "rises"
    FALLS = "falls"
    SAME = "same"
    FEW = "few"


@dataclass(frozen=True)
class Change:
    """How many times a ratio has grown within a year, with its 95 % interval."""

    times: float
    low: float
    high: float
    is_few: bool

    @property
    def percent(self) -> int:
        """By how many percent it has changed."""
        return round(100 * (self.times - 1))

    @property
    def low_percent(self) -> int:
        """The lower end of that."""
        return round(100 * (self.low - 1))

    @property
    def high_percent(self) -> int:
        """The upper end of that."""
        return round(100 * (self.high - 1))

    @property
    def trend(self) -> Trend:
        """Say grows or falls only where chance alone would not do it."""
        if self.is_few:
            return Trend.FEW
        if self.low > 1 + ROUNDING:
            return Trend.RISES
        return Trend.FALLS if self.high < 1 - ROUNDING else Trend.SAME


@dataclass(frozen=True)
class TwoYears:
    """A group of Clients in two years: sums over them by `MEASURES`, and the sums of all products of two measures."""

    clients: int
    buyers_now: int
    buyers_before: int
    sums: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]

    @property
    def frequency_now(self) -> Fraction | None:
        """Purchases of a Client in a year, the last twelve months."""
        return self.frequency("now")

    @property
    def frequency_before(self) -> Fraction | None:
        """The same, the twelve months before."""
        return self.frequency("before")

    @property
    def check_now(self) -> int | None:
        """Money of a purchase in minor units, the last twelve months."""
        return self.check_cents("now")

    @property
    def check_before(self) -> int | None:
        """The same, the twelve months before."""
        return self.check_cents("before")

    def total(self, measure: str) -> float:
        """Return one sum."""
        return self.sums[MEASURES.index(measure)]

    @property
    def is_few(self) -> bool:
        """Say whether too few bought in either year to judge a change."""
        return min(self.buyers_now, self.buyers_before) < BUYERS_ENOUGH

    def frequency(self, year: str) -> Fraction | None:
        """Return purchases of a Client in a year with us; `year` is now or before."""
        days = self.total(f"days_{year}")
        return Fraction(round(self.total(f"purchases_{year}"))) * DAYS_PER_YEAR / round(days) if days else None

    def check_cents(self, year: str) -> int | None:
        """Return money of one purchase in minor units."""
        purchases, cents = self.total(f"purchases_{year}"), self.total(f"cents_{year}")
        return round_half_even(Fraction(round(cents), round(purchases))) if purchases and cents > 0 else None

    @property
    def frequency_change(self) -> Change | None:
        """How many times more often they buy; None where a year is empty."""
        return self.change("purchases", "days")

    @property
    def check_change(self) -> Change | None:
        """How many times larger a purchase is; None where a year is empty."""
        return self.change("cents", "purchases")

    def change(self, top: str, bottom: str) -> Change | None:
        """Compare the ratio of two measures between the years."""
        names = [f"{top}_now", f"{bottom}_before", f"{bottom}_now", f"{top}_before"]
        if self.clients < 2 or any(self.total(name) <= 0 for name in names):
            return None
        signs = dict(zip(names, (1, 1, -1, -1), strict=True))
        weights = [signs.get(name, 0) / self.total(name) if name in signs else 0.0 for name in MEASURES]
        squares = sum(a * b * self.products[i][j] for i, a in enumerate(weights) for j, b in enumerate(weights))
        error = sqrt(max(squares, 0.0) * self.clients / (self.clients - 1))
        middle = sum(sign * log(self.total(name)) for name, sign in signs.items())
        return Change(exp(middle), exp(middle - Z95 * error), exp(middle + Z95 * error), self.is_few)


def has_stopped_growing(before: int, now: int) -> bool:
    """Say whether a Client buys less than the year before by more than chance.

    >>> has_stopped_growing(12, 3), has_stopped_growing(11, 3)
    (True, False)
    """
    return before > now and (before - now - 1) >= Z95 * sqrt(before + now)
