"""One Client at a time: saved by hand, a purchase added by hand."""

import datetime as dt
import logging
import os

from django.db import transaction

from clients.models import Client, Purchase
from clients.services.rollups import refresh_rollups
from company.models import Branch, User

logger = logging.getLogger(__name__)


@transaction.atomic
def save_client(*, client: Client, actor: User) -> Client:
    """Save what somebody typed into the card."""
    client.save()
    logger.info("Client %s saved by user %s", client.pk, actor.pk)
    return client


@transaction.atomic
def add_purchase(*, client: Client, day: dt.date, cents: int, product: str, branch: Branch | None, request_key: bytes, actor: User) -> bool:  # noqa: PLR0913 - what a purchase is
    """Add a purchase by hand; the same filled form sent twice adds one. False when it was there already."""
    fields = {"client": client, "day": day, "cents": cents, "product": product, "branch": branch}
    _purchase, created = Purchase.objects.get_or_create(fingerprint=request_key, defaults=fields)
    if created:
        refresh_rollups([client.pk])
        logger.info("Purchase for Client %s added by user %s", client.pk, actor.pk)
    return created


def new_request_key() -> bytes:
    """Return a key for one filled form."""
    return os.urandom(16)
