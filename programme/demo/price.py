"""What the demo owner believes a Client is worth, saved twice, the second time with what stands between revenue and profit."""

import datetime as dt
from fractions import Fraction

from company.models import User
from metrics.formulas.ltv import Costs, ThreeNumbers, calculate
from metrics.models import LtvVersion
from metrics.services import save_ltv_version
from programme.demo.firm import OWNER

Typed = dict[str, str]
FIRST = {"purchases_per_year": "4", "average_check": "2150", "years": "5"}
LAST = {"purchases_per_year": "4,2", "average_check": "2315", "years": "5"}
COSTS = {"margin_percent": "38", "acquisition_cost": "1900", "keeping_cost": "300", "discount_percent": "10"}
VERSIONS: list[tuple[int, Typed, Typed]] = [(280, FIRST, {}), (20, LAST, COSTS)]


def create_prices(now: dt.datetime) -> None:
    """Save the calculations, oldest first."""
    owner = User.objects.get(email=OWNER)
    for days_ago, typed, costs in VERSIONS:
        calculation = calculate(ThreeNumbers(*map(number, typed.values())), costs_of(costs))
        version = save_ltv_version(calculation=calculation, typed=typed | costs, segment=None, actor=owner)
        LtvVersion.objects.filter(pk=version.pk).update(created_at=now - dt.timedelta(days=days_ago))


def number(text: str) -> Fraction:
    """Read a number of this module."""
    return Fraction(text.replace(",", "."))


def costs_of(typed: Typed) -> Costs | None:
    """Read the costs; None where there are none."""
    if not typed:
        return None
    margin, acquisition, keeping, discount = map(number, typed.values())
    return Costs(margin / 100, acquisition, keeping, discount / 100)
