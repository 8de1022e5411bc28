"""Scanners with a real browser: pages are rendered with JavaScript, and forms are pressed within seconds."""

import re
from email import message_from_bytes, policy
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django import Settings

from mailing.enums import MessageState
from mailing.models import Message, Suppression
from mailing.rendering import rendered
from surveys.models import Answer, Wave
from surveys.queries import wave_result
from tests.surveys.conftest import irina, wave  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
PRESS = (
    "for (const form of document.querySelectorAll('form')) { form.querySelector('[type=radio]:not(:checked)')?.click(); form.submit(); }"
)


@pytest.fixture
def links(wave: Wave, live_server: Any, settings: Settings) -> list[str]:  # noqa: F811 - a fixture
    """Every link of a letter the mail server has just taken."""
    settings.BASE_URL = live_server.url
    for state in (MessageState.CLAIMED, MessageState.SENDING, MessageState.SENT):
        Message.objects.update(state=state, sent_at=timezone.now())
    message = Message.objects.select_related("wave__letter").get()
    html = message_from_bytes(rendered(message, message.wave.letter), policy=policy.default).get_body(("html",))
    assert html is not None
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', html.get_content())]


def test_rendering_every_page_counts_nothing(browser: Browser, links: list[str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    for link in links:
        page.goto(link, wait_until="load")
    context.close()
    assert (Answer.objects.count(), Suppression.objects.count()) == (0, 0)


def test_pressing_every_form_within_two_seconds_counts_nothing(browser: Browser, links: list[str], wave: Wave) -> None:  # noqa: F811
    context = browser.new_context()
    page = context.new_page()
    for link in (links[1], links[0], links[-1]):
        page.goto(link, wait_until="load")
        page.wait_for_timeout(1000)
        with page.expect_navigation():
            page.evaluate(PRESS)
    context.close()
    result = wave_result(wave)
    assert (result.answered, result.suspect, Suppression.objects.count()) == (0, 1, 0)
