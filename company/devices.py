"""Devices somebody has signed in from: strangers who guess a password use up their own tries, not those of the owner of the account.

A device keeps a signed cookie with its own random name and the accounts that signed in on it (OWASP calls it a device cookie).
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from common.tokens import keyed_hash

SALT = "company.devices"
MOST_ACCOUNTS = 10
RESET_HERE = "password_reset_for"
"""Where a session keeps the account whose password was set in it by a link from a letter."""


def account_mark(email: str) -> str:
    """Return what stands for an account in the cookie."""
    return keyed_hash("device", email.strip().lower())[:9].hex()


def read_device(request: HttpRequest) -> dict[str, Any]:
    """Return the name of the device and its accounts; a new name when there is no cookie of ours."""
    try:
        found: dict[str, Any] = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=settings.DEVICE_COOKIE_AGE
        )
    except signing.BadSignature:
        return {"name": secrets.token_urlsafe(9), "accounts": []}
    return found


def known_device(request: HttpRequest, email: str) -> str:
    """Return the name of a device this account has signed in from, or whose password was set from here by letter; else nothing."""
    mark = account_mark(email)
    if request.session.get(RESET_HERE) == mark:
        return f"reset-{request.session.session_key}"
    device = read_device(request)
    return str(device["name"]) if mark in device["accounts"] else ""


def remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Write down that the account has signed in from here."""
    device, mark = read_device(request), account_mark(email)
    device["accounts"] = [mark, *(other for other in device["accounts"] if other != mark)][:MOST_ACCOUNTS]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(device, salt=SALT),
        max_age=settings.DEVICE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
