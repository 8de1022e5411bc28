"""Saved versions of the price of a Client."""

import pytest
from django.db import IntegrityError, transaction

from clients.models import Segment
from company.models import User
from metrics.formulas.ltv import Calculation, ProfitCents
from metrics.models import LtvVersion
from metrics.services import save_ltv_version

CALCULATION = Calculation(per_year=1_000_000, revenue=5_000_000, rounded=5_000_000, profit=None)
TYPED = {"purchases_per_year": "20", "average_check": " 500 ", "years": "5"}


def test_saving_keeps_what_was_typed_and_the_exact_result(owner: User) -> None:
    version = save_ltv_version(calculation=CALCULATION, typed=TYPED, segment=None, actor=owner)
    saved = LtvVersion.objects.get()
    assert saved == version
    assert (saved.purchases_per_year, saved.average_check, saved.years) == ("20", "500", "5")
    assert (saved.revenue_cents, saved.profit_cents, saved.created_by) == (5_000_000, None, owner)


def test_a_negative_profit_is_kept(owner: User) -> None:
    profit = ProfitCents(gross=100, keeping=0, discounted_away=0, acquisition=300, total=-200, rounded=-200)
    calculation = Calculation(CALCULATION.per_year, CALCULATION.revenue, CALCULATION.rounded, profit)
    assert save_ltv_version(calculation=calculation, typed=TYPED, segment=None, actor=owner).profit_cents == -200


def test_the_same_numbers_twice_are_one_version(owner: User) -> None:
    first = save_ltv_version(calculation=CALCULATION, typed=TYPED, segment=None, actor=owner)
    assert save_ltv_version(calculation=CALCULATION, typed=TYPED, segment=None, actor=owner) == first
    assert LtvVersion.objects.count() == 1


def test_segments_have_versions_of_their_own(owner: User) -> None:
    save_ltv_version(calculation=CALCULATION, typed=TYPED, segment=None, actor=owner)
    save_ltv_version(calculation=CALCULATION, typed=TYPED, segment=Segment.objects.create(name="Firms"), actor=owner)
    assert LtvVersion.objects.count() == 2


@pytest.mark.parametrize("revenue", [0, -1])
def test_the_database_refuses_a_price_not_above_zero(owner: User, revenue: int) -> None:
    with pytest.raises(IntegrityError, match="ltv_version_positive"), transaction.atomic():
        LtvVersion.objects.create(purchases_per_year="1", average_check="1", years="1", revenue_cents=revenue, created_by=owner)
    assert LtvVersion.objects.count() == 0
