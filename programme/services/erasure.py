"""Erasing a Client: names, contacts and words go, sums and scores stay without a person."""

import datetime as dt
import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models.functions import Cast, Concat

from clients import services as clients
from clients.models import Client
from company.models import User
from mailing import services as mailing
from mailing.enums import Reason
from programme.formulas.identity import STRUCK, Identity
from programme.models import Erasure
from programme.privacy_map import Entry, entries
from programme.queries import erasure as queries
from programme.services.requests import close_by_erasure
from surveys.enums import CaseOutcome
from surveys.models import Case
from surveys.services import close_case

logger = logging.getLogger(__name__)


class NotErasedError(Exception):
    """Nothing was erased: the Client is erased already, or something would bring them back meanwhile."""

    ALREADY, IMPORTING, SENDING = "already", "importing", "sending"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def erase_client(*, client: Client, reason: str, actor: User, now: dt.datetime) -> Erasure:
    """Empty everything that says who the Client is or what they said, and see that nobody writes to them again."""
    locked = Client.objects.select_for_update().get(pk=client.pk)
    traces = queries.traces_of(locked)
    refuse_unless_quiet(traces)
    clients.drop_checked_stages()
    close_cases(locked, actor, now)
    stop_letters(traces)
    counts = {entry.label: n for entry in entries() if entry.erased and (n := wipe(entry, traces))}
    counts |= {f"{entry.label}:words": n for entry in queries.loose_entries() if (n := strike_out(entry, traces.identity))}
    queries.own_letters(locked).update(name=STRUCK, subject=STRUCK, text=STRUCK, html=STRUCK)
    counts |= {"clients.Import:files": remove_files(locked)}
    Client.objects.filter(pk=locked.pk).update(do_not_call=True, do_not_mail=True)
    act = Erasure.objects.create(client=locked, reason=traces.identity.struck(reason), counts=counts, erased_by=actor, erased_at=now)
    close_by_erasure(client=locked, outcome=act.reason, actor=actor, now=now)
    logger.info("Client %s erased by user %s", locked.pk, actor.pk)
    return act


def refuse_unless_quiet(traces: queries.Traces) -> None:
    """Refuse a second erasure, and one while an import or a letter on the wire holds a copy of the person."""
    if Erasure.objects.filter(client=traces.client).exists():
        raise NotErasedError(NotErasedError.ALREADY)
    if queries.import_in_the_way():
        raise NotErasedError(NotErasedError.IMPORTING)
    if queries.is_being_written_to(traces):
        raise NotErasedError(NotErasedError.SENDING)


def close_cases(client: Client, actor: User, now: dt.datetime) -> None:
    """Close what somebody was to talk to the Client about."""
    waiting = {*queries.ids(Case, client), *queries.ids(Case, client, "answer__client")}
    for case in Case.objects.open().filter(pk__in=waiting):
        close_case(case=case, outcome=CaseOutcome.NOT_REACHED, note=STRUCK, actor=actor, now=now)


def stop_letters(traces: queries.Traces) -> None:
    """Hold back what waits for the person, and keep their addresses as keyed hashes nothing is sent to."""
    for address in traces.identity.emails:
        mailing.suppress(address=address, reason=Reason.ERASED, source="")
    alerts = queries.alerts_about(traces.client)
    mailing.hold_back(message_ids=[*traces.letters, *alerts.values_list("pk", flat=True)], reason=Reason.ERASED)
    alerts.update(context={})


def wipe(entry: Entry, traces: queries.Traces) -> int:
    """Empty the fields of a table that say who the Client is; return in how many rows."""
    pks = queries.rows_about(entry, traces)
    if pks:
        values = {name: emptied(entry.model, name, is_marked=name in entry.mark) for name in entry.erased}
        entry.model._default_manager.filter(pk__in=pks).update(**values)
    return len(pks)


def emptied(model: type[models.Model], name: str, *, is_marked: bool) -> Any:
    """Return what stands in an erased field: nothing, a dash where something stood, a dash with a number where rows must differ."""
    field = model._meta.get_field(name)
    if isinstance(field, models.JSONField):
        return field.get_default()
    if not is_marked:
        return ""
    if isinstance(field, models.Field) and must_differ(model, field):
        return Concat(models.Value(STRUCK), Cast("pk", models.CharField()))
    return models.Case(models.When(**{name: ""}, then=models.Value("")), default=models.Value(STRUCK))


def must_differ(model: type[models.Model], field: "models.Field[Any, Any]") -> bool:
    """Say whether the database refuses the same value in two rows."""
    rules = [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    return field.unique or any(field.name in rule.fields for rule in rules)


def strike_out(entry: Entry, known: Identity) -> int:
    """Strike the person out of words typed by anybody; return of how many rows."""
    n = 0
    for row in queries.mentions(entry, known).only("pk", *entry.loose):
        words = {name: without(getattr(row, name), known) for name in entry.loose}
        entry.model._default_manager.filter(pk=row.pk).update(**words)
        n += 1
    return n


def without(value: Any, known: Identity) -> Any:
    """Return a text, or all texts within a JSON value, without the person."""
    if isinstance(value, str):
        return known.struck(value)
    if isinstance(value, list):
        return [without(part, known) for part in value]
    if isinstance(value, dict):
        return {key: without(part, known) for key, part in value.items()}
    return value


def remove_files(client: Client) -> int:
    """Remove the files the Client was loaded from; what was loaded stays. Return how many."""
    batches = list(queries.files_with(client))
    for batch in batches:
        storage, name = batch.file.storage, batch.file.name or ""
        type(batch)._default_manager.filter(pk=batch.pk).update(file="")
        transaction.on_commit(partial(delete_files, storage, [name]))
    return len(batches)


def delete_files(storage: Storage, names: Iterable[str]) -> None:
    """Remove files from the disk; one that is gone already is no trouble."""
    for name in names:
        storage.delete(name)
