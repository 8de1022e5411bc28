"""The interval of a closed circle of people."""

import random

import pytest

from surveys.formulas.enps import estimate_of_asked
from surveys.formulas.nps import NpsCounts

DRAWS = 1_000


def test_nothing_is_estimated_under_five_answers() -> None:
    assert estimate_of_asked(NpsCounts(4, 0, 0), 10) is None


def test_when_everybody_answered_nothing_is_left_to_guess() -> None:
    one = estimate_of_asked(NpsCounts(6, 2, 2), 10)
    assert one
    assert (one.score, one.low, one.high, one.margin) == (40, 40, 40, 0)


def test_interval_never_says_what_the_silent_cannot_make_true() -> None:
    one = estimate_of_asked(NpsCounts(9, 0, 0), 10)
    assert one
    assert one.low >= 80
    assert one.high == 100


def test_many_silent_give_the_usual_interval() -> None:
    one, usual = estimate_of_asked(NpsCounts(50, 30, 20), 1_000_000), NpsCounts(50, 30, 20).estimate()
    assert one
    assert usual
    assert (one.low, one.high) == pytest.approx((usual.low, usual.high), abs=0.01)


@pytest.mark.parametrize("shares", [(0.6, 0.2), (0.34, 0.33), (0.1, 0.7), (0.8, 0.05)])
@pytest.mark.parametrize(("people", "answered"), [(10, 5), (10, 9), (41, 34), (41, 40), (80, 20), (80, 79)])
def test_interval_holds_the_score_of_all(people: int, answered: int, shares: tuple[float, float]) -> None:
    fans, critics = round(people * shares[0]), round(people * shares[1])
    everybody = [1] * fans + [-1] * critics + [0] * (people - fans - critics)
    draw = random.Random(7)  # noqa: S311 - a simulation
    hits = 0
    for _ in range(DRAWS):
        seen = draw.sample(everybody, answered)
        one = estimate_of_asked(NpsCounts(seen.count(1), seen.count(0), seen.count(-1)), people)
        assert one
        assert one.low - 1e-9 <= one.score <= one.high + 1e-9
        hits += one.low - 1e-9 <= 100 * (fans - critics) / people <= one.high + 1e-9
    assert hits >= 0.93 * DRAWS
