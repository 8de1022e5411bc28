"""LTV by the same three numbers, measured from purchases of Clients many of whom are still buying.

A Client's time with us is made of stretches (`Spell`): a stretch starts with a purchase and is over when the silence after its
last purchase is longer than the Client's own patience. While it is not over it is *censored*: we know how long it has lasted so
far, not how long it will last. So years are not averaged over Clients but estimated as client-years with us for each Client who
is gone (the maximum-likelihood estimate for a constant leaving rate; Kalbfleisch and Prentice, 2002, ch. 3):

    purchases a year = purchases / client-years          client-years: from the first purchase of each stretch to the
    average check    = money / purchases                 end of patience after its last, or to today if that is earlier
    years            = client-years / Clients gone       gone: the last stretch is over; who came back is not gone
    LTV              = their product = money / Clients gone

The days of patience after the last purchase count in the years and in the frequency alike and cancel out in the product. A
one-time buyer is a Client like any other: one purchase, gone when the patience runs out; they pull the years down, as they should.
When everybody is gone, the LTV is exactly the average money per Client.

Limits: a company younger than its Clients' real life with it has not seen the long-lived leave, so the years come out rather
too small; returns still to come would lengthen them. Purchases are counted as rows of the till (two receipts in a day are two).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import exp, sqrt

from common.numbers import round_half_even
from common.proportions import Z95

DAYS_PER_YEAR = Fraction(1461, 4)
CLIENTS_ENOUGH = 30
GONE_ENOUGH = 10


@dataclass(frozen=True)
class PurchaseSums:
    """Totals of a group of Clients on a day: `spells` stretches, `over` of them ended, `days` client-days with us in all."""

    clients: int = 0
    purchases: int = 0
    cents: int = 0
    spells: int = 0
    over: int = 0
    days: int = 0

    @property
    def returns(self) -> int:
        """Stretches that were not a Client's first."""
        return self.spells - self.clients

    @property
    def gone(self) -> int:
        """Clients whose last stretch is over."""
        return max(self.over - self.returns, 0)

    @property
    def active(self) -> int:
        """Clients who are with us today."""
        return self.clients - self.gone

    @property
    def client_years(self) -> Fraction:
        """Years with us, all Clients together."""
        return self.days / DAYS_PER_YEAR

    @property
    def purchases_per_year(self) -> Fraction | None:
        """Purchases of one Client in a year with us."""
        return self.purchases / self.client_years if self.days else None

    @property
    def average_check_cents(self) -> int | None:
        """Money in one purchase, minor units."""
        return round_half_even(Fraction(self.cents, self.purchases)) if self.purchases else None

    @property
    def is_few(self) -> bool:
        """Say whether there are too few Clients, or too few gone, to lean on the estimate."""
        return self.clients < CLIENTS_ENOUGH or self.gone < GONE_ENOUGH


@dataclass(frozen=True)
class MeasuredLtv:
    """The three numbers as the purchases show them; `years` with its 95 % interval."""

    purchases_per_year: Fraction
    average_check_cents: int
    years: Fraction
    years_low: float
    years_high: float
    revenue_cents: int
    clients: int
    gone: int
    is_few: bool


def measure(sums: PurchaseSums) -> MeasuredLtv | None:
    """Estimate the three numbers; None while nobody has left, nothing was paid or no time has passed.

    The interval of the years is exp(+-1.96 / sqrt(gone)) times, the usual one for an exponential life (log scale).
    """
    frequency, check = sums.purchases_per_year, sums.average_check_cents
    if frequency is None or check is None or sums.gone == 0 or sums.cents <= 0:
        return None
    years, spread = sums.client_years / sums.gone, exp(Z95 / sqrt(sums.gone))
    return MeasuredLtv(
        purchases_per_year=frequency,
        average_check_cents=check,
        years=years,
        years_low=float(years) / spread,
        years_high=float(years) * spread,
        revenue_cents=round_half_even(Fraction(sums.cents, sums.gone)),
        clients=sums.clients,
        gone=sums.gone,
        is_few=sums.is_few,
    )
