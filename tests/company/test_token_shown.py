"""The page of a new token names the addresses the token opens, and no other."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from company.enums import ApiScope

ADDRESSES = {
    "answers:write": ["POST api:answer_create"],
    "leavers:write": ["POST api:leaver_create"],
    "sources:write": ["GET, POST api:client_source"],
    "channels:write": ["POST api:channel_months"],
    "employees:read": ["GET api:employees"],
    "touchpoints:read": ["GET api:touchpoints", "GET api:audits", "GET api:actions"],
    "leavers:read": ["GET api:leaver_create", "GET api:calls"],
    "answers:read": ["GET api:waves", "GET api:answer_create"],
}


def line_of(address: str) -> str:
    """Return an address as the page writes it."""
    methods, _space, name = address.rpartition(" ")
    return f"<br>{methods} http://testserver{reverse(name)}<"


def test_every_scope_is_shown_with_its_addresses() -> None:
    assert list(ADDRESSES) == ApiScope.values


@pytest.mark.parametrize("scope", ADDRESSES)
def test_a_new_token_is_shown_with_what_it_opens(scope: str, as_owner: Browser) -> None:
    response = as_owner.post(reverse("company:token_create"), {"name": "Till", "scopes": [scope]})
    text = response.content.decode()
    named = [each for each, lines in ADDRESSES.items() if all(line_of(line) in text for line in lines)]
    assert (response.status_code, named) == (201, [scope])
