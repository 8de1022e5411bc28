"""Who may open which row: the object, or 404."""

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import ImageFieldFile
from django.http import Http404
from django.shortcuts import get_object_or_404

from company.enums import Role
from company.models import User
from touchpoints.enums import AuditState
from touchpoints.models import Action, Audit, AuditMark

PHOTO_KINDS = ("mark", "before", "after")


def audit_for(user: User, pk: int) -> Audit:
    """Return an audit the user may open and mark: managers any, staff their own."""
    return get_object_or_404(Audit.objects.visible_to(user).select_related("branch", "auditor"), pk=pk)


def action_for(user: User, pk: int) -> Action:
    """Return an action the user may open and move: managers any, staff the ones they own."""
    return get_object_or_404(Action.objects.visible_to(user).select_related("owner", "created_by", "mark__audit"), pk=pk)


def mark_for_action(user: User, pk: int) -> AuditMark:
    """Return a mark an action may be made from: one of an audit the user may open."""
    return get_object_or_404(
        AuditMark.objects.filter(audit__in=Audit.objects.visible_to(user)).select_related("touchpoint", "audit"), pk=pk
    )


def photo_for(user: User, kind: str, pk: int) -> ImageFieldFile:
    """Return a photo the user may see. Photos of finished audits stand on the map, which all staff read."""
    if kind not in PHOTO_KINDS:
        raise Http404
    photo = mark_photo(user, pk) if kind == "mark" else action_photo(user, kind, pk)
    if not photo:
        raise Http404
    return photo


def mark_photo(user: User, pk: int) -> ImageFieldFile:
    """Return the photo of a mark."""
    mark = get_object_or_404(AuditMark.objects.select_related("audit"), pk=pk)
    if mark.audit.state != AuditState.DONE and mark.audit.auditor_id != user.pk and not user.has_role(Role.MANAGER):
        raise PermissionDenied
    return mark.photo


def action_photo(user: User, kind: str, pk: int) -> ImageFieldFile:
    """Return a photo of an action."""
    action = action_for(user, pk)
    return action.photo_before if kind == "before" else action.photo_after
