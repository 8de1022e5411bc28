"""Error pages are calm and need nothing."""

from django.template.loader import render_to_string
from django.test import Client as Browser
from django.test import override_settings

from company.models import Company


def test_500_needs_neither_request_nor_database() -> None:
    assert "<h1>" in render_to_string("500.html")


def test_unknown_address_says_what_to_do(company: Company) -> None:
    response = Browser().get("/no/such/page/", headers={"accept-language": "en"})
    assert (response.status_code, b"There is no such page" in response.content) == (404, True)


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_expired_form_says_nothing_was_saved(company: Company) -> None:
    response = Browser(enforce_csrf_checks=True).post("/language/", {"language": "en"}, headers={"accept-language": "en"})
    assert (response.status_code, b"Nothing has been saved" in response.content) == (403, True)
