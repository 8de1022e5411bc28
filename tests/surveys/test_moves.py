"""People who answered twice: the exact test against a plain count of all ways and against published figures."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.formulas.comparison import Verdict, compare_waves
from surveys.formulas.moves import Moves, exact_chance, normal_chance
from surveys.formulas.nps import NpsCounts


@settings(max_examples=60)
@given(st.lists(st.sampled_from([-2, -1, 0, 1, 2]), min_size=1, max_size=10))
def test_the_chance_equals_a_count_of_all_ways(moves: list[int]) -> None:
    sizes = [abs(move) for move in moves if move]
    ways = [abs(sum(sign * size for sign, size in zip(signs, sizes, strict=True))) for signs in product((1, -1), repeat=len(sizes))]
    counted = Moves({move: moves.count(move) for move in set(moves)})
    assert counted.p_value == pytest.approx(sum(way >= abs(sum(moves)) for way in ways) / len(ways))


def test_moves_of_one_size_give_the_exact_test_of_mcnemar() -> None:
    # 10 against 2 discordant pairs: 2 * (1 + 12 + 66) / 4096
    assert Moves({1: 10, -1: 2, 0: 50}).p_value == pytest.approx(158 / 4096)


def test_many_movers_are_taken_as_normal() -> None:
    for ones, twos, reached in ((380, 20, 40), (0, 400, 80), (400, 0, 30)):
        assert normal_chance(ones, twos, reached) == pytest.approx(exact_chance(ones, twos, reached), rel=0.03)
    assert Moves({1: 3000, -1: 2000}).p_value < 1e-9


def test_nobody_moved() -> None:
    moves = Moves({0: 30})
    assert (moves.p_value, moves.mean, moves.n) == (1.0, 0, 30)
    assert moves.error > 0


def test_pairs_decide_when_there_are_twenty_and_never_by_what_they_say() -> None:
    before, after = NpsCounts(50, 30, 20), NpsCounts(50, 30, 20)
    up = compare_waves(before, after, Moves({2: 12, 0: 8}))
    assert (up.verdict, up.change, up.pairs) == (Verdict.GROWS, 120, 20)
    assert compare_waves(before, after, Moves({2: 12, 0: 7})).pairs == 0
    assert compare_waves(before, NpsCounts(90, 5, 5), Moves({0: 400})).verdict == Verdict.STANDS
    assert compare_waves(before, after, Moves({0: 18, -2: 2})).verdict == Verdict.EARLY
