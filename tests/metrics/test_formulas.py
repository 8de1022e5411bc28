"""Figures of the method, exactly, and what must hold for any numbers."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.numbers import parse_positive
from metrics.formulas.ltv import Costs, ThreeNumbers, discounted_years, profit_of
from metrics.formulas.measured import PurchaseSums, measure
from metrics.formulas.pool import Plan, PoolMonth, Side, flow_of, what_if
from metrics.formulas.ratios import Ratio

positive = st.fractions(min_value=Fraction(1, 1000), max_value=10_000, max_denominator=1000)


@pytest.mark.parametrize(
    ("typed", "revenue"),
    [
        (("1/3", "30 000", "9"), Fraction(90_000)),
        (("0,33", "30 000", "9"), Fraction(89_100)),
        (("20", "500", "5"), Fraction(50_000)),
        (("4,2", "2\u00a0315", "5"), Fraction(48_615)),
    ],
)
def test_revenue_is_exact(typed: tuple[str, str, str], revenue: Fraction) -> None:
    assert ThreeNumbers(*(parse_positive(text) for text in typed)).revenue == revenue


def test_profit_takes_margin_keeping_and_attracting() -> None:
    profit = profit_of(ThreeNumbers(Fraction(20), Fraction(500), Fraction(5)), Costs(Fraction(2, 5), Fraction(1900), Fraction(300)))
    assert (profit.gross, profit.keeping, profit.discounted_away, profit.acquisition) == tuple(map(Fraction, (20_000, 1_500, 0, 1_900)))
    assert profit.total == 16_600


def test_discount_divides_each_year_end() -> None:
    numbers = ThreeNumbers(Fraction(1), Fraction(1000), Fraction(5, 2))
    profit = profit_of(numbers, Costs(Fraction(1), discount=Fraction(1, 10)))
    expected = Fraction(10_000, 11) + Fraction(100_000, 121) + Fraction(500) * Fraction(1000, 1331)
    assert profit.total == expected


def test_profit_may_be_negative() -> None:
    assert profit_of(ThreeNumbers(Fraction(1), Fraction(100), Fraction(1)), Costs(Fraction(1, 2), Fraction(80))).total == -30


@given(positive, positive, positive, positive)
def test_revenue_scales_with_each_number(frequency: Fraction, check: Fraction, years: Fraction, factor: Fraction) -> None:
    revenue = ThreeNumbers(frequency, check, years).revenue
    assert ThreeNumbers(frequency * factor, check, years).revenue == revenue * factor
    assert ThreeNumbers(frequency, check * factor, years).revenue == revenue * factor
    assert ThreeNumbers(frequency, check, years * factor).revenue == revenue * factor


@given(
    st.fractions(min_value=Fraction(1, 10), max_value=60, max_denominator=50),
    st.fractions(min_value=Fraction(1, 100), max_value=2, max_denominator=100),
)
def test_discounted_years_are_fewer_and_grow_with_life(years: Fraction, rate: Fraction) -> None:
    assert 0 < discounted_years(years, rate) < years
    assert discounted_years(years, rate) < discounted_years(years + Fraction(1, 3), rate)
    assert discounted_years(years, rate + 1) < discounted_years(years, rate)


GROUP = PurchaseSums(clients=100, purchases=1200, cents=120_000_000, spells=110, over=50, days=109_575)


def test_measured_numbers_multiply_to_money_per_gone_client() -> None:
    ltv = measure(GROUP)
    assert ltv is not None
    assert (GROUP.returns, GROUP.gone, GROUP.active) == (10, 40, 60)
    assert (ltv.purchases_per_year, ltv.average_check_cents, ltv.years) == (Fraction(4), 100_000, Fraction(15, 2))
    assert ltv.revenue_cents == 3_000_000 == ltv.purchases_per_year * ltv.average_check_cents * ltv.years
    assert ltv.years_low < 7.5 < ltv.years_high


def test_when_everybody_left_ltv_is_the_average_money_per_client() -> None:
    ltv = measure(replace(GROUP, over=110))
    assert ltv is not None
    assert ltv.revenue_cents == GROUP.cents // GROUP.clients


@pytest.mark.parametrize("change", [{"over": 10}, {"days": 0}, {"cents": 0}, {"cents": -5}, {"purchases": 0}])
def test_nothing_is_measured_without_leavers_time_or_money(change: dict[str, int]) -> None:
    assert measure(replace(GROUP, **change)) is None


@pytest.mark.parametrize(("change", "few"), [({}, False), ({"clients": 29, "spells": 39}, True), ({"over": 19}, True)])
def test_few_clients_are_marked(change: dict[str, int], few: bool) -> None:
    assert replace(GROUP, **change).is_few == few


def month(number: int, active: int, came: int, returned: int, left: int) -> PoolMonth:
    return PoolMonth(dt.date(2026, number, 1), active, came, returned, left)


def test_pool_tends_to_inflow_over_leak() -> None:
    flow = flow_of([month(1, 1000, 18, 2, 10), month(2, 1010, 18, 2, 10)])
    assert flow.lost == 16
    assert flow.leak_rate == Fraction(16, 990 + 1000)
    assert flow.inflow == 18
    assert flow.level == round(Fraction(18 * 1990, 16))
    assert flow.lost_a_month == 8


def test_pool_without_a_leak_has_no_level() -> None:
    flow = flow_of([month(1, 10, 10, 0, 0), month(2, 12, 2, 0, 0)])
    assert flow.leak_rate == 0
    assert flow.level is None


def test_empty_pool_has_no_rate() -> None:
    flow = flow_of([])
    assert [flow.leak_rate, flow.yearly_leak, flow.level] == [None, None, None]
    assert flow.inflow == 0
    assert what_if(flow, Plan(Fraction(1, 2), Fraction(0)), price_cents=1) is None


def test_half_the_leak_doubles_the_level() -> None:
    flow = flow_of([month(1, 1000, 20, 0, 20), month(2, 1000, 20, 0, 20)])
    plan = what_if(flow, Plan(Fraction(1, 2), Fraction(0)), price_cents=1_000_00)
    assert plan is not None
    assert (plan.level, plan.plug.clients, plan.plug.worth_cents) == (2000, Fraction(10), 1_000_000)
    assert 1000 < plan.after_year < 2000


def test_whole_leak_plugged_has_no_level() -> None:
    flow = flow_of([month(1, 1000, 20, 0, 20)])
    plan = what_if(flow, Plan(Fraction(1), Fraction(1, 10)), price_cents=None)
    assert plan is not None
    assert (plan.level, plan.after_year, plan.plug.worth_cents) == (None, 1264, None)


def test_a_plan_pays_back_when_what_came_equals_what_was_spent() -> None:
    side = Side(Fraction(10), 1_000_000, 300_000, Fraction(10_000))
    assert (side.net_cents, side.payback_months) == (700_000, 5)
    came = [sum(10 * 10_000 * month for month in range(1, months + 1)) for months in (4, 5)]
    assert [money >= 300_000 * months for money, months in zip(came, (4, 5), strict=True)] == [False, True]


def test_a_plan_without_a_cost_or_without_clients_has_no_payback() -> None:
    sides = [Side(Fraction(10), 5, 0, Fraction(7)), Side(Fraction(0), 0, 9, Fraction(7)), Side(Fraction(1), None, 9, None)]
    assert [side.payback_months for side in sides] == [None, None, None]
    assert [side.net_cents for side in sides] == [5, -9, None]


def test_ratio_error_matches_a_plain_mean() -> None:
    values = [3.0, 5.0, 4.0, 8.0]
    ratio = Ratio(4, sum(values), 4, sum(value**2 for value in values), sum(values), 4)
    variance = sum((value - 5) ** 2 for value in values) / 3
    assert ratio.value == 5
    assert ratio.error == pytest.approx((variance / 4) ** 0.5)
