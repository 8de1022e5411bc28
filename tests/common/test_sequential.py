"""Several looks at one experiment: published boundaries, and draws that show the error stays what was promised."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.experiments import compare_shares
from common.sequential import alpha_spent, boundaries, level_of

FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]


@pytest.mark.parametrize(
    ("looks", "alpha", "published"),
    [
        (5, 0.05, [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
        (4, 0.05, [4.3326, 2.9631, 2.3590, 2.0141]),
        (3, 0.05, [3.7103, 2.5114, 1.9930]),
        (2, 0.05, [2.9626, 1.9686]),
        (1, 0.05, [1.9600]),
        (5, 0.10, [4.2292, 2.8883, 2.2981, 1.9623, 1.7397]),
    ],
)
def test_published_boundaries(looks: int, alpha: float, published: list[float]) -> None:
    """Those of the programs ld98 and ldbounds for the spending function of O'Brien and Fleming's shape, both sides together.

    10 % of both sides is 5 % of one side: its boundaries for five looks are those of a one-sided test.
    """
    found = boundaries([number / looks for number in range(1, looks + 1)], alpha=alpha)
    assert found == pytest.approx(published, abs=1e-3)


def test_all_of_the_error_is_spent_at_the_end() -> None:
    assert alpha_spent(1) == pytest.approx(0.05)
    assert alpha_spent(0) == 0
    assert alpha_spent(0.5) == pytest.approx(0.00305, abs=1e-5)
    assert level_of(1.959964) == pytest.approx(0.05, abs=1e-6)


def test_the_first_look_asks_for_what_it_may_spend() -> None:
    assert level_of(boundaries([0.4])[0]) == pytest.approx(alpha_spent(0.4))


def test_looks_that_know_nothing_new_have_no_boundary_of_their_own() -> None:
    inf = float("inf")
    assert boundaries([0.2, 0.4], [0, 0]) == [inf, inf]
    none, found, same, last = boundaries([0.25, 0.5, 0.75, 1], [0, 0.3, 0.3, 1])
    assert none == inf
    assert same == found
    assert last > 1.95


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.02, 1), min_size=1, max_size=6, unique=True))
def test_no_look_asks_for_less_than_the_usual_one(shares: list[float]) -> None:
    assert min(boundaries(sorted({round(share, 2) for share in shares}))) > 1.9599


def error_of(found: list[float], information: list[float], draws: int = 200_000) -> float:
    """Return how often a walk without any effect leaves the boundaries."""
    chance = np.random.default_rng(7)
    steps = np.diff([0.0, *information])
    walk = np.cumsum(chance.normal(size=(draws, len(steps))) * np.sqrt(steps), axis=1)
    return float(np.mean(np.any(np.abs(walk) / np.sqrt(information) > found, axis=1)))


@pytest.mark.parametrize("information", [FIVE, [0.05, 0.1, 0.5, 0.6, 1.0], [0.4, 0.7, 0.8, 0.95, 1.0]])
def test_five_looks_err_in_five_cases_of_a_hundred(information: list[float]) -> None:
    assert error_of(boundaries(FIVE, information), information) == pytest.approx(0.05, abs=0.0015)


def test_looking_without_correction_errs_thrice_as_often() -> None:
    assert error_of([1.96] * 5, FIVE) == pytest.approx(0.142, abs=0.005)


def test_shares_that_grow_are_judged_honestly() -> None:
    """Clients without any effect buy on chance days, a fifth is held out; the looks use the intervals the page shows."""
    chance, looks, n_told, n_held, draws = np.random.default_rng(11), [6, 12, 18, 24, 30], 800, 200, 300
    seen = 0
    for _ in range(draws):
        came = [chance.geometric(0.01, size=n) for n in (n_told, n_held)]
        hits = [[int(np.sum(days <= look)) for days in came] for look in looks]
        pooled = [sum(pair) / (n_told + n_held) for pair in hits]
        found = boundaries([look / 30 for look in looks], [share / (1 - share) for share in pooled])
        differences = [compare_shares(told, n_told, held, n_held, z) for (told, held), z in zip(hits, found, strict=True)]
        seen += any(difference is not None and difference.is_seen for difference in differences)
    assert seen / draws == pytest.approx(0.05, abs=0.025)


def test_two_looks_go_together_as_the_odds_say() -> None:
    """The claim behind the information of shares: 1{bought by s} and 1{bought by t} have the correlation sqrt(odds s / odds t)."""
    days = np.random.default_rng(3).exponential(size=400_000)
    early, late = days < 0.3, days < 1.1
    odds = [share / (1 - share) for share in (float(early.mean()), float(late.mean()))]
    assert float(np.corrcoef(early, late)[0, 1]) == pytest.approx(np.sqrt(odds[0] / odds[1]), abs=0.005)
