"""Writes to actions."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.images import Photo
from company.models import User
from touchpoints.enums import OPEN_ACTION_STATES, ActionState
from touchpoints.models import Action, ActionComment, AuditMark, Touchpoint
from touchpoints.services.action_letters import tell_new_owner, tell_of_actions
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
        tell_new_owner(action=action, actor=actor)
    return action


@transaction.atomic
def change_action(*, action: Action, touchpoints: Iterable[Touchpoint], actor: User, photo_before: Photo | None = None) -> None:
    """Save an edited action while it is open."""
    fields = ["title", "details", "owner", "due_on", "cost_cents", "expected_effect"]
    values = {name: getattr(action, name) for name in fields}
    was = Action.objects.open().select_for_update().filter(pk=action.pk).values_list("owner", flat=True).first()
    if was is None:
        raise ClosedError
    Action.objects.filter(pk=action.pk).update(**values, changed_by=actor)
    action.touchpoints.set(touchpoints)
    if was != action.owner_id:
        tell_new_owner(action=action, actor=actor)
    if photo_before:
        replace_photo(action.photo_before, photo_before)
        action.save(update_fields=["photo_before"])


@transaction.atomic
def start_action(*, action: Action, actor: User) -> None:
    """Say that work on it has begun."""
    if not Action.objects.filter(pk=action.pk, state=ActionState.OPEN).update(state=ActionState.DOING, changed_by=actor):
        raise ClosedError


@transaction.atomic
def move_action(*, action: Action, was: str, state: ActionState, actor: User) -> None:
    """Move an action on the board: to the things to do or in progress. Done asks for evidence and dropped for a reason elsewhere."""
    if state not in OPEN_ACTION_STATES:
        raise ClosedError
    seen = Action.objects.filter(pk=action.pk, state=was)
    if not seen.update(state=state, done_at=None, changed_by=actor):
        raise ClosedError


@transaction.atomic
def postpone_action(*, action: Action, due_on: dt.date, why: str, actor: User, request_key: uuid.UUID) -> None:
    """Set a day the owner believes in; the comments keep the old one and why it did not hold."""
    was = Action.objects.open().select_for_update().filter(pk=action.pk).values_list("due_on", flat=True).first()
    if was is None:
        raise ClosedError
    days = {"was": date_format(was, "j E"), "day": date_format(due_on, "j E")}
    text = _("The day moves from %(was)s to %(day)s.") % days
    _comment, is_new = comment_action(action=action, text=f"{text} {why}".strip(), actor=actor, request_key=request_key)
    if is_new:
        Action.objects.filter(pk=action.pk).update(due_on=due_on, changed_by=actor)


@transaction.atomic
def comment_action(*, action: Action, text: str, actor: User, request_key: uuid.UUID) -> tuple[ActionComment, bool]:
    """Write something about an action; the same form twice is one comment."""
    return ActionComment.objects.get_or_create(request_key=request_key, defaults={"action": action, "author": actor, "text": text})


@transaction.atomic
def hand_over_actions(*, actions: Iterable[Action], actor: User, owner: User | None = None, due_on: dt.date | None = None) -> int:
    """Give several open actions to somebody, set them a day, or both; closed ones are left alone. Return how many changed."""
    named = [action.pk for action in actions]
    held = list(Action.objects.open().filter(pk__in=named).select_for_update().order_by("pk"))
    values = {name: value for name, value in (("owner", owner), ("due_on", due_on)) if value}
    if not held or not values:
        return 0
    changed = Action.objects.filter(pk__in=[action.pk for action in held]).update(**values, changed_by=actor)
    given = [action.pk for action in held if owner and action.owner_id != owner.pk]
    if owner and given:
        tell_of_actions(actions=Action.objects.filter(pk__in=given).order_by("due_on", "id"), owner=owner, actor=actor)
    return changed


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
