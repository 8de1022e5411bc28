"""A tablet that loses its connection, and the widget on a site of strangers with a strict content policy."""

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from company.models import Company, User
from surveys.enums import DoorKind
from surveys.models import Answer, Door
from surveys.services import create_always_survey, create_door
from tests.e2e.conftest import Screenshot

pytestmark = pytest.mark.django_db(transaction=True)


def make_door(kind: DoorKind) -> Door:
    """Save a door of a survey open all the time."""
    survey = create_always_survey(locale="ru", actor=None)
    return create_door(door=Door(survey=survey, kind=kind, name="Касса"), actor=None)


def answers() -> list[tuple[int, str]]:
    """Return what has arrived, by score."""
    return list(Answer.objects.order_by("score").values_list("score", "why"))


def wait_for_answers(page: Page, count: int) -> list[tuple[int, str]]:
    """Wait until so many answers have arrived, and a little longer for one too many."""
    deadline = time.monotonic() + 20
    while Answer.objects.count() < count and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)
    return answers()


@pytest.fixture
def tablet(page: Page, company: Company) -> Page:
    """The page of a tablet, as large as a tablet, with a clock the test moves."""
    page.set_viewport_size({"width": 1180, "height": 820})
    page.clock.install()
    page.goto(f"/surveys/k/{make_door(DoorKind.KIOSK).token}/")
    return page


def tap(tablet: Page, score: int) -> None:
    """Tap a number of the scale."""
    tablet.get_by_role("radio", name=f"{score}", exact=True).click()


def test_a_tablet_takes_an_answer_and_returns_by_itself(tablet: Page, screenshot: Screenshot) -> None:
    screenshot("kiosk_start")
    tap(tablet, 9)
    screenshot("kiosk_words")
    tablet.locator("[name=why]").fill("Быстро и тепло")
    tablet.get_by_role("button", name="Отправить").click()
    expect(tablet.get_by_role("heading", name="Спасибо!")).to_be_visible()
    screenshot("kiosk_thanks")
    assert wait_for_answers(tablet, 1) == [(9, "Быстро и тепло")]
    tablet.clock.run_for(8_500)
    expect(tablet.locator("legend")).to_be_visible()
    expect(tablet.locator("[name=why]")).to_have_value("")


def test_who_walks_away_in_the_middle_has_answered_so_far(tablet: Page) -> None:
    tap(tablet, 3)
    tablet.locator("[name=why]").fill("Холодно")
    tablet.clock.run_for(39_000)
    expect(tablet.locator("[name=why]")).to_be_visible()
    tablet.clock.run_for(2_000)
    expect(tablet.locator("legend")).to_be_visible()
    assert wait_for_answers(tablet, 1) == [(3, "Холодно")]


def test_answers_wait_for_the_connection_and_arrive_once(tablet: Page, screenshot: Screenshot) -> None:
    tablet.context.set_offline(True)
    for score in (5, 6, 7):
        tap(tablet, score)
        tablet.get_by_role("button", name="Отправить").click()
        tablet.get_by_role("button", name="Следующий").click()
    expect(tablet.locator(".waiting")).to_be_visible()
    expect(tablet.locator(".waiting")).to_have_text("3 ответа ждут связи")
    screenshot("kiosk_offline")
    assert answers() == []
    tablet.context.set_offline(False)
    tablet.clock.run_for(16_000)
    assert wait_for_answers(tablet, 3) == [(5, ""), (6, ""), (7, "")]
    expect(tablet.locator(".waiting")).to_be_hidden()
    assert set(Answer.objects.values_list("channel", "suspect_reason")) == {("kiosk", "")}


def test_a_lost_reply_makes_no_second_answer(tablet: Page) -> None:
    lost: list[str] = []

    def lose_reply(route: Any) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort("internetdisconnected")

    tablet.route("**/surveys/k/**", lose_reply)
    tap(tablet, 8)
    tablet.get_by_role("button", name="Отправить").click()
    expect(tablet.locator(".waiting")).to_be_visible()
    assert (len(lost), Answer.objects.count()) == (1, 1)
    tablet.clock.run_for(16_000)
    expect(tablet.locator(".waiting")).to_be_hidden()
    assert answers() == [(8, "")]


def test_a_reload_loses_no_waiting_answer(tablet: Page) -> None:
    tablet.context.set_offline(True)
    tap(tablet, 4)
    tablet.get_by_role("button", name="Отправить").click()
    expect(tablet.locator(".waiting")).to_be_visible()
    tablet.context.set_offline(False)
    tablet.reload()
    assert wait_for_answers(tablet, 1) == [(4, "")]


def test_a_tablet_without_scripts_is_a_plain_form(browser: Browser, live_server: Any, company: Company) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/surveys/k/{make_door(DoorKind.KIOSK).token}/")
    page.get_by_role("radio", name="9", exact=True).check()
    page.locator("[name=ten]").fill("Улыбка")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("heading", name="Спасибо!")).to_be_visible()
    assert list(Answer.objects.values_list("score", "ten")) == [(9, "Улыбка")]
    context.close()


@pytest.fixture
def strange_site(live_server: Any) -> Iterator[Callable[[str], str]]:
    """A site at another address whose policy allows Mayak's scripts and requests and nothing else; returns its address for a tag."""
    policy = f"default-src 'none'; script-src {live_server.url}; connect-src {live_server.url}; require-trusted-types-for 'script'"
    tags: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Магазин</title><h1>Магазин</h1>{tags[0]}".encode())

        def log_message(self, *_args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def publish(tag: str) -> str:
        tags.append(tag)
        return f"http://localhost:{server.server_port}/"

    yield publish
    server.shutdown()
    server.server_close()


def test_the_widget_answers_from_a_strict_site_without_cookies(
    page: Page, company: Company, live_server: Any, strange_site: Callable[[str], str], screenshot: Screenshot
) -> None:
    door = make_door(DoorKind.WIDGET)
    page.goto(strange_site(f'<script src="{live_server.url}/surveys/w/{door.token}/widget.js" async></script>'))
    opener = page.get_by_role("button", name="Оцените нас")
    opener.click()
    dialog = page.get_by_role("dialog", name="Насколько вероятно")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_role("radio", name="0, ", exact=False).first.check()
    dialog.get_by_label("Почему").fill("Долго")
    screenshot("widget")
    dialog.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("heading", name="Спасибо!")).to_be_visible()
    assert answers() == [(0, "Долго")]
    assert Answer.objects.get().channel == "widget"
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_the_preview_of_the_widget_sends_nothing(page: Page, manager: User, sign_in: Callable[[User], None]) -> None:
    door = make_door(DoorKind.WIDGET)
    sign_in(manager)
    page.goto(f"/surveys/doors/{door.pk}/preview/")
    page.get_by_role("button", name="Оцените нас").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="7", exact=True).check()
    dialog.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("heading", name="Спасибо!")).to_be_visible()
    assert answers() == []
