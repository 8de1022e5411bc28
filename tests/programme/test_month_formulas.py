"""What may be called moved: the chance of a change agrees with its interval, and quiet months stay quiet."""

import random

import pytest

from common.experiments import compare_shares
from programme.formulas.health import Part
from programme.formulas.month import moved, score_chance, share_chance
from touchpoints.formulas.phone import estimate_score
from touchpoints.formulas.phone import moved as calls_moved


@pytest.mark.parametrize(("after", "before"), [((18, 20), (30, 60)), ((12, 20), (30, 60)), ((0, 30), (5, 90)), ((30, 30), (80, 90))])
def test_chance_of_shares_agrees_with_the_interval(after: tuple[int, int], before: tuple[int, int]) -> None:
    seen = compare_shares(*after, *before)
    assert seen is not None
    assert (share_chance(Part(*after), Part(*before)) < 0.05) == seen.is_seen


@pytest.mark.parametrize(("after", "before"), [([90, 95, 100, 80], [10, 20, 0, 30]), ([60, 50, 70], [40, 60, 55]), ([100] * 5, [100] * 5)])
def test_chance_of_calls_agrees_with_the_page_of_calls(after: list[float], before: list[float]) -> None:
    now, then = estimate_score(after), estimate_score(before)
    assert now is not None
    assert then is not None
    assert (score_chance(now, then) < 0.05) == (calls_moved(then, now) != 0)


def test_nothing_compared_has_not_moved() -> None:
    assert moved({}) == set()


def test_one_figure_of_many_needs_more_than_five_percent() -> None:
    chances = {"first": 0.03} | {f"other {number}": 0.5 for number in range(8)}
    assert moved(chances) == set()
    assert moved({"first": 0.03}) == {"first"}


def test_quiet_months_stay_quiet() -> None:
    draw = random.Random(8)  # noqa: S311 - a simulation, no secret

    def part(n: int) -> Part:
        return Part(sum(draw.random() < 0.7 for _ in range(n)), n)

    months = 300
    alarms = sum(bool(moved({str(figure): share_chance(part(20), part(60)) for figure in range(9)})) for _ in range(months))
    assert alarms / months < 0.08
