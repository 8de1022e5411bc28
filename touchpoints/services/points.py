"""Writes to the map."""

from collections.abc import Iterable

from django.db import transaction

from company.models import Branch, User
from touchpoints import catalogue
from touchpoints.models import Touchpoint
from touchpoints.queries import next_position


@transaction.atomic
def add_touchpoint(  # noqa: PLR0913 - named, one per column
    *, name: str, kind: str, actor: User, hint: str = "", branch: Branch | None = None, owner: User | None = None
) -> Touchpoint:
    """Put a touchpoint at the end of its class."""
    place = next_position(kind)
    return Touchpoint.objects.create(name=name, kind=kind, hint=hint, branch=branch, owner=owner, position=place, changed_by=actor)


@transaction.atomic
def change_touchpoint(*, touchpoint: Touchpoint, actor: User) -> None:
    """Save an edited touchpoint; one that moved to another class goes to its end."""
    if Touchpoint.objects.select_for_update().get(pk=touchpoint.pk).kind != touchpoint.kind:
        touchpoint.position = next_position(touchpoint.kind)
    touchpoint.changed_by = actor
    touchpoint.save(update_fields=["name", "kind", "hint", "branch", "owner", "position", "changed_by"])


@transaction.atomic
def archive_touchpoint(*, touchpoint: Touchpoint, actor: User) -> bool:
    """Take a touchpoint off the map, keeping its history; False when it was off already."""
    return Touchpoint.objects.filter(pk=touchpoint.pk, is_archived=False).update(is_archived=True, changed_by=actor) == 1


@transaction.atomic
def move_touchpoint(*, touchpoint: Touchpoint, up: bool, actor: User) -> None:
    """Swap a touchpoint with its neighbour in the class; at the edge nothing happens."""
    row = list(Touchpoint.objects.active().filter(kind=touchpoint.kind).select_for_update().order_by("position", "id"))
    place = [point.pk for point in row].index(touchpoint.pk)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(row):
        return
    row[place], row[target] = row[target], row[place]
    for position, point in enumerate(row):
        point.position = position
    Touchpoint.objects.bulk_update(row, ["position"])
    Touchpoint.objects.filter(pk=touchpoint.pk).update(changed_by=actor)


@transaction.atomic
def add_from_catalogue(*, keys: Iterable[str], actor: User | None) -> int:
    """Put the chosen entries of the ready catalogue on the map; those already there are left alone. Return how many were added."""
    wanted = set(keys)
    there = set(Touchpoint.objects.active().values_list("catalogue_key", flat=True))
    named = set(Touchpoint.objects.active().filter(branch=None).values_list("kind", "name"))
    fresh = [e for e in catalogue.entries() if e.key in wanted - there and (e.kind.value, e.name) not in named]
    places = {kind: next_position(kind) for kind in {entry.kind for entry in fresh}}
    rows = []
    for entry in fresh:
        place = places[entry.kind]
        rows.append(
            Touchpoint(name=entry.name, kind=entry.kind, hint=entry.hint, catalogue_key=entry.key, position=place, changed_by=actor)
        )
        places[entry.kind] += 1
    Touchpoint.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
