"""The ladder of LTV: what a Client is worth as people believe, as purchases measure and as a model predicts, and why these differ.

All three rungs are looked at the same way: revenue or profit, before or after the costs of attracting and keeping, as it comes or in
the money of today.

    believed, measured   (purchases a year x average check [x margin] [- keeping a year]) x years [discounted] [- attracting]
    predicted            (brought so far + to come in five years [in the money of today]) a Client [x margin] [- keeping] [- attracting]

Why two rungs differ: each is a product, so the logarithm of their quotient is a sum over the factors. The gap in money is split in
proportion to these logarithms (the logarithmic mean Divisia index: Ang, Energy Policy 32, 2004), which leaves no remainder and does
not depend on the order of the factors:

    part of a factor = (B - A) / ln(B / A) * ln(b / a)                            the parts add up to B - A exactly

From believed to measured the factors are purchases a year, average check and years. From measured to predicted only what is still to
come differs. Measured: of one group, money / gone - money / Clients = (with us / Clients) * (money / gone). Predicted: (sum of the
chances of being with us / Clients) * (money to come / that sum). So the factors are how many are still with us and what each will bring.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import log

from metrics.formulas.ltv import NOTHING, ThreeNumbers, discounted_years

WHOLE = Fraction(1)


@dataclass(frozen=True)
class Look:
    """How the rungs are looked at."""

    is_profit: bool = False
    after_costs: bool = False
    in_todays_money: bool = False


@dataclass(frozen=True)
class Terms:
    """What stands between revenue and profit: shares from 0 to 1, money in major units; margin None is not known."""

    margin: Fraction | None = None
    acquisition: Fraction = NOTHING
    keeping_per_year: Fraction = NOTHING
    discount: Fraction = NOTHING


@dataclass(frozen=True)
class Foreseen:
    """What a model says of one Client on average, in major units: brought so far and to come; years with us so far and to come."""

    brought: Fraction
    to_come: Fraction
    to_come_today: Fraction
    years_so_far: Fraction = NOTHING
    years_to_come: Fraction = NOTHING


def share_kept(terms: Terms, look: Look) -> Fraction | None:
    """Return the share of revenue that counts; None for a profit of an unknown margin."""
    return terms.margin if look.is_profit else WHOLE


def worth(numbers: ThreeNumbers, terms: Terms, look: Look) -> Fraction | None:
    """Return what a Client of three numbers is worth in major units; None for a profit of an unknown margin."""
    share = share_kept(terms, look)
    if share is None:
        return None
    yearly = numbers.per_year * share - (terms.keeping_per_year if look.after_costs else NOTHING)
    years = discounted_years(numbers.years, terms.discount) if look.in_todays_money else numbers.years
    return yearly * years - (terms.acquisition if look.after_costs else NOTHING)


def worth_foreseen(seen: Foreseen, terms: Terms, look: Look) -> Fraction | None:
    """Return what a Client is worth by the model, in major units. What has been brought is not discounted: it is here."""
    share = share_kept(terms, look)
    if share is None:
        return None
    to_come = seen.to_come_today if look.in_todays_money else seen.to_come
    money = (seen.brought + to_come) * share
    if not look.after_costs:
        return money
    fading = seen.to_come_today / seen.to_come if look.in_todays_money and seen.to_come else WHOLE
    return money - terms.keeping_per_year * (seen.years_so_far + seen.years_to_come * fading) - terms.acquisition


def split_gap(before: Mapping[str, Fraction], after: Mapping[str, Fraction]) -> dict[str, float] | None:
    """Split the difference of two products over their factors; None where a factor is not above zero.

    >>> split_gap({"check": Fraction(100), "years": Fraction(5)}, {"check": Fraction(100), "years": Fraction(3)})
    {'check': 0.0, 'years': -200.0}
    """
    if any(value <= 0 for value in (*before.values(), *after.values())):
        return None
    steps = {name: log(after[name] / before[name]) for name in before}
    total, gap = sum(steps.values()), float(product_of(after) - product_of(before))
    mean = gap / total if abs(total) > 1e-12 else float(product_of(before))
    return {name: mean * step for name, step in steps.items()}


def product_of(factors: Mapping[str, Fraction]) -> Fraction:
    """Multiply the factors."""
    product = WHOLE
    for value in factors.values():
        product *= value
    return product
