"""The log holds no links that act for somebody."""

import logging
import sys

import pytest
from celery.signals import after_setup_logger
from django.test import Client as Browser

from company.models import Company
from config.logs import SecretsFilter


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/surveys/a/tOkEn_1-2/", "/surveys/a/…/"),
        ("/surveys/a/tOkEn/thanks/", "/surveys/a/…/thanks/"),
        ("/surveys/s/tOkEn/?score=9", "/surveys/s/…/?score=9"),
        ("/surveys/e/tOkEn/", "/surveys/e/…/"),
        ("/surveys/r/tOkEn/", "/surveys/r/…/"),
        ("/mail/u/tOkEn/", "/mail/u/…/"),
        ("/password/reset/key/1-abc-def/", "/password/reset/key/…/"),
        ("/touchpoints/g/tOkEn_1-2/walk/", "/touchpoints/g/…/walk/"),
        ("/touchpoints/q/cOdE/", "/touchpoints/q/cOdE/"),
        ("/touchpoints/q/cOdE/0b141263-8581/", "/touchpoints/q/cOdE/…/"),
        ("/surveys/12/", "/surveys/12/"),
    ],
)
def test_secret_part_of_an_address_is_left_out(path: str, shown: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Gone", path), None)
    assert (SecretsFilter().filter(record), record.getMessage()) == (True, f"Gone: {shown}")


def test_refused_request_leaves_no_token_in_the_log(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(SecretsFilter())
    Browser().get("/surveys/a/forged-token/")
    assert [record.getMessage() for record in caplog.records if record.name == "django.request"] == ["Not Found: /surveys/a/…/"]


def fail(text: str) -> None:
    """Fail with the text."""
    raise ValueError(text)


def test_a_refused_row_leaves_neither_the_message_nor_the_traceback() -> None:
    refusal = 'new row violates "x"\nDETAIL:  Failing row contains (тайные\nслова).'
    try:
        fail(refusal)
    except ValueError as error:
        named = ("/surveys/e/tOkEn/", error)
        record = logging.LogRecord("celery", logging.ERROR, "", 1, "Task failed at %s: %r", named, sys.exc_info())
    SecretsFilter().filter(record)
    line = logging.Formatter().format(record)
    assert line.startswith('Task failed at /surveys/e/…/: ValueError(\'new row violates "x"\n')
    assert line.endswith('ValueError: new row violates "x"')
    assert [word for word in ("тайные", "слова", "tOkEn", "DETAIL") if word in line] == []


def test_a_worker_takes_secrets_out_too() -> None:
    logger = logging.getLogger("a worker's")
    logger.addHandler(logging.StreamHandler())
    after_setup_logger.send(sender=None, logger=logger)
    assert [type(found) for found in logger.handlers[0].filters] == [SecretsFilter]


def test_sql_is_logged_at_no_level() -> None:
    assert not logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG)
