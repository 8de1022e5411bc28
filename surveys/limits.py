"""How often one address may post answers to one wave. Generous: a whole office shares an address behind NAT."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from common.tokens import keyed_hash
from surveys.services import count_post

POSTS_IN_WINDOW = 300


def is_too_often(request: HttpRequest, wave_id: int) -> bool:
    """Count the post and say whether its sender is over the limit."""
    key = keyed_hash("answer limit", f"{wave_id}:{address_of(request)}")
    return count_post(key=key, now=timezone.now()) > POSTS_IN_WINDOW


def address_of(request: HttpRequest) -> str:
    """Return the sender's address: behind our proxy the last one it wrote down, as the earlier ones may be forged."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
