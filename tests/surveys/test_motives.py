"""What moves people, in figures."""

from decimal import Decimal

import numpy as np
import pytest

from surveys.enums import Motive
from surveys.formulas import motives
from surveys.formulas.motives import Likeness, Rated, gaps, is_off, likeness, mean_interval, movement, places_of, ranked, widest

FLAT = tuple([Rated(place=1, mean=5.0, deviation=1.0)] * 10)
ORDER = tuple(range(1, 11))


def rated(*places: int) -> list[Rated]:
    """Return motives at the places, without means."""
    return [Rated(place) for place in places]


def test_mean_and_sample_deviation_have_one_decimal() -> None:
    people = [(10, *[1] * 9), (7, *[1] * 9), (7, *[2] * 9), (5, *[1] * 9), (4, *[3] * 9)]
    first = places_of(people)[0]
    assert (first.motive_index, first.place, first.mean, first.deviation) == (0, 1, Decimal("6.6"), Decimal("2.3"))


def test_places_go_by_the_exact_mean_and_not_by_the_rounded_one() -> None:
    people = [(8, 8, *[1] * 8)] * 20 + [(8, 9, *[1] * 8)]
    dearest = places_of(people)[:2]
    assert [one.mean for one in dearest] == [Decimal("8.0"), Decimal("8.0")]
    assert [one.place for one in dearest] == [2, 1]


def test_equal_means_share_the_better_place() -> None:
    scores = places_of([(9, 9, 5, 1, 1, 1, 1, 1, 1, 1), (7, 7, 6, 2, 2, 2, 2, 2, 2, 2)])
    assert [one.place for one in scores] == [1, 1, 3, 4, 4, 4, 4, 4, 4, 4]


@pytest.mark.parametrize(
    ("column", "alike"),
    [([7, 7, 7, 7, 7], True), ([7, 7, 7, 7, 2], True), ([7, 7, 7, 2, 2], False), ([7, 7, 7, 2, 3], False), ([1, 2, 3, 4, 5], False)],
)
def test_alike_is_all_but_at_most_one(column: list[int], alike: bool) -> None:
    assert places_of([(rating, *ORDER[1:]) for rating in column])[0].is_alike is alike


def test_nobody_and_one_person_have_no_places() -> None:
    assert places_of([]) == []
    assert places_of([ORDER]) == []


def test_halves_are_rounded_to_the_even_tenth() -> None:
    twenty = [(rating, *[1] * 9) for rating in [7] * 17 + [8] * 3]
    assert places_of(twenty)[0].mean == Decimal("7.2")
    assert places_of([(rating, *[1] * 9) for rating in [7] * 15 + [8] * 5])[0].mean == Decimal("7.2")


def test_the_enum_stands_in_the_order_of_kovach() -> None:
    assert motives.KOVACH_PLACES == ORDER
    assert [motive.value for motive in Motive][:5] == ["work", "recognition", "involved", "security", "pay"]
    assert len(Motive) == motives.MOTIVES


def test_gaps_are_ranked_by_places_then_by_ratings() -> None:
    staff = [Rated(place, mean=11.0 - place, deviation=1.0) for place in ORDER]
    guess = (1, 9, 8, 7, 6, 5, 4, 3, 2, 10)
    found = gaps(staff, guess)
    assert [(gap.motive_index, gap.places, gap.rating) for gap in found[:2]] == [(0, 9.0, 9.0), (9, -9.0, -9.0)]
    assert [gap.motive_index for gap in widest(found)] == [0, 9]


def test_positive_means_dearer_to_the_group_than_guessed() -> None:
    found = {gap.motive_index: gap for gap in gaps(rated(10, *range(1, 10)), ORDER)}
    assert (found[9].staff_place, found[9].guess_place, found[9].places) == ("9", "1", -8.0)
    assert (found[1].staff_place, found[1].guess_place, found[1].places) == ("1", "9", 8.0)


def test_a_guess_of_ten_equal_ratings_stands_in_the_middle() -> None:
    found = gaps(rated(*ORDER), (8,) * 10)
    assert {gap.guess_place for gap in found} == {"1–10"}
    assert [gap.places for gap in found[:4]] == [4.5, -4.5, 3.5, -3.5]


def test_a_right_guess_has_no_gap() -> None:
    found = gaps(rated(*ORDER), tuple(range(10, 0, -1)))
    assert {gap.places for gap in found} == {0.0}
    assert widest(found) == []


def test_a_gap_without_a_kept_mean_is_of_places_only() -> None:
    assert {gap.rating for gap in gaps(rated(*ORDER), ORDER)} == {None}


def test_orders_are_alike_reversed_or_told_by_chance() -> None:
    assert likeness(ORDER, ORDER) == Likeness.ALIKE
    assert likeness(ORDER, ORDER[::-1]) == Likeness.REVERSED
    assert likeness(ORDER, (6, 2, 8, 4, 1, 9, 3, 10, 5, 7)) == Likeness.CHANCE
    assert likeness(ORDER, (1,) * 10) is None
    assert likeness((1,) * 10, ORDER) is None


def test_two_random_orders_look_alike_or_reversed_five_times_in_a_hundred() -> None:
    dice = np.random.default_rng(7)
    drawn = [likeness(ORDER, [int(place) for place in dice.permutation(ORDER)]) for _ in range(1500)]
    assert 0.03 < sum(one != Likeness.CHANCE for one in drawn) / len(drawn) < 0.07


def test_the_interval_of_a_mean_is_students_widened_by_rounding() -> None:
    interval = mean_interval(Rated(1, mean=7.0, deviation=2.0), 16)
    assert interval is not None
    assert interval == pytest.approx((7 - 2.1314 * 2.05 / 4 - 0.05, 7 + 2.1314 * 2.05 / 4 + 0.05), abs=1e-3)


def test_an_interval_stays_within_the_scale() -> None:
    assert mean_interval(Rated(1, mean=9.6, deviation=2.0), 5) == pytest.approx((7.0, 10), abs=0.1)
    assert mean_interval(Rated(1, mean=1.4, deviation=2.0), 5) == pytest.approx((1, 4.0), abs=0.1)


def test_a_mean_that_was_not_kept_has_no_interval() -> None:
    assert mean_interval(Rated(1), 9) is None
    assert not is_off(Rated(1), 9, 3)
    assert movement(Rated(1), 9, FLAT[0], 9) is None
    assert movement(FLAT[0], 9, Rated(1), 9) is None


def test_a_guess_is_off_outside_the_interval() -> None:
    rating = Rated(1, mean=8.0, deviation=1.0)
    assert not is_off(rating, 10, 8)
    assert is_off(rating, 10, 5)


def test_a_mean_has_moved_when_its_interval_leaves_out_no_change() -> None:
    before, now = Rated(5, mean=5.0, deviation=1.5), Rated(2, mean=7.5, deviation=1.5)
    grown, fallen = movement(before, 30, now, 30), movement(now, 30, before, 30)
    assert grown
    assert fallen
    assert (grown.change, grown.has_moved, fallen.change, fallen.has_moved) == (2.5, True, -2.5, True)
    few = movement(before, 5, now, 5)
    assert few
    assert (few.change, few.has_moved) == (2.5, False)


def test_nothing_that_stands_still_has_moved() -> None:
    same = movement(FLAT[0], 200, FLAT[0], 200)
    assert same
    assert not same.has_moved
    assert same.low < -0.1 < 0.1 < same.high


@pytest.mark.parametrize("people", [5, 8, 25])
def test_ten_motives_that_stand_still_seldom_give_a_false_alarm(people: int) -> None:
    dice = np.random.default_rng(11)
    weights = np.array([1, 1, 1, 2, 3, 4, 6, 9, 12, 11]) / 50
    draw = dice.choice(np.arange(1, 11), size=(400, 2, people, 10), p=weights)
    alarms = sum(any_moved(first, second) for first, second in draw)
    assert alarms / 400 <= 0.05


def any_moved(first: np.ndarray, second: np.ndarray) -> bool:
    """Say whether any of ten motives has moved between two draws, judged by what is stored of them."""
    before, now = (stored([tuple(map(int, person)) for person in group]) for group in (first, second))
    moves = [movement(one, len(first), other, len(second)) for one, other in zip(before, now, strict=True)]
    return any(move is not None and move.has_moved for move in moves)


def stored(people: list[tuple[int, ...]]) -> list[Rated]:
    """Return what the tally keeps."""
    return [Rated(one.place) if one.is_alike else Rated(one.place, float(one.mean), float(one.deviation)) for one in places_of(people)]


def test_ranked_puts_the_largest_first() -> None:
    assert ranked([1, 10, 5, 5]) == [4, 1, 2, 2]
