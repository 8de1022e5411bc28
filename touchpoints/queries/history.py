"""The history of one touchpoint: what was said of it when, where, and by how many."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from company.models import Branch
from touchpoints.enums import ActionState, AuditState, Rating
from touchpoints.models import Action, AuditMark, Standing, Touchpoint
from touchpoints.queries.said import said

MOST_OCCASIONS = 400

OCCASIONS_SQL = f"""
SELECT branch_id, rating, worst, best, n_marks, rated_at FROM ({said("mark.touchpoint_id = %(point)s")}) said
ORDER BY rated_at DESC, last_id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Occasion:
    """One time a touchpoint was rated in one branch."""

    branch: Branch | None
    rating: Rating
    worst: Rating
    best: Rating
    n_marks: int
    rated_at: dt.datetime

    @property
    def is_disputed(self) -> bool:
        """Whether the auditors disagree."""
        return self.worst != self.best


def point_history(touchpoint: Touchpoint) -> list[Occasion]:
    """Return the newest ratings of a touchpoint, newest first: two queries."""
    branches = Branch.objects.in_bulk()
    with connection.cursor() as cursor:
        cursor.execute(OCCASIONS_SQL, {"point": touchpoint.pk, "most": MOST_OCCASIONS})
        rows = cursor.fetchall()
    return [
        Occasion(branches.get(branch), Rating(rating), Rating(worst), Rating(best), n, rated_at)
        for branch, rating, worst, best, n, rated_at in rows
    ]


def branch_standings(touchpoint: Touchpoint) -> QuerySet[Standing]:
    """Return the rating in force of a touchpoint in every branch, the worst first."""
    return (
        Standing.objects.filter(touchpoint=touchpoint)
        .select_related("branch")
        .order_by("rating", F("branch__position").asc(nulls_last=True), "id")
    )


def point_marks(touchpoint: Touchpoint) -> QuerySet[AuditMark, Any]:
    """Return the marks of a touchpoint over finished audits, newest first."""
    marks = touchpoint.marks.filter(audit__state=AuditState.DONE).select_related("audit__branch", "audit__auditor")
    return marks.prefetch_related("photos").order_by("-marked_at", "-id")


def changes_shown(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Return done actions with a photo of before and one of after, the newest first."""
    shown = actions.filter(state=ActionState.DONE).exclude(photo_before="").exclude(photo_after="")
    return shown.order_by("-done_at", "-id")
