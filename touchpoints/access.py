"""Who may open which row: the object, or 404."""

import datetime as dt
import uuid

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import ImageFieldFile
from django.http import Http404
from django.shortcuts import get_object_or_404

from common.tokens import token_hash
from company.enums import Role
from company.models import User
from touchpoints.enums import CLOSED_AUDIT_STATES, AuditState
from touchpoints.models import Action, Audit, AuditMark, MarkPhoto, PhoneCall, Touchpoint

PHOTO_KINDS = ("point", "before", "after")
GUEST_GRACE = dt.timedelta(days=14)


def audit_for(user: User, pk: int) -> Audit:
    """Return an audit the user may open and mark: managers any, staff their own."""
    return get_object_or_404(Audit.objects.visible_to(user).select_related("branch", "auditor"), pk=pk)


def may_open(user: User, audit: Audit) -> bool:
    """Say whether the user may open an audit: managers any, staff their own."""
    return audit.auditor_id == user.pk or user.has_role(Role.MANAGER)


def action_for(user: User, pk: int) -> Action:
    """Return an action the user may open and move: managers any, staff the ones they own."""
    related = ("owner", "created_by", "mark__audit__branch", "mark__touchpoint")
    return get_object_or_404(Action.objects.visible_to(user).select_related(*related), pk=pk)


def mark_for_action(user: User, pk: int) -> AuditMark:
    """Return a mark an action may be made from: one of an audit the user may open."""
    return get_object_or_404(
        AuditMark.objects.filter(audit__in=Audit.objects.visible_to(user)).select_related("touchpoint", "audit"), pk=pk
    )


def photo_for(user: User, kind: str, pk: int) -> ImageFieldFile:
    """Return a photo the user may see."""
    if kind not in PHOTO_KINDS:
        raise Http404
    photo = get_object_or_404(Touchpoint, pk=pk).photo if kind == "point" else action_photo(user, kind, pk)
    if not photo:
        raise Http404
    return photo


def mark_photo_for(user: User, key: uuid.UUID) -> MarkPhoto:
    """Return a photo of a mark. Those of finished audits stand on the map, which all staff read; who is to mend a thing sees it too."""
    photo = get_object_or_404(MarkPhoto.objects.select_related("mark__audit"), pk=key)
    audit = photo.mark.audit
    if audit.state == AuditState.DONE or may_open(user, audit) or photo.mark.actions.filter(owner=user).exists():
        return photo
    raise PermissionDenied


def guest_audit(token: str) -> Audit | None:
    """Return the audit behind a mystery guest's link."""
    return Audit.objects.select_related("branch").filter(guest_hash=token_hash(token)).first()


def takes_guest(audit: Audit, today: dt.date) -> bool:
    """Say whether the guest's link still opens the walk: until it is finished, or two weeks after the date it was asked for by."""
    return audit.state not in CLOSED_AUDIT_STATES and today <= audit.due_on + GUEST_GRACE


def action_photo(user: User, kind: str, pk: int) -> ImageFieldFile:
    """Return a photo of an action."""
    action = action_for(user, pk)
    return action.photo_before if kind == "before" else action.photo_after


def phone_call_for(user: User, pk: int) -> PhoneCall:
    """Return a mystery call the user may correct: managers any, staff the ones they made."""
    return get_object_or_404(PhoneCall.objects.editable_by(user).select_related("branch"), pk=pk)
