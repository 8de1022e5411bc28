"""First and later stretches with us: what coming back adds to the measured LTV.

`metrics.formulas.measured` counts a Client who came back as one Client who is not gone: the purchases, money and days of every stretch
are in its sums, and only a last stretch that is over makes a Client gone. So the second wave is in the LTV already. Here the same sums
are parted, to show how much of it the returns are:

    LTV without returns = money of first stretches / first stretches that are over
    LTV with returns    = money of all stretches / Clients gone                    (the measured LTV)
"""

from dataclasses import dataclass
from fractions import Fraction
from math import exp, sqrt

from common.numbers import round_half_even
from common.proportions import Z95
from metrics.formulas.measured import DAYS_PER_YEAR, GONE_ENOUGH


@dataclass(frozen=True)
class StretchSums:
    """Totals of stretches on a day: `over` of them ended, `days` with us in all, money and purchase days in them."""

    n: int = 0
    over: int = 0
    days: int = 0
    purchase_days: int = 0
    cents: int = 0

    @property
    def years(self) -> Fraction | None:
        """How long a stretch lasts, those that still go on judged by how long they have lasted; None while none is over."""
        return self.days / DAYS_PER_YEAR / self.over if self.over else None

    @property
    def years_interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the years, as for the years of the measured LTV."""
        if self.years is None:
            return None
        spread = exp(Z95 / sqrt(self.over))
        return float(self.years) / spread, float(self.years) * spread

    @property
    def cents_each(self) -> int | None:
        """Money a stretch brings until it is over."""
        return round_half_even(Fraction(self.cents, self.over)) if self.over else None

    @property
    def is_few(self) -> bool:
        """Say whether too few are over to lean on the figures."""
        return self.over < GONE_ENOUGH


@dataclass(frozen=True)
class Stretches:
    """First stretches of Clients, and the later ones: those of Clients who came back."""

    first: StretchSums
    later: StretchSums
    returned: int

    @property
    def gone(self) -> int:
        """Clients whose last stretch is over."""
        return max(self.first.over + self.later.over - self.later.n, 0)

    @property
    def without_cents(self) -> int | None:
        """LTV if nobody ever came back."""
        return self.first.cents_each

    @property
    def with_cents(self) -> int | None:
        """LTV as it is, the returns in it."""
        return round_half_even(Fraction(self.first.cents + self.later.cents, self.gone)) if self.gone else None

    @property
    def gain_cents(self) -> int | None:
        """What coming back adds to the LTV of a Client."""
        return None if self.with_cents is None or self.without_cents is None else self.with_cents - self.without_cents
