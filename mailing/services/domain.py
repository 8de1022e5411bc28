"""The daily look at the company's mail domain."""

import datetime as dt

from django.conf import settings
from django.core.cache import cache

from mailing.domains import Check, own_domain
from mailing.queries.domain import DOMAIN_KEY

WEEK = int(dt.timedelta(days=7).total_seconds())


def note_domain(*, now: dt.datetime) -> None:
    """Ask the name servers and keep what is wrong for the page of health; where letters are files there is nothing to ask."""
    if not settings.EMAIL_URL:
        return
    findings = Check(own_domain(), "").findings()
    bad = [finding.name for finding in findings if finding.state == "bad"]
    cache.set(DOMAIN_KEY, {"domain": own_domain(), "at": now, "bad": bad}, WEEK)
