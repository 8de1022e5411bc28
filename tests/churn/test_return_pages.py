"""Pages of returning: from a done action to a letter, and who sees what."""

import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from churn.enums import CampaignState, ReturnState, ReturnWay
from churn.models import Leaver, ReturnCampaign, ReturnTurn
from clients.models import Client
from company.models import User
from mailing.models import Message
from mailing.services import suppress
from tests.churn.return_world import begun, campaign_of, critic, done_action, told_leaver, turn_of, written
from tests.churn.world import make_client, responsible_employee
from touchpoints.models import Action

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def action(owner: User) -> Action:
    """What was fixed."""
    return done_action(owner)


def values(action: Action, **fields: Any) -> dict[str, Any]:
    """Return the form of a new campaign."""
    known = {"name": "Возим вовремя", "fixed": "возим за полчаса", "held_out_percent": 0, "window_days": 60, "locale": "ru"}
    return known | {"way": "email", "action": action.pk, "request_key": uuid.uuid4()} | fields


def test_from_a_done_action_to_a_sent_letter(as_manager: Browser, owner: User, action: Action) -> None:
    gone = told_leaver(owner, "Ирина Белова")
    assert "Возить вовремя" in as_manager.get(reverse("churn:return_list")).content.decode()
    add = reverse("churn:return_create")
    assert "возим" not in as_manager.get(f"{add}?action={action.pk}").content.decode()
    page = as_manager.post(add, values(action))
    campaign = ReturnCampaign.objects.get()
    detail = reverse("churn:return_detail", args=[campaign.pk])
    assert page["Location"] == detail
    assert "Ирина Белова" in as_manager.get(detail).content.decode()
    assert as_manager.post(reverse("churn:return_start", args=[campaign.pk])).status_code == 302
    turn = turn_of(campaign, gone.client)
    form = reverse("churn:return_turn", args=[turn.pk])
    assert "Ждали три часа" in as_manager.get(form).content.decode()
    refused = as_manager.post(form, {"subject": turn.subject, "letter": turn.letter, "version": "", "next": "1"})
    assert (refused.status_code, turn_of(campaign, gone.client).state) == (422, ReturnState.WAITING)
    sent = {"subject": "Исправили", "letter": f"{turn.letter}\nПомню ваши скатерти.", "version": "", "next": "1"}
    assert as_manager.post(form, sent)["Location"] == detail
    assert "Помню ваши скатерти" in as_manager.get(reverse("churn:return_preview", args=[turn.pk])).content.decode()
    as_manager.post(reverse("churn:return_send", args=[campaign.pk]))
    assert (Message.objects.count(), turn_of(campaign, gone.client).state) == (1, ReturnState.TOLD)
    assert as_manager.get(detail).status_code == 200


def test_a_wrong_plan_comes_back_as_typed(as_manager: Browser, owner: User, action: Action) -> None:
    told_leaver(owner)
    page = as_manager.post(reverse("churn:return_create"), values(action, fixed="возим за полчаса", held_out_percent=90))
    assert (page.status_code, ReturnCampaign.objects.count()) == (422, 0)
    assert "возим за полчаса" in page.content.decode()


@pytest.mark.parametrize("number", ["", "x", "0", "999999", "9" * 5000])
def test_an_action_that_is_not_there_is_not_found(as_manager: Browser, number: str) -> None:
    assert as_manager.get(reverse("churn:return_create"), {"action": number}).status_code == 404


def test_a_plan_is_changed_before_the_start_only(as_manager: Browser, owner: User, action: Action) -> None:
    told_leaver(owner)
    campaign = campaign_of(action, owner)
    url = reverse("churn:return_change", args=[campaign.pk])
    as_manager.post(url, values(action, held_out_percent=30))
    campaign.refresh_from_db()
    assert campaign.held_out_percent == 30
    assert as_manager.post(url, values(action, window_days=1)).status_code == 422
    ReturnCampaign.objects.update(state=CampaignState.RUNNING, started_at="2026-05-20T09:00Z")
    as_manager.post(url, values(action, held_out_percent=10))
    campaign.refresh_from_db()
    assert campaign.held_out_percent == 30


def test_what_somebody_else_saved_stands_beside_what_was_typed(as_manager: Browser, owner: User, action: Action) -> None:
    gone = told_leaver(owner)
    turn = turn_of(begun(action, owner), gone.client)
    written(turn, owner, text="Первые слова от себя")
    page = as_manager.post(reverse("churn:return_turn", args=[turn.pk]), {"subject": "Тема", "letter": "Мои слова", "version": ""})
    text = page.content.decode()
    assert page.status_code == 422
    assert ("Первые слова от себя" in text, "Мои слова" in text) == (True, True)
    assert turn_of(turn.campaign, gone.client).letter == "Первые слова от себя"


@pytest.mark.parametrize("version", ["x", "0001-01-01T00:00", "9999-12-31T23:59:59-12:00", "2026-01-01"])
def test_a_forged_version_of_a_letter_saves_nothing(as_manager: Browser, owner: User, action: Action, version: str) -> None:
    gone = told_leaver(owner)
    turn = turn_of(begun(action, owner), gone.client)
    typed = {"subject": "Исправили", "letter": "Совсем другие слова", "version": version}
    assert as_manager.post(reverse("churn:return_turn", args=[turn.pk]), typed).status_code == 422
    assert turn_of(turn.campaign, gone.client).state == ReturnState.WAITING


def test_letters_by_post_are_printed_and_posted(as_manager: Browser, owner: User, action: Action) -> None:
    gone = told_leaver(owner)
    campaign = begun(action, owner, way=ReturnWay.POST)
    url = reverse("churn:return_letters", args=[campaign.pk])
    assert as_manager.get(url).status_code == 404
    turn = written(turn_of(campaign, gone.client), owner, postal_address="ул. Садовая, 5")
    assert as_manager.get(url)["Content-Type"] == "application/pdf"
    posted = reverse("churn:return_posted", args=[campaign.pk])
    as_manager.post(posted, {"turns": ["x"]})
    assert turn_of(campaign, gone.client).state == ReturnState.READY
    as_manager.post(posted, {"turns": [turn.pk]})
    assert turn_of(campaign, gone.client).state == ReturnState.TOLD


def test_ways_are_chosen_and_people_left_in_peace(as_manager: Browser, owner: User, action: Action) -> None:
    answer = critic(action)
    assert answer.client
    campaign = begun(action, owner)
    turn = turn_of(campaign, answer.client)
    as_manager.post(reverse("churn:return_way", args=[turn.pk]), {"way": "pigeon"})
    assert turn_of(campaign, answer.client).way == ReturnWay.EMAIL
    as_manager.post(reverse("churn:return_way", args=[turn.pk]), {"way": "call"})
    assert turn_of(campaign, answer.client).way == ReturnWay.CALL
    as_manager.post(reverse("churn:return_told", args=[turn.pk]))
    assert turn_of(campaign, answer.client).state == ReturnState.TOLD
    as_manager.post(reverse("churn:return_skip", args=[turn.pk]))
    assert turn_of(campaign, answer.client).state == ReturnState.TOLD
    as_manager.post(reverse("churn:return_close", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CLOSED


def test_staff_see_the_fix_only_of_those_they_call(as_staff: Browser, staff: User, owner: User, action: Action) -> None:
    gone = told_leaver(owner)
    url = reverse("churn:return_panel", args=[gone.client_id])
    assert as_staff.get(url).status_code == 404
    Leaver.objects.update(caller=staff)
    assert "Возить вовремя" in as_staff.get(url).content.decode()
    assert as_staff.get(url, headers={"HX-Request": "true"}).status_code == 200


def test_a_client_of_whom_nothing_is_fixed_shows_nothing(as_manager: Browser) -> None:
    url = reverse("churn:return_panel", args=[make_client().pk])
    assert as_manager.get(url, headers={"HX-Request": "true"}).status_code == 204
    assert as_manager.get(url).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_clients_costs_the_same(
    as_manager: Browser, owner: User, action: Action, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        told_leaver(owner)
    campaign = begun(action, owner)
    url = reverse("churn:return_detail", args=[campaign.pk])
    as_manager.get(url)
    with django_assert_num_queries(9):
        as_manager.get(url)
    assert ReturnTurn.objects.count() == count


def test_a_letter_with_the_greeting_of_another_is_warned_of(as_manager: Browser, owner: User, action: Action) -> None:
    first, second = told_leaver(owner), told_leaver(owner)
    campaign = begun(action, owner)
    for leaver, name in ((first, "Зоя Ершова"), (second, "Вадим Рогов")):
        Client.objects.filter(pk=leaver.client_id).update(name=name)
    written(turn_of(campaign, Client.objects.get(name="Зоя Ершова")), owner)
    turn = turn_of(campaign, Client.objects.get(name="Вадим Рогов"))
    typed = {"subject": "Исправили", "letter": "Здравствуйте, Зоя!\n\nВсё иначе, приходите посмотреть.", "next": "1"}
    answer = as_manager.post(reverse("churn:return_turn", args=[turn.pk]), typed, follow=True)
    assert "обращается к «Зоя Ершова»" in answer.text
    assert answer.redirect_chain == [(reverse("churn:return_turn", args=[turn.pk]), 302)]


def test_after_an_unsubscription_the_page_says_that_the_post_stays_open(as_manager: Browser, owner: User, action: Action) -> None:
    gone = told_leaver(owner)
    suppress(address=gone.client.email, reason="unsubscribed", source="test")
    url = reverse("churn:return_turn", args=[turn_of(begun(action, owner), gone.client).pk])
    assert "отказ был только от электронной почты" in as_manager.get(url).text
    Client.objects.update(do_not_mail=True)
    assert "отказ был только от электронной почты" not in as_manager.get(url).text


def test_the_one_who_looks_after_a_critic_is_not_asked_to_call(as_manager: Browser, manager: User, owner: User, action: Action) -> None:
    answer = critic(action)
    assert answer.client
    campaign = begun(action, owner, way=ReturnWay.CALL)
    turn, url = turn_of(campaign, answer.client), reverse("churn:return_detail", args=[campaign.pk])
    told = reverse("churn:return_told", args=[turn.pk])
    assert told in as_manager.get(url).text
    Client.objects.update(responsible=responsible_employee(manager))
    text = as_manager.get(url).text
    assert (told in text, "звонит коллега" in text) == (False, True)
    as_manager.post(told)
    assert ReturnTurn.objects.get().state == ReturnState.WAITING
