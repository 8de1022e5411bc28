"""Writes to audits and their marks."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from common.images import Photo
from company.models import Branch, User
from touchpoints.enums import AuditState, Rating
from touchpoints.models import Audit, AuditMark, Touchpoint
from touchpoints.services.photos import replace_photo
from touchpoints.services.refusals import ClosedError, NothingMarkedError
from touchpoints.services.standings import refresh_standings

logger = logging.getLogger(__name__)


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


@transaction.atomic
def finish_audit(*, audit: Audit, actor: User) -> None:
    """Close the walk: from now on its marks are the ratings in force."""
    start_audit(audit=audit, actor=actor)
    if not audit.marks.exists():
        raise NothingMarkedError
    Audit.objects.filter(pk=audit.pk, state=AuditState.WALKING).update(state=AuditState.DONE, finished_at=timezone.now(), changed_by=actor)
    refresh_standings(audit.marks.values_list("touchpoint_id", flat=True))
