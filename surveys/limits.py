"""How often one address may post answers to one wave. Generous: a whole office shares an address behind NAT."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from common.tokens import keyed_hash

WINDOW_SECONDS = 600
POSTS_IN_WINDOW = 300


def is_too_often(request: HttpRequest, wave_id: int) -> bool:
    """Count the post and say whether its sender is over the limit. The address itself is not kept, only its keyed hash."""
    key = "answers:" + keyed_hash("answer limit", f"{wave_id}:{address_of(request)}").hex()[:32]
    if cache.add(key, 1, WINDOW_SECONDS):
        return False
    try:
        return cache.incr(key) > POSTS_IN_WINDOW
    except ValueError:  # the window has just ended
        return False


def address_of(request: HttpRequest) -> str:
    """Return the sender's address: behind our proxy the last one it wrote down, as the earlier ones may be forged."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
