"""Where a Client stands in the database: everything an erasure goes by, read from programme/privacy_fields.toml.

Each question goes by an index on the Client, the letter's key or the address; only tables of words typed by hand, and bad rows of
imports, are read whole.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast, Lower

from churn.models import ReturnTurn
from clients.enums import ImportState
from clients.models import Client, Import, ImportChange, Lead, Purchase, ReminderTurn
from mailing.enums import MessageState, TemplateKind
from mailing.models import Letter, MailWave, Message
from mailing.queries import letters_to_any
from metrics.models import TrialMember
from programme.formulas.identity import Identity, identity
from programme.privacy_map import LETTERS, Entry, entries
from surveys.models import Answer, Case, Invitation

OWN_LETTERS = (
    "survey",
    "survey_reminder",
    TemplateKind.PROMISE_KEPT,
    TemplateKind.SECOND_SCORE,
    TemplateKind.VISIT_REMINDER,
    TemplateKind.TRIAL,
    TemplateKind.WIN_BACK,
)
"""Kinds of letters to Clients, by the hundred thousand: they speak of nobody but the recipient."""
UNDER_WAY = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)
ALERTS = (TemplateKind.CASE_ALERT, TemplateKind.CASE_LATE)


@dataclass(frozen=True)
class Traces:
    """Who a Client is, by every spelling known, and the outbox rows of letters to them."""

    client: Client
    identity: Identity
    letters: frozenset[int]


def traces_of(client: Client) -> Traces:
    """Return what an erasure goes by; addresses of letters sent to them are theirs too."""
    letters = letters_by_key(client)
    known = spellings(client, list(Message.objects.filter(pk__in=letters).values_list("to_address", flat=True)))
    letters |= set(letters_to_any(known.emails).values_list("pk", flat=True))
    return Traces(client, known, frozenset(letters))


def spellings(client: Client, addresses: list[str]) -> Identity:
    """Return every name, phone, e-mail and number the Client is or was known by."""
    known: list[dict[str, Any]] = [{"name": client.name, "phone": client.phone, "email": client.email, "external_id": client.external_id}]
    for before, after in ImportChange.objects.filter(client=client).values_list("before", "after"):
        known += [before, after]
    known += [dict(row) for row in Lead.objects.filter(client=client).values("name", "phone", "email")]
    known += [{"email": address.lower()} for address in addresses]
    columns = {name: [row.get(name) or "" for row in known] for name in ("name", "phone", "email", "external_id")}
    return identity(names=columns["name"], phones=columns["phone"], emails=columns["email"], numbers=columns["external_id"])


def letters_by_key(client: Client) -> set[int]:
    """Return the letters planned for the Client, to whatever address."""
    answers = [f"answer-{pk}" for pk in ids(Answer, client)]
    by_kind: list[tuple[tuple[str, ...], list[Any]]] = [
        (("survey", "survey_reminder"), ids(Invitation, client)),
        ((TemplateKind.PROMISE_KEPT, TemplateKind.SECOND_SCORE), answers),
        ((TemplateKind.VISIT_REMINDER,), ids(ReminderTurn, client)),
        ((TemplateKind.TRIAL,), ids(TrialMember, client)),
        ((TemplateKind.WIN_BACK,), ids(ReturnTurn, client)),
        ((TemplateKind.REFERRAL_THANKS,), ids(Lead, client, "link__client")),
    ]
    found: set[int] = set()
    for kinds, keys in by_kind:
        if keys:
            waves = MailWave.objects.filter(kind__in=kinds)
            found |= set(Message.objects.filter(wave__in=waves, external_key__in=[str(key) for key in keys]).values_list("pk", flat=True))
    return found


def ids(model: type[Model], client: Client, path: str = "client") -> list[int]:
    """Return the rows of a table about the Client."""
    return list(model._default_manager.filter(**{path: client.pk}).values_list("pk", flat=True))


def rows_about(entry: Entry, traces: Traces) -> set[int]:
    """Return the rows of a table that are about the Client, each way to them by its own index."""
    found: set[int] = set()
    for path in entry.client:
        by_letter, value = f"{path.removesuffix(LETTERS) or 'pk'}__in", traces.letters
        asked = Q(**{by_letter: value}) if path.endswith(LETTERS) else Q(**{path: traces.client.pk})
        found |= set(entry.model._default_manager.filter(asked).values_list("pk", flat=True))
    if entry.model is Lead:
        found |= set(nameless_leads(traces.identity).values_list("pk", flat=True))
    return found


def nameless_leads(known: Identity) -> QuerySet[Lead]:
    """Return those who came by a link with the same phone or e-mail and were not tied to a Client."""
    return Lead.objects.annotate(address=Lower("email")).filter(Q(phone__in=known.phones) | Q(address__in=known.emails), client=None)


def mentions(entry: Entry, known: Identity) -> QuerySet[Model]:
    """Return the rows in whose free words the person stands."""
    rows = entry.model._default_manager.all()
    if entry.model is Message:
        rows = rows.filter(wave__in=list(MailWave.objects.exclude(kind__in=OWN_LETTERS).values_list("pk", flat=True)))
    columns = {f"{name}_words": Cast(name, TextField()) for name in entry.loose}
    found = functools.reduce(Q.__or__, (Q(**{f"{name}__iregex": known.pattern}) for name in columns))
    return rows.annotate(**columns).filter(found) if known.pattern else rows.none()


def loose_entries() -> Iterator[Entry]:
    """Yield the tables with words typed by anybody about anything."""
    return (entry for entry in entries() if entry.loose)


def alerts_about(client: Client) -> QuerySet[Message]:
    """Return letters to colleagues that quote the Client: alerts of cases."""
    cases = [*ids(Case, client), *ids(Case, client, "answer__client")]
    keys = functools.reduce(
        Q.__or__, (Q(occurrence_key=f"case-{pk}") | Q(occurrence_key__startswith=f"case-{pk}-") for pk in cases), Q(pk=None)
    )
    return Message.objects.filter(wave__in=list(MailWave.objects.filter(keys, kind__in=ALERTS).values_list("pk", flat=True)))


def own_letters(client: Client) -> QuerySet[Letter]:
    """Return letters written for the Client alone, to win them back."""
    turns = [str(pk) for pk in ids(ReturnTurn, client)]
    return Letter.objects.filter(waves__in=MailWave.objects.filter(kind=TemplateKind.WIN_BACK, occurrence_key__in=turns))


def files_with(client: Client) -> QuerySet[Import]:
    """Return loaded imports whose file is still kept and holds the Client."""
    batches: set[int | None] = {client.created_by_import_id, *ImportChange.objects.filter(client=client).values_list("batch_id", flat=True)}
    batches |= set(Purchase.objects.filter(client=client).values_list("batch_id", flat=True).distinct())
    return Import.objects.filter(pk__in=[pk for pk in batches if pk], state=ImportState.DONE).exclude(file="")


def import_in_the_way() -> Import | None:
    """Return an import that is at work: it could bring back what is erased meanwhile."""
    return Import.objects.filter(state__in=ImportState.working()).first()


def is_being_written_to(traces: Traces) -> bool:
    """Say whether a letter to the person is on the wire this moment; until the transaction ends no other one is begun."""
    begun = Message.objects.select_for_update().filter(pk__in=traces.letters, state__in=UNDER_WAY).order_by("pk")
    return MessageState.SENDING in set(begun.values_list("state", flat=True))


def namesakes_by_address(client: Client) -> int:
    """Return how many other Clients have the same e-mail: nobody will write to them there any more either."""
    return Client.objects.filter(email=client.email).exclude(pk=client.pk).count() if client.email else 0


@dataclass(frozen=True)
class Footprint:
    """What an erasure would empty: rows by table, texts of others that name the Client, files, and who shares the address."""

    rows: dict[str, int]
    mentions: int
    files: int
    sharing: int


def footprint(traces: Traces) -> Footprint:
    """Count what an erasure would empty."""
    rows = {entry.label: len(rows_about(entry, traces)) for entry in entries() if entry.erased}
    named = sum(mentions(entry, traces.identity).count() for entry in loose_entries())
    return Footprint(rows, named, files_with(traces.client).count(), namesakes_by_address(traces.client))
