"""Writes to audits and their marks."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from company.models import Branch, User
from touchpoints.enums import AuditState
from touchpoints.models import Audit, AuditRound
from touchpoints.services.refusals import ClosedError, NothingMarkedError
from touchpoints.services.standings import refresh_standings

logger = logging.getLogger(__name__)


@transaction.atomic
def plan_audit(*, branch: Branch | None, auditor: User, due_on: dt.date, actor: User) -> Audit:
    """Ask somebody to walk the map by a date."""
    return Audit.objects.create(branch=branch, auditor=auditor, due_on=due_on, created_by=actor, changed_by=actor)


@transaction.atomic
def start_audit(*, audit: Audit, actor: User | None, moment: dt.datetime | None = None) -> None:
    """Begin the walk, at the given moment if it began before we were told; a walk under way goes on. A guest has no account."""
    began_at = Coalesce("started_at", Value(moment or timezone.now()))
    if not Audit.objects.open().filter(pk=audit.pk).update(state=AuditState.WALKING, started_at=began_at, changed_by=actor):
        raise ClosedError


@transaction.atomic
def cancel_audit(*, audit: Audit, actor: User) -> None:
    """Remove a planned audit that nobody has begun; a round goes with its last one."""
    logger.info("audit %s is cancelled by user %s", audit.pk, actor.pk)
    deleted, _ = Audit.objects.filter(pk=audit.pk, state=AuditState.PLANNED, marks=None).delete()
    if not deleted:
        raise ClosedError
    if audit.round:
        AuditRound.objects.filter(pk=audit.round.pk, audits=None).delete()


@transaction.atomic
def finish_audit(*, audit: Audit, actor: User | None) -> None:
    """Close the walk: from now on its marks are the ratings in force."""
    start_audit(audit=audit, actor=actor)
    if not audit.marks.filter(rating__isnull=False).exists():
        raise NothingMarkedError
    Audit.objects.filter(pk=audit.pk, state=AuditState.WALKING).update(state=AuditState.DONE, finished_at=timezone.now(), changed_by=actor)
    refresh_standings(audit.marks.values_list("touchpoint_id", flat=True))
