"""What speaks against a letter: suppressed addresses, days of rest, addresses that get a letter of the same wave."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from mailing.enums import MessageState
from mailing.models import Message
from mailing.queries import suppressed_addresses
from surveys.formulas.eligibility import Grounds, Prospect
from surveys.models import Answer, Invitation, SurveySettings
from surveys.queries.rules import survey_settings

ON_THE_WIRE = (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)


@dataclass(frozen=True)
class Rest:
    """How many days people are left in peace after a letter: of the same survey, or of any if the wave belongs to none."""

    days: int
    survey_id: int | None = None


def addresses_of(prospects: Iterable[Prospect]) -> frozenset[str]:
    """Return their addresses in lower case."""
    return frozenset(prospect.email.lower() for prospect in prospects if prospect.email)


def grounds_against(
    prospects: Collection[Prospect],
    rest: Rest,
    *,
    now: dt.datetime,
    known: Grounds,
    wave_id: int | None = None,
) -> Grounds:
    """Add to what is known the addresses not to be written to; letters of the wave itself are no reason to rest."""
    addresses = addresses_of(prospects)
    return replace(known, suppressed=suppressed_addresses(addresses), recent=recently_asked(addresses, rest, now, wave_id))


def taken_addresses(wave_id: int, prospects: Iterable[Prospect]) -> frozenset[str]:
    """Return those of their addresses to which a letter of the wave goes already."""
    invited = Invitation.objects.filter(wave=wave_id, skip_reason="")
    return frozenset(owners(invited, addresses_of(prospects)))


def recently_asked(addresses: frozenset[str], rest: Rest, now: dt.datetime, wave_id: int | None) -> set[str]:
    """Return the addresses whose owners were asked, or answered, within the days of rest."""
    rules = survey_settings()
    everywhere = rest_everywhere(rules, rest)
    since = now - dt.timedelta(days=everywhere)
    found = asked_since(addresses, since, Q(), wave_id) if everywhere else set()
    if rest.survey_id and rest.days > everywhere:
        found |= asked_since(addresses, now - dt.timedelta(days=rest.days), Q(wave__survey=rest.survey_id), wave_id)
    if rules.reminders_break_rest and everywhere:
        found |= reminded_since(addresses, since, wave_id)
    return found


def rest_everywhere(rules: SurveySettings, rest: Rest) -> int:
    """Return for how many days a letter of any survey counts: a wave of its own may ask for more than the company's rule."""
    return max(rules.rest_days, 0 if rest.survey_id else rest.days)


def asked_since(addresses: frozenset[str], since: dt.datetime, which: Q, wave_id: int | None) -> set[str]:
    """Return the addresses a letter was due to since the moment, and those whose owners have answered since."""
    is_late = Q(due_at__gt=since) | Q(due_at=None, created_at__gt=since)
    invited = Invitation.objects.filter(which, is_late, skip_reason="").exclude(wave=wave_id)
    answered = Answer.objects.filter(which, answered_at__gt=since).exclude(wave=wave_id)
    return owners(invited, addresses) | owners(answered, addresses)


def owners(rows: QuerySet[Invitation] | QuerySet[Answer], addresses: frozenset[str]) -> set[str]:
    """Return those of the addresses that belong to the rows' Clients or contacts."""
    clients = rows.filter(client__email__in=addresses).values_list("client__email", flat=True)
    contacts = rows.annotate(address=Lower("contact__email")).filter(address__in=addresses).values_list("address", flat=True)
    return {email.lower() for email in [*clients, *contacts]}


def reminded_since(addresses: frozenset[str], since: dt.datetime, wave_id: int | None) -> set[str]:
    """Return the addresses a reminder went to since the moment."""
    reminders = Message.objects.filter(wave__reminder__isnull=False, state__in=ON_THE_WIRE, to_address__in=addresses)
    late = reminders.filter(Q(sent_at__gt=since) | Q(sent_at=None, next_at__gt=since)).exclude(wave__reminder__wave=wave_id)
    return {address.lower() for address in late.values_list("to_address", flat=True)}
