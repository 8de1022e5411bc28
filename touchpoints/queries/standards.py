"""Standards: how often each is kept, by audit and branch, and which ones slip."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from company.models import Branch
from touchpoints.enums import AuditState
from touchpoints.formulas.standards import COMPARED, Share, slips, steps_together, sum_shares
from touchpoints.models import AuditRound, Standard, StandardCheck, Touchpoint
from touchpoints.ready_standards import ready_sentences

FRESH_DAYS = 366

# One result is what all auditors of one round said of a standard in one branch; a walk without a round is a round of its own.
RESULTS_SQL = """
SELECT * FROM (
    SELECT checked.standard_id, audit.branch_id, audit.round_id,
        count(*) FILTER (WHERE checked.is_kept) AS kept, count(*) AS n, max(checked.checked_at) AS checked_at,
        row_number() OVER (
            PARTITION BY checked.standard_id, audit.branch_id ORDER BY max(checked.checked_at) DESC, max(audit.id) DESC
        ) AS age
    FROM touchpoints_standardcheck AS checked
    JOIN touchpoints_audit AS audit ON audit.id = checked.audit_id
    WHERE audit.state = %(done)s AND checked.standard_id = ANY(%(standards)s)
    GROUP BY checked.standard_id, audit.branch_id, audit.round_id, CASE WHEN audit.round_id IS NULL THEN audit.id END
) AS results
WHERE age <= %(most)s
ORDER BY standard_id, checked_at DESC, branch_id
"""


@dataclass(frozen=True)
class CheckResult:
    """What the auditors of one round said of a standard in one branch."""

    branch_id: int | None
    round_id: int | None
    share: Share
    checked_at: dt.datetime


@dataclass(frozen=True)
class BranchCourse:
    """How a standard fares in one branch: its last shares, newest first."""

    branch: Branch | None
    shares: list[Share]
    checked_at: dt.datetime

    @property
    def slips(self) -> bool:
        """Whether the share fell two audits running."""
        return slips(self.shares)


@dataclass(frozen=True)
class StandardCourse:
    """How a standard fares: in the company and in each branch where it was checked."""

    standard: Standard
    branches: list[BranchCourse]

    @property
    def now(self) -> Share | None:
        """The share over the last audit of every branch."""
        return sum_shares(course.shares[0] for course in self.branches) if self.branches else None

    @property
    def steps(self) -> list[Share]:
        """The company's last three shares, newest first; empty while no branch has three."""
        return steps_together(course.shares for course in self.branches)

    @property
    def slipping_branches(self) -> list[BranchCourse]:
        """Branches in which it fell two audits running."""
        return [course for course in self.branches if course.slips]

    @property
    def slips(self) -> bool:
        """Whether it slips in the company or in any branch."""
        return slips(self.steps) or bool(self.slipping_branches)

    def slips_since(self, day: dt.date) -> bool:
        """Whether it slips where it was checked on the day or later."""
        fresh = [course for course in self.branches if localdate(course.checked_at) >= day]
        return any(course.slips for course in fresh) or slips(steps_together(course.shares for course in fresh))


@dataclass(frozen=True)
class PointStandards:
    """A touchpoint with its standards."""

    touchpoint: Touchpoint
    rows: list[StandardCourse]


def check_results(standards: Iterable[int], *, most: int) -> dict[int, list[CheckResult]]:
    """Return the newest results of each standard in every branch, newest first: so many a branch at most. One query."""
    values: dict[str, Any] = {"done": AuditState.DONE.value, "standards": list(standards), "most": most}
    with connection.cursor() as cursor:
        cursor.execute(RESULTS_SQL, values)
        rows = cursor.fetchall()
    found = defaultdict(list)
    for standard, branch, in_round, kept, n, checked_at, _age in rows:
        found[standard].append(CheckResult(branch, in_round, Share(kept, n), checked_at))
    return found


def courses_of(standards: Sequence[Standard]) -> list[StandardCourse]:
    """Return how each of the standards fares: two queries for any number of them, none without one."""
    if not standards:
        return []
    results = check_results((standard.pk for standard in standards), most=COMPARED)
    branches = Branch.objects.in_bulk()
    return [StandardCourse(standard, by_branch(results.get(standard.pk, []), branches)) for standard in standards]


def by_branch(results: Iterable[CheckResult], branches: dict[int, Branch]) -> list[BranchCourse]:
    """Sort results of one standard, newest first, by branch: in the order of branches, audits of the whole company last."""
    courses: dict[int | None, list[CheckResult]] = defaultdict(list)
    for result in results:
        courses[result.branch_id].append(result)
    order = {pk: place for place, pk in enumerate(branches)}
    listed = sorted(courses.items(), key=lambda item: len(order) if item[0] is None else order[item[0]])
    return [BranchCourse(branches.get(pk or 0), [result.share for result in found], found[0].checked_at) for pk, found in listed]


@dataclass(frozen=True)
class NamedResult:
    """A result with the names of its branch and round."""

    branch: Branch | None
    round: AuditRound | None
    share: Share
    checked_at: dt.datetime


def standard_results(standard: Standard, *, most: int) -> list[NamedResult]:
    """Return the newest results of one standard, newest first, so many a branch at most: three queries."""
    results = check_results([standard.pk], most=most)[standard.pk]
    branches, rounds = Branch.objects.in_bulk(), AuditRound.objects.in_bulk({result.round_id for result in results if result.round_id})
    return [
        NamedResult(branches.get(result.branch_id or 0), rounds.get(result.round_id or 0), result.share, result.checked_at)
        for result in results
    ]


def points_with_standards(text: str = "") -> QuerySet[Touchpoint]:
    """Return touchpoints on the map which have standards; with a text, those that have it in their name or in a standard."""
    current = Standard.objects.filter(is_archived=False, touchpoint=OuterRef("pk"))
    points = Touchpoint.objects.active().filter(Exists(current)).in_map_order()
    if text:
        points = points.filter(Q(name__icontains=text) | Exists(current.filter(sentence__icontains=text)))
    return points


def standards_by_point(points: Sequence[Touchpoint]) -> list[PointStandards]:
    """Return the standards of the touchpoints with how they fare: three queries."""
    standards = list(Standard.objects.filter(touchpoint__in=points, is_archived=False).order_by("position", "id"))
    courses = courses_of(standards)
    return [PointStandards(point, [course for course in courses if course.standard.touchpoint_id == point.pk]) for point in points]


def slipping_standards(today: dt.date) -> list[StandardCourse]:
    """Return standards whose share kept fell two audits running; a fall nobody has looked at for a year is no news."""
    since = today - dt.timedelta(days=FRESH_DAYS)
    # A fresh fall has a fresh check that failed: the others, most of them, need not be counted.
    failed = StandardCheck.objects.filter(standard=OuterRef("pk"), is_kept=False, checked_at__date__gte=since)
    standards = list(
        Standard.objects.filter(Exists(failed), is_archived=False, touchpoint__is_archived=False)
        .select_related("touchpoint")
        .order_by("touchpoint", "position")
    )
    return [course for course in courses_of(standards) if course.slips_since(since)]


def ready_to_add(touchpoint: Touchpoint) -> list[str]:
    """Return ready sentences for a touchpoint that it does not have yet."""
    there = set(touchpoint.standards.filter(is_archived=False).values_list("sentence", flat=True))
    return [sentence for sentence in ready_sentences(touchpoint.catalogue_key) if sentence not in there]


def points_to_start_with() -> list[tuple[Touchpoint, list[str]]]:
    """Return touchpoints on the map that have no standards yet, but ready ones to take."""
    bare = Touchpoint.objects.active().exclude(catalogue_key="").annotate(n=Count("standards", filter=Q(standards__is_archived=False)))
    listed = [(point, ready_sentences(point.catalogue_key)) for point in bare.filter(n=0).in_map_order()]
    return [(point, sentences) for point, sentences in listed if sentences]
