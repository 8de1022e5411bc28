"""What NPS and its change consist of: both tables add up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.formulas.drivers import Part, contributions, whole_of

parts = st.dictionaries(
    st.sampled_from(["Садовая", "Речной", "Заводская", ""]),
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).map(
        lambda counts: Part(Fraction(counts[0] - counts[2]), Fraction(sum(counts)))
    ),
)


@given(parts, parts)
def test_contributions_add_up_to_nps_and_effects_to_its_change(now: dict[str, Part], before: dict[str, Part]) -> None:
    whole, past = whole_of(now), whole_of(before)
    found = contributions(now, before)
    if not whole.n:
        assert found == []
        return
    nps = float(100 * whole.net / whole.n)
    assert sum(one.points for one in found) == pytest.approx(nps, abs=1e-9)
    if past.n:
        was = float(100 * past.net / past.n)
        assert sum((one.mix or 0) + (one.effect or 0) for one in found) == pytest.approx(nps - was, abs=1e-9)


def test_a_growing_weak_branch_pulls_down_by_mix_alone() -> None:
    before = {"good": Part(Fraction(40), Fraction(80)), "weak": Part(Fraction(0), Fraction(20))}
    now = {"good": Part(Fraction(20), Fraction(40)), "weak": Part(Fraction(0), Fraction(60))}
    found = {one.name: one for one in contributions(now, before)}
    # NPS falls from 40 to 20 though no branch changed: shares move by 0.4, scores stand 20 above and 30 below the mean of 30.
    assert [(found[name].points, found[name].mix, found[name].effect) for name in ("good", "weak")] == [(20, -8, 0), (0, -12, 0)]


def test_without_a_wave_before_there_are_no_effects() -> None:
    only = contributions({"good": Part(Fraction(3), Fraction(4))})[0]
    assert (only.points, only.score, only.mix, only.effect) == (75, 75, None, None)
    assert contributions({"good": Part(Fraction(3), Fraction(4))}, {}) == [only]
