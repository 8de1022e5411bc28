"""What past answers need to know: whose they are, which are here already."""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from clients.models import Client
from surveys.models import Answer, PastImport, Wave
from surveys.past_rows import PastRow


@dataclass(frozen=True)
class Owner:
    """Whose an answer is, with the branch and segment it counts for."""

    client_id: int
    branch_id: int | None
    segment_id: int | None


def past_imports() -> QuerySet[PastImport]:
    """Return the files, newest first."""
    return PastImport.objects.select_related("created_by")


def known_keys(keys: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return the keys whose answers are here."""
    return set(Answer.objects.filter(submission_key__in=keys).values_list("submission_key", flat=True))


def owners_of(rows: Sequence[PastRow]) -> dict[int, Owner]:
    """Return whose the answers are, by line: found by number, else by e-mail, else by phone; an address two Clients share finds nobody."""
    by_field = {name: found_by(name, {text for row in rows if (text := key_of(row, name))}) for name in ("external_id", "email", "phone")}
    owners: dict[int, Owner] = {}
    for row in rows:
        hits = (by_field[name].get(key_of(row, name)) for name in by_field)
        if hit := next((hit for hit in hits if hit), None):
            owners[row.line] = hit
    return owners


def key_of(row: PastRow, name: str) -> str:
    """Return what a row says in the field a Client is found by."""
    return {"external_id": row.number, "email": row.email, "phone": row.phone}[name]


def found_by(name: str, values: set[str]) -> dict[str, Owner]:
    """Return the Clients with these values of a field, those who share one left out."""
    rows = list(Client.objects.filter(**{f"{name}__in": values}).values_list(name, "pk", "branch_id", "segment_id"))
    times = Counter(row[0] for row in rows)
    return {value: Owner(*rest) for value, *rest in rows if times[value] == 1}


def import_waves(batch: PastImport) -> QuerySet[Wave]:
    """Return the waves that hold answers of the file, oldest first."""
    return Wave.objects.filter(answers__batch=batch).distinct().order_by("starts_at")
