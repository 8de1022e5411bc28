"""What an audit walks: its touchpoints, and what is said of them so far."""

from dataclasses import dataclass, field

from django.db.models import Q

from touchpoints.models import Audit, AuditMark, Standard, Touchpoint, TouchpointQuerySet
from touchpoints.queries.ratings import CurrentRating, current_ratings


@dataclass(frozen=True)
class Criterion:
    """A standard of a touchpoint and whether the auditor found it kept; None when it was not seen."""

    standard: Standard
    is_kept: bool | None


@dataclass(frozen=True)
class Step:
    """One screen of a walk: a touchpoint, the mark given to it, the mark of the audit before and what must be so."""

    touchpoint: Touchpoint
    mark: AuditMark | None
    previous: CurrentRating | None
    criteria: list[Criterion] = field(default_factory=list)


def points_of_audit(audit: Audit) -> TouchpointQuerySet:
    """Return every touchpoint the audit may speak of: those its round chose, else the whole map of its branch; archived ones too."""
    points: TouchpointQuerySet = Touchpoint.objects.met_in(audit.branch)
    if audit.round_id and Touchpoint.objects.filter(rounds=audit.round_id).exists():
        points = points.filter(rounds=audit.round_id)
    return points


def points_to_walk(audit: Audit) -> TouchpointQuerySet:
    """Return the touchpoints of an audit along the Client's journey; of those archived meanwhile, only the ones marked already."""
    marked = audit.marks.order_by().values("touchpoint")
    return points_of_audit(audit).filter(Q(is_archived=False) | Q(pk__in=marked)).in_journey_order()


def walk_steps(audit: Audit) -> list[Step]:
    """Return the screens of a walk in a fixed number of queries."""
    marks = {mark.touchpoint_id: mark for mark in audit.marks.prefetch_related("photos")}
    points, previous, criteria = list(points_to_walk(audit)), current_ratings(audit.branch), criteria_of(audit)
    return [Step(point, marks.get(point.pk), previous.get(point.pk), criteria.get(point.pk, [])) for point in points]


def criteria_of(audit: Audit) -> dict[int, list[Criterion]]:
    """Return what must be so at each touchpoint, by its key; a standard archived meanwhile stays where it was checked already."""
    kept = dict(audit.checks.values_list("standard", "is_kept"))
    found: dict[int, list[Criterion]] = {}
    for standard in Standard.objects.filter(Q(is_archived=False) | Q(pk__in=list(kept))).order_by("position", "id"):
        found.setdefault(standard.touchpoint_id, []).append(Criterion(standard, kept.get(standard.pk)))
    return found


def unmarked_points(audit: Audit) -> list[Touchpoint]:
    """Return the touchpoints nothing was said of yet, in the order of the walk."""
    return list(points_to_walk(audit).exclude(pk__in=audit.marks.order_by().values("touchpoint")))
