"""One Client at a time: saved by hand, a purchase added by hand."""

import datetime as dt
import logging
import os

from django.db import transaction

from clients.models import Client, Purchase
from clients.queries import same_person
from clients.services.checking import REGIONS
from clients.services.rollups import refresh_rollups
from common.tables.cells import read_phone
from common.tables.refusals import CellError
from company.models import Branch, User
from company.queries import the_company

logger = logging.getLogger(__name__)


class KnownClientError(Exception):
    """There is a Client with this phone or e-mail already."""

    def __init__(self, client: Client) -> None:
        super().__init__(str(client))
        self.client = client


class PhoneError(ValueError):
    """What was typed is no phone number."""


def phone_of(text: str) -> str:
    """Return a phone as people type it in E.164, in the company's region; empty for none."""
    try:
        found = read_phone(text, REGIONS.get(the_company().currency, ""))
    except CellError:
        raise PhoneError from None
    return found.number if found else ""


@transaction.atomic
def create_client(  # noqa: PLR0913 - what is known of a person
    *, name: str, phone: str = "", email: str = "", note: str = "", referred_by: Client | None = None, actor: User
) -> Client:
    """Add a Client one knows by name, phone or e-mail; the phone is E.164. Whoever has this phone or e-mail is no new one."""
    known = same_person(phone=phone, email=email, name=name, referred_by=referred_by)
    if known:
        raise KnownClientError(known)
    client = Client.objects.create(name=name, phone=phone, email=email.lower(), note=note, referred_by=referred_by)
    logger.info("Client %s added by user %s", client.pk, actor.pk)
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
