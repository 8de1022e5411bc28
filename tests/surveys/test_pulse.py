"""How many know our statement."""

import pytest

from surveys.formulas.pulse import Known, Turn, chance_of, turn_of


def test_the_share_has_wilsons_interval() -> None:
    known = Known(right=30, n=40)
    assert known.share == 0.75
    assert known.interval == pytest.approx((0.5981, 0.8581), abs=1e-4)


def test_nobody_and_everybody_still_have_an_interval() -> None:
    assert Known(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Known(10, 10).interval == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_chance_is_one_among_the_statements() -> None:
    assert Known(20, 40).beats_chance(4)
    assert not Known(12, 40).beats_chance(4)


def test_the_test_is_fishers() -> None:
    assert chance_of(Known(3, 4), Known(1, 4)) == pytest.approx(0.485714, abs=1e-6)
    assert chance_of(Known(5, 5), Known(0, 5)) == pytest.approx(2 / 252, abs=1e-9)


def test_a_turn_is_told_only_when_chance_does_not_explain_it() -> None:
    assert turn_of(Known(10, 40), Known(30, 40)) == Turn.GROWS
    assert turn_of(Known(30, 40), Known(10, 40)) == Turn.FALLS
    assert turn_of(Known(20, 40), Known(24, 40)) == Turn.SAME
    assert turn_of(Known(3, 5), Known(5, 5)) == Turn.SAME
    assert turn_of(Known(40, 40), Known(40, 40)) == Turn.SAME
