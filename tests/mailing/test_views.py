"""What managers see and do; how recipients unsubscribe."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from company.models import Company, User
from mailing.enums import AccountState
from mailing.forms import MessageFilterForm
from mailing.links import unsubscribe_token
from mailing.models import Heartbeat, MailWave, Message, MessageAttempt, SmtpAccount, Suppression
from mailing.services import Recipient, heartbeat
from tests.mailing.conftest import PlanWave

LIST = reverse("mailing:message_list")


def page_of(browser: Browser, address: str, status: int = 200, **headers: Any) -> str:
    """Open the page and return its HTML."""
    response = browser.get(address, **headers)
    assert response.status_code == status
    return response.content.decode()


def shown(browser: Browser, query: str) -> list[str]:
    """Return the external keys of the messages listed."""
    return [message.external_key for message in browser.get(f"{LIST}?{query}").context["page"]]


def test_every_message_is_listed_with_its_fate(as_manager: Browser, plan: PlanWave) -> None:
    plan(2)
    Message.objects.filter(external_key="0").update(state="skipped", reason="answered")
    Message.objects.filter(external_key="1").update(state="skipped", reason="на каникулах")
    html = page_of(as_manager, LIST)
    assert "client0@example.org" in html
    assert "уже есть ответ" in html
    assert "на каникулах" in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(as_manager: Browser, plan: PlanWave, django_assert_num_queries: Any, count: int) -> None:
    plan(count)
    with django_assert_num_queries(11):
        page_of(as_manager, LIST)


def test_filters_stand_in_the_address(as_manager: Browser, plan: PlanWave) -> None:
    wave = plan(2)
    other = plan(recipients=[Recipient("boris@example.org", "Борис", "b")], occurrence_key="other")
    Message.objects.filter(external_key="1").update(state="cancelled")
    assert shown(as_manager, "") == ["b", "1", "0"]
    assert shown(as_manager, "state=cancelled") == ["1"]
    assert shown(as_manager, f"wave={other.pk}") == ["b"]
    assert shown(as_manager, f"wave={wave.pk}&state=queued") == ["0"]
    assert shown(as_manager, "q=борис") == ["b"]
    assert shown(as_manager, "q=CLIENT1") == ["1"]
    counts = as_manager.get(f"{LIST}?wave={wave.pk}&state=queued").context["counts"]
    assert [(state.value, count) for state, count in counts] == [("queued", 1), ("cancelled", 1)]


@pytest.mark.parametrize("query", ["state=lost", "wave=abc", "wave=99999", "page=-1", "page=x", "q=%00", "q=" + "x" * 300])
def test_a_filter_that_makes_no_sense_is_no_filter(as_manager: Browser, plan: PlanWave, query: str) -> None:
    plan(1)
    assert shown(as_manager, query) == ["0"]


def test_htmx_gets_the_table_alone(as_manager: Browser, plan: PlanWave) -> None:
    plan(1)
    html = page_of(as_manager, LIST, headers={"HX-Request": "true"})
    assert html.strip().startswith('<div id="messages">')
    assert "client0@example.org" in html


def test_an_empty_list_says_what_to_do(as_manager: Browser) -> None:
    assert "Писем пока нет" in page_of(as_manager, LIST)
    assert "Показать все" in page_of(as_manager, f"{LIST}?state=sent")


def test_without_a_mail_server_the_page_says_so(as_manager: Browser) -> None:
    assert "var/mail" in page_of(as_manager, LIST)
    with override_settings(EMAIL_URL="smtp://127.0.0.1:2525"):
        assert "var/mail" not in page_of(as_manager, LIST)


def test_a_silent_worker_is_told(as_manager: Browser) -> None:
    warning = "Письма никто не отправляет"
    assert warning in page_of(as_manager, LIST)
    heartbeat(name="drain")
    assert warning not in page_of(as_manager, LIST)
    Heartbeat.objects.update(at=timezone.now() - dt.timedelta(minutes=3))
    assert warning in page_of(as_manager, LIST)


def test_a_stopped_mail_server_is_told_and_resumed(as_manager: Browser, plan: PlanWave) -> None:
    plan(1)
    SmtpAccount.objects.update(state=AccountState.STOPPED, stopped_reason="535 wrong password")
    account = SmtpAccount.objects.get()
    address = reverse("mailing:account_resume", args=[account.pk])
    html = page_of(as_manager, LIST)
    assert "535 wrong password" in html
    assert address in html
    assert as_manager.get(address).status_code == 405
    assert as_manager.post(address).status_code == 302
    account.refresh_from_db()
    assert (account.state, account.stopped_reason) == (AccountState.OPEN, "")


def test_a_resting_mail_server_is_told(as_manager: Browser, plan: PlanWave) -> None:
    plan(1)
    SmtpAccount.objects.update(open_until=timezone.now() + dt.timedelta(minutes=1))
    assert "Почтовый сервер не отвечает" in page_of(as_manager, LIST)


def test_a_wave_is_paused_resumed_and_cancelled(as_manager: Browser, plan: PlanWave) -> None:
    wave = plan(2)
    for verb, state in [("pause", "paused"), ("resume", "running"), ("cancel", "cancelled"), ("resume", "cancelled")]:
        response = as_manager.post(reverse(f"mailing:wave_{verb}", args=[wave.pk]))
        assert (response.status_code, response["Location"]) == (302, f"{LIST}?wave={wave.pk}")
        assert MailWave.objects.get().state == state
        page_of(as_manager, f"{LIST}?wave={wave.pk}")
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}


def test_staff_may_not_act(as_staff: Browser, plan: PlanWave) -> None:
    wave = plan(1)
    assert as_staff.post(reverse("mailing:wave_cancel", args=[wave.pk])).status_code == 403
    assert MailWave.objects.get().state == "running"


def test_a_message_shows_its_log_and_its_words(as_manager: Browser, plan: PlanWave, manager: User) -> None:
    plan(1)
    message = Message.objects.get()
    MessageAttempt.objects.create(message=message, phase="recipient", code=451, text="try later")
    MessageAttempt.objects.create(message=message, phase="person", actor=manager)
    html = page_of(as_manager, reverse("mailing:message_detail", args=[message.pk]))
    assert "try later" in html
    assert str(manager) in html
    assert "Здравствуйте, Ирина 0!" in html
    assert "token0" not in html
    assert reverse("mailing:message_again", args=[message.pk]) not in html


def test_the_html_of_a_letter_opens_in_a_sandbox(as_manager: Browser, plan: PlanWave) -> None:
    plan(1)
    response = as_manager.get(reverse("mailing:message_preview", args=[Message.objects.get().pk]))
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert response["Cache-Control"] == "no-store"
    assert "token0" not in response.content.decode()


def test_a_letter_that_cannot_be_put_together_has_no_preview(as_manager: Browser, plan: PlanWave) -> None:
    plan(recipients=[Recipient("a@example.org", "", "1")])
    message = Message.objects.get()
    page_of(as_manager, reverse("mailing:message_detail", args=[message.pk]))
    page_of(as_manager, reverse("mailing:message_preview", args=[message.pk]), status=404)


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_manager_sends_again(as_manager: Browser, plan: PlanWave, manager: User, state: str) -> None:
    plan(1)
    for step in ["claimed", "sending", state]:
        Message.objects.update(state=step)
    message = Message.objects.get()
    address = reverse("mailing:message_again", args=[message.pk])
    assert address in page_of(as_manager, reverse("mailing:message_detail", args=[message.pk]))
    assert as_manager.get(address).status_code == 405
    for _click in range(2):
        assert as_manager.post(address).status_code == 302
    assert Message.objects.get().state == "queued"
    assert [record.actor for record in MessageAttempt.objects.all()] == [manager]


@pytest.fixture
def unsubscribe_address(company: Company, plan: PlanWave) -> str:
    """The link in the first recipient's letter."""
    plan(2)
    return reverse("mailing:unsubscribe", args=[unsubscribe_token(Message.objects.get(external_key="0").message_id)])


def test_opening_the_unsubscribe_link_changes_nothing(unsubscribe_address: str) -> None:
    for method in ("get", "head"):
        response = getattr(Browser(), method)(unsubscribe_address)
        assert response.status_code == 200
        assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not Suppression.objects.exists()
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}


def test_one_click_unsubscribes_without_cookies_and_twice_is_as_good_as_once(unsubscribe_address: str) -> None:
    for _click in range(2):
        response = Browser(enforce_csrf_checks=True).post(unsubscribe_address, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert response.cookies == {}
    assert Suppression.objects.get().reason == "unsubscribed"
    assert dict(Message.objects.values_list("external_key", "state")) == {"0": "skipped", "1": "queued"}


def test_a_wave_is_named_by_the_firms_own_day(plan: PlanWave) -> None:
    plan()
    MailWave.objects.update(created_at="2026-10-01T22:30:00Z")
    with timezone.override("Europe/Moscow"):
        assert "Приглашение · 02.10.2026" in str(MessageFilterForm()["wave"])


@pytest.mark.parametrize("token", ["forged", "0" * 22, "я"])
def test_a_forged_link_is_not_found_and_changes_nothing(unsubscribe_address: str, token: str) -> None:
    address = reverse("mailing:unsubscribe", args=[token])
    assert Browser().get(address).status_code == 404
    assert Browser().post(address).status_code == 404
    assert not Suppression.objects.exists()
