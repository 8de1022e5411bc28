"""Each way of noticing is a patience; how it errs is counted, and the plainest of the best is believed."""

import datetime as dt

import numpy as np
import pytest

from churn.formulas.detection import (
    LIMITS,
    Mark,
    Past,
    best_limit,
    choose,
    histories_of,
    mark_of,
    model_patience,
    model_patiences,
    ranking,
    rhythm_patience,
)
from clients.formulas.rhythm import patience_days
from metrics.formulas.buying import MBG_NBD

PARAMS = {"r": 0.525, "alpha": 43.28, "a": 0.891, "b": 1.614}


def past(*rows: tuple[int, int, int, bool, int]) -> Past:
    """Return a past of (x, t_x, silence, bought, Clients)."""
    x, t_x, silence, bought, n = (np.array(column) for column in zip(*rows, strict=True))
    return Past(x, t_x, silence, bought.astype(bool), n)


def test_a_mark_counts_who_was_called_lost_and_who_was_not() -> None:
    mark = mark_of(past((0, 0, 200, False, 7), (0, 0, 200, True, 2), (0, 0, 10, True, 5), (0, 0, 10, False, 1)), 180)
    assert mark == Mark(called=9, came_back=2, kept=6, left_unnoticed=1)
    assert (mark.bought, mark.gone) == (7, 8)
    assert mark.error == pytest.approx((2 / 7 + 1 / 8) / 2)


def test_silence_equal_to_the_patience_is_still_usual() -> None:
    assert mark_of(past((0, 0, 180, False, 1)), 180).called == 0
    assert mark_of(past((0, 0, 181, False, 1)), 180).called == 1


@pytest.mark.parametrize("days", [(0, 20, 40), (0, 1), (0,), (0, 3, 9, 10), (0, 200, 600), (0, 11, 23, 35, 36)])
def test_the_rhythm_is_the_one_of_the_rollups(days: tuple[int, ...]) -> None:
    start = dt.date(2026, 1, 1)
    own = rhythm_patience(past((len(days) - 1, days[-1] - days[0], 5, False, 1)))
    assert own.tolist() == [patience_days([start + dt.timedelta(day) for day in days])]


@pytest.mark.parametrize(("x", "t_x"), [(0, 0), (1, 30), (5, 200), (40, 900), (2, 1)])
def test_the_models_patience_is_where_its_chance_falls_below_one_half(x: int, t_x: int) -> None:
    days = model_patience(x, t_x, PARAMS)
    before, after = past((x, t_x, max(days - 1, 0), False, 1)), past((x, t_x, days + 1, False, 1))
    assert model_patiences(before, PARAMS).tolist() == [days]
    if 30 < days < 365:
        assert MBG_NBD.p_alive(PARAMS, histories_of(before))[0] >= 0.5
        assert MBG_NBD.p_alive(PARAMS, histories_of(after))[0] < 0.5


def test_an_odd_fit_gives_a_patience_within_the_bounds() -> None:
    assert model_patience(0, 0, {"r": 1e-6, "alpha": 1.0, "a": 1e-6, "b": 1e6}) == 365
    assert model_patience(0, 0, {"r": 1.0, "alpha": 50.0, "a": 9.0, "b": 0.1}) == 30


def test_the_limit_is_the_one_that_errs_least() -> None:
    rows = [(0, 0, 100, True, 40), (0, 0, 130, False, 40), (0, 0, 300, False, 40)]
    assert best_limit(past(*rows)) == 120


def test_the_usual_limit_stands_where_few_are_known() -> None:
    assert best_limit(past((0, 0, 100, True, 29), (0, 0, 130, False, 500))) == 180
    assert 180 in LIMITS


def test_of_equal_limits_the_nearest_to_the_usual_is_taken() -> None:
    assert best_limit(past((0, 0, 10, True, 50), (0, 0, 400, False, 50))) == 180


def test_a_way_gives_place_only_to_a_better_one() -> None:
    plain, better = Mark(2000, 700, 2000, 700), Mark(2000, 500, 2000, 500)
    assert choose({"plain": plain, "better": better}, ["plain", "better"]) == "better"
    assert choose({"plain": better, "better": plain}, ["plain", "better"]) == "plain"


def test_equal_errors_leave_the_plainest_in_force() -> None:
    mark = Mark(200, 70, 200, 70)
    assert choose({"model": mark, "limit": mark}, ["limit", "model"]) == "limit"


def test_the_plainest_of_those_that_cannot_be_told_from_the_best_is_taken() -> None:
    marks = {
        "rhythm": Mark(10_000, 5000, 10_000, 5000),
        "limit": Mark(10_000, 3050, 10_000, 3050),
        "model": Mark(10_000, 3000, 10_000, 3000),
    }
    assert choose(marks, ["rhythm", "limit", "model"]) == "limit"


def test_too_few_clients_choose_nobody_else() -> None:
    assert choose({"limit": Mark(30, 29, 30, 29), "model": Mark(29, 0, 29, 0)}, ["limit", "model"]) == "limit"
    assert choose({}, ["limit", "model"]) == "limit"


def test_ranking_counts_every_client_and_ties_half() -> None:
    rows = past((0, 0, 5, True, 3), (0, 0, 9, False, 2), (0, 0, 7, True, 1), (0, 0, 7, False, 1))
    assert ranking(-rows.silence.astype(float), rows) == pytest.approx((3 * 3 + 1 * 2 + 0.5) / 12)
    assert ranking(np.zeros(1), past((0, 0, 5, True, 3))) is None
