"""Held-out groups: stable, even, one for each experiment."""

from itertools import pairwise

import pytest

from common.assignment import is_held_out


def test_the_same_people_are_held_out_for_ever() -> None:
    assert [subject for subject in range(1, 61) if is_held_out("visit-reminder-1", subject, 10)] == [31, 39, 47]


def test_another_experiment_holds_out_others() -> None:
    groups = [{subject for subject in range(1000) if is_held_out(name, subject, 50)} for name in ("one", "two")]
    assert 200 < len(groups[0] & groups[1]) < 300


def test_a_larger_share_keeps_who_was_held_out() -> None:
    small, large = ({subject for subject in range(2000) if is_held_out("x", subject, percent)} for percent in (10, 20))
    assert small < large


@pytest.mark.parametrize("percent", [1, 10, 33, 50])
def test_the_share_is_what_was_asked_for(percent: int) -> None:
    """Over 100 000 people the share is within four standard deviations."""
    n = 100_000
    held = sum(is_held_out("even", subject, percent) for subject in range(n))
    deviation = (n * percent / 100 * (1 - percent / 100)) ** 0.5
    assert abs(held - n * percent / 100) < 4 * deviation


def test_places_are_uniform() -> None:
    """Ten classes of places of 20 000 people: chi-square with 9 degrees of freedom below its 99.9 % point."""
    n = 20_000
    counts = [sum(is_held_out("flat", subject, edge) for subject in range(n)) for edge in range(0, 101, 10)]
    classes = [high - low for low, high in pairwise(counts)]
    assert sum((count - n / 10) ** 2 / (n / 10) for count in classes) < 27.88


def test_nobody_and_everybody() -> None:
    assert [any(is_held_out("x", subject, 0) for subject in range(500)), all(is_held_out("x", subject, 100) for subject in range(500))] == [
        False,
        True,
    ]
