"""Secrets in the database are sealed by the installation's key: a copy of the database alone does not open them."""

import base64
import hashlib
import hmac

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


def box(key: str, purpose: str) -> SecretBox:
    """Return the box of one purpose under one key."""
    return SecretBox(hmac.new(key.encode(), f"seal:{purpose}".encode(), hashlib.sha256).digest())


def seal(purpose: str, text: str) -> str:
    """Return the text sealed under today's key, as letters."""
    return base64.b64encode(box(settings.SECRET_KEY, purpose).encrypt(text.encode())).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return what was sealed, under today's key or one of before; ValueError when none of them opens it."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return box(key, purpose).decrypt(base64.b64decode(sealed)).decode()
        except CryptoError:
            continue
    raise ValueError("No key opens this.")
