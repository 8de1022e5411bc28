"""Simulations: when nothing has changed, the verdict cries wolf in at most 5 of 100 cases, whatever the people and their number.

Each rate is estimated from RUNS draws with a fixed seed. Its own standard error at 5 % is sqrt(0.05 * 0.95 / RUNS) = 0.34 points, so a
procedure whose true rate is exactly 5 % passes a limit of 5 % + 3 errors with probability 0.999; that limit is used throughout.
"""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

import numpy as np
import pytest

from surveys.formulas.comparison import ALPHA, Standing, Verdict, compare_waves, judge_groups
from surveys.formulas.moves import Moves
from surveys.formulas.nps import NpsCounts

RUNS = 4000
LIMIT = ALPHA + 3 * sqrt(ALPHA * (1 - ALPHA) / RUNS)
ALARMS = {Verdict.GROWS, Verdict.FALLS}
# Shares of 9-10, 7-8 and 0-6.
PEOPLE = {
    "usual": (0.58, 0.26, 0.16),
    "fond": (0.9, 0.08, 0.02),
    "torn": (0.5, 0.0, 0.5),
    "cool": (0.5, 0.5, 0.0),
    "cross": (0.1, 0.2, 0.7),
}


def draws(rng: np.random.Generator, n: int, shares: Sequence[float]) -> list[NpsCounts]:
    """Draw RUNS waves of n answers."""
    return [NpsCounts(*map(int, row)) for row in rng.multinomial(n, shares, RUNS)]


@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize("sizes", [(10, 10), (12, 60), (10, 400), (20, 20), (40, 40), (40, 300), (150, 150), (1000, 1000)])
def test_two_samples(people: str, sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(20261122)
    before, after = (draws(rng, n, PEOPLE[people]) for n in sizes)
    assert sum(compare_waves(*pair).verdict in ALARMS for pair in zip(before, after, strict=True)) / RUNS <= LIMIT


# How people move between -1, 0 and +1 without the mean moving: shares of moves by -2, -1, 0, 1, 2.
MOVERS = {
    "few": (0.0, 0.03, 0.94, 0.03, 0.0),
    "many": (0.05, 0.15, 0.6, 0.15, 0.05),
    "only far": (0.1, 0.0, 0.8, 0.0, 0.1),
    "rare falls, many small rises": (0.05, 0.0, 0.85, 0.1, 0.0),
    "far falls, small rises": (0.2, 0.0, 0.4, 0.4, 0.0),
}


@pytest.mark.parametrize("movers", MOVERS)
@pytest.mark.parametrize("n", [20, 46, 150, 2500])
def test_the_same_people(movers: str, n: int) -> None:
    rng = np.random.default_rng(20261122)
    wave = NpsCounts(n, 0, 0)
    alarms = 0
    for row, times in Counter(map(tuple, rng.multinomial(n, MOVERS[movers], RUNS).tolist())).items():
        moves = Moves(dict(zip((-2, -1, 0, 1, 2), row, strict=True)))
        alarms += times * (compare_waves(wave, wave, moves).verdict in ALARMS)
    assert alarms / RUNS <= LIMIT


@pytest.mark.parametrize("overlap", [0, 15, 25, 60])
def test_the_whole_procedure_on_waves_that_share_people(overlap: int) -> None:
    """Some answer both, most of them the same as before; which test is used follows from how many there are."""
    rng = np.random.default_rng(20261122)
    sides, shares, n = np.array([1, 0, -1]), PEOPLE["usual"], 80
    alarms = 0
    for _ in range(RUNS):
        before, after = (rng.choice(sides, n, p=shares) for _ in range(2))
        stays = np.arange(n) < overlap
        after = np.where(stays & (rng.random(n) < 0.6), before, after)
        moves = Moves(Counter((after - before)[:overlap].tolist()))
        first, second = (NpsCounts(*(int((wave == side).sum()) for side in sides)) for wave in (before, after))
        alarms += compare_waves(first, second, moves).verdict in ALARMS
    assert alarms / RUNS <= LIMIT


@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize("sizes", [(30, 30, 30, 30), (12, 40, 200), (15,) * 10, (10, 300)])
def test_any_of_several_groups(people: str, sizes: tuple[int, ...]) -> None:
    """One alarm among all groups is an alarm: Holm's correction keeps even that to 5 %."""
    rng = np.random.default_rng(20261122)
    waves = zip(*(draws(rng, n, PEOPLE[people]) for n in sizes), strict=True)
    found = [judge_groups({str(place): counts for place, counts in enumerate(groups)}) for groups in waves]
    assert sum({Standing.ABOVE, Standing.BELOW} & set(standings.values()) != set() for standings in found) / RUNS <= LIMIT


def test_a_real_change_is_found() -> None:
    rng = np.random.default_rng(20261122)
    before, after = draws(rng, 200, (0.45, 0.3, 0.25)), draws(rng, 200, (0.62, 0.24, 0.14))
    assert sum(compare_waves(*pair).verdict == Verdict.GROWS for pair in zip(before, after, strict=True)) / RUNS > 0.9
