"""Tokens of other systems and their pages."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common.tokens import token_hash
from company.models import ApiToken, User
from company.queries import working_token
from company.services import create_token, note_token_use, revoke_token

NEW = {"name": "Касса", "scopes": ["answers:write"], "until": ""}
BAD: tuple[dict[str, Any], ...] = (
    {"name": ""},
    {"name": "x" * 81},
    {"scopes": []},
    {"scopes": ["all"]},
    {"until": "2020-01-01"},
    {"until": "9999-12-31"},
)


def make(owner: User, name: str = "Касса", **changes: Any) -> tuple[ApiToken, str]:
    """Make a token."""
    return create_token(**{"name": name, "scopes": ["answers:write"], "expires_at": None, "actor": owner, **changes})


def test_a_token_is_shown_once_and_kept_as_a_hash(as_owner: Browser) -> None:
    response = as_owner.post("/company/tokens/add/", NEW)
    (secret,) = re.findall(r'value="(mayak_[\w-]{22})"', response.content.decode())
    token = ApiToken.objects.get()
    assert (response.status_code, response["Cache-Control"]) == (201, "no-store")
    assert (bytes(token.token_hash), token.hint, token.name, token.expires_at) == (token_hash(secret), secret[-4:], "Касса", None)
    assert secret not in as_owner.get("/company/tokens/").content.decode()


def test_the_last_day_counts_to_its_end_by_the_firms_clock(as_owner: Browser) -> None:
    day = timezone.localdate() + dt.timedelta(days=7)
    as_owner.post("/company/tokens/add/", NEW | {"until": day.isoformat()})
    expires_at = ApiToken.objects.get().expires_at
    assert expires_at == dt.datetime.combine(day, dt.time(21), dt.UTC)  # midnight in Moscow


def test_a_bad_form_makes_no_token_and_keeps_what_was_typed(as_owner: Browser) -> None:
    for change in BAD:
        response = as_owner.post("/company/tokens/add/", {**NEW, "name": "Сайт", **change})
        assert (response.status_code, ApiToken.objects.count()) == (422, 0)
    assert 'value="Сайт"' in response.content.decode()


def test_revoking_works_at_once_and_only_once(as_owner: Browser, owner: User) -> None:
    token, secret = make(owner)
    assert working_token(secret, timezone.now()) == token
    assert as_owner.post(f"/company/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert (working_token(secret, timezone.now()), token.revoked_at is None) == (None, False)
    assert revoke_token(token=token, actor=owner, now=timezone.now()) is False


def test_only_owners_make_and_revoke(manager: User, owner: User) -> None:
    token, _secret = make(owner)
    with pytest.raises(PermissionDenied):
        make(manager)
    with pytest.raises(PermissionDenied):
        revoke_token(token=token, actor=manager, now=timezone.now())
    assert ApiToken.objects.get().revoked_at is None


def test_use_is_written_down_once_a_minute(owner: User) -> None:
    token, now = make(owner)[0], timezone.now()
    seconds = (0, 30, 60, 61, 62)
    assert [note_token_use(token=token, now=now + dt.timedelta(seconds=second)) for second in seconds] == [True, False, False, True, False]
    assert ApiToken.objects.get().last_used_at == now + dt.timedelta(seconds=61)


def test_the_list_costs_the_same_for_any_number(as_owner: Browser, owner: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for names in (["Касса"], ["Сайт", "Чат"]):
        for name in names:
            make(owner, name)
        with django_assert_num_queries(5):
            page = as_owner.get("/company/tokens/").content.decode()
        assert [name in page for name in names] == [True] * len(names)
