"""Writes to the map, audits and actions."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models.fields.files import ImageFieldFile
from django.utils import timezone

from common.images import Photo
from company.models import Branch, User
from touchpoints import catalogue
from touchpoints.enums import OPEN_ACTION_STATES, ActionState, AuditState, Rating
from touchpoints.models import Action, Audit, AuditMark, Touchpoint
from touchpoints.queries import next_position

logger = logging.getLogger(__name__)


class ClosedError(Exception):
    """The audit or action was closed by somebody before this write: nothing was changed."""


class NothingMarkedError(Exception):
    """An audit without a single mark cannot be finished."""


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


@transaction.atomic
def plan_audit(*, branch: Branch | None, auditor: User, due_on: dt.date, actor: User) -> Audit:
    """Ask somebody to walk the map by a date."""
    return Audit.objects.create(branch=branch, auditor=auditor, due_on=due_on, created_by=actor, changed_by=actor)


@transaction.atomic
def start_audit(*, audit: Audit, actor: User) -> None:
    """Begin the walk; a walk under way goes on."""
    if not Audit.objects.open().filter(pk=audit.pk).update(state=AuditState.WALKING, changed_by=actor):
        raise ClosedError


@transaction.atomic
def cancel_audit(*, audit: Audit, actor: User) -> None:
    """Remove a planned audit that nobody has begun."""
    logger.info("audit %s is cancelled by user %s", audit.pk, actor.pk)
    deleted, _ = Audit.objects.filter(pk=audit.pk, state=AuditState.PLANNED, marks=None).delete()
    if not deleted:
        raise ClosedError


@transaction.atomic
def save_mark(  # noqa: PLR0913 - named, one per column
    *, audit: Audit, touchpoint: Touchpoint, rating: int, actor: User, note: str = "", photo: Photo | None = None, drop_photo: bool = False
) -> AuditMark:
    """Write what the auditor says of a touchpoint: sent twice, it is one mark. A finished audit takes no more."""
    start_audit(audit=audit, actor=actor)
    # The update above holds the audit's row, so that marks of one audit are written one after another.
    mark = audit.marks.filter(touchpoint=touchpoint).first() or AuditMark(audit=audit, touchpoint=touchpoint)
    mark.rating, mark.note, mark.marked_at, mark.marked_by = Rating(rating), note, timezone.now(), actor
    if photo or drop_photo:
        replace_photo(mark.photo, photo)
    mark.save()
    return mark


def replace_photo(field: ImageFieldFile, photo: Photo | None) -> None:
    """Put a new photo in place of the old one, whose file goes when the transaction is through."""
    old, storage = field.name, field.storage
    if old:
        transaction.on_commit(lambda: storage.delete(old))
        field.name = ""
    if photo:
        field.save("photo.jpg", photo, save=False)


@transaction.atomic
def finish_audit(*, audit: Audit, actor: User) -> None:
    """Close the walk: from now on its marks are the ratings in force."""
    start_audit(audit=audit, actor=actor)
    if not audit.marks.exists():
        raise NothingMarkedError
    Audit.objects.filter(pk=audit.pk, state=AuditState.WALKING).update(state=AuditState.DONE, finished_at=timezone.now(), changed_by=actor)


@transaction.atomic
def create_action(  # noqa: PLR0913 - named, one per column
    *,
    title: str,
    owner: User,
    due_on: dt.date,
    actor: User | None,
    details: str = "",
    touchpoints: Iterable[Touchpoint] = (),
    cost_cents: int | None = None,
    expected_effect: str = "",
    request_key: uuid.UUID | None = None,
    mark: AuditMark | None = None,
    photo_before: Photo | None = None,
) -> Action:
    """Decide on something to do, with an owner and a date. The same request key gives the same action."""
    action, is_new = Action.objects.get_or_create(
        request_key=request_key or uuid.uuid4(),
        defaults={
            "title": title,
            "owner": owner,
            "due_on": due_on,
            "created_by": actor,
            "changed_by": actor,
            "details": details,
            "cost_cents": cost_cents,
            "expected_effect": expected_effect,
            "mark": mark,
        },
    )
    if is_new:
        action.touchpoints.set(touchpoints)
        if photo_before:
            action.photo_before.save("photo.jpg", photo_before)
    return action


@transaction.atomic
def change_action(*, action: Action, touchpoints: Iterable[Touchpoint], actor: User, photo_before: Photo | None = None) -> None:
    """Save an edited action while it is open."""
    fields = ["title", "details", "owner", "due_on", "cost_cents", "expected_effect"]
    values = {name: getattr(action, name) for name in fields}
    if not Action.objects.open().filter(pk=action.pk).update(**values, changed_by=actor):
        raise ClosedError
    action.touchpoints.set(touchpoints)
    if photo_before:
        replace_photo(action.photo_before, photo_before)
        action.save(update_fields=["photo_before"])


@transaction.atomic
def start_action(*, action: Action, actor: User) -> None:
    """Say that work on it has begun."""
    if not Action.objects.filter(pk=action.pk, state=ActionState.OPEN).update(state=ActionState.DOING, changed_by=actor):
        raise ClosedError


@transaction.atomic
def finish_action(*, action: Action, evidence: str, actor: User, photo_after: Photo | None = None) -> None:
    """Close an action with what shows that it is done."""
    done = {"state": ActionState.DONE, "done_at": timezone.now(), "evidence": evidence, "changed_by": actor}
    if not Action.objects.open().filter(pk=action.pk).update(**done):
        raise ClosedError
    if photo_after:
        replace_photo(action.photo_after, photo_after)
        action.save(update_fields=["photo_after"])


@transaction.atomic
def drop_action(*, action: Action, reason: str, actor: User) -> None:
    """Give an action up, with the reason."""
    if not Action.objects.open().filter(pk=action.pk).update(state=ActionState.DROPPED, drop_reason=reason, changed_by=actor):
        raise ClosedError


@transaction.atomic
def reopen_action(*, action: Action, actor: User) -> None:
    """Take up a done or dropped action again; what was written about its end stays in the texts."""
    closed = Action.objects.filter(pk=action.pk).exclude(state__in=OPEN_ACTION_STATES)
    if not closed.update(state=ActionState.OPEN, done_at=None, changed_by=actor):
        raise ClosedError
