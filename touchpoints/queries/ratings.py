"""What audits said of touchpoints last: read from the rollup that `services.refresh_standings` keeps."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.db.models import Q

from company.models import Branch
from touchpoints.enums import Rating, TouchpointClass
from touchpoints.models import Standing, Touchpoint

EVERYTHING = Q()


@dataclass(frozen=True)
class CurrentRating:
    """What the newest audit or round said of a touchpoint, and the one of the same branch before it."""

    rating: Rating
    previous: Rating | None
    marked_at: dt.datetime
    branch_id: int | None
    worst: Rating
    best: Rating
    n_marks: int

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """Read it from the rollup."""
        previous = None if standing.previous is None else Rating(standing.previous)
        worst, best = Rating(standing.worst), Rating(standing.best)
        return cls(Rating(standing.rating), previous, standing.rated_at, standing.branch_id, worst, best, standing.n_marks)


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
    """Return the rating in force of every touchpoint (or of one).

    With a branch, audits of that branch and of the whole company count. Without one, the newest marks of any branch win,
    and they are compared with those before them in the same branch: two branches never pass for a change.
    """
    where = EVERYTHING if branch is None else Q(branch=None) | Q(branch=branch)
    which = EVERYTHING if touchpoint is None else Q(touchpoint=touchpoint)
    newest = Standing.objects.filter(where, which).order_by("touchpoint_id", "-rated_at", "-id").distinct("touchpoint_id")
    return {standing.touchpoint_id: CurrentRating.of(standing) for standing in newest}


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
