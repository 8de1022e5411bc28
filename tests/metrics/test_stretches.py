"""The second wave: later stretches apart, and what they add to the measured LTV."""

import datetime as dt
import os
from fractions import Fraction
from typing import Any

import pytest

from clients.models import Client, Purchase, Segment
from clients.services import refresh_rollups
from company.models import Branch
from metrics.formulas.measured import DAYS_PER_YEAR
from metrics.formulas.stretches import Stretches, StretchSums
from metrics.queries import measured_ltv, purchase_sums, stretches

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def make_client(*days_ago: int, cents: int = 100_00, **fields: Any) -> Client:
    """Save a Client who bought so many days ago."""
    client = Client.objects.create(name="Клиент", **fields)
    Purchase.objects.bulk_create(
        Purchase(client=client, day=TODAY - dt.timedelta(days), cents=cents, product="", fingerprint=os.urandom(16)) for days in days_ago
    )
    refresh_rollups([client.pk])
    return client


def test_stretches_of_a_client_who_came_back_are_parted() -> None:
    make_client(900, 500)
    make_client(800)
    found = stretches(today=TODAY)
    assert (found.first.n, found.first.over, found.first.cents, found.first.days) == (2, 2, 200_00, 360)
    assert (found.later.n, found.later.over, found.later.cents, found.returned) == (1, 1, 100_00, 1)
    assert found.first.years == Fraction(360) / DAYS_PER_YEAR / 2
    assert (found.gone, found.without_cents, found.with_cents, found.gain_cents) == (2, 100_00, 150_00, 50_00)


def test_the_ltv_with_returns_is_the_measured_one() -> None:
    for days in [(900, 500), (800,), (700, 690, 680, 100), (40, 20, 5), (1200, 900, 600, 10)]:
        make_client(*days, cents=333_33)
    found, measured = stretches(today=TODAY), measured_ltv(today=TODAY)
    sums = purchase_sums(today=TODAY)
    assert measured is not None
    assert (found.with_cents, found.gone) == (measured.revenue_cents, measured.gone)
    assert found.first.n == sums.clients
    assert found.later.n == sums.returns
    assert found.first.days + found.later.days == sums.days
    assert found.first.cents + found.later.cents == sums.cents


def test_a_second_stretch_still_going_on_makes_the_client_not_gone() -> None:
    make_client(900, 30)
    make_client(800)
    found = stretches(today=TODAY)
    assert (found.later.n, found.later.over, found.later.years, found.later.years_interval) == (1, 0, None, None)
    assert (found.gone, found.without_cents, found.with_cents) == (1, 100_00, 300_00)


def test_only_the_chosen_are_counted() -> None:
    branch, segment = Branch.objects.create(name="Север"), Segment.objects.create(name="Опт")
    make_client(900, 500, branch=branch, segment=segment)
    make_client(900)
    for chosen in (stretches(today=TODAY, branch=branch), stretches(today=TODAY, segment=segment)):
        assert (chosen.first.n, chosen.later.n) == (1, 1)


def test_nobody_yet() -> None:
    found = stretches(today=TODAY)
    assert found == Stretches(StretchSums(), StretchSums(), 0)
    assert (found.with_cents, found.without_cents, found.gain_cents) == (None, None, None)


def test_few_stretches_are_called_few() -> None:
    assert [StretchSums(over=over).is_few for over in (9, 10)] == [True, False]


def test_the_interval_of_the_years_by_hand() -> None:
    # 1461 days are 4 years; 4 over: one year each, exp(1.96 / 2) = 2.6645 times
    sums = StretchSums(n=4, over=4, days=1461)
    assert sums.years == 1
    assert sums.years_interval == pytest.approx((0.3753, 2.6644), abs=1e-3)
