"""What an audit said beside what was said of the same touchpoints before it."""

from dataclasses import dataclass

from django.db.models import Q

from touchpoints.enums import AuditState, Rating
from touchpoints.models import Audit, AuditMark
from touchpoints.queries.audits import audit_marks


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
    """Return what an audit said, worst first, each mark with the one before: four queries at any size."""
    marks = list(audit_marks(audit))
    before = marks_before(audit, [mark.touchpoint_id for mark in marks])
    return [MarkThen(mark, before.get(mark.touchpoint_id), mark.action_count) for mark in marks]


def marks_before(audit: Audit, touchpoint_ids: list[int]) -> dict[int, AuditMark]:
    """Return the newest mark of each touchpoint over earlier finished audits of the branch; walks of the same round are no past."""
    earlier = Q(audit__finished_at__lt=audit.finished_at) if audit.finished_at else Q()
    own_round = Q(audit__round=audit.round_id) if audit.round_id else Q(audit=audit.pk)
    found = (
        AuditMark.objects.filter(earlier, audit__state=AuditState.DONE, audit__branch=audit.branch_id, rating__isnull=False)
        .filter(touchpoint__in=touchpoint_ids)
        .exclude(own_round)
        .select_related("audit")
        .prefetch_related("photos")
    )
    newest = found.order_by("touchpoint_id", "-marked_at", "-id").distinct("touchpoint_id")
    return {mark.touchpoint_id: mark for mark in newest}
