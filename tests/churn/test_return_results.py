"""What a campaign brought: returns after our words, and the difference from those told nothing."""

import datetime as dt

import pytest
from django.utils import timezone

from churn.enums import LeaverState, ReturnState, ReturnWay
from churn.models import Leaver, ReturnCampaign, ReturnTurn
from churn.queries.return_results import base_share, foresight, return_result
from churn.services.return_letters import planned
from common.experiments import compare_shares, detectable_difference
from company.models import User
from mailing.enums import MessageState
from mailing.models import Message
from tests.churn.return_world import begun, campaign_of, critic, done_action, told_leaver, turn_of, written
from tests.churn.world import RUBLE, TODAY, ago, buy, make_client, make_leaver
from touchpoints.models import Action

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def action(owner: User) -> Action:
    """What was fixed."""
    return done_action(owner)


def told(campaign: ReturnCampaign, *leavers: Leaver, days_ago: int = 20) -> None:
    """Say that the leavers were called so many days ago."""
    turns = ReturnTurn.objects.filter(campaign=campaign, leaver__in=leavers)
    turns.update(state=ReturnState.TOLD, way=ReturnWay.CALL, told_on=ago(days_ago), drawn_on=ago(days_ago))


def test_a_return_is_a_purchase_after_our_words_within_the_days(action: Action, owner: User) -> None:
    people = [told_leaver(owner) for _number in range(4)]
    campaign = begun(action, owner, window_days=10)
    told(campaign, *people)
    for leaver, days in zip(people, (20, 19, 10, 9), strict=True):
        buy(leaver.client, days, cents=500 * RUBLE)
    result = return_result(campaign, TODAY)
    assert (result.told.n, result.told.came, result.told.cents, result.told.cents_each) == (4, 2, 1000 * RUBLE, 250 * RUBLE)
    assert (result.leavers.n, result.critics.n, result.told.is_small) == (4, 0, True)
    assert [(way, one.n) for way, one in result.by_way] == [(ReturnWay.CALL, 4)]
    assert (result.ends_on, result.is_over, result.n_over) == (ago(10), True, 4)


def test_money_has_returns_of_goods_taken_off(action: Action, owner: User) -> None:
    leaver = told_leaver(owner)
    campaign = begun(action, owner)
    told(campaign, leaver)
    buy(leaver.client, 15, cents=900 * RUBLE)
    buy(leaver.client, 14, cents=-400 * RUBLE)
    assert (return_result(campaign, TODAY).told.came, return_result(campaign, TODAY).told.cents) == (1, 500 * RUBLE)


def test_days_that_are_not_over_are_said(action: Action, owner: User) -> None:
    first, second = told_leaver(owner), told_leaver(owner)
    campaign = begun(action, owner, window_days=10)
    told(campaign, first)
    told(campaign, second, days_ago=2)
    result = return_result(campaign, TODAY)
    assert (result.ends_on, result.is_over, result.n_over) == (TODAY + dt.timedelta(8), False, 1)


def test_a_letter_that_did_not_arrive_told_nobody(action: Action, owner: User) -> None:
    leaver = told_leaver(owner)
    campaign = begun(action, owner)
    turn = written(turn_of(campaign, leaver.client), owner)
    message = make_message(owner, turn)
    ReturnTurn.objects.update(state=ReturnState.TOLD, told_on=ago(5), message=message)
    assert return_result(campaign, TODAY).told.n == 0


def make_message(owner: User, turn: ReturnTurn) -> Message:
    """Save a letter the server refused."""
    message = planned(turn, owner, timezone.now())
    Message.objects.filter(pk=message.pk).update(state=MessageState.CLAIMED)
    Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED)
    return message


def test_the_comparison_runs_from_the_draw_for_everybody_chosen(action: Action, owner: User) -> None:
    people = [told_leaver(owner) for _number in range(12)]
    campaign = begun(action, owner, held_out_percent=50)
    ReturnTurn.objects.update(drawn_on=ago(15))
    held = list(ReturnTurn.objects.filter(is_held_out=True).select_related("client"))
    chosen = list(ReturnTurn.objects.filter(is_held_out=False).select_related("client"))
    for turn in (*chosen[:2], held[0]):
        buy(turn.client, 10, cents=300 * RUBLE)
    ReturnTurn.objects.filter(pk=chosen[0].pk).update(state=ReturnState.SKIPPED, skip_reason="came_back")
    both = return_result(campaign, TODAY).comparison
    assert both
    assert (both.told.n, both.told.came, both.others.n, both.others.came, both.is_weak) == (len(chosen), 2, len(held), 1, False)
    assert len(chosen) + len(held) == len(people)
    assert both.shares == compare_shares(2, len(chosen), 1, len(held))
    assert both.money
    assert both.money.difference == pytest.approx(300 * RUBLE * (2 / len(chosen) - 1 / len(held)))


def test_without_held_out_those_not_told_yet_are_a_weaker_comparison(action: Action, owner: User) -> None:
    first, second = told_leaver(owner), told_leaver(owner)
    campaign = begun(action, owner)
    told(campaign, first)
    both = return_result(campaign, TODAY).comparison
    assert both
    assert (both.is_weak, both.told.n, both.others.n) == (True, 1, 1)
    told(campaign, second)
    assert return_result(campaign, TODAY).comparison is None


def test_nobody_told_is_nothing_to_count(action: Action, owner: User) -> None:
    told_leaver(owner)
    result = return_result(begun(action, owner), TODAY)
    assert (result.told.n, result.told.share, result.ends_on, result.is_over, result.comparison) == (0, 0.0, None, False, None)


@pytest.mark.parametrize("count", [1, 3])
def test_the_result_costs_one_query(action: Action, owner: User, count: int, django_assert_num_queries: object) -> None:
    for _number in range(count):
        told_leaver(owner)
    campaign = begun(action, owner)
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        return_result(campaign, TODAY)


def past_leaver(*, returned_after: int | None = None, **fields: object) -> Leaver:
    """Save a leaver of half a year ago, who came back so many days after leaving."""
    back = {"state": LeaverState.RETURNED, "returned_on": ago(180 - returned_after)} if returned_after else {"state": LeaverState.CLOSED}
    return make_leaver(make_client(), left=180, **(back | fields))


def test_the_base_share_comes_from_those_as_long_gone(action: Action, owner: User) -> None:
    told_leaver(owner)
    Leaver.objects.update(left_on=ago(30))
    past_leaver(returned_after=20)
    past_leaver(returned_after=45)
    past_leaver(returned_after=100)
    past_leaver()
    past_leaver(returned_after=50, is_rehearsal=True)
    campaign = campaign_of(action, owner, window_days=60)
    base = base_share(campaign, list(ReturnTurn.objects.select_related("leaver", "answer")), TODAY)
    assert base
    assert (base.share, base.n, base.is_small) == (1 / 3, 3, True)


def test_without_a_past_nothing_is_foretold(action: Action, owner: User) -> None:
    told_leaver(owner)
    campaign = campaign_of(action, owner)
    turns = list(ReturnTurn.objects.select_related("leaver", "answer"))
    assert base_share(campaign, turns, TODAY) is None
    assert foresight(campaign, turns, None, 20).detectable is None


def test_the_base_of_critics_is_how_past_critics_bought(action: Action, owner: User) -> None:
    critic(action, days=20)
    old = critic(None, days=200)
    critic(None, days=210)
    assert old.client
    buy(old.client, 170)
    campaign = campaign_of(action, owner, window_days=60)
    base = base_share(campaign, list(ReturnTurn.objects.select_related("leaver", "answer")), TODAY)
    assert base
    assert (base.share, base.n) == (0.5, 2)


def test_what_could_be_seen_is_kept_at_the_start(action: Action, owner: User) -> None:
    for _number in range(30):
        told_leaver(owner)
    past_leaver(returned_after=45)
    past_leaver()
    campaign = begun(action, owner, held_out_percent=50)
    held = ReturnTurn.objects.filter(is_held_out=True).count()
    assert campaign.base_share == 0.5
    assert campaign.detectable == detectable_difference(0.5, 30 - held, held)
