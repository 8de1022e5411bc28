"""NPS and shares with intervals, against published and hand-computed figures."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.proportions import estimate_nps, score_axis, wilson_interval

counts = st.integers(0, 5000)
DRAWS = 1_000


def test_score_is_fans_minus_critics() -> None:
    estimate = estimate_nps(58, 26, 16)
    assert estimate is not None
    assert [estimate.score, estimate.n] == pytest.approx([42, 100])


def test_interval_of_100_answers_by_hand() -> None:
    estimate = estimate_nps(58, 26, 16)
    assert estimate is not None
    # p = 58.75/103, d = 16.75/103, middle 40.7767, half = 195.9964 * sqrt((p + d - (p - d)^2) / 103) = 14.5385
    assert [estimate.low, estimate.high] == pytest.approx([26.2382, 55.3152], abs=1e-4)


def test_no_answers_no_figure() -> None:
    assert estimate_nps(0, 0, 0) is None


def test_one_answer_is_almost_no_knowledge() -> None:
    estimate = estimate_nps(1, 0, 0)
    assert estimate is not None
    assert estimate.score == 100
    assert estimate.low < 0 < estimate.high


def test_all_fans_leave_room_for_doubt() -> None:
    estimate = estimate_nps(20, 0, 0)
    assert estimate is not None
    assert estimate.low < 100


def test_more_answers_than_people_asked_say_nothing_of_who_could_answer() -> None:
    assert estimate_nps(24, 10, 6, population=39) == estimate_nps(24, 10, 6)


def test_whole_population_leaves_no_doubt() -> None:
    estimate = estimate_nps(6, 2, 2, population=10)
    assert estimate is not None
    assert (estimate.score, estimate.low, estimate.high, estimate.margin) == (40, 40, 40, 0)


def test_interval_never_says_what_the_silent_cannot_make_true() -> None:
    estimate = estimate_nps(9, 0, 0, population=10)
    assert estimate is not None
    assert [estimate.low, estimate.high] == pytest.approx([80, 100])


def test_many_silent_give_the_usual_interval() -> None:
    asked, usual = estimate_nps(50, 30, 20, population=1_000_000), estimate_nps(50, 30, 20)
    assert asked is not None
    assert usual is not None
    assert [asked.low, asked.high] == pytest.approx([usual.low, usual.high], abs=0.01)


def test_interval_of_those_asked_by_hand() -> None:
    # 30 of 100 silent, score 30; p = 35.75/73, d = 14.75/73: guess 28.7671, variance 0.00834282, middle 0.7 * 30 + 0.3 * 28.7671,
    # half = 195.9964 * 0.3 * sqrt(0.00834282 * (1 + 73 / 30)) + 1 = 10.9514
    estimate = estimate_nps(35, 21, 14, population=100)
    assert estimate is not None
    assert [estimate.low, estimate.high] == pytest.approx([18.6787, 40.5815], abs=1e-4)


@pytest.mark.parametrize("shares", [(0.6, 0.2), (0.34, 0.33), (0.1, 0.7), (0.8, 0.05)])
@pytest.mark.parametrize(("people", "answered"), [(10, 5), (10, 9), (41, 34), (41, 40), (80, 20), (80, 79)])
def test_interval_of_those_asked_holds_the_score_of_all(people: int, answered: int, shares: tuple[float, float]) -> None:
    fans, critics = round(people * shares[0]), round(people * shares[1])
    everybody = [1] * fans + [-1] * critics + [0] * (people - fans - critics)
    draw = random.Random(7)  # noqa: S311 - a simulation
    hits = 0
    for _ in range(DRAWS):
        seen = draw.sample(everybody, answered)
        estimate = estimate_nps(seen.count(1), seen.count(0), seen.count(-1), people)
        assert estimate is not None
        hits += estimate.low - 1e-9 <= 100 * (fans - critics) / people <= estimate.high + 1e-9
    assert hits >= 0.93 * DRAWS


@given(counts, counts, counts, counts)
def test_interval_of_those_asked_holds_the_score_of_those_who_answered(fans: int, neutrals: int, critics: int, silent: int) -> None:
    estimate = estimate_nps(fans, neutrals, critics, fans + neutrals + critics + silent)
    if estimate is not None:
        assert -100 - 1e-9 <= estimate.low <= estimate.score + 1e-9
        assert estimate.score - 1e-9 <= estimate.high <= 100 + 1e-9


def test_knowing_more_of_the_population_narrows_the_interval() -> None:
    free, half = estimate_nps(50, 30, 20), estimate_nps(50, 30, 20, population=200)
    assert free is not None
    assert half is not None
    assert half.margin < free.margin


@given(counts, counts, counts)
def test_interval_is_inside_the_scale_and_ordered(promoters: int, passives: int, detractors: int) -> None:
    estimate = estimate_nps(promoters, passives, detractors)
    if estimate is not None:
        assert -100 <= estimate.low <= estimate.high <= 100
        assert -100 <= estimate.score <= 100


@given(counts, counts, counts)
def test_exchanging_fans_and_critics_mirrors_everything(promoters: int, passives: int, detractors: int) -> None:
    one, other = estimate_nps(promoters, passives, detractors), estimate_nps(detractors, passives, promoters)
    if one is not None and other is not None:
        assert [one.score, one.low, one.high] == pytest.approx([-other.score, -other.high, -other.low])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(hits: int, n: int, low: float, high: float) -> None:
    assert list(wilson_interval(hits, n)) == pytest.approx([low, high], abs=5e-5)


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share(pair: tuple[int, int]) -> None:
    hits, n = pair
    low, high = wilson_interval(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


@given(st.lists(st.floats(-100, 100)))
def test_score_axis_holds_every_score_and_zero(values: list[float]) -> None:
    low, high = score_axis(values)
    assert -100 <= low <= min([0.0, *values])
    assert max([0.0, *values]) <= high <= 100
    assert low < high
