"""Writes of those who bring Clients: kits, and the letter of thanks a person sends."""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import get_language

from clients.models import Client, Lead, Recommender
from clients.services import mark_thanked
from company.models import User
from mailing import services as mailing
from mailing.enums import TemplateKind
from programme.enums import KitKind
from programme.models import SellerKit

logger = logging.getLogger(__name__)
WINDOW = dt.timedelta(days=3)


class NoAddressError(Exception):
    """There is nowhere to write to, or the person asked not to be written to."""


@transaction.atomic
def save_kit(*, kind: KitKind, speech: str, told: str, actor: User) -> SellerKit:
    """Save the company's own words for a kind of people."""
    kit, _created = SellerKit.objects.update_or_create(kind=kind, defaults={"speech": speech, "told": told, "updated_by": actor})
    logger.info("Kit %s saved by user %s", kind, actor.pk)
    return kit


def address_of(who: Client | Recommender) -> str:
    """Return where to thank; empty for those who have no address or do not want letters."""
    if isinstance(who, Client):
        return "" if who.do_not_mail else who.email
    return who.employee.email if who.employee else who.email


@transaction.atomic
def send_thanks(*, lead: Lead, subject: str, text: str, actor: User, now: dt.datetime) -> bool:
    """Send the letter of thanks for a Client who came; False when one has gone already."""
    who = lead.link.owner
    address = address_of(who)
    if not address:
        raise NoAddressError
    if not mark_thanked(lead=lead, now=now):
        return False
    letter = mailing.letter_of(
        kind=TemplateKind.REFERRAL_THANKS, locale=(get_language() or "ru")[:2], name=subject, actor=actor, subject=subject, text=text
    )
    mailing.plan_wave(
        kind=TemplateKind.REFERRAL_THANKS,
        occurrence_key=str(lead.pk),
        letter=letter,
        recipients=[mailing.Recipient(address=address, name=str(who), external_key=str(lead.pk))],
        not_before=now,
        window_end=now + WINDOW,
        actor=actor,
        keeps_quiet_hours=True,
    )
    return True
