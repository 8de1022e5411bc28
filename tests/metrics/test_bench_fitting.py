"""The bench of the fits works at a small size: both give the same parameters and the same money."""

import pytest

from bench.fitting import agree, invent, race


@pytest.mark.filterwarnings("ignore")
def test_ours_and_lifetimes_agree() -> None:
    found = race(invent(5000))
    assert [each.name for each in found] == ["BG/NBD", "Gamma-Gamma", "Discounted money of 12 months"]
    assert all(each.ours > 0 and each.theirs > 0 for each in found)
    assert "times faster" in found[0].line


def test_invented_clients_are_possible_and_the_same_each_time() -> None:
    people, again = invent(2000), invent(2000)
    assert ((people.recency >= 0) & (people.recency <= people.age) & (people.repeats >= 0)).all()
    assert ((people.mean > 0) == (people.repeats > 0)).all()
    assert (people.mean == again.mean).all()


def test_a_difference_stops_the_bench() -> None:
    with pytest.raises(SystemExit):
        agree("r", people_mean := invent(100).mean + 1, people_mean * 1.01, 1e-3)
