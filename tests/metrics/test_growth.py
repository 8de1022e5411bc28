"""Two years of a group are compared with an error, one Client by the exact binomial."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from metrics.formulas.growth import FEWEST_PURCHASES, MEASURES, TAIL, Trend, TwoYears, has_stopped_growing


def group(rows: np.ndarray) -> TwoYears:
    """Add up Clients given by rows in the order of `MEASURES`."""
    products = rows.T @ rows
    buyers_now, buyers_before = (int((rows[:, MEASURES.index(name)] > 0).sum()) for name in ("purchases_now", "purchases_before"))
    return TwoYears(len(rows), buyers_now, buyers_before, tuple(rows.sum(axis=0)), tuple(map(tuple, products)))


def steady(clients: int, now: float, before: float, seed: int = 7) -> np.ndarray:
    """Invent Clients who buy at these mean rates for 1 000 roubles, in two whole years with us."""
    chance = np.random.default_rng(seed)
    bought_now, bought_before = chance.poisson(now, clients), chance.poisson(before, clients)
    year = np.full(clients, 365.25)
    return np.column_stack([bought_now, bought_now * 1e5, year, bought_before, bought_before * 1e5, year]).astype(float)


def test_a_steady_group_changes_by_no_more_than_chance() -> None:
    seen = [group(steady(200, 5, 5, seed)).frequency_change for seed in range(400)]
    wrong = sum(change is not None and change.trend != Trend.SAME for change in seen)
    assert 8 <= wrong <= 34  # 5 % of 400 is 20; the count lies within 20 +- 3 sigma


def test_a_real_change_is_told_with_its_size() -> None:
    change = group(steady(500, 6, 4, seed=1)).frequency_change
    assert change is not None
    assert change.trend == Trend.RISES
    assert change.low < 1.5 < change.high
    fall = group(steady(500, 4, 6)).frequency_change
    assert fall is not None
    assert fall.trend == Trend.FALLS


def test_the_check_is_exact_where_everybody_pays_the_same() -> None:
    sums = group(steady(100, 5, 5))
    assert sums.check_now == 100_000
    change = sums.check_change
    assert change is not None
    assert change.times == pytest.approx(1)
    assert change.percent == 0
    assert change.trend == Trend.SAME


def test_few_buyers_are_not_judged() -> None:
    change = group(steady(29, 20, 2)).frequency_change
    assert change is not None
    assert change.trend == Trend.FEW


def test_an_empty_year_has_no_change() -> None:
    rows = steady(50, 5, 5)
    rows[:, 3:] = 0
    sums = group(rows)
    assert (sums.frequency_before, sums.check_before, sums.frequency_change, sums.check_change) == (None, None, None, None)
    assert sums.frequency_now is not None


def test_a_fall_of_one_client_is_the_exact_binomial() -> None:
    for before, now in product(range(120), repeat=2):
        tail = binom.cdf(now, before + now, 0.5)
        if before > now and (tail <= 0.024 or tail > TAIL):
            assert has_stopped_growing(before, now) == (tail <= TAIL), (before, now)
        elif before <= now:
            assert not has_stopped_growing(before, now)


def test_below_six_purchases_nothing_shows() -> None:
    assert has_stopped_growing(FEWEST_PURCHASES, 0)
    assert not has_stopped_growing(FEWEST_PURCHASES - 1, 0)
