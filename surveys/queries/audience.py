"""Whom a wave would ask, and whom it leaves in peace."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from clients import queries as clients_queries
from clients.models import Channel, Client, Segment, ValueBand
from common.zones import known_zone
from company.models import Branch
from company.queries import the_company
from surveys.enums import SkipReason, SurveyAudience
from surveys.formulas.eligibility import Decision, Grounds, Prospect, decide
from surveys.models import Contact, Invitation, SavedAudience, Survey, Wave
from surveys.queries.contacts import contacts_in
from surveys.queries.grounds import Rest, addresses_of, grounds_against

CHUNK = 5_000


@dataclass(frozen=True)
class Audience:
    """Who is asked; an empty list is no limit. The lists concern Clients only."""

    kind: SurveyAudience = SurveyAudience.CLIENTS
    branches: tuple[Branch, ...] = ()
    segments: tuple[Segment, ...] = ()
    bands: tuple[ValueBand, ...] = ()
    channels: tuple[Channel, ...] = ()
    active_within_days: int | None = None
    rest_days: int = 90
    survey_id: int | None = None

    @property
    def rest(self) -> Rest:
        """Return how long its people are left in peace."""
        return Rest(self.rest_days, self.survey_id)


@dataclass(frozen=True)
class AudienceCount:
    """How many are in the audience, how many get a letter, and why the others do not."""

    total: int
    letters: int
    left_out: tuple[tuple[SkipReason, int], ...]


def audience_of(plan: Wave | Survey) -> Audience:
    """Return the audience written down in a wave, or in a survey for its next wave."""
    return Audience(
        kind=SurveyAudience(plan.audience),
        branches=tuple(plan.branches.all()),
        segments=tuple(plan.segments.all()),
        bands=tuple(plan.bands.all()),
        channels=tuple(plan.channels.all()),
        active_within_days=plan.active_within_days,
        rest_days=plan.rest_days,
        survey_id=plan.survey_id if isinstance(plan, Wave) else plan.pk,
    )


def saved_audiences() -> QuerySet[SavedAudience]:
    """Return the audiences saved under a name."""
    return SavedAudience.objects.prefetch_related("branches", "segments", "bands", "channels")


def clients_in(audience: Audience, today: dt.date) -> QuerySet[Client]:
    """Return the Clients of an audience, letters or not."""
    found = clients_queries.audience(
        branches=audience.branches,
        segments=audience.segments,
        bands=audience.bands,
        active_within_days=audience.active_within_days,
        today=today,
    )
    return found.filter(channel__in=audience.channels) if audience.channels else found


def people_in(audience: Audience, today: dt.date) -> QuerySet[Client] | QuerySet[Contact]:
    """Return everybody in the audience, whoever they are."""
    return clients_in(audience, today) if audience.kind == SurveyAudience.CLIENTS else contacts_in(audience.kind)


def prospects_among(people: QuerySet[Any]) -> list[Prospect]:
    """Return what the decision needs to know of Clients or contacts, in their order."""
    zone = Coalesce(F("branch__time_zone"), Value("")) if people.model is Client else Value("")
    usual = the_company().time_zone
    rows = people.values_list("pk", "name", "email", "do_not_mail", zone)
    return [Prospect(pk, name, email, do_not_mail, known_zone(own, usual)) for pk, name, email, do_not_mail, own in rows]


def prospect_chunks(audience: Audience, today: dt.date) -> Iterator[list[Prospect]]:
    """Yield the audience chunk by chunk."""
    people, last = people_in(audience, today), 0
    while chunk := prospects_among(people.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].person_id


def audience_decisions(
    audience: Audience, *, today: dt.date, now: dt.datetime, removed: frozenset[int] = frozenset()
) -> Iterator[Decision]:
    """Decide on everybody in the audience, in the order of their numbers."""
    taken: frozenset[str] = frozenset()
    for chunk in prospect_chunks(audience, today):
        decisions = list(decide(chunk, grounds_against(chunk, audience.rest, now=now, known=Grounds(removed=removed, taken=taken))))
        taken |= addresses_of(decision.prospect for decision in decisions if not decision.reason)
        yield from decisions


def removed_from(wave: Wave) -> frozenset[int]:
    """Return the numbers of the Clients taken out of a wave by hand."""
    return frozenset(wave.removals.values_list("client_id", flat=True))


def audience_count(audience: Audience, *, today: dt.date, now: dt.datetime, removed: frozenset[int] = frozenset()) -> AudienceCount:
    """Count who would be asked and who would be left out."""
    reasons = Counter(decision.reason for decision in audience_decisions(audience, today=today, now=now, removed=removed))
    left_out = tuple((reason, reasons[reason.value]) for reason in SkipReason if reasons[reason.value])
    return AudienceCount(total=reasons.total(), letters=reasons[""], left_out=left_out)


def example_client(audience: Audience, *, today: dt.date, now: dt.datetime) -> Client | Contact | None:
    """Return the first one of the audience who would get a letter."""
    chosen = next((one for one in audience_decisions(audience, today=today, now=now) if not one.reason), None)
    return people_in(audience, today).get(pk=chosen.prospect.person_id) if chosen else None


def unreachable_invitations(wave: Wave) -> QuerySet[Invitation]:
    """Return those who could be given their personal link by other means: they have no e-mail and have not answered."""
    may_write = Q(client__do_not_mail=False) | Q(contact__do_not_mail=False)
    unreachable = wave.invitations.filter(may_write, skip_reason=SkipReason.NO_EMAIL, answer__isnull=True)
    return unreachable.select_related("client", "contact").order_by("client__name", "contact__name", "id")
