"""Audits, their walks and their marks."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet

from company.models import Branch, User
from touchpoints.enums import AuditState, Rating
from touchpoints.models import Audit, AuditMark
from touchpoints.queries.ratings import EVERYTHING


def last_audit(branch: Branch | None = None) -> Audit | None:
    """Return the audit finished last."""
    where = EVERYTHING if branch is None else Q(branch=None) | Q(branch=branch)
    return Audit.objects.filter(where, state=AuditState.DONE).select_related("branch", "auditor").order_by("-finished_at", "-id").first()


def audits_due(user: User, today: dt.date) -> QuerySet[Audit]:
    """Return the user's own audits that are due and not finished."""
    return Audit.objects.open().filter(auditor=user, due_on__lte=today).select_related("branch").order_by("due_on", "id")


def audit_to_walk(user: User) -> Audit | None:
    """Return the user's audit to go on with: the one under way, else the one due first."""
    return Audit.objects.open().filter(auditor=user).order_by("-state", "due_on", "id").first()


def audits_with_counts(user: User) -> QuerySet[Audit, Any]:
    """Return audits the user may open with how many touchpoints were marked, and how."""
    return (
        Audit.objects.visible_to(user)
        .select_related("branch", "auditor")
        .annotate(
            marked=Count("marks"),
            wow=Count("marks", filter=Q(marks__rating=Rating.WOW)),
            ok=Count("marks", filter=Q(marks__rating=Rating.OK)),
            awful=Count("marks", filter=Q(marks__rating=Rating.AWFUL)),
        )
    )


def audit_marks(audit: Audit) -> QuerySet[AuditMark, Any]:
    """Return what an audit said, worst first, with how many actions each mark led to."""
    marks = audit.marks.select_related("touchpoint").prefetch_related("photos").annotate(action_count=Count("actions"))
    return marks.order_by("rating", "touchpoint__kind", "touchpoint__position", "touchpoint_id")
