"""What a server that others reach refuses to start with."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

OWN_MACHINE = {"127.0.0.1", "localhost", "::1"}
SHORTEST_KEY, FEWEST_LETTERS = 50, 5


def refuse_unsafe(*, base_url: str, debug: bool, allowed_hosts: Sequence[str], secret_key: str) -> None:
    """Stop the start when others reach this server and a setting opens it to them; on one's own machine anything goes."""
    if urlsplit(base_url).hostname in OWN_MACHINE:
        return
    if debug:
        raise ImproperlyConfigured("DEBUG is on: errors would show settings and data to visitors. Remove DEBUG from the environment.")
    if "*" in allowed_hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS holds *: links in letters could lead to any host. Name the hosts of this server.")
    if len(secret_key) < SHORTEST_KEY or len(set(secret_key)) < FEWEST_LETTERS or secret_key.startswith("django-insecure"):
        raise ImproperlyConfigured("SECRET_KEY is short or an example: sessions could be forged. Use 50 random characters or leave it out.")
