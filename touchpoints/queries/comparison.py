"""Branch against branch, and one date or round against another."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet

from common.proportions import wilson_interval
from company.models import Branch
from touchpoints.enums import AuditState, Rating
from touchpoints.models import AuditRound, Standing, Touchpoint
from touchpoints.queries.said import said

OF_ROUND = said("audit.round_id = %(round)s")
BY_DATE = f"""
SELECT DISTINCT ON (touchpoint_id, branch_id) touchpoint_id, branch_id, rating
FROM ({said("(%(branch)s::bigint IS NULL OR audit.branch_id = %(branch)s)")}) said
WHERE rated_at < %(until)s ORDER BY touchpoint_id, branch_id, rated_at DESC, last_id DESC
"""


@dataclass(frozen=True)
class BranchShares:
    """How many touchpoints of a branch have which rating in force; without a branch, of audits of the whole company."""

    branch: Branch | None
    wow: int
    ok: int
    awful: int

    @property
    def n(self) -> int:
        """How many have one at all."""
        return self.wow + self.ok + self.awful

    @property
    def awful_interval(self) -> tuple[float, float]:
        """Wilson's interval of the share of awful ones."""
        return wilson_interval(self.awful, self.n)

    @property
    def wow_interval(self) -> tuple[float, float]:
        """Wilson's interval of the share of wow ones."""
        return wilson_interval(self.wow, self.n)

    @property
    def awful_share(self) -> float:
        """The share of awful ones, from 0 to 1."""
        return self.awful / self.n if self.n else 0.0

    @property
    def wow_share(self) -> float:
        """The share of wow ones, from 0 to 1."""
        return self.wow / self.n if self.n else 0.0


def branch_shares() -> list[BranchShares]:
    """Return the ratings in force by branch, the branch with most awful ones first: two queries."""
    wow, ok, awful = (Count("pk", filter=Q(rating=rating)) for rating in (Rating.WOW, Rating.OK, Rating.AWFUL))
    rows = Standing.objects.filter(touchpoint__is_archived=False).order_by().values("branch").annotate(wow=wow, ok=ok, awful=awful)
    branches = Branch.objects.in_bulk()
    shares = [BranchShares(branches.get(row["branch"]), row["wow"], row["ok"], row["awful"]) for row in rows]
    return sorted(shares, key=lambda each: (-each.awful_share, -each.n, str(each.branch or "")))


@dataclass(frozen=True)
class MatrixRow:
    """One touchpoint and its ratings in force, in the order of the branches asked for."""

    touchpoint: Touchpoint
    standings: list[Standing | None]
    gap: int


def compared_points(kind: str = "") -> QuerySet[Touchpoint]:
    """Return rated touchpoints on the map, those whose branches differ most first."""
    own = Q(standings__branch__isnull=False)
    points = Touchpoint.objects.active().filter(**({"kind": kind} if kind else {}))
    rated = points.annotate(
        gap=Max("standings__rating", filter=own) - Min("standings__rating", filter=own),
        least=Min("standings__rating", filter=own),
    )
    return rated.filter(gap__isnull=False).order_by("-gap", "least", "name", "id")


def matrix(points: Iterable[Touchpoint], branches: Sequence[Branch]) -> list[MatrixRow]:
    """Return a row for every touchpoint: one query at any size."""
    rows = list(points)
    ratings = Standing.objects.filter(touchpoint__in=rows, branch__in=branches)
    found = {(standing.touchpoint_id, standing.branch_id): standing for standing in ratings}
    return [MatrixRow(point, [found.get((point.pk, branch.pk)) for branch in branches], getattr(point, "gap", 0)) for point in rows]


@dataclass(frozen=True)
class Shift:
    """One touchpoint in one branch, then and now."""

    touchpoint: Touchpoint
    branch: Branch | None
    before: Rating
    after: Rating

    @property
    def change(self) -> int:
        """1 better, -1 worse, 0 the same."""
        return (self.after > self.before) - (self.after < self.before)


@dataclass(frozen=True)
class Comparison:
    """What changed between two sets of ratings; only touchpoints rated both times are compared."""

    shifts: list[Shift]
    only_before: int
    only_after: int

    @property
    def better(self) -> int:
        """How many became better."""
        return sum(shift.change > 0 for shift in self.shifts)

    @property
    def worse(self) -> int:
        """How many became worse."""
        return sum(shift.change < 0 for shift in self.shifts)

    @property
    def same(self) -> int:
        """How many stayed as they were."""
        return len(self.shifts) - self.better - self.worse

    @property
    def better_interval(self) -> tuple[float, float]:
        """Wilson's interval of the share that became better."""
        return wilson_interval(self.better, len(self.shifts))

    @property
    def worse_interval(self) -> tuple[float, float]:
        """Wilson's interval of the share that became worse."""
        return wilson_interval(self.worse, len(self.shifts))

    @property
    def changed(self) -> list[Shift]:
        """Those that changed, what became worse first."""
        return sorted(
            (shift for shift in self.shifts if shift.change),
            key=lambda shift: (shift.change, shift.after, shift.touchpoint.name, str(shift.branch or "")),
        )


Said = dict[tuple[int, int | None], int]


def said_in_round(audit_round: AuditRound) -> Said:
    """Return the ratings of a round by touchpoint and branch."""
    return read(f"SELECT touchpoint_id, branch_id, rating FROM ({OF_ROUND}) said", {"round": audit_round.pk})


def said_by(branch: Branch | None, until: dt.datetime) -> Said:
    """Return the ratings that were in force in a branch at a moment; without one, in every branch and in audits of the whole company."""
    return read(BY_DATE, {"branch": branch.pk if branch else None, "until": until})


def read(statement: str, values: dict[str, Any]) -> Said:
    """Run one of the statements above."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {(point, branch): rating for point, branch, rating in cursor.fetchall()}


def compared(before: Said, after: Said) -> Comparison:
    """Put two sets of ratings side by side: two queries more."""
    both = before.keys() & after.keys()
    points = Touchpoint.objects.in_bulk({point for point, _branch in both})
    branches = Branch.objects.in_bulk()
    shifts = [
        Shift(points[point], branches.get(branch) if branch else None, Rating(before[point, branch]), Rating(after[point, branch]))
        for point, branch in both
    ]
    return Comparison(shifts, len(before) - len(both), len(after) - len(both))


def finished_rounds() -> QuerySet[AuditRound]:
    """Return rounds with a finished walk, newest first."""
    done = AuditRound.objects.filter(audits__state=AuditState.DONE)
    return done.annotate(last=Max("audits__finished_at")).order_by(F("last").desc(), "-id")
