"""Reports of errors, to Sentry and by Django itself, tell what happened and not who was there."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.test import RequestFactory
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from config.errors import QuietFilter, QuietReporter
from config.reports import start_reports

WORDS = "тайные слова"
SECRETS = ("tOkEn", "K7Q2", WORDS, "1a2b3c", "192.0.2.7")


class KeepEnvelopes(Transport):
    """Keeps what would be sent."""

    sent: list[str]

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        KeepEnvelopes.sent = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep one."""
        self.sent.append(envelope.serialize().decode())


@pytest.fixture
def envelopes() -> Iterator[list[str]]:
    """Reports that would have been sent to Sentry."""
    start_reports("https://key@sentry.example.org/1", KeepEnvelopes)
    yield KeepEnvelopes.sent
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def fail(words: str) -> None:
    """Fail as the database does, with the words in the hands."""
    detail = "\n".join(["bad", f"DETAIL:  Failing row contains ({words})."])
    raise ValueError(detail)


def test_sentry_learns_where_it_failed_and_nothing_that_was_sent(envelopes: list[str]) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/surveys/e/tOkEn/")
    try:
        fail(WORDS)
    except ValueError as error:
        logging.getLogger("a.task").error("Task failed at /surveys/e/tOkEn/ with %r", error, exc_info=True)  # noqa: G201 - as Celery does
    assert len(envelopes) == 1
    report = json.loads(envelopes[0].splitlines()[2])
    assert report["exception"]["values"][0]["value"] == "bad"
    assert "vars" not in report["exception"]["values"][0]["stacktrace"]["frames"][0]
    assert [secret for secret in SECRETS if secret in json.dumps(report, ensure_ascii=False)] == []


@pytest.mark.parametrize("path", ["/surveys/e/tOkEn/", "/surveys/a/tOkEn/"])
def test_of_a_secret_page_sentry_gets_no_request_at_all(envelopes: list[str], path: str) -> None:
    event: Any = {
        "message": "bad",
        "request": {"url": f"http://testserver{path}", "cookies": {"session": "1a2b3c"}, "headers": {"X-Forwarded-For": "192.0.2.7"}},
        "user": {"ip_address": "192.0.2.7"},
        "exception": {"values": [{"type": "ValueError", "value": WORDS}]},
    }
    sentry_sdk.capture_event(event)
    report = json.loads(envelopes[0].splitlines()[2])
    assert ("request" in report, "user" in report, report["exception"]["values"][0]["value"]) == (False, False, "")
    assert [secret for secret in SECRETS if secret in envelopes[0]] == []


def test_of_other_pages_sentry_gets_the_address_alone(envelopes: list[str]) -> None:
    sentry_sdk.capture_event({"message": "bad", "request": {"url": "http://testserver/clients/", "cookies": {"session": "1a2b3c"}}})
    assert json.loads(envelopes[0].splitlines()[2])["request"] == {"url": "http://testserver/clients/"}


@pytest.mark.parametrize("debug", [False, True])
def test_djangos_own_report_of_a_secret_page_holds_neither_link_nor_answer(settings: Any, *, debug: bool) -> None:
    settings.DEBUG = debug
    request = RequestFactory().post("/surveys/e/tOkEn/", {"why": WORDS, "code": "K7Q2"})
    try:
        fail(request.POST["why"])
    except ValueError:
        reporter = QuietReporter(request, *sys.exc_info())
    reports = reporter.get_traceback_text() + reporter.get_traceback_html()
    assert "/surveys/e/…/" in reports
    assert [secret for secret in SECRETS if secret in reports] == []


def test_other_reports_stay_useful() -> None:
    request = RequestFactory().post("/clients/", {"name": "Ирина"})
    assert QuietFilter().get_post_parameters(request)["name"] == "Ирина"
