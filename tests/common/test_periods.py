"""Months."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from common.periods import add_months, month_of, months_back

months = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)).map(month_of)


def test_month_of_a_leap_day() -> None:
    assert month_of(dt.date(2024, 2, 29)) == dt.date(2024, 2, 1)


def test_months_pass_over_new_year_both_ways() -> None:
    assert add_months(dt.date(2025, 12, 1), 1) == dt.date(2026, 1, 1)
    assert add_months(dt.date(2026, 1, 1), -1) == dt.date(2025, 12, 1)
    assert add_months(dt.date(2026, 1, 1), -25) == dt.date(2023, 12, 1)


def test_last_months_oldest_first() -> None:
    assert months_back(dt.date(2026, 2, 17), 3) == [dt.date(2025, 12, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)]


def test_no_months_are_none() -> None:
    assert months_back(dt.date(2026, 2, 17), 0) == []


@given(months, st.integers(-500, 500))
def test_there_and_back(month: dt.date, count: int) -> None:
    assert add_months(add_months(month, count), -count) == month


@given(months, st.integers(1, 60))
def test_stretch_has_its_length_and_no_gaps(month: dt.date, count: int) -> None:
    stretch = months_back(month, count)
    assert len(stretch) == count
    assert [add_months(one, 1) for one in stretch] == [*stretch[1:], add_months(month, 1)]
