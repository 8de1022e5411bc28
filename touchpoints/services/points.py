"""Writes to the map."""

from collections.abc import Iterable

from django.db import connection, transaction

from common.images import Photo
from company.models import Branch, User
from touchpoints import catalogue
from touchpoints.enums import JourneyStage
from touchpoints.models import Touchpoint
from touchpoints.queries import journey, next_position
from touchpoints.services.photos import replace_photo


@transaction.atomic
def add_touchpoint(  # noqa: PLR0913 - named, one per column
    *,
    name: str,
    kind: str,
    actor: User | None,
    stage: str = JourneyStage.USE,
    hint: str = "",
    branch: Branch | None = None,
    owner: User | None = None,
    photo: Photo | None = None,
) -> Touchpoint:
    """Put a touchpoint at the end of its step of the journey."""
    point = Touchpoint(name=name, kind=kind, stage=stage, hint=hint, branch=branch, owner=owner, changed_by=actor)
    point.position = next_position(stage)
    replace_photo(point.photo, photo)
    point.save()
    return point


@transaction.atomic
def change_touchpoint(*, touchpoint: Touchpoint, actor: User, photo: Photo | None = None, drop_photo: bool = False) -> None:
    """Save an edited touchpoint; one that moved to another step of the journey goes to its end."""
    if Touchpoint.objects.select_for_update().get(pk=touchpoint.pk).stage != touchpoint.stage:
        touchpoint.position = next_position(touchpoint.stage)
    if photo or drop_photo:
        replace_photo(touchpoint.photo, photo)
    touchpoint.changed_by = actor
    touchpoint.save(update_fields=["name", "kind", "stage", "hint", "branch", "owner", "position", "photo", "changed_by"])


@transaction.atomic
def archive_touchpoint(*, touchpoint: Touchpoint, actor: User) -> bool:
    """Take a touchpoint off the map, keeping its history; False when it was off already."""
    return Touchpoint.objects.filter(pk=touchpoint.pk, is_archived=False).update(is_archived=True, changed_by=actor) == 1


@transaction.atomic
def place_touchpoint(*, touchpoint: Touchpoint, stage: str, before: Touchpoint | None, actor: User) -> None:
    """Put a touchpoint right before another one of a step of the journey, without one at its end; before itself nothing moves."""
    if before == touchpoint:
        return
    with connection.cursor() as cursor:
        cursor.execute(journey.LOCK)
    position = next_position(stage) if before is None else position_before(touchpoint, before)
    placed = Touchpoint.objects.active().filter(pk=touchpoint.pk).update(stage=stage, position=position, changed_by=actor)
    if placed:
        touchpoint.stage, touchpoint.position = stage, position


def position_before(touchpoint: Touchpoint, before: Touchpoint) -> int:
    """Return a free place, making room in the step where there is none: one statement, once in many moves."""
    before.refresh_from_db(fields=["stage", "position"])
    free = journey.free_position(touchpoint, before)
    if free is None:
        with connection.cursor() as cursor:
            cursor.execute(journey.SPREAD, [before.stage])
        before.refresh_from_db(fields=["position"])
        free = journey.free_position(touchpoint, before)
    return before.position if free is None else free


@transaction.atomic
def add_from_catalogue(*, keys: Iterable[str], actor: User | None) -> int:
    """Put the chosen entries of the ready catalogue on the map; those already there are left alone. Return how many were added."""
    wanted = set(keys)
    there = set(Touchpoint.objects.active().values_list("catalogue_key", flat=True))
    named = set(Touchpoint.objects.active().filter(branch=None).values_list("kind", "name"))
    fresh = [e for e in catalogue.entries() if e.key in wanted - there and (e.kind.value, e.name) not in named]
    places = {stage: next_position(stage) for stage in {entry.stage for entry in fresh}}
    rows = []
    for entry in fresh:
        rows.append(new_point(entry, places[entry.stage], actor))
        places[entry.stage] += journey.GAP
    Touchpoint.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def new_point(entry: catalogue.Entry, position: int, actor: User | None) -> Touchpoint:
    """Return an entry of the catalogue as a touchpoint of every branch."""
    return Touchpoint(
        name=entry.name,
        kind=entry.kind,
        stage=entry.stage,
        hint=entry.hint,
        catalogue_key=entry.key,
        position=position,
        changed_by=actor,
    )
