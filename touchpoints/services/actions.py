"""Writes to actions."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from common.images import Photo
from company.models import User
from touchpoints.enums import OPEN_ACTION_STATES, ActionState
from touchpoints.models import Action, AuditMark, Touchpoint
from touchpoints.services.photos import replace_photo
from touchpoints.services.refusals import ClosedError


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
