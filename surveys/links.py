"""Addresses that respondents open: a personal link whose token is derived, so nothing secret is stored and a reminder can repeat it."""

import base64

from django.conf import settings
from django.urls import reverse

from common.tokens import keyed_hash


def personal_token(wave_token: str, client_id: int) -> str:
    """Return the token of a Client's link in a wave: 128 bits of an HMAC under the installation's key."""
    digest = keyed_hash("survey invitation", f"{wave_token}:{client_id}")[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def personal_url(wave_token: str, client_id: int) -> str:
    """Return the full personal link."""
    return str(settings.BASE_URL) + reverse("surveys:answer", args=[personal_token(wave_token, client_id)])


def public_url(wave_token: str) -> str:
    """Return the full link anybody may answer by."""
    return str(settings.BASE_URL) + reverse("surveys:public_answer", args=[wave_token])
