"""NPS against published figures and a plain recount; tests of differences; who gets a letter."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.enums import AnswerGroup
from surveys.formulas.comparison import Standing, Verdict, compare_waves, holm, judge_groups, p_value
from surveys.formulas.eligibility import Grounds, Prospect, decide
from surveys.formulas.nps import NpsCounts, silence_bounds


@given(st.lists(st.integers(0, 10)))
def test_nps_equals_a_plain_recount_of_any_scores(scores: list[int]) -> None:
    counts = NpsCounts.of(Counter(scores))
    promoters, detractors = [s for s in scores if s in {9, 10}], [s for s in scores if s <= 6]
    assert (counts.promoters, counts.detractors, counts.n) == (len(promoters), len(detractors), len(scores))
    estimate = counts.estimate()
    if len(scores) < 5:
        assert estimate is None
    else:
        assert estimate is not None
        assert estimate.score == pytest.approx(100 * len(promoters) / len(scores) - 100 * len(detractors) / len(scores))
        assert -100 <= estimate.low <= estimate.high <= 100


def test_nps_of_the_picture() -> None:
    estimate = NpsCounts(349, 156, 96).estimate(1571)
    assert estimate is not None
    assert (round(estimate.score), round(estimate.margin)) == (42, 5)


def test_a_score_of_zero_counts() -> None:
    assert NpsCounts.of({0: 5}) == NpsCounts(detractors=5)


def test_everybody_asked_and_answered_leaves_no_interval() -> None:
    estimate = NpsCounts(6, 2, 2).estimate(10)
    assert estimate is not None
    assert estimate.margin == 0


@pytest.mark.parametrize(("score", "group"), [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter")])
def test_group_of_a_score(score: int, group: str) -> None:
    assert AnswerGroup.of(score) == group


def test_silence_bounds() -> None:
    bounds = silence_bounds(NpsCounts(6, 2, 2), 20)
    assert bounds is not None
    assert (bounds.silent, bounds.low, bounds.high) == (10, -30.0, 70.0)
    assert silence_bounds(NpsCounts(), 0) is None


def test_p_value_equals_a_hand_count() -> None:
    # centres 30/103 and -10/103, variances 0.0059159 and 0.0066480, half a step 0.01: t = (0.388349 - 0.01) / 0.112089 with 197 d.f.
    assert p_value(NpsCounts(50, 30, 20), NpsCounts(30, 30, 40)) == pytest.approx(0.000887, abs=1e-6)
    assert p_value(NpsCounts(5, 3, 2), NpsCounts(5, 3, 2)) == 1


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (None, NpsCounts(60, 30, 10), Verdict.EARLY),
        (NpsCounts(3, 0, 0), NpsCounts(60, 30, 10), Verdict.EARLY),
        (NpsCounts(50, 30, 20), NpsCounts(30, 30, 40), Verdict.FALLS),
        (NpsCounts(30, 30, 40), NpsCounts(50, 30, 20), Verdict.GROWS),
        (NpsCounts(500, 300, 200), NpsCounts(505, 300, 195), Verdict.STANDS),
        (NpsCounts(5, 3, 2), NpsCounts(6, 3, 1), Verdict.EARLY),
    ],
)
def test_verdict_of_a_trend(before: NpsCounts | None, after: NpsCounts, verdict: Verdict) -> None:
    assert compare_waves(before, after).verdict == verdict


def test_holm_corrects_step_down() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})


def test_groups_are_judged_against_the_others() -> None:
    groups = {"good": NpsCounts(90, 8, 2), "plain": NpsCounts(60, 20, 20), "bad": NpsCounts(20, 20, 60), "tiny": NpsCounts(1, 0, 0)}
    assert judge_groups(groups) == {"good": Standing.ABOVE, "plain": Standing.SAME, "bad": Standing.BELOW}


def test_a_group_under_ten_answers_is_not_judged() -> None:
    assert judge_groups({"large": NpsCounts(90, 5, 5), "small": NpsCounts(0, 0, 9)}) == {"large": Standing.EARLY, "small": Standing.EARLY}


def test_one_group_alone_is_like_everybody() -> None:
    assert judge_groups({"only": NpsCounts(9, 1, 0)}) == {"only": Standing.SAME}


def test_every_client_of_an_audience_is_decided_on_once() -> None:
    people = [
        Prospect(1, "a", "", do_not_mail=False),
        Prospect(2, "b", "b@example.org", do_not_mail=True),
        Prospect(3, "c", "c@example.org", do_not_mail=False),
        Prospect(4, "d", "d@example.org", do_not_mail=False),
        Prospect(5, "e", "E@example.org", do_not_mail=False),
        Prospect(6, "f", "e@example.org", do_not_mail=False),
        Prospect(7, "g", "", do_not_mail=True),
    ]
    reasons = [decision.reason for decision in decide(people, Grounds(suppressed={"c@example.org"}, recent={"d@example.org"}, removed={7}))]
    assert reasons == ["no_email", "do_not_mail", "suppressed", "recently_asked", "", "same_address", "removed"]
