"""Two groups compared: published intervals, published sizes, and draws that show the intervals hold what they promise."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.experiments import (
    Sample,
    compare_means,
    compare_shares,
    detectable_difference,
    detectable_mean,
    needed_per_group,
)


@pytest.mark.parametrize(
    ("hits_a", "n_a", "hits_b", "n_b", "interval"),
    [
        (56, 70, 48, 80, (0.0524, 0.3339)),
        (9, 10, 3, 10, (0.1705, 0.8090)),
        (6, 7, 2, 7, (0.0582, 0.8062)),
        (5, 56, 0, 29, (-0.0381, 0.1926)),
        (0, 10, 0, 20, (-0.1611, 0.2775)),
        (0, 10, 0, 10, (-0.2775, 0.2775)),
        (10, 10, 0, 20, (0.6791, 1.0)),
        (10, 10, 0, 10, (0.6075, 1.0)),
    ],
)
def test_the_eight_examples_of_newcombe(hits_a: int, n_a: int, hits_b: int, n_b: int, interval: tuple[float, float]) -> None:
    """Table II, method 10, of Newcombe (1998)."""
    found = compare_shares(hits_a, n_a, hits_b, n_b)
    assert found is not None
    assert found.difference == pytest.approx(hits_a / n_a - hits_b / n_b)
    assert (found.low, found.high) == pytest.approx(interval, abs=5e-5)


@pytest.mark.parametrize(("n_a", "n_b"), [(0, 0), (0, 5), (5, 0)])
def test_an_empty_group_compares_with_nothing(n_a: int, n_b: int) -> None:
    assert compare_shares(0, n_a, 0, n_b) is None
    assert detectable_difference(0.1, n_a, n_b) is None
    assert detectable_mean(1, n_a, n_b) is None


def test_a_difference_is_seen_when_the_interval_leaves_zero_out() -> None:
    found = [compare_shares(*groups) for groups in [(56, 70, 48, 80), (48, 80, 56, 70), (5, 56, 0, 29)]]
    assert [difference and difference.is_seen for difference in found] == [True, True, False]


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_the_interval_holds_the_difference_and_turns_with_the_groups(n_a: int, n_b: int, data: st.DataObject) -> None:
    hits_a, hits_b = data.draw(st.integers(0, n_a)), data.draw(st.integers(0, n_b))
    one, other = compare_shares(hits_a, n_a, hits_b, n_b), compare_shares(hits_b, n_b, hits_a, n_a)
    assert one is not None
    assert other is not None
    assert -1 - 1e-9 <= one.low <= one.difference <= one.high <= 1 + 1e-9
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


@pytest.mark.parametrize(("base", "other", "n"), [(0.10, 0.12, 3838), (0.05, 0.06, 8155), (0.15, 0.20, 903)])
def test_sizes_of_the_reference(base: float, other: float, n: int) -> None:
    assert needed_per_group(base, other) == n
    rise = detectable_difference(base, n, n)
    assert rise == pytest.approx(other - base, rel=5e-3)


def test_equal_shares_are_never_told_apart() -> None:
    assert needed_per_group(0.1, 0.1) is None


def test_more_power_needs_more_people() -> None:
    assert needed_per_group(0.10, 0.12, power=0.9) == 5138


@pytest.mark.parametrize(("base", "n_a", "n_b"), [(0.5, 4, 4), (0.9, 20, 20), (1.0, 500, 500)])
def test_where_nothing_could_be_seen_there_is_no_figure(base: float, n_a: int, n_b: int) -> None:
    assert detectable_difference(base, n_a, n_b) is None


@pytest.mark.parametrize(
    ("base", "n_a", "n_b"), [(0.10, 600, 600), (0.10, 900, 300), (0.10, 1800, 200), (0.02, 900, 100), (0.30, 900, 100), (0.10, 90, 10)]
)
def test_the_promised_power_is_kept(base: float, n_a: int, n_b: int) -> None:
    """Of 2 000 experiments with the smallest detectable rise about 80 % have an interval above zero, however small the held-out group."""
    draw, rise = np.random.default_rng(7), detectable_difference(base, n_a, n_b)
    assert rise is not None
    hits = zip(draw.binomial(n_a, base + rise, 2_000).tolist(), draw.binomial(n_b, base, 2_000).tolist(), strict=True)
    found = [compare_shares(hits_a, n_a, hits_b, n_b) for hits_a, hits_b in hits]
    seen = sum(difference is not None and difference.low > 0 for difference in found)
    assert 0.74 < seen / 2_000 < 0.85


def test_a_sample_of_figures_is_the_sample_of_their_sums() -> None:
    assert Sample.of([1, 2, 3, 4]) == Sample(4, 2.5, float(Fraction(5, 3))) == Sample.of_sums(4, 10, 30)
    assert [Sample.of([]), Sample.of([7])] == [Sample(0, 0.0, 0.0), Sample(1, 7.0, 0.0)]


def test_large_sums_lose_nothing() -> None:
    far = 10**15
    assert Sample.of([far, far + 1, far + 2]).variance == 1


def test_welch_by_a_published_example() -> None:
    """Weight gain on two diets, 12 and 7 rats (Snedecor and Cochran): 19.0 grams apart, R's Welch interval from -2.469 to 40.469."""
    high = Sample.of([134, 146, 104, 119, 124, 161, 107, 83, 113, 129, 97, 123])
    low = Sample.of([70, 118, 101, 85, 107, 132, 94])
    found = compare_means(high, low)
    assert found is not None
    assert [round(found.difference, 2), round(found.low, 2), round(found.high, 2)] == [19.0, -2.47, 40.47]
    assert (found.is_small, found.is_seen) == (True, False)


def test_one_figure_has_no_spread() -> None:
    assert compare_means(Sample.of([1]), Sample.of([1, 2, 3])) is None


def test_equal_figures_have_no_width() -> None:
    found = compare_means(Sample.of([0] * 40), Sample.of([0] * 50))
    assert found is not None
    assert (found.difference, found.low, found.high, found.is_small) == (0, 0, 0, False)


def test_the_interval_of_skewed_money_holds_the_truth() -> None:
    """Most bring nothing, some bring a lot: out of 1 000 draws the interval holds the true difference in at least 93 of 100."""
    draw = random.Random(11)  # noqa: S311 - a test draws its money
    held = 0
    for _ in range(1_000):
        money = [[round(draw.lognormvariate(8, 1)) if draw.random() < share else 0 for _ in range(300)] for share in (0.3, 0.2)]
        found = compare_means(Sample.of(money[0]), Sample.of(money[1]))
        held += found is not None and found.low <= 0.1 * 2.718281828 ** (8 + 0.5) <= found.high
    assert held >= 930


def test_the_smallest_difference_of_money_by_hand() -> None:
    # 2.801585 * sqrt(10 000 * (1 / 100 + 1 / 400)) = 31.32
    assert detectable_mean(10_000, 100, 400) == pytest.approx(31.3227, abs=1e-3)
