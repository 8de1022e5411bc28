"""Dates of calls and lengths of time."""

import datetime as dt

import pytest

from churn.formulas.calls import Stretch, next_attempt, stretch_between
from churn.script import fill, unknown_placeholders
from churn.templatetags.churn_texts import days_ago, permille, phone_text, stretch
from tests.churn.world import TODAY, ago


@pytest.mark.parametrize(("attempts", "days"), [(0, 1), (1, 1), (2, 3), (3, 7), (4, 14), (9, 14)])
def test_pauses_grow(attempts: int, days: int) -> None:
    assert next_attempt(TODAY, attempts) == ago(-days)


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        (dt.date(2024, 1, 31), dt.date(2024, 2, 29), Stretch(0, 0, 29)),
        (dt.date(2024, 1, 1), dt.date(2025, 1, 1), Stretch(1, 0, 366)),
        (dt.date(2023, 9, 30), dt.date(2026, 11, 30), Stretch(3, 2, 1157)),
        (dt.date(2024, 1, 1), dt.date(2024, 1, 1), Stretch(0, 0, 0)),
    ],
)
def test_stretches_are_whole(start: dt.date, end: dt.date, length: Stretch) -> None:
    assert stretch_between(start, end) == length


def test_words_of_time() -> None:
    assert [stretch(Stretch(3, 2, 1157)), stretch(Stretch(1, 0, 366)), stretch(Stretch(0, 0, 5)), stretch(None)] == [
        "3 года 2 мес",
        "1 год",
        "5 дней",
        "—",
    ]
    assert [days_ago(TODAY, TODAY), days_ago(ago(1), TODAY), days_ago(ago(22), TODAY)] == ["сегодня", "1 день назад", "22 дня назад"]


def test_phones_are_written_for_people() -> None:
    assert [phone_text("+79000004107"), phone_text("не телефон")] == ["+7 900 000-41-07", "не телефон"]


def test_pictures_count_in_thousandths() -> None:
    assert permille(1 / 3) == 333


def test_only_known_placeholders_are_filled() -> None:
    assert fill("{name}, {x} {caller", {"name": "{caller}", "caller": "Я"}) == "{caller}, {x} {caller"
    assert unknown_placeholders("{name} {x} {}") == ["x", ""]
