"""Rows of the map and of audits for files."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from company.formulas.spelling import comparable
from touchpoints.models import Audit, AuditMark, Standard, Touchpoint
from touchpoints.queries.words import rating_words

CHUNK = 500
IN_FORCE = "standards_in_force"


class Walker(NamedTuple):
    """Who walked: a colleague by key, or a guest by name; nobody when neither is known."""

    user_id: int | None = None
    guest: str = ""

    def same(self) -> "Walker":
        """Return what is the same for spellings of one guest's name."""
        return Walker(self.user_id, comparable(self.guest))


MarkKey = tuple[dt.date, int | None, Walker, int]


def map_rows() -> Iterator[list[str]]:
    """Yield the touchpoints of the map along the journey, as the table that can be loaded again."""
    sentences = Prefetch("standards", Standard.objects.filter(is_archived=False), to_attr=IN_FORCE)
    points = Touchpoint.objects.active().in_journey_order().select_related("branch", "owner").prefetch_related(sentences)
    for point in points.iterator(chunk_size=CHUNK):
        yield [
            point.name,
            str(point.get_kind_display()),
            str(point.get_stage_display()),
            point.hint,
            point.branch.name if point.branch else "",
            point.owner.email if point.owner else "",
            "\n".join(standard.sentence for standard in getattr(point, IN_FORCE)),
        ]


def audit_rows() -> Iterator[list[Any]]:
    """Yield the audits."""
    for audit in Audit.objects.select_related("branch", "auditor", "round").iterator():
        yield [
            audit.pk,
            str(audit.round or ""),
            audit.branch.name if audit.branch else "",
            walked_by(audit),
            str(audit.get_state_display()),
            audit.due_on.isoformat(),
            moment(audit.finished_at),
        ]


def mark_rows() -> Iterator[list[Any]]:
    """Yield the marks of all audits."""
    words = rating_words()
    marks = AuditMark.objects.select_related("audit__branch", "audit__auditor", "audit__round", "touchpoint").order_by(
        "-audit__due_on", "-audit", "pk"
    )
    for mark in marks.iterator():
        yield [
            mark.audit_id,
            str(mark.audit.round or ""),
            mark.audit.round_id or "",
            mark.audit.branch.name if mark.audit.branch else "",
            walked_by(mark.audit),
            mark.touchpoint.name,
            str(mark.touchpoint.get_kind_display()),
            _("skipped") if mark.rating is None else words.of(mark.rating),
            mark.note,
            moment(mark.marked_at),
        ]


def said_before(days: Collection[dt.date], point_ids: Collection[int], zone: ZoneInfo) -> dict[MarkKey, set[int | None]]:
    """Return the ratings said of these touchpoints on these days, by day, branch, auditor and touchpoint."""
    if not days:
        return {}
    begin, end = (dt.datetime.combine(day, dt.time(), zone) for day in (min(days), max(days) + dt.timedelta(days=1)))
    marks = AuditMark.objects.filter(touchpoint__in=point_ids, marked_at__gte=begin, marked_at__lt=end).order_by()
    rows = marks.values_list("marked_at", "audit__branch", "audit__auditor", "audit__guest_name", "touchpoint", "rating")
    found: dict[MarkKey, set[int | None]] = {}
    for moment_made, branch_id, user_id, guest, point_id, rating in rows.iterator(chunk_size=CHUNK):
        walker = Walker(user_id, guest).same()
        found.setdefault((moment_made.astimezone(zone).date(), branch_id, walker, point_id), set()).add(rating)
    return found


def walked_by(audit: Audit) -> str:
    """Return who walked or is to walk."""
    return audit.guest_name or (audit.auditor.name if audit.auditor else "")


def moment(when: Any) -> str:
    """Write a moment in the company's time."""
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M") if when else ""
