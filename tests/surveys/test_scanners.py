"""Mail scanners do not vote and do not unsubscribe: every link of a real letter, opened in every way they open links."""

import datetime as dt
import email
import re
from email import policy
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from mailing.enums import MessageState
from mailing.models import Message, Suppression
from mailing.rendering import rendered
from surveys.enums import SuspectReason
from surveys.models import Answer, Invitation, Wave
from surveys.queries import wave_result

pytestmark = pytest.mark.django_db
PREFETCH = {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender", "X-Moz": "prefetch"}


@pytest.fixture
def links(wave: Wave) -> list[str]:
    """Every link of Irina's letter in order, as the mail server has just taken it."""
    for state in (MessageState.CLAIMED, MessageState.SENDING, MessageState.SENT):
        Message.objects.update(state=state, sent_at=timezone.now())
    message = Message.objects.select_related("wave__letter").get()
    letter = email.message_from_bytes(rendered(message, message.wave.letter), policy=policy.default)
    html = letter.get_body(("html",))
    assert html is not None
    found = [urlsplit(unescape(link)) for link in re.findall(r'href="([^"]+)"', html.get_content())]
    return [f"{link.path}?{link.query}" for link in found]


def forms(browser: Browser, link: str, page: str) -> list[int]:
    """Send every form of a page as a scanner does: what is hidden as it is, the first choice of the rest."""
    statuses = []
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL):
        data = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        if scores := re.findall(r'type="radio" name="score" value="(\d+)"[^>]*?( checked)?>', form):
            data["score"] = next((score for score, checked in scores if checked), scores[0][0])
        statuses.append(browser.post(link, data).status_code)
    return statuses


def test_a_letter_leads_to_eleven_scores_the_trap_before_them_and_out(links: list[str]) -> None:
    assert [link.split("?")[1] for link in links] == ["ref=mail", *(f"score={score}" for score in range(11)), ""]


def test_opening_every_link_in_every_way_leaves_no_trace(links: list[str]) -> None:
    before = list(Invitation.objects.values())
    for link in links:
        for browser in (Browser(), Browser(headers=PREFETCH)):
            assert (browser.get(link).status_code, browser.head(link).status_code) == (200, 200)
    assert (Answer.objects.count(), Suppression.objects.count()) == (0, 0)
    assert list(Invitation.objects.values()) == before


@pytest.mark.parametrize("seconds", [0, 1, 2, 5, 9])
def test_sending_every_form_within_seconds_counts_nothing(links: list[str], wave: Wave, seconds: int) -> None:
    browser, sent_at = Browser(), timezone.now()
    with time_machine.travel(sent_at, tick=False) as clock:
        pages = [(link, browser.get(link).content.decode()) for link in links]
        clock.shift(min(seconds, 1.9) if seconds < 3 else seconds)
        for link, page in pages[:-1]:
            forms(browser, link, page)
        if seconds < 3:
            assert forms(browser, *pages[-1]) == [200]
    result = wave_result(wave)
    assert (result.answered, result.suspect, Suppression.objects.count()) == (0, 1, 0)


def test_a_patient_scanner_gives_itself_away_by_the_hidden_link(links: list[str], wave: Wave) -> None:
    browser, now = Browser(), timezone.now()
    with time_machine.travel(now + dt.timedelta(minutes=10), tick=False) as clock:
        for link in links[:-1]:
            page = browser.get(link).content.decode()
            clock.shift(8)
            forms(browser, link, page)
    assert (wave_result(wave).answered, Answer.objects.get().suspect_reason) == (0, SuspectReason.HONEYPOT)


def test_a_person_after_the_scanner_is_heard(links: list[str], wave: Wave) -> None:
    browser, now = Browser(), timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        for link in links[:-1]:
            forms(browser, link, browser.get(link).content.decode())
        clock.shift(3600)
        page = browser.get(links[10]).content.decode()
        clock.shift(20)
        assert forms(browser, links[10], page) == [302]
    assert (wave_result(wave).scores[9], wave_result(wave).suspect) == (1, 0)


def test_a_person_unsubscribes_with_one_press_and_a_mail_program_at_once(links: list[str]) -> None:
    browser, now = Browser(), timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        page = browser.get(links[-1]).content.decode()
        clock.shift(4)
        forms(browser, links[-1], page)
    assert Suppression.objects.count() == 1
    Suppression.objects.all().delete()
    assert browser.post(links[-1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Suppression.objects.count() == 1
