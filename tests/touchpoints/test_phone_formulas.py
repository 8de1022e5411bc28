"""What a mystery call scores, how sure the mean is, and numbers as people say them."""

import random
from dataclasses import replace
from typing import Any

import pytest

from common.numbers import NumberError
from touchpoints.formulas.phone import (
    CallFacts,
    ScoreEstimate,
    Share,
    call_score,
    estimate_score,
    median_seconds,
    moved,
    parse_seconds,
    parse_share,
)

PERFECT = CallFacts(is_reached=True, attempts=1, seconds=10, transfers=0, is_helped_at_once=True, is_number_easy=True)


def test_a_call_without_a_fault_scores_a_hundred() -> None:
    assert call_score(PERFECT) == 100


def test_a_call_nobody_answered_scores_nothing_however_easy_the_number() -> None:
    assert call_score(CallFacts(is_reached=False, is_number_easy=True)) == 0


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({"attempts": 2}, 80),
        ({"attempts": 4}, 70),
        ({"seconds": 15}, 100),
        ({"seconds": 60}, 80),
        ({"seconds": 3600}, 80),
        ({"transfers": 1}, 95),
        ({"is_helped_at_once": False}, 80),
        ({"is_number_easy": False}, 90),
    ],
)
def test_each_fault_costs_its_points(change: dict[str, Any], score: float) -> None:
    assert call_score(replace(PERFECT, **change)) == pytest.approx(score)


def test_what_was_not_noted_counts_neither_for_nor_against() -> None:
    unsure = replace(PERFECT, is_helped_at_once=None, is_number_easy=None)
    assert call_score(unsure) == 100
    assert call_score(replace(unsure, attempts=2)) == pytest.approx(100 * 50 / 70)


def test_no_calls_have_no_score() -> None:
    assert estimate_score([]) is None


def test_three_perfect_calls_prove_little() -> None:
    estimate = estimate_score([100, 100, 100])
    assert estimate is not None
    assert (estimate.score, estimate.high, estimate.n) == (100, 100, 3)
    assert 35 < estimate.low < 45


@pytest.mark.parametrize("value", [0, 20, 50, 70, 100])
@pytest.mark.parametrize("n", [1, 3, 10, 200])
def test_the_mean_lies_within_its_interval(value: float, n: int) -> None:
    estimate = estimate_score([value] * n)
    assert estimate is not None
    assert 0 <= estimate.low <= estimate.score <= estimate.high <= 100


@pytest.mark.parametrize("calls", [3, 8, 30])
@pytest.mark.parametrize("odds", [0.5, 0.8, 0.95])
def test_the_interval_holds_the_true_mean_at_least_as_often_as_it_says(calls: int, odds: float) -> None:
    dice = random.Random(5)  # noqa: S311 - a simulation, no secret
    scores, weights = [0, 60, 80, 100], [1 - odds, odds / 4, odds / 4, odds / 2]
    truth = sum(score * weight for score, weight in zip(scores, weights, strict=True))
    held = 0
    for _draw in range(2000):
        estimate = estimate_score(dice.choices(scores, weights, k=calls))
        held += estimate is not None and estimate.low <= truth <= estimate.high
    assert held / 2000 >= 0.93


def test_a_change_within_chance_is_no_change() -> None:
    assert moved(ScoreEstimate(60, 40, 80, 5), ScoreEstimate(70, 50, 85, 5)) == 0
    assert moved(ScoreEstimate(40, 35, 45, 90), ScoreEstimate(80, 75, 85, 90)) == 1
    assert moved(ScoreEstimate(80, 75, 85, 90), ScoreEstimate(40, 35, 45, 90)) == -1


def test_half_wait_no_longer_than_the_median() -> None:
    assert median_seconds([]) is None
    assert median_seconds([40, 5, 20]) == 20
    assert median_seconds([40, 5]) == 5


def test_a_share_without_calls_is_unknown() -> None:
    assert Share(0, 0).share is None
    assert Share(0, 0).interval == (0, 1)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("25", 25), (" 0 ", 0), ("1:20", 80), ("25 с", 25), ("25 сек.", 25), ("1 мин 5 с", 65), ("2 мин", 120), ("2 min 3 s", 123)],
)
def test_seconds_are_read_as_people_write_them(typed: str, seconds: int) -> None:
    assert parse_seconds(typed) == seconds


@pytest.mark.parametrize("typed", ["", "long", "-5", "1:2:3", "5,5", "1e3", "∞"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(NumberError):
        parse_seconds(typed)


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("every 5th", (1, 5)),
        ("Every third", (1, 3)),
        ("каждый 5-й", (1, 5)),
        ("Каждый пятый", (1, 5)),
        ("каждая четвёртая", (1, 4)),
        ("каждый второй", (1, 2)),
        ("половина", (1, 2)),
        ("1 из 5", (1, 5)),
        ("2 of 7", (2, 7)),
        ("1/5", (1, 5)),
        ("20%", (1, 5)),
        ("12,5 %", (1, 8)),
        ("0,2", (1, 5)),
        ("0 из 5", (0, 5)),
        ("100\u00a0%", (1, 1)),
    ],
)
def test_a_share_is_read_as_people_say_it(typed: str, share: tuple[int, int]) -> None:
    assert parse_share(typed) == share


@pytest.mark.parametrize("typed", ["", "5", "1", "6 из 5", "1/0", "120 %", "-20 %", "каждый сотый", "every 0", "many", "1 из -5"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(NumberError):
        parse_share(typed)
