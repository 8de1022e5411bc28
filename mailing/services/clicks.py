"""Clicks on the counted links of letters."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from mailing.models import Click
from mailing.queries import CountedLink


@transaction.atomic
def count_click(*, found: CountedLink, now: dt.datetime) -> None:
    """Write down that the recipient followed the link; presses after the first only raise its number."""
    click, created = Click.objects.get_or_create(message=found.message, link=found.link, defaults={"first_at": now})
    if not created:
        Click.objects.filter(pk=click.pk).update(n=F("n") + 1)
