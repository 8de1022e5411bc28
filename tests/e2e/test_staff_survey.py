"""An anonymous survey as people walk it: web server, Celery worker with beat, Valkey and an SMTP server are all real."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from company.models import Branch, Company, User
from programme.models import BeaconVariant
from programme.services.beacon import start_round
from surveys.ballot_keys import kept_keys
from surveys.models import StaffBallot, StaffComment, StaffGroup, StaffTicket, StaffWave
from surveys.staff_codes import code_of
from tests.e2e.conftest import EXPECTED, MILLISECONDS, PASSWORD, Screenshot
from tests.e2e.test_shell import scrolls_sideways, violations
from tests.surveys.staff import hire, tokens_of
from tests.workers import SmtpSink, wait_for

LINK = re.compile(r"/surveys/e/(?!about/)[\w-]+/")


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Page]:
    """The phone of an employee who has never been here; whatever the console complains about fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="ru-RU", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in EXPECTED):
            complaints.append(message.text)

    page.on("console", note)

    def look(response: Response) -> None:
        if "/surveys/e/" in response.url and "set-cookie" in response.headers:
            complaints.append(f"a cookie from {response.url}")

    page.on("response", look)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()
    assert complaints == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker", "patience")
def test_employees_answer_by_letter_and_by_code_and_nobody_knows_who_said_what(
    page: Page,
    sign_in: Callable[[User], None],
    smtp_sink: SmtpSink,
    phone: Page,
    *,
    company: Company,
    manager: User,
    screenshot: Screenshot,
) -> None:
    del company
    branch = Branch.objects.create(name="На Садовой")
    hire(6, branch)
    hire(2, branch, has_email=False)
    manager.set_password(PASSWORD)
    manager.save()
    sign_in(manager)
    start_a_survey(page)
    wait_for(lambda: len(smtp_sink.messages) == 6, 90)
    answer_letters(phone, smtp_sink)
    answer_on_the_tablet(phone)
    close_and_see(page)
    screenshot("staff_result")


def start_a_survey(page: Page) -> None:
    """Take the words we supply and start."""
    page.goto("/surveys/staff/new/?kind=enps")
    page.locator("form.wform button.btn-beam").click()
    page.locator("details.sure summary").click()
    page.locator("form[action$='/start/'] button").click()
    expect(page.locator("h1")).to_be_visible()
    assert (StaffWave.objects.get().state, StaffTicket.objects.count()) == ("running", 8)
    assert kept_keys() == {StaffWave.objects.get().public_token}


def answer_letters(phone: Page, sink: SmtpSink) -> None:
    """Open six letters one after another and press the button; a link used once says so calmly."""
    links = []
    for letter in sink.messages:
        body = letter.get_body(("plain",))
        found = LINK.search(str(body.get_content() if body else ""))
        assert found
        links.append(found[0])
    phone.goto(links[0])
    assert (violations(phone), scrolls_sideways(phone)) == ([], False)
    for number, link in enumerate(links):
        phone.goto(link)
        phone.locator(f"[name=score][value='{10 - number}']").check(force=True)
        phone.locator("[name=why]").fill("Слова, которых никто не увидит")
        phone.get_by_role("button", name="Отправить анонимно").click()
        phone.wait_for_url("**/e/thanks/**")
    phone.goto(links[0])
    expect(phone.locator("h1")).to_have_text("Ответ принят")
    assert StaffBallot.objects.count() == 6


def answer_on_the_tablet(phone: Page) -> None:
    """Type two codes on the shared tablet: lost connection, thanks, and back to the code by itself with nothing left."""
    wave = StaffWave.objects.get()
    codes = [code_of(pk) for pk in wave.tickets.filter(seat=None).values_list("pk", flat=True)]
    phone.goto(f"/surveys/e/tablet/{wave.public_token}/")
    assert (violations(phone), scrolls_sideways(phone)) == ([], False)
    steps = phone.evaluate("history.length")
    for code in codes:
        phone.locator("[name=code]").fill(code.lower())
        phone.get_by_role("button", name="К вопросам").click()
        phone.locator("[name=score]").first.focus()
        phone.keyboard.press("1")
        phone.keyboard.press("0")
        phone.locator("[name=ten]").fill("Ничего")
        phone.context.set_offline(True)
        phone.get_by_role("button", name="Отправить анонимно").click()
        expect(phone.locator("[data-failed]")).to_be_visible()
        expect(phone.locator("[name=ten]")).to_have_value("Ничего")
        phone.context.set_offline(False)
        phone.get_by_role("button", name="Отправить анонимно").click()
        expect(phone.locator("h1")).to_have_text("Спасибо! Ответ принят")
        phone.get_by_role("link", name="Следующий").click() if code == codes[0] else None
        expect(phone.locator("[name=code]")).to_have_value("")
    assert phone.evaluate("history.length") <= steps + 1
    assert (StaffBallot.objects.count(), StaffTicket.objects.filter(answered=False).count()) == (8, 0)


def close_and_see(page: Page) -> None:
    """Close the survey: numbers of the whole, no ballot, no ticket, no key, and no words below ten answers."""
    page.reload()
    page.locator("details.sure summary", has_text="Закрыть").click()
    page.locator("form[action$='/close/'] button").click()
    wait_for(lambda: StaffWave.objects.get().state == "closed")
    page.goto(f"/surveys/staff/{StaffWave.objects.get().pk}/")
    expect(page.locator("h1")).to_be_visible()
    assert StaffGroup.objects.get(dimension="").counts == [2, 2, 4]
    assert (StaffBallot.objects.count(), StaffTicket.objects.count(), StaffComment.objects.count(), kept_keys()) == (0, 0, 0, set())
    assert violations(page) == []


SENTENCES = ("Держим слово", "Помним каждого", "Отвечаем сразу")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patience")
def test_the_shortlist_is_voted_on_by_phone_and_the_winner_published(
    page: Page, sign_in: Callable[[User], None], phone: Page, *, company: Company, manager: User
) -> None:
    del company
    hire(8, Branch.objects.create(name="На Садовой"))
    collection = start_round(actor=manager, now=timezone.now())
    BeaconVariant.objects.bulk_create(BeaconVariant(round=collection, text=text, is_shortlisted=True) for text in SENTENCES)
    manager.set_password(PASSWORD)
    manager.save()
    sign_in(manager)
    page.goto("/beacon/")
    page.get_by_role("button", name="Вынести на голосование").click()
    page.locator("details.sure summary").click()
    page.locator("form[action$='/start/'] button").click()
    expect(page.locator("details.sure summary", has_text="Закрыть")).to_be_visible()
    vote_by_phone(phone, StaffWave.objects.get())
    page.locator("details.sure summary", has_text="Закрыть").click()
    page.locator("form[action$='/close/'] button").click()
    expect(page.locator(".vt-line.is-won")).to_contain_text(SENTENCES[0])
    assert (violations(page), StaffBallot.objects.count(), kept_keys()) == ([], 0, set())
    page.goto("/beacon/")
    assert (violations(page), scrolls_sideways(page)) == ([], False)
    page.locator(".vt-line.is-won").get_by_role("link").click()
    expect(page.locator("[name=text]")).to_have_value(SENTENCES[0])
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.locator("#words")).to_have_text(SENTENCES[0])


def vote_by_phone(phone: Page, wave: StaffWave) -> None:
    """Choose a sentence by each of eight links."""
    tokens = tokens_of(wave)
    phone.goto(f"/surveys/e/{tokens[0]}/")
    assert (violations(phone), scrolls_sideways(phone)) == ([], False)
    for token, choice in zip(tokens, [0, 0, 0, 0, 1, 1, 1, 2], strict=True):
        phone.goto(f"/surveys/e/{token}/")
        phone.get_by_label(SENTENCES[choice]).check()
        phone.get_by_role("button", name="Отправить анонимно").click()
        phone.wait_for_url("**/e/thanks/**")
    assert StaffBallot.objects.count() == 8
