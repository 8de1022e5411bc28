"""The page of a new token names the addresses the token opens, and no other."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

ADDRESSES = {"answers:write": "api:answer_create", "leavers:write": "api:leaver_create", "channels:write": "api:channel_months"}


@pytest.mark.parametrize("scope", ADDRESSES)
def test_a_new_token_is_shown_with_what_it_opens(scope: str, as_owner: Browser) -> None:
    response = as_owner.post(reverse("company:token_create"), {"name": "Till", "scopes": [scope]})
    text = response.content.decode()
    named = [each for each, name in ADDRESSES.items() if f"http://testserver{reverse(name)}<" in text]
    assert (response.status_code, named) == (201, [scope])
