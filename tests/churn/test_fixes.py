"""Actions that answer reasons of leaving: whom to call once they are done."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from churn.enums import LeaverState
from churn.models import ExitCall, Leaver
from churn.queries import call_back
from churn.services import queue_call_back, record_call, set_reasons
from company.models import User
from tests.churn.world import TODAY, ago, make_client, make_leaver, make_reason, talk
from touchpoints.models import Action

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def fix(manager: User) -> Action:
    """An action that removes the reason."""
    action = Action.objects.create(title="Возить вовремя", owner=manager, due_on=TODAY)
    set_reasons(action=action, reasons=[make_reason()], actor=manager)
    return action


@pytest.fixture
def told(owner: User) -> Leaver:
    """A leaver who named the reason five days ago; the case is closed."""
    leaver = make_leaver(make_client("Кофейня «Пенка»"), caller=owner)
    record_call(leaver=leaver, record=talk(words="Ждали три часа"), actor=owner)
    ExitCall.objects.update(called_at=timezone.now() - dt.timedelta(days=5))
    leaver.refresh_from_db()
    return leaver


def finish(action: Action) -> None:
    Action.objects.filter(pk=action.pk).update(state="done", evidence="Возим", done_at=timezone.now() - dt.timedelta(days=1))
    action.refresh_from_db()


def test_who_named_the_reason_waits_for_the_action(fix: Action, told: Leaver, owner: User) -> None:
    make_leaver()
    found = call_back(fix, owner)
    assert (list(found.leavers), found.count, found.at_risk_cents, found.is_due) == ([told], 1, told.at_risk_cents, False)
    finish(fix)
    assert (list(call_back(fix, owner).leavers), call_back(fix, owner).is_due) == ([told], True)


@pytest.mark.parametrize("how", ["returned", "do_not_call", "called_since"])
def test_who_need_not_hear_of_it_is_left_out(fix: Action, told: Leaver, owner: User, how: str) -> None:
    finish(fix)
    if how == "returned":
        Leaver.objects.update(state=LeaverState.RETURNED, returned_on=ago(2))
    elif how == "do_not_call":
        told.client.do_not_call = True
        told.client.save()
    else:
        ExitCall.objects.update(called_at=timezone.now())
    assert call_back(fix, owner).count == 0


def test_words_of_a_rehearsal_put_nobody_on_the_list(fix: Action, told: Leaver, owner: User) -> None:
    ExitCall.objects.update(is_rehearsal=True)
    assert call_back(fix, owner).count == 0


def test_staff_see_only_those_they_call(fix: Action, told: Leaver, staff: User) -> None:
    assert call_back(fix, staff).count == 0
    Leaver.objects.filter(pk=told.pk).update(caller=staff)
    assert call_back(fix, staff).count == 1


def test_closed_cases_return_to_the_queue_once(fix: Action, told: Leaver, owner: User) -> None:
    finish(fix)
    assert [queue_call_back(action=fix, today=TODAY, actor=owner) for _time in range(2)] == [1, 0]
    told.refresh_from_db()
    assert (told.state, told.next_call_on, told.caller) == (LeaverState.TALKED, TODAY, owner)


def test_who_has_an_open_case_or_left_again_stays_out_of_the_queue(fix: Action, told: Leaver, owner: User) -> None:
    finish(fix)
    make_leaver(told.client, last_purchase_on=ago(100), left_on=ago(3))
    assert queue_call_back(action=fix, today=TODAY, actor=owner) == 0


def test_panel_shows_managers_everything_and_staff_no_client(
    as_manager: Browser, as_staff: Browser, fix: Action, told: Leaver, staff: User
) -> None:
    finish(fix)
    Action.objects.update(owner=staff)
    url = reverse("churn:action_panel", args=[fix.pk])
    assert ("Пенка" in as_manager.get(url).content.decode(), "Пенка" in as_staff.get(url).content.decode()) == (True, False)
    assert as_staff.get(url).status_code == 200
    assert "<html" not in as_manager.get(url, headers={"HX-Request": "true"}).content.decode()


def test_staff_open_no_panel_of_anothers_action(as_staff: Browser, fix: Action) -> None:
    assert as_staff.get(reverse("churn:action_panel", args=[fix.pk])).status_code == 404


def test_calls_wait_until_the_action_is_done(as_manager: Browser, fix: Action, told: Leaver) -> None:
    url = reverse("churn:action_call_back", args=[fix.pk])
    as_manager.post(url)
    told.refresh_from_db()
    assert told.state == LeaverState.CLOSED
    finish(fix)
    assert as_manager.post(url)["Location"] == reverse("touchpoints:action_detail", args=[fix.pk])
    told.refresh_from_db()
    assert told.state == LeaverState.TALKED


def test_reasons_of_an_action_are_ticked(as_manager: Browser, fix: Action) -> None:
    url, other = reverse("churn:action_reasons", args=[fix.pk]), make_reason("Грубят")
    as_manager.post(url, {"reasons": [other.pk]})
    assert list(fix.reasons.all()) == [other]
    as_manager.post(url, {"reasons": ["x"]})
    assert list(fix.reasons.all()) == [other]
    as_manager.post(url, {})
    assert list(fix.reasons.all()) == []
