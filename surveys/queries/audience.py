"""Whom a wave would ask, and whom it leaves in peace."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower

from clients import queries as clients_queries
from clients.models import Client, Segment, ValueBand
from company.models import Branch
from mailing.queries import suppressed_addresses
from surveys.enums import SkipReason
from surveys.formulas.eligibility import Decision, Prospect, decide
from surveys.models import Answer, Invitation, Wave

CHUNK = 5_000


@dataclass(frozen=True)
class Audience:
    """Which Clients a wave is for; an empty list is no limit."""

    branches: tuple[Branch, ...] = ()
    segments: tuple[Segment, ...] = ()
    bands: tuple[ValueBand, ...] = ()
    active_within_days: int | None = None
    rest_days: int = 90


@dataclass(frozen=True)
class AudienceCount:
    """How many Clients are in the audience, how many get a letter, and why the others do not."""

    total: int
    letters: int
    left_out: tuple[tuple[SkipReason, int], ...]


def audience_of(wave: Wave) -> Audience:
    """Return the audience written down in a wave."""
    return Audience(
        branches=tuple(wave.branches.all()),
        segments=tuple(wave.segments.all()),
        bands=tuple(wave.bands.all()),
        active_within_days=wave.active_within_days,
        rest_days=wave.rest_days,
    )


def clients_in(audience: Audience, today: dt.date) -> QuerySet[Client]:
    """Return the Clients of an audience, letters or not."""
    return clients_queries.audience(
        branches=audience.branches,
        segments=audience.segments,
        bands=audience.bands,
        active_within_days=audience.active_within_days,
        today=today,
    )


def audience_decisions(audience: Audience, *, today: dt.date, now: dt.datetime) -> Iterator[Decision]:
    """Decide on every Client of the audience, in the order of their numbers."""
    rows = clients_in(audience, today).order_by("id").values_list("id", "name", "email", "do_not_mail")
    prospects = [Prospect(*row) for row in rows]
    suppressed = suppressed_among({prospect.email.lower() for prospect in prospects if prospect.email})
    return decide(prospects, suppressed, recently_asked(audience.rest_days, now))


def audience_count(audience: Audience, *, today: dt.date, now: dt.datetime) -> AudienceCount:
    """Count who would be asked and who would be left out."""
    reasons = Counter(decision.reason for decision in audience_decisions(audience, today=today, now=now))
    left_out = tuple((reason, reasons[reason.value]) for reason in SkipReason if reasons[reason.value])
    return AudienceCount(total=reasons.total(), letters=reasons[""], left_out=left_out)


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Return the addresses nothing may be sent to, asking in chunks."""
    whole, found = sorted(addresses), set[str]()
    for start in range(0, len(whole), CHUNK):
        found |= suppressed_addresses(whole[start : start + CHUNK])
    return found


def recently_asked(rest_days: int, now: dt.datetime) -> set[str]:
    """Return the addresses of Clients who were asked, or answered, within the days of rest."""
    since = now - dt.timedelta(days=rest_days)
    asked = Invitation.objects.filter(skip_reason="", created_at__gt=since).values_list(Lower("client__email"))
    answered = Answer.objects.filter(client__isnull=False, answered_at__gt=since).values_list(Lower("client__email"))
    return {email for (email,) in asked.union(answered) if email}


def example_client(audience: Audience, *, today: dt.date, now: dt.datetime) -> Client | None:
    """Return the first Client of the audience who would get a letter."""
    chosen = next((one for one in audience_decisions(audience, today=today, now=now) if not one.reason), None)
    return Client.objects.get(pk=chosen.prospect.client_id) if chosen else None


def unreachable_invitations(wave: Wave) -> QuerySet[Invitation]:
    """Return those who could be given their personal link by other means: they have no e-mail and have not answered."""
    unreachable = wave.invitations.filter(skip_reason=SkipReason.NO_EMAIL, client__do_not_mail=False, answer__isnull=True)
    return unreachable.select_related("client").order_by("client__name", "id")
