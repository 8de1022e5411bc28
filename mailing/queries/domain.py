"""What the last daily look at the company's mail domain found."""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache

DOMAIN_KEY = "mailing.domain"


@dataclass(frozen=True)
class DomainStanding:
    """The domain, when it was looked at, and the names of what is wrong, such as SPF."""

    domain: str
    at: dt.datetime
    bad: list[str]


def domain_standing() -> DomainStanding | None:
    """Return the last look, None when there was none for a week."""
    kept = cache.get(DOMAIN_KEY)
    return DomainStanding(**kept) if kept else None
