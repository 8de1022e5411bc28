"""Clicks counted by ourselves: only a person's press counts, and a link leads only where the letter said."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.utils import timezone

from company.models import Company
from mailing.enums import MessageState, TemplateKind
from mailing.links import click_token, click_url
from mailing.models import Click, LetterTemplate, Message
from mailing.queries import clicks_of
from mailing.services import Recipient, letter_of, plan_wave

pytestmark = pytest.mark.django_db
TARGET = "https://book.example.org/day?a=1&b=2"


@pytest.fixture
def message(company: Company) -> Message:
    """A sent visit reminder with a counted link, and another to somebody who did not press."""
    template = LetterTemplate.objects.create(
        kind=TemplateKind.VISIT_REMINDER, locale="ru", subject="Пора", text="{greeting}", button="Записаться", button_url=TARGET
    )
    letter = letter_of(kind=TemplateKind.VISIT_REMINDER, locale="ru", name="Letter", actor=None, template=template)
    now = timezone.now()
    wave = plan_wave(
        kind="visit_reminder",
        occurrence_key="1",
        letter=letter,
        recipients=[Recipient(f"client{number}@example.org", "", str(number), {"greeting": "Здравствуйте!"}) for number in (1, 2)],
        not_before=now,
        window_end=now + dt.timedelta(days=1),
        actor=None,
    )
    Message.objects.filter(wave=wave).update(state=MessageState.CLAIMED)
    Message.objects.filter(wave=wave).update(state=MessageState.SENDING)
    Message.objects.filter(wave=wave).update(state=MessageState.SENT, sent_at=now)
    return wave.messages.get(external_key="1")


def path(message: Message, number: int = 1) -> str:
    """Return the path of a counted link."""
    return "/mail/go/" + click_url(message.message_id, number).rpartition("/go/")[2]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_counts_nothing(client: Browser, message: Message, method: str) -> None:
    assert getattr(client, method)(path(message)).status_code == 200
    assert Click.objects.count() == 0


def test_the_page_says_where_it_leads_and_works_without_scripts(client: Browser, message: Message) -> None:
    page = client.get(path(message))
    assert "book.example.org" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "form-action 'self' https://book.example.org;" in page["Content-Security-Policy"]
    assert page.cookies == {}


def test_a_press_is_counted_once_per_person_and_leads_on(client: Browser, message: Message) -> None:
    answers = [client.post(path(message)) for _ in range(3)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, TARGET)] * 3
    assert [(click.message_id, click.n) for click in Click.objects.all()] == [(message.pk, 3)]


def test_a_beacon_is_counted_and_led_nowhere(client: Browser, message: Message) -> None:
    answer = client.post(path(message), {"beacon": "1"})
    assert (answer.status_code, "Location" in answer, Click.objects.count()) == (204, False, 1)


def test_forged_and_unknown_links_lead_nowhere(client: Browser, message: Message) -> None:
    token = click_token(message.message_id, 1)
    other = click_token("<" + "0" * 32 + "@example.org>", 1)
    forged = token[:33] + "2" + token[34:]
    wrong = ["x", forged, token[:-1] + ("A" if token[-1] != "A" else "B"), other, click_token(message.message_id, 2)]
    assert [client.post(f"/mail/go/{each}/").status_code for each in wrong] == [404] * 5
    assert Click.objects.count() == 0


def test_a_link_of_one_person_is_not_that_of_another(message: Message) -> None:
    tokens = {click_token(each.message_id, 1) for each in Message.objects.all()}
    assert len(tokens) == 2


def test_click_through_is_people_by_people(client: Browser, message: Message, as_manager: Browser) -> None:
    client.post(path(message))
    client.post(path(message))
    found = clicks_of(message.wave)
    assert found is not None
    assert (found.sent, found.clicked, found.share) == (2, 1, 0.5)
    assert "1 человек из 2" in as_manager.get("/mail/", {"wave": message.wave_id}).content.decode()


def test_a_wave_without_counted_links_shows_no_clicks(company: Company) -> None:
    letter = letter_of(kind=TemplateKind.SECOND_SCORE, locale="ru", name="Letter", actor=None)
    now = timezone.now()
    wave = plan_wave(
        kind="x", occurrence_key="1", letter=letter, recipients=[], not_before=now, window_end=now + dt.timedelta(days=1), actor=None
    )
    assert clicks_of(wave) is None
