"""Campaigns of returning: who is listed, who is drawn, who is told."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from churn.enums import CampaignState, LeaverState, ReturnSkip, ReturnState, ReturnWay
from churn.models import ExitCall, Leaver, ReturnCampaign, ReturnTurn
from churn.queries import call_back
from churn.queries.named import people_who_named
from churn.queries.return_results import held_out_of
from churn.queries.returns import fixes_to_tell
from churn.services import queue_call_back, record_call
from churn.services.finding import mark_returned
from churn.services.returns import ReturnError, change_campaign, choose_way, close_campaign, create_campaign, start_campaign, take_out
from company.models import User
from mailing.services import suppress
from surveys.models import Promise, SecondScore, Theme
from tests.churn.return_world import begun, campaign_of, client_wave, critic, done_action, plan, told_leaver, turn_of
from tests.churn.world import TODAY, ago, buy, missed, talk
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.usefixtures("company")


def named(action: object) -> set[tuple[int, bool, bool]]:
    """Return who is listed: the Client, whether as a leaver, whether by an answer."""
    people = people_who_named([action], now=timezone.now())  # type: ignore[list-item]  # an action
    return {(one.client_id, one.leaver_id is not None, one.answer_id is not None) for one in people}


def test_leavers_and_critics_are_listed_once_each(owner: User) -> None:
    action = done_action(owner)
    gone, score = told_leaver(owner), critic(action)
    critic(action, score=7)
    critic(None)
    both = critic(action)
    both.client = gone.client
    both.save()
    assert named(action) == {(gone.client_id, True, True), (score.client_id, False, True)}


def test_critics_are_found_by_the_theme_of_the_touchpoint(owner: User) -> None:
    action, desk = done_action(owner), Touchpoint.objects.create(name="Доставка", kind="service")
    action.touchpoints.add(desk)
    answer = critic(None)
    answer.themes.add(Theme.objects.create(name="Сроки", touchpoint=desk))
    assert named(action) == {(answer.client_id, False, True)}


def test_who_asked_for_a_promise_is_listed_until_its_letter_told_them(owner: User) -> None:
    action, answer = done_action(owner), critic(None)
    promise = Promise.objects.create(action=action, wording="Возим вовремя", subject="Сделали", text="Да")
    promise.asked_by.add(answer)
    assert named(action) == {(answer.client_id, False, True)}
    SecondScore.objects.create(answer=answer, promise=promise, token_hash=b"1")
    assert named(action) == set()


@pytest.mark.parametrize("how", ["after", "rehearsal"])
def test_words_after_the_fix_and_rehearsals_count_for_nothing(owner: User, how: str) -> None:
    action = done_action(owner)
    told_leaver(owner, days=1 if how == "after" else 10)
    ExitCall.objects.update(is_rehearsal=how == "rehearsal")
    assert named(action) == set()


def test_a_reason_of_a_branch_names_what_its_branch_removes(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    reason = action.reasons.get()
    leaf = type(reason).objects.create(group=reason.group, parent=reason, name="Опоздали на день")
    ExitCall.objects.get().reasons.set([leaf])
    assert named(action) == {(gone.client_id, True, False)}


def test_a_critic_who_has_left_is_a_leaver(owner: User) -> None:
    action, answer, gone = done_action(owner), critic(None), told_leaver(owner)
    answer.client = gone.client
    answer.action = action
    answer.save()
    ExitCall.objects.all().delete()
    assert named(action) == {(gone.client_id, True, True)}


def test_fixes_wait_with_their_people_and_money(owner: User, django_assert_num_queries: object) -> None:
    action = done_action(owner)
    gone = told_leaver(owner)
    critic(action)
    fix = fixes_to_tell(now=timezone.now())[0]
    assert (fix.action, fix.leavers, fix.critics, fix.at_risk_cents) == (action, 1, 1, gone.at_risk_cents)
    campaign_of(action, owner)
    assert fixes_to_tell(now=timezone.now()) == []


def test_a_form_sent_twice_is_one_campaign_and_nobody_is_listed_twice(owner: User) -> None:
    action, key = done_action(owner), uuid.uuid4()
    told_leaver(owner)
    now = timezone.now()
    made = [create_campaign(action=action, plan=plan(), way=ReturnWay.CALL, request_key=key, actor=owner, now=now) for _time in range(2)]
    assert made[0] == made[1]
    with pytest.raises(ReturnError):
        campaign_of(action, owner)
    assert (ReturnCampaign.objects.count(), ReturnTurn.objects.count()) == (1, 1)


def test_an_action_that_is_not_done_tells_nothing(owner: User) -> None:
    action = done_action(owner)
    told_leaver(owner)
    type(action).objects.update(state="open", done_at=None)
    with pytest.raises(ReturnError):
        campaign_of(action, owner)
    assert not ReturnCampaign.objects.exists()


@pytest.mark.parametrize(
    ("fields", "way", "skip"),
    [
        ({}, ReturnWay.EMAIL, ""),
        ({"do_not_mail": True}, ReturnWay.CALL, ""),
        ({"email": ""}, ReturnWay.CALL, ""),
        ({"email": "", "phone": ""}, ReturnWay.EMAIL, ReturnSkip.NO_CONTACT),
        ({"do_not_mail": True, "do_not_call": True}, ReturnWay.EMAIL, ReturnSkip.DO_NOT_DISTURB),
    ],
)
def test_the_way_is_the_one_that_is_open(owner: User, fields: dict[str, object], way: ReturnWay, skip: str) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    type(gone.client).objects.filter(pk=gone.client_id).update(**fields)
    turn = turn_of(campaign_of(action, owner), gone.client)
    assert (turn.way, turn.skip_reason) == (way, skip)


def test_who_unsubscribed_is_not_written_to(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    suppress(address=gone.client.email, reason="unsubscribed", source="test")
    turn = turn_of(campaign_of(action, owner), gone.client)
    assert turn.way == ReturnWay.CALL
    with pytest.raises(ReturnError):
        choose_way(turn=turn, way=ReturnWay.EMAIL, actor=owner, today=TODAY)


def test_who_came_back_is_left_in_peace(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    buy(gone.client, 2)
    assert turn_of(campaign_of(action, owner), gone.client).skip_reason == ReturnSkip.CAME_BACK


def test_the_draw_leaves_the_chosen_share_out_and_only_once(owner: User) -> None:
    action = done_action(owner)
    people = [told_leaver(owner) for _number in range(12)]
    campaign = begun(action, owner, held_out_percent=50)
    held = set(ReturnTurn.objects.filter(is_held_out=True).values_list("client", flat=True))
    assert held == held_out_of(campaign, ReturnTurn.objects.all(), 50)
    assert 0 < len(held) < len(people)
    assert set(ReturnTurn.objects.filter(is_held_out=True).values_list("told_on", "drawn_on", "letter")) == {(TODAY, TODAY, "")}
    with pytest.raises(ReturnError):
        start_campaign(campaign=campaign, actor=owner, today=TODAY, now=timezone.now())
    with pytest.raises(ReturnError):
        change_campaign(campaign=campaign, plan=plan(held_out_percent=0), actor=owner)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.held_out_percent) == (CampaignState.RUNNING, 50)


def test_who_waits_in_the_queue_anyway_is_told_and_not_compared(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    Leaver.objects.update(state=LeaverState.TALKED, next_call_on=ago(-3))
    turn = turn_of(begun(action, owner, held_out_percent=50), gone.client)
    assert (turn.is_held_out, turn.drawn_on) == (False, None)


def test_calls_of_a_campaign_come_into_the_queue_and_a_talk_tells(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner, way=ReturnWay.CALL)
    gone.refresh_from_db()
    assert (gone.state, gone.next_call_on, gone.caller) == (LeaverState.TALKED, TODAY, owner)
    record_call(leaver=gone, record=missed(attempt=gone.n_calls), actor=owner)
    assert turn_of(campaign, gone.client).state == ReturnState.WAITING
    gone.refresh_from_db()
    record_call(leaver=gone, record=talk(attempt=gone.n_calls), actor=owner)
    turn = turn_of(campaign, gone.client)
    assert (turn.state, turn.told_on) == (ReturnState.TOLD, TODAY)


def test_who_asks_in_the_call_to_be_left_in_peace_is(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner, way=ReturnWay.CALL)
    gone.refresh_from_db()
    record_call(leaver=gone, record=missed(attempt=gone.n_calls, do_not_call=True), actor=owner)
    assert turn_of(campaign, gone.client).skip_reason == ReturnSkip.DO_NOT_DISTURB


def test_those_held_out_are_kept_out_of_calls_until_the_campaign_is_closed(owner: User) -> None:
    action = done_action(owner)
    for _number in range(12):
        told_leaver(owner)
    campaign = begun(action, owner, held_out_percent=50)
    held = ReturnTurn.objects.filter(is_held_out=True).count()
    assert (call_back(action, owner).count, queue_call_back(action=action, today=TODAY, actor=owner)) == (12 - held, 12 - held)
    close_campaign(campaign=campaign, actor=owner)
    assert queue_call_back(action=action, today=TODAY, actor=owner) == held


def two_campaigns(owner: User) -> tuple[ReturnCampaign, ReturnTurn]:
    """Begin a campaign of two groups and list the same people for another fix; return that one and somebody held out."""
    first = done_action(owner)
    for _number in range(12):
        told_leaver(owner)
    held = begun(first, owner, held_out_percent=50).turns.filter(is_held_out=True).first()
    assert held
    return campaign_of(done_action(owner), owner, held_out_percent=50, way=ReturnWay.CALL), held


def test_another_campaign_neither_tells_nor_draws_those_of_a_running_one(owner: User) -> None:
    second, held = two_campaigns(owner)
    start_campaign(campaign=second, actor=owner, today=TODAY, now=timezone.now())
    turn = turn_of(second, held.client)
    assert (turn.state, turn.skip_reason, turn.is_held_out) == (ReturnState.SKIPPED, ReturnSkip.COMPARED, False)
    assert second.turns.filter(drawn_on__isnull=False).count() == 0
    assert Leaver.objects.get(client=held.client).state == LeaverState.CLOSED
    with pytest.raises(ReturnError):
        choose_way(turn=turn, way=ReturnWay.CALL, actor=owner, today=TODAY)
    assert turn_of(second, held.client).state == ReturnState.SKIPPED


def test_once_the_first_campaign_is_closed_the_other_may_tell(owner: User) -> None:
    second, held = two_campaigns(owner)
    close_campaign(campaign=held.campaign, actor=owner)
    start_campaign(campaign=second, actor=owner, today=TODAY, now=timezone.now())
    assert second.turns.filter(state=ReturnState.SKIPPED).count() == 0
    assert second.turns.filter(is_held_out=True).count() > 0


def test_who_comes_back_before_the_letter_needs_none(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner)
    buy(gone.client, 0)
    mark_returned()
    turn = turn_of(campaign, gone.client)
    assert (turn.state, turn.skip_reason, turn.drawn_on) == (ReturnState.SKIPPED, ReturnSkip.CAME_BACK, TODAY)


def test_a_person_takes_a_client_out_and_brings_them_back_another_way(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner)
    take_out(turn=turn_of(campaign, gone.client), actor=owner)
    turn = turn_of(campaign, gone.client)
    assert (turn.state, turn.skip_reason) == (ReturnState.SKIPPED, ReturnSkip.BY_HAND)
    choose_way(turn=turn, way=ReturnWay.POST, actor=owner, today=TODAY)
    turn = turn_of(campaign, gone.client)
    assert (turn.state, turn.skip_reason, turn.way) == (ReturnState.WAITING, "", ReturnWay.POST)
    choose_way(turn=turn, way=ReturnWay.CALL, actor=owner, today=TODAY)
    gone.refresh_from_db()
    assert gone.state == LeaverState.TALKED


def test_the_database_tells_nobody_who_is_held_out_and_no_unedited_letter(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    turn = turn_of(begun(action, owner), gone.client)
    turns = ReturnTurn.objects.filter(pk=turn.pk)
    for values in (
        {"state": "told", "told_on": TODAY},
        {"state": "told", "told_on": TODAY, "way": "call", "is_held_out": True},
        {"is_held_out": True, "drawn_on": None},
        {"state": "skipped"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            turns.update(**values)


def test_answers_to_other_audiences_and_of_long_ago_are_no_critics(owner: User) -> None:
    action = done_action(owner)
    critic(action, days=400)
    assert named(action) == set()
    critic(action)
    type(client_wave()).objects.update(audience="partners")
    assert named(action) == set()


def test_a_way_chosen_on_a_page_opened_before_the_start_finds_the_draft_of_the_letter(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = campaign_of(action, owner, way=ReturnWay.CALL)
    opened = turn_of(campaign, gone.client)
    start_campaign(campaign=campaign, actor=owner, today=TODAY, now=timezone.now())
    choose_way(turn=opened, way=ReturnWay.POST, actor=owner, today=TODAY)
    turn = turn_of(campaign, gone.client)
    assert (turn.way, bool(turn.letter)) == (ReturnWay.POST, True)


def test_the_start_holds_the_rows_it_draws_from(owner: User) -> None:
    action = done_action(owner)
    told_leaver(owner)
    campaign = campaign_of(action, owner)
    with CaptureQueriesContext(connection) as queries:
        start_campaign(campaign=campaign, actor=owner, today=TODAY, now=timezone.now())
    locking = [query["sql"] for query in queries if 'FOR UPDATE OF "churn_returnturn"' in query["sql"]]
    assert len(locking) == 1
