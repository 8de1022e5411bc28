"""What audits said of touchpoints last."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, Window
from django.db.models.functions import Lead, RowNumber

from company.models import Branch
from touchpoints.enums import AuditState, Rating, TouchpointClass
from touchpoints.models import AuditMark, Touchpoint

EVERYTHING = Q()


@dataclass(frozen=True)
class CurrentRating:
    """What the newest audit said of a touchpoint, and the audit of the same branch before it."""

    rating: Rating
    previous: Rating | None
    marked_at: dt.datetime
    branch_id: int | None


@dataclass(frozen=True)
class ClassCounts:
    """How many touchpoints of a class have which rating."""

    kind: TouchpointClass | None
    wow: int = 0
    ok: int = 0
    awful: int = 0
    unrated: int = 0

    @property
    def total(self) -> int:
        """All touchpoints of the class."""
        return self.wow + self.ok + self.awful + self.unrated

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Return the parts of the stacked bar, awful first, those without a rating last."""
        return [("neg", self.awful), ("data3", self.ok), ("pos", self.wow), ("data4", self.unrated)]


def current_ratings(branch: Branch | None = None, touchpoint: Touchpoint | None = None) -> dict[int, CurrentRating]:
    """Return the newest mark of every touchpoint (or of one) over finished audits.

    With a branch, audits of that branch and of the whole company count. Without one, the newest audit of any branch wins,
    and it is compared with the audit before it in the same branch: two branches never pass for a change.
    """
    where = EVERYTHING if branch is None else Q(audit__branch=None) | Q(audit__branch=branch)
    which = EVERYTHING if touchpoint is None else Q(touchpoint=touchpoint)
    newest_first = (F("audit__finished_at").desc(), F("audit_id").desc())
    rows = (
        AuditMark.objects.filter(where, which, audit__state=AuditState.DONE, rating__isnull=False)
        .annotate(
            previous=Window(Lead("rating"), partition_by=[F("touchpoint_id"), F("audit__branch_id")], order_by=newest_first),
            age=Window(RowNumber(), partition_by=[F("touchpoint_id")], order_by=newest_first),
        )
        .filter(age=1)
        .values_list("touchpoint_id", "rating", "previous", "audit__finished_at", "audit__branch_id")
    )
    return {
        point: CurrentRating(Rating(rating), None if previous is None else Rating(previous), finished_at, branch_id)
        for point, rating, previous, finished_at, branch_id in rows
        if finished_at and rating is not None
    }


def count_class(kind: TouchpointClass | None, ratings: Iterable[Rating | None]) -> ClassCounts:
    """Count the ratings of one class."""
    listed = list(ratings)
    return ClassCounts(kind, listed.count(Rating.WOW), listed.count(Rating.OK), listed.count(Rating.AWFUL), listed.count(None))


def map_summary(branch: Branch | None = None) -> list[ClassCounts]:
    """Return the counts of ratings in each of the four classes."""
    ratings = current_ratings(branch)
    points = list(Touchpoint.objects.active().met_in(branch).values_list("pk", "kind"))
    return [count_class(kind, [rating_of(ratings, pk) for pk, own in points if own == kind]) for kind in TouchpointClass]


def rating_of(ratings: dict[int, CurrentRating], pk: int) -> Rating | None:
    """Return the rating of a touchpoint, None when it has none."""
    return ratings[pk].rating if pk in ratings else None
