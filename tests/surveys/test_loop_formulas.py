"""Deadlines in working hours, and movement of the same people."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from surveys.formulas.deadlines import WorkingWeek, deadline, public_holidays
from surveys.formulas.pairs import mean_change, paired_movement, student95

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
WEEK = WorkingWeek(MOSCOW)


def at(text: str, zone: ZoneInfo = MOSCOW) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-16T10:00", 4, "2026-11-16T14:00"),  # inside one day
        ("2026-11-16T10:00", 8, "2026-11-16T18:00"),  # to the very end of it
        ("2026-11-16T17:00", 4, "2026-11-17T12:00"),  # over a night
        ("2026-11-16T06:00", 1, "2026-11-16T10:00"),  # before work begins
        ("2026-11-16T22:00", 1, "2026-11-17T10:00"),  # after it ended
        ("2026-11-20T17:00", 16, "2026-11-24T15:00"),  # over a weekend
        ("2026-11-21T12:00", 9, "2026-11-23T18:00"),  # on a Saturday
    ],
)
def test_only_working_hours_are_counted(start: str, hours: int, end: str) -> None:
    assert deadline(at(start), hours, WEEK) == at(end)


def test_holidays_are_no_working_days() -> None:
    week = WorkingWeek(MOSCOW, free=public_holidays("RUB"))
    assert deadline(at("2026-11-03T17:00"), 2, week) == at("2026-11-05T10:00")
    assert deadline(at("2026-12-31T17:00"), 2, WorkingWeek(MOSCOW)) == at("2027-01-01T10:00")
    assert deadline(at("2025-12-30T17:00"), 2, week) >= at("2026-01-09T00:00")


def test_countries_without_a_calendar_work_on_weekdays() -> None:
    assert dt.date(2026, 1, 1) not in public_holidays("USD")
    assert dt.date(2026, 1, 1) in public_holidays("KZT")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25)])
def test_a_change_of_clocks_counts_the_hours_that_pass(day: str, hours: int) -> None:
    """Round the clock: the day of the change is an hour shorter or longer."""
    week = WorkingWeek(BERLIN, days=frozenset(range(7)), begins=0, ends=24)
    noon = at(f"{day}T12:00", BERLIN)
    assert deadline(noon, hours, week) == (noon + dt.timedelta(days=1))


def test_a_change_of_clocks_at_night_moves_no_office_hours() -> None:
    week = WorkingWeek(BERLIN, days=frozenset(range(7)))
    assert deadline(at("2026-03-28T17:00", BERLIN), 2, week) == at("2026-03-29T10:00", BERLIN)


@pytest.mark.parametrize(("freedom", "known"), [(4, 2.776), (9, 2.262), (29, 2.045), (1000, 1.962)])
def test_students_quantile(freedom: int, known: float) -> None:
    assert student95(freedom) == pytest.approx(known, abs=0.01)


def test_no_pairs_no_movement() -> None:
    assert paired_movement([]) is None


def test_under_five_pairs_no_interval() -> None:
    found = paired_movement([(3, 9), (6, 8), (8, 8), (9, 10)])
    assert found is not None
    assert (found.n, found.before, found.after, found.nps_before, found.nps_after) == (4, 6.5, 8.75, -25, 50)
    assert (found.change, found.nps_change) == (None, None)


def test_pairs_by_hand() -> None:
    """Differences 6, 2, 0, 1, 1: mean 2, deviation √5.5, half = 2.776·√5.5/√5."""
    found = paired_movement([(3, 9), (6, 8), (8, 8), (9, 10), (7, 8)])
    assert found is not None
    assert found.change is not None
    assert found.change.mean == 2
    assert found.change.high == pytest.approx(2 + 2.776 * 5.5**0.5 / 5**0.5, abs=0.01)
    assert not found.change.is_certain


def test_the_same_change_of_everybody_is_certain() -> None:
    change = mean_change([1, 1, 1, 1, 1])
    assert change is not None
    assert (change.low, change.high, change.is_certain) == (1, 1, True)
