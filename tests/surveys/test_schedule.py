"""Letters leave on the chosen days and hours of the recipient's zone, evenly; turns of a survey fall where they should."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from surveys.formulas.foresight import detectable_change, foresee
from surveys.formulas.nps import NpsCounts
from surveys.formulas.schedule import Window, due_at, next_open, place_of, stretches
from surveys.formulas.turns import first_turn_after, turn_after

MOSCOW, BERLIN, TOKYO = "Europe/Moscow", "Europe/Berlin", "Asia/Tokyo"
EVERY_DAY, WORK_DAYS = frozenset(range(7)), frozenset(range(5))


def at(zone: str, *numbers: int) -> dt.datetime:
    return dt.datetime(*numbers, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type, misc]


def test_a_place_is_always_the_same_and_places_are_even() -> None:
    assert place_of("wave:1") == place_of("wave:1")
    tenths = Counter(int(place_of(f"wave:{number}") * 10) for number in range(10_000))
    assert sorted(tenths) == list(range(10))
    assert min(tenths.values()) > 900


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        (at(MOSCOW, 2026, 11, 20, 12), at(MOSCOW, 2026, 11, 20, 12)),
        (at(MOSCOW, 2026, 11, 20, 8, 59), at(MOSCOW, 2026, 11, 20, 9)),
        (at(MOSCOW, 2026, 11, 20, 20), at(MOSCOW, 2026, 11, 23, 9)),
        (at(MOSCOW, 2026, 11, 21, 12), at(MOSCOW, 2026, 11, 23, 9)),
        (at(MOSCOW, 2026, 11, 22, 23, 59), at(MOSCOW, 2026, 11, 23, 9)),
    ],
)
def test_a_letter_waits_for_the_next_open_hour_of_a_working_day(moment: dt.datetime, opened: dt.datetime) -> None:
    assert next_open(moment, Window(WORK_DAYS, 9, 20, MOSCOW)) == opened


def test_the_hours_are_those_of_the_recipient() -> None:
    evening = at(MOSCOW, 2026, 11, 23, 18)
    assert next_open(evening, Window(EVERY_DAY, 9, 20, MOSCOW)) == evening
    assert next_open(evening, Window(EVERY_DAY, 9, 20, TOKYO)) == at(TOKYO, 2026, 11, 24, 9)


def test_midnight_ends_the_day() -> None:
    whole = Window(frozenset({0}), 0, 24, MOSCOW)
    assert whole.on(dt.date(2026, 11, 23)) == (at(MOSCOW, 2026, 11, 23, 0), at(MOSCOW, 2026, 11, 24, 0))
    assert next_open(at(MOSCOW, 2026, 11, 24, 0), whole) == at(MOSCOW, 2026, 11, 30, 0)


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25), (dt.date(2026, 6, 1), 24)])
def test_a_day_of_changing_clocks_is_as_long_as_it_is(day: dt.date, hours: int) -> None:
    stretch = Window(EVERY_DAY, 0, 24, BERLIN).on(day)
    assert stretch is not None
    assert stretch[1] - stretch[0] == dt.timedelta(hours=hours)


def test_an_hour_that_the_clocks_swallow_is_left_out() -> None:
    night = Window(EVERY_DAY, 2, 3, BERLIN)
    assert night.on(dt.date(2026, 3, 29)) is None
    assert next_open(at(BERLIN, 2026, 3, 29, 0), night) == at(BERLIN, 2026, 3, 30, 2)


def test_one_day_means_at_once() -> None:
    start = at(MOSCOW, 2026, 11, 23, 12)
    window = Window(WORK_DAYS, 9, 20, MOSCOW)
    assert {due_at(place_of(str(n)), window, start, start + dt.timedelta(days=14), 1) for n in range(50)} == {start}


def test_several_days_are_filled_evenly_within_their_hours() -> None:
    start, window = at(MOSCOW, 2026, 11, 20, 9), Window(WORK_DAYS, 9, 19, MOSCOW)
    moments = [due_at(place_of(str(n)), window, start, start + dt.timedelta(days=30), 3).astimezone(ZoneInfo(MOSCOW)) for n in range(3_000)]
    days = Counter(moment.date() for moment in moments)
    assert sorted(days) == [dt.date(2026, 11, 20), dt.date(2026, 11, 23), dt.date(2026, 11, 24)]
    assert max(days.values()) - min(days.values()) < 150
    assert {moment.hour for moment in moments} == set(range(9, 19))


def test_a_first_day_half_over_gets_half_as_many() -> None:
    start, window = at(MOSCOW, 2026, 11, 23, 14), Window(EVERY_DAY, 9, 19, MOSCOW)
    cut = stretches(window, start, start + dt.timedelta(days=9), 2)
    assert [round((end - begin).total_seconds() / 3600) for begin, end in cut] == [5, 10]


def test_nothing_is_planned_past_the_close() -> None:
    start, window = at(MOSCOW, 2026, 11, 23, 9), Window(EVERY_DAY, 9, 19, MOSCOW)
    close = at(MOSCOW, 2026, 11, 24, 12)
    assert stretches(window, start, close, 10)[-1][1] == close
    assert max(due_at(place_of(str(n)), window, start, close, 10) for n in range(500)) < close


def test_without_an_open_hour_before_the_close_the_next_one_is_taken() -> None:
    saturday, window = at(MOSCOW, 2026, 11, 21, 9), Window(WORK_DAYS, 9, 19, MOSCOW)
    assert due_at(0.5, window, saturday, saturday + dt.timedelta(hours=5), 3) == at(MOSCOW, 2026, 11, 23, 9)


# --- turns -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "day", "month_day", "following"),
    [
        ("weekly", dt.date(2026, 12, 28), 28, dt.date(2027, 1, 4)),
        ("monthly", dt.date(2027, 1, 31), 31, dt.date(2027, 2, 28)),
        ("monthly", dt.date(2027, 2, 28), 31, dt.date(2027, 3, 31)),
        ("quarterly", dt.date(2026, 11, 30), 30, dt.date(2027, 2, 28)),
        ("half_yearly", dt.date(2026, 8, 31), 31, dt.date(2027, 2, 28)),
        ("yearly", dt.date(2028, 2, 29), 29, dt.date(2029, 2, 28)),
        ("yearly", dt.date(2031, 2, 28), 29, dt.date(2032, 2, 29)),
    ],
)
def test_turns_keep_their_day_of_the_month(rhythm: str, day: dt.date, month_day: int, following: dt.date) -> None:
    assert turn_after(rhythm, day, month_day) == following


def test_missed_turns_are_passed_over() -> None:
    assert first_turn_after("monthly", dt.date(2026, 1, 31), 31, dt.date(2026, 6, 30)) == dt.date(2026, 7, 31)
    assert first_turn_after("weekly", dt.date(2026, 11, 2), 2, dt.date(2026, 11, 2)) == dt.date(2026, 11, 9)


# --- what a wave will show ---------------------------------------------------------------------------------------------------


def test_the_detectable_change_follows_from_the_answers() -> None:
    mix = NpsCounts(50, 30, 20)
    assert [detectable_change(n, mix) for n in (18, 100, 1_000)] == [69, 31, 10]
    assert detectable_change(1, mix) <= 200


def test_too_few_answers_show_nothing() -> None:
    assert foresee(60, 0.3, NpsCounts(50, 30, 20)).change == 69
    few = foresee(10, 0.3, NpsCounts(50, 30, 20))
    assert (few.answers, few.change, few.is_blunt) == (3, None, False)
    assert foresee(60, 0.3, NpsCounts(50, 30, 20)).is_blunt
