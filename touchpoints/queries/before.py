"""What an audit said beside what was said of the same touchpoints before it."""

from dataclasses import dataclass

from django.db import connection

from touchpoints.enums import Rating
from touchpoints.models import Audit, AuditMark
from touchpoints.queries.audits import audit_marks
from touchpoints.queries.said import WALK, said

IN_BRANCH = "audit.branch_id IS NOT DISTINCT FROM %(branch)s"
OTHERS = f"{IN_BRANCH} AND {WALK} <> %(walk)s AND mark.touchpoint_id IN (SELECT touchpoint_id FROM own)"
BEFORE = f"""
WITH own AS (
    SELECT touchpoint_id, marked_at FROM touchpoints_auditmark WHERE audit_id = %(audit)s
), before AS (
    SELECT DISTINCT ON (said.touchpoint_id) said.touchpoint_id, said.walk, said.rating
    FROM ({said(OTHERS)}) said JOIN own ON own.touchpoint_id = said.touchpoint_id AND said.rated_at < own.marked_at
    ORDER BY said.touchpoint_id, said.rated_at DESC, said.last_id DESC
)
SELECT DISTINCT ON (before.touchpoint_id) mark.id
FROM before
JOIN touchpoints_audit audit ON {WALK} = before.walk AND audit.state = 'done' AND {IN_BRANCH}
JOIN touchpoints_auditmark mark ON mark.audit_id = audit.id AND mark.touchpoint_id = before.touchpoint_id AND mark.rating = before.rating
ORDER BY before.touchpoint_id, mark.marked_at DESC, mark.id DESC
"""


@dataclass(frozen=True)
class MarkThen:
    """A mark with how many actions it led to, and the mark of the audit before in the same branch, if there was one."""

    mark: AuditMark
    before: AuditMark | None
    action_count: int

    @property
    def previous(self) -> Rating | None:
        """The rating before."""
        return Rating(self.before.rating) if self.before and self.before.rating is not None else None

    @property
    def change(self) -> int:
        """How the mark differs from the one before: 1 better, -1 worse, 0 the same or nothing to compare."""
        if self.mark.rating is None or self.previous is None:
            return 0
        return (self.mark.rating > self.previous) - (self.mark.rating < self.previous)


def marks_then(audit: Audit) -> list[MarkThen]:
    """Return what an audit said, worst first, each mark with the one before: five queries at any size."""
    marks, before = list(audit_marks(audit)), marks_before(audit)
    return [MarkThen(mark, before.get(mark.touchpoint_id), mark.action_count) for mark in marks]


def marks_before(audit: Audit) -> dict[int, AuditMark]:
    """Return, for each touchpoint the audit speaks of, the mark that stood for it in the branch until then.

    It is told by when marks were made, not by when walks were closed; of a round it is the middle mark, and walks of the same round are
    no past.
    """
    values = {"audit": audit.pk, "branch": audit.branch_id, "walk": audit.round_id or -audit.pk}
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, values)
        keys = [key for (key,) in cursor.fetchall()]
    found = AuditMark.objects.filter(pk__in=keys).select_related("audit").prefetch_related("photos")
    return {mark.touchpoint_id: mark for mark in found}
