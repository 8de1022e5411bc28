"""Who brings Clients: sources on cards, links of people, and those who came by them."""

import datetime as dt
import logging
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from clients.enums import LeadState, RecommenderKind
from clients.models import Client, Lead, Recommender, ReferralLink
from clients.queries import same_person
from clients.queries.referrals import waiting_lead
from company.models import Employee, User

logger = logging.getLogger(__name__)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What nobody takes for another letter on a printed card."""
CODE_LENGTH = 8
NAMES_LOCK = "SELECT pg_advisory_xact_lock(hashtext('clients.recommenders'))"


class SourceError(ValueError):
    """A Client came from one person, and not from themselves."""


def recommender_of(who: Employee | Recommender) -> Recommender:
    """Return the row by which an employee brings Clients, made at the first need."""
    if isinstance(who, Recommender):
        return who
    return Recommender.objects.get_or_create(employee=who, defaults={"kind": RecommenderKind.EMPLOYEE})[0]


@transaction.atomic
def save_client(*, client: Client, sent_by: Client | None, brought_by: Employee | Recommender | None, actor: User) -> Client:
    """Save the card with the one person the Client came from."""
    if (sent_by and brought_by) or (sent_by and sent_by.pk == client.pk):
        raise SourceError
    client.referred_by, client.brought_by = sent_by, recommender_of(brought_by) if brought_by else None
    client.save()
    logger.info("Client %s saved by user %s", client.pk, actor.pk)
    return client


@dataclass(frozen=True)
class Source:
    """Who is named as the one a Client came from: a Client, an employee, or a candidate or partner by name; nobody at all."""

    sent_by: Client | None = None
    employee: Employee | None = None
    kind: RecommenderKind | None = None
    name: str = ""


@transaction.atomic
def set_source(*, client: Client, source: Source, actor: User) -> bool:
    """Write down the one person a Client came from; False when it is written so already. A name nobody knows yet becomes known."""
    held = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    bringer = bringer_of(source, actor)
    if (held.referred_by, held.brought_by) == (source.sent_by, bringer):
        return False
    save_client(client=held, sent_by=source.sent_by, brought_by=bringer, actor=actor)
    return True


def bringer_of(source: Source, actor: User) -> Recommender | None:
    """Return the row of whoever is no Client and is named; two requests at once make one row."""
    if source.employee:
        return recommender_of(source.employee)
    if source.kind is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(NAMES_LOCK)
    known = Recommender.objects.filter(kind=source.kind, name__iexact=source.name).first()
    return known or add_recommender(kind=source.kind, name=source.name, email="", actor=actor)


@transaction.atomic
def add_recommender(*, kind: RecommenderKind, name: str, email: str, actor: User) -> Recommender:
    """Write down a candidate or partner who may bring Clients."""
    found = Recommender.objects.create(kind=kind, name=name, email=email.lower())
    logger.info("Recommender %s added by user %s", found.pk, actor.pk)
    return found


@transaction.atomic
def link_for(*, who: Client | Employee | Recommender, actor: User) -> ReferralLink:
    """Return the link of a person; the first call makes it."""
    owner = {"client": who} if isinstance(who, Client) else {"recommender": recommender_of(who)}
    values = {"code": new_code(), "created_by": actor}
    return ReferralLink.objects.get_or_create(**owner, defaults=values)[0]


def new_code() -> str:
    """Return a code for a new link: one of a million million, so that two do not meet."""
    return "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))


def switch_link(*, link: ReferralLink, is_on: bool, actor: User) -> bool:
    """Let people in by the link, or stop; False when it is so already."""
    changed = ReferralLink.objects.filter(pk=link.pk, is_on=not is_on).update(is_on=is_on)
    logger.info("Referral link %s set to %s by user %s", link.pk, is_on, actor.pk)
    return bool(changed)


@transaction.atomic
def take_lead(*, link: ReferralLink, name: str, phone: str, email: str, note: str, agreed_to: str) -> Lead:  # noqa: PLR0913 - what somebody leaves
    """Write down who came by a link. Whoever waits already is not written twice; a Client of ours keeps the source they have."""
    if waiting := waiting_lead(phone=phone, email=email):
        return waiting
    known = same_person(phone=phone, email=email, name=name, referred_by=None)
    state = LeadState.KNOWN if known else LeadState.WAITING
    said = {"name": name, "phone": phone, "email": email.lower(), "note": note, "agreed_to": agreed_to}
    try:
        with transaction.atomic():
            return Lead.objects.create(link=link, state=state, client=known, **said)
    except IntegrityError:
        # The same form sent twice at once: the other one has it.
        if waiting := waiting_lead(phone=phone, email=email):
            return waiting
        raise


@transaction.atomic
def settle_lead(*, lead: Lead, becomes_client: bool, actor: User, now: dt.datetime) -> Lead | None:
    """Make a Client of who came, with the one who sent them, or write down that they do not want to. None when somebody did it already."""
    waiting = Lead.objects.select_for_update(of=("self",)).select_related("link").filter(pk=lead.pk, state=LeadState.WAITING).first()
    if waiting is None:
        return None
    waiting.state, waiting.settled_by, waiting.settled_at = LeadState.REFUSED, actor, now
    if becomes_client:
        known = same_person(phone=waiting.phone, email=waiting.email, name=waiting.name, referred_by=None)
        waiting.state, waiting.client = (LeadState.KNOWN, known) if known else (LeadState.CLIENT, client_of(waiting))
    waiting.save()
    logger.info("Lead %s settled as %s by user %s", waiting.pk, waiting.state, actor.pk)
    return waiting


def client_of(lead: Lead) -> Client:
    """Save somebody who came as a new Client of whoever sent them."""
    link = lead.link
    return Client.objects.create(
        name=lead.name, phone=lead.phone, email=lead.email, note=lead.note, referred_by=link.client, brought_by=link.recommender
    )


def mark_thanked(*, lead: Lead, now: dt.datetime) -> bool:
    """Note that whoever sent the Client was thanked; False when they were already."""
    return bool(Lead.objects.filter(pk=lead.pk, state=LeadState.CLIENT, thanked_at__isnull=True).update(thanked_at=now))
