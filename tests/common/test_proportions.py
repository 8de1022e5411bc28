"""NPS and shares with intervals, against published and hand-computed figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.proportions import estimate_nps, score_axis, wilson_interval

counts = st.integers(0, 5000)


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


def test_whole_population_leaves_no_doubt() -> None:
    estimate = estimate_nps(20, 10, 5, population=35)
    assert estimate is not None
    assert estimate.margin == pytest.approx(0)


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
