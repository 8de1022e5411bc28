"""Who may open what: every address, with every method, as everybody. An address that no matrix names fails."""

import importlib.util
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, converters, get_resolver, reverse

from company.enums import ROLE_RANK, Role
from company.models import User
from tests.conftest import signed_in

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Views that come with their own rules from Django and allauth.
THIRD_PARTY: dict[str, tuple[str, str]] = {
    "account_login": ("public", "GET,POST"),
    "account_inactive": ("public", "GET"),
    "account_logout": ("public", "GET,POST"),
    "account_change_password": ("staff", "GET,POST"),
    "account_reset_password": ("public", "GET,POST"),
    "account_reset_password_done": ("public", "GET"),
    "account_reset_password_from_key": ("public", "GET,POST"),
    "account_reset_password_from_key_done": ("public", "GET"),
    "account_reauthenticate": ("staff", "GET,POST"),
    "mfa_index": ("staff", "GET"),
    "mfa_authenticate": ("public", "GET,POST"),
    "mfa_reauthenticate": ("staff", "GET,POST"),
    "mfa_activate_totp": ("staff", "GET,POST"),
    "mfa_deactivate_totp": ("staff", "GET,POST"),
    "mfa_view_recovery_codes": ("staff", "GET"),
    "mfa_generate_recovery_codes": ("staff", "GET,POST"),
    "mfa_download_recovery_codes": ("staff", "GET"),
    "mfa_list_webauthn": ("staff", "GET"),
    "mfa_add_webauthn": ("staff", "GET,POST"),
    "mfa_reauthenticate_webauthn": ("staff", "GET,POST"),
    "mfa_remove_webauthn": ("staff", "GET,POST"),
    "mfa_edit_webauthn": ("staff", "GET,POST"),
    "mfa_login_webauthn": ("public", "GET,POST"),
    "set_language": ("public", "POST"),
}
OWN: dict[str, tuple[str, str]] = {
    "readyz": ("public", "GET"),
    "health": ("owner", "GET"),
    "health_warning": ("owner", "GET"),
}
SAMPLES: dict[type[Any], Any] = {
    converters.IntConverter: 999_999_999,
    converters.StringConverter: "x",
    converters.SlugConverter: "x",
    converters.PathConverter: "x",
    converters.UUIDConverter: uuid.UUID(int=1),
}


CONVERTERS: dict[str, dict[str, Any]] = {}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (name, pattern) of every address; what the address holds goes to CONVERTERS, what its beginning holds included."""
    outer = getattr(resolver, "outer", {}) | resolver.pattern.converters
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            entry.outer = outer  # type: ignore[attr-defined]
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            CONVERTERS[f"{namespace}{entry.name}"] = outer | entry.pattern.converters
            yield f"{namespace}{entry.name}", entry


ADDRESSES = dict(patterns(get_resolver()))


@cache
def matrix() -> dict[str, tuple[str, str]]:
    """Return name -> (least role, methods) from all apps' files."""
    whole = THIRD_PARTY | OWN
    for app in settings.LOCAL_APPS:
        name = f"tests.{app}.access_matrix"
        if importlib.util.find_spec(name):
            whole |= importlib.import_module(name).MATRIX
    return whole


def url_of(name: str) -> str:
    """Return an address with stand-ins for what it names."""
    kinds = CONVERTERS[name]
    return reverse(name, kwargs={key: sample(kind) for key, kind in kinds.items()})


def sample(kind: Any) -> Any:
    """Return something that fits a converter and names nothing that exists."""
    return next((value for base, value in SAMPLES.items() if isinstance(kind, base)), "x")


def is_refused(response: Any) -> bool:
    """Say whether the visitor was turned away or asked to sign in."""
    return bool(response.status_code == 403) or (
        response.status_code == 302 and str(response["Location"]).startswith(reverse("account_login"))
    )


def test_every_address_is_in_the_matrix_and_no_other() -> None:
    assert sorted(set(ADDRESSES) ^ set(matrix())) == []


def test_every_view_carries_its_rule() -> None:
    rules = {name: getattr(pattern.callback, "access_rule", None) for name, pattern in ADDRESSES.items() if name not in THIRD_PARTY}
    assert {name: rule for name, rule in rules.items() if rule != matrix().get(name, ("",))[0]} == {}


@pytest.fixture
def visitors(owner: User, manager: User, staff: User) -> dict[str, Browser]:
    """One browser per kind of person; the disabled one was an owner who is still signed in."""
    disabled = User.objects.create_user("gone@example.org", "a long test password", name="Gone", role=Role.OWNER)
    browsers = {"owner": signed_in(owner), "manager": signed_in(manager), "staff": signed_in(staff), "disabled": signed_in(disabled)}
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    browsers["nobody"] = Browser()
    return browsers


def may(visitor: str, least: str) -> bool:
    """Say whether the rule lets the visitor in."""
    if least == "public":
        return True
    return visitor in Role.values and ROLE_RANK[Role(visitor)] >= ROLE_RANK[Role(least)]


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_address_answers_each_visitor_by_the_rule(name: str, visitors: dict[str, Browser]) -> None:
    least, methods = matrix()[name]
    wrong = []
    for visitor, browser in visitors.items():
        for method in METHODS:
            status = outcome(browser, method, name, allowed=may(visitor, least), accepted=method in methods.split(","))
            wrong += [f"{visitor} {method}: {status}"] if status else []
    assert wrong == []


def outcome(browser: Browser, method: str, name: str, *, allowed: bool, accepted: bool) -> str:
    """Return what is wrong with the answer, or nothing."""
    response = browser.generic(method, url_of(name))
    status = response.status_code
    if status >= 500:
        return f"{status}"
    if name in THIRD_PARTY:
        return "" if allowed or is_refused(response) else f"{status}, let in"
    if not accepted:
        return "" if status == 405 or is_refused(response) else f"{status}, not refused as a method"
    if is_refused(response) == allowed:
        return f"{status}, {'refused' if allowed else 'let in'}"
    return f"{status}, method refused" if status == 405 else ""
