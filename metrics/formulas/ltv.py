"""LTV by three numbers, exactly: purchases a year x average check x years, and the profit in it.

Source: the method's own formula (Igor Mann); reference case 20 books a year x 500 x 5 years = 50 000.
Everything is `Fraction`, so one purchase in three years is 1/3 and not 0.33. Money is in major units (roubles).
"""

from dataclasses import dataclass
from fractions import Fraction

from common.numbers import round_half_even, round_significant

NOTHING = Fraction(0)


@dataclass(frozen=True)
class ThreeNumbers:
    """What a company believes about an average Client; all three are above zero.

    >>> ThreeNumbers(Fraction(1, 3), Fraction(30_000), Fraction(9)).revenue
    Fraction(90000, 1)
    """

    purchases_per_year: Fraction
    average_check: Fraction
    years: Fraction

    @property
    def per_year(self) -> Fraction:
        """Money in one year."""
        return self.purchases_per_year * self.average_check

    @property
    def revenue(self) -> Fraction:
        """Money for all the time with us: the LTV."""
        return self.per_year * self.years


@dataclass(frozen=True)
class Costs:
    """What stands between revenue and profit: shares from 0 to 1, money in major units; zero means "not counted"."""

    margin: Fraction
    acquisition: Fraction = NOTHING
    keeping_per_year: Fraction = NOTHING
    discount: Fraction = NOTHING


@dataclass(frozen=True)
class Profit:
    """Profit of one Client, step by step: gross - keeping - discounted_away - acquisition = total. It may be negative."""

    gross: Fraction
    keeping: Fraction
    discounted_away: Fraction
    acquisition: Fraction

    @property
    def total(self) -> Fraction:
        """What is left."""
        return self.gross - self.keeping - self.discounted_away - self.acquisition


def discounted_years(years: Fraction, rate: Fraction) -> Fraction:
    """Say how many years of today's money so many years of equal payments are worth.

    Convention: a year's money comes at the end of that year and is divided by (1 + rate) for every year passed; a fractional
    last year brings its share of a year's money, also at the end of that calendar year. Without a rate it is `years` itself.

    >>> discounted_years(Fraction(2), Fraction(1, 10))
    Fraction(210, 121)
    """
    if rate == 0:
        return years
    whole = int(years)
    factor = 1 / (1 + rate)
    return (1 - factor**whole) / rate + (years - whole) * factor ** (whole + 1)


def profit_of(numbers: ThreeNumbers, costs: Costs) -> Profit:
    """Count the profit of one Client: margin of the revenue, less keeping for every year, discounting and attracting.

    The cost of attracting is paid at the start and is not discounted.
    """
    yearly = numbers.per_year * costs.margin - costs.keeping_per_year
    lost_years = numbers.years - discounted_years(numbers.years, costs.discount)
    return Profit(
        gross=numbers.revenue * costs.margin,
        keeping=costs.keeping_per_year * numbers.years,
        discounted_away=yearly * lost_years,
        acquisition=costs.acquisition,
    )


@dataclass(frozen=True)
class ProfitCents:
    """The steps of the profit in minor units, each rounded by itself; `total` is exact, `rounded` has three significant digits."""

    gross: int
    keeping: int
    discounted_away: int
    acquisition: int
    total: int
    rounded: int


@dataclass(frozen=True)
class Calculation:
    """What the three numbers make, in minor units: `revenue` exact to the kopeck, `rounded` to be remembered."""

    per_year: int
    revenue: int
    rounded: int
    profit: ProfitCents | None


def cents_of(amount: Fraction) -> int:
    """Write an exact amount of major units in minor ones."""
    return round_half_even(amount * 100)


def calculate(numbers: ThreeNumbers, costs: Costs | None) -> Calculation:
    """Count revenue and, with costs, profit."""
    revenue = cents_of(numbers.revenue)
    return Calculation(cents_of(numbers.per_year), revenue, round_significant(revenue), profit_cents(numbers, costs) if costs else None)


def profit_cents(numbers: ThreeNumbers, costs: Costs) -> ProfitCents:
    """Count the profit and write its steps in minor units."""
    profit = profit_of(numbers, costs)
    total = cents_of(profit.total)
    return ProfitCents(
        gross=cents_of(profit.gross),
        keeping=cents_of(profit.keeping),
        discounted_away=cents_of(profit.discounted_away),
        acquisition=cents_of(profit.acquisition),
        total=total,
        rounded=round_significant(total),
    )
