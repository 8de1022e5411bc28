"""Secrets for links: shown once, kept as a hash."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def new_token() -> str:
    """Return a random token for a link, 128 bits."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token; lookups go by this hash, so timing tells nothing."""
    return hashlib.sha256(token.encode()).digest()


def keyed_hash(purpose: str, value: str) -> bytes:
    """Return an HMAC of the value under the installation's key: the same value gives the same 32 bytes, for one purpose only."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).digest()


def derived_token(purpose: str, value: str) -> str:
    """Return the token that belongs to the value, 128 bits: whoever has the installation's key can repeat it, so nobody need store it."""
    return base64.urlsafe_b64encode(keyed_hash(purpose, value)[:16]).decode().rstrip("=")
