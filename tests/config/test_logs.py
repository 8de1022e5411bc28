"""The log holds no links that act for somebody."""

import logging

import pytest
from django.test import Client as Browser

from company.models import Company
from config.logs import SecretsFilter


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/surveys/a/tOkEn_1-2/", "/surveys/a/…/"),
        ("/surveys/a/tOkEn/thanks/", "/surveys/a/…/thanks/"),
        ("/surveys/s/tOkEn/?score=9", "/surveys/s/…/?score=9"),
        ("/mail/u/tOkEn/", "/mail/u/…/"),
        ("/password/reset/key/1-abc-def/", "/password/reset/key/…/"),
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
