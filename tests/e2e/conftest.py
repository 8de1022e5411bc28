"""A real browser before a real server. A page that breaks the content policy or logs an error fails its test."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django import Settings

from company.models import User
from mailing.models import MailSettings
from tests.e2e import chromium
from tests.workers import SmtpSink, StartWorker

MILLISECONDS = 20_000  # what a busy machine may need
PASSWORD = "a long test password"
# A form that comes back with what is wrong is answered with 422, which Chromium calls a failure.
# So is a write that came too late (409); a test that cuts the connection or the server (503) sees that reported.
# A phone without a connection cannot look whether there is a newer service worker, and says so in words of its own.
EXPECTED = (
    *(f"status of {status}" for status in (403, 404, 409, 422, 503)),
    "ERR_INTERNET_DISCONNECTED",
    "ERR_FAILED",
    "An unknown error occurred when fetching the script.",
)
Screenshot = Callable[[str], Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything of this folder."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for the session."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread; tests use the database from it too
    path = chromium.find()
    if not path:
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


BUSY_SQL = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IN ('active', 'idle in transaction')
"""


def wait_for_quiet_database() -> None:
    """Wait for requests the closed page had sent: emptying the tables under one of them ends in a deadlock."""
    quiet = 0
    for _attempt in range(100):
        with connection.cursor() as cursor:
            cursor.execute(BUSY_SQL)
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        if quiet == 3:
            return
        time.sleep(0.1)


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A Russian visitor's page at a laptop's size; relative addresses go to the live server."""
    context = browser.new_context(base_url=live_server.url, locale="ru-RU", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in EXPECTED):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    wait_for_quiet_database()
    assert complaints == []


@pytest.fixture
def sign_in(page: Page) -> Callable[[User], None]:
    """Signs a user in through the form, as a person does."""

    def sign(user: User) -> None:
        page.goto("/login/")
        page.fill("[name=login]", user.email)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)

    return sign


@pytest.fixture
def screenshot(page: Page) -> Screenshot:
    """Keeps a picture of the whole page in `var/test/screens` for a person to look at."""

    def shoot(name: str) -> Path:
        path = Path(settings.VAR_DIR) / "screens" / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return shoot


@pytest.fixture
def patience(page: Page) -> Iterator[None]:
    """Waits as long as a busy machine may need: beat rings every five seconds."""
    page.set_default_timeout(MILLISECONDS)
    expect.set_options(timeout=MILLISECONDS)
    yield
    expect.set_options(timeout=5000)


def let_letters_go_at_night() -> None:
    """Switch quiet hours off: tests run at any hour."""
    MailSettings.objects.update_or_create(pk=1, defaults={"quiet_from": 0, "quiet_to": 0})


@pytest.fixture
def worker(live_server: Any, start_worker: StartWorker, smtp_sink: SmtpSink, settings: Settings) -> Iterator[None]:
    """A worker with beat that delivers to the sink and has the key folders; links lead to the live server."""
    settings.BASE_URL = live_server.url
    let_letters_go_at_night()
    with start_worker(EMAIL_URL=smtp_sink.url, BASE_URL=live_server.url, BALLOT_KEY_FOLDERS=",".join(settings.BALLOT_KEY_FOLDERS)):
        yield
