"""Rounds: how far their walks are, what several auditors said of the same touchpoints and where they differ."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from common.proportions import wilson_interval
from company.models import Branch
from touchpoints.enums import AuditState, Rating, ReminderMoment
from touchpoints.models import Audit, AuditMark, AuditRound, Standard, StandardCheck, Touchpoint

LATEST_REMINDER = dt.timedelta(days=9)
FORGOTTEN_AFTER = dt.timedelta(days=30)
MOMENTS = {ReminderMoment.BEFORE: (dt.timedelta(days=-1), dt.timedelta(0)), ReminderMoment.AFTER: (dt.timedelta(days=3), LATEST_REMINDER)}


def with_points(audits: QuerySet[Audit]) -> QuerySet[Audit, Any]:
    """Add `to_walk`: how many touchpoints each audit has on its map."""
    own = Q(branch=None) | Q(branch=OuterRef("branch"))
    everywhere = Touchpoint.objects.active().order_by()
    chosen = everywhere.filter(rounds=OuterRef("round"))
    return audits.select_related("branch", "auditor").annotate(
        to_walk=Case(
            When(Q(Exists(Touchpoint.objects.filter(rounds=OuterRef("round")))) & Q(branch=None), then=counted(chosen)),
            When(Exists(Touchpoint.objects.filter(rounds=OuterRef("round"))), then=counted(chosen.filter(own))),
            When(branch=None, then=counted(everywhere)),
            default=counted(everywhere.filter(own)),
            output_field=IntegerField(),
        )
    )


def counted(points: QuerySet[Touchpoint]) -> Coalesce:
    """Return the number of rows as a subquery."""
    return Coalesce(
        Subquery(points.annotate(one=Case(default=1, output_field=IntegerField())).values("one").annotate(n=Count("pk")).values("n")), 0
    )


def audits_to_remind(moment: ReminderMoment, today: dt.date) -> QuerySet[Audit]:
    """Return the open audits whose reminder has come due, of people who may sign in and of guests; planned before today."""
    least, most = MOMENTS[moment]
    someone = Q(auditor__is_active=True) | ~Q(guest_email="")
    due = Q(due_on__gte=today - most, due_on__lte=today - least)
    return Audit.objects.open().filter(someone, due, created_at__date__lt=today).order_by("id")


def forgotten_audits(today: dt.date) -> QuerySet[Audit]:
    """Return audits still open a month after their day."""
    return Audit.objects.open().filter(due_on__lt=today - FORGOTTEN_AFTER).order_by("id")


def rounds_with_progress() -> QuerySet[AuditRound, Any]:
    """Return rounds, newest first, with how many walks there are and how many are over."""
    return AuditRound.objects.annotate(
        walks=Count("audits"),
        done=Count("audits", filter=Q(audits__state=AuditState.DONE)),
        lapsed=Count("audits", filter=Q(audits__state=AuditState.LAPSED)),
        branches=Count("audits__branch", distinct=True),
        due_on=Max("audits__due_on"),
    ).order_by("-created_at", "-id")


def round_audits(audit_round: AuditRound) -> QuerySet[Audit, Any]:
    """Return the walks of a round with how many touchpoints they have and how many are marked."""
    audits = with_points(audit_round.audits.all()).annotate(marked=Count("marks"))
    return audits.order_by("branch__position", "branch__name", "id")


@dataclass(frozen=True)
class PointRow:
    """A touchpoint of a round: what each auditor said of it, in the order of the walks; None where nothing was said."""

    touchpoint: Touchpoint
    marks: list[AuditMark | None]
    spread: int
    middle: Rating | None
    n: int

    def said(self, audits: Iterable[Audit]) -> list[tuple[Audit, AuditMark]]:
        """Return the walks that said something, with what they said."""
        return [(audit, mark) for audit, mark in zip(audits, self.marks, strict=True) if mark]


@dataclass(frozen=True)
class RoundTable:
    """Touchpoints of a round by its walks, those the auditors differ on first; `compared` were marked by two or more."""

    audits: list[Audit]
    rows: list[PointRow]

    @property
    def compared(self) -> int:
        """How many touchpoints at least two auditors rated in one branch."""
        return sum(row.n > 1 for row in self.rows)

    @property
    def agreed(self) -> int:
        """On how many of them all said the same."""
        return sum(row.n > 1 and row.spread == 0 for row in self.rows)


def round_table(audits: Iterable[Audit]) -> RoundTable:
    """Compare the marks of walks that are over or under way: two queries at any size."""
    walks = list(audits)
    marks: dict[int, dict[int, AuditMark]] = {}
    for mark in AuditMark.objects.filter(audit__in=walks).select_related("touchpoint").order_by("id"):
        marks.setdefault(mark.touchpoint_id, {})[mark.audit_id] = mark
    rows = [point_row(walks, said) for said in marks.values()]
    rows.sort(key=lambda row: (-row.spread, 2 if row.middle is None else row.middle, row.touchpoint.name, row.touchpoint.pk))
    return RoundTable(walks, rows)


def point_row(walks: list[Audit], said: dict[int, AuditMark]) -> PointRow:
    """Put one touchpoint's marks side by side; auditors differ only where they walked the same branch."""
    by_branch: dict[int | None, list[int]] = {}
    for walk in walks:
        if walk.pk in said and said[walk.pk].rating is not None:
            by_branch.setdefault(walk.branch_id, []).append(said[walk.pk].rating or 0)
    ratings = [rating for group in by_branch.values() for rating in group]
    return PointRow(
        touchpoint=next(iter(said.values())).touchpoint,
        marks=[said.get(walk.pk) for walk in walks],
        spread=max((max(group) - min(group) for group in by_branch.values()), default=0),
        middle=middle_of(ratings),
        n=max(map(len, by_branch.values()), default=0),
    )


def middle_of(ratings: list[int]) -> Rating | None:
    """Return the middle mark, of two the worse; None without marks.

    >>> middle_of([1, -1]) == Rating.AWFUL, middle_of([1, 0, 1]) == Rating.WOW, middle_of([])
    (True, True, None)
    """
    return Rating(sorted(ratings)[(len(ratings) - 1) // 2]) if ratings else None


@dataclass(frozen=True)
class KeptShare:
    """How often auditors found a standard kept, with the 95 % interval of the share."""

    standard: Standard
    kept: int
    seen: int

    @property
    def share(self) -> float:
        """The share kept, from 0 to 1."""
        return self.kept / self.seen

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of it."""
        return wilson_interval(self.kept, self.seen)


def standards_kept(audits: Iterable[Audit]) -> list[KeptShare]:
    """Return the standards these walks looked at, the least kept first."""
    counts = (
        StandardCheck.objects.filter(audit__in=list(audits))
        .order_by()
        .values("standard")
        .annotate(seen=Count("pk"), kept=Count("pk", filter=Q(is_kept=True)))
    )
    found = {row["standard"]: row for row in counts}
    standards = Standard.objects.filter(pk__in=found).select_related("touchpoint")
    shares = [KeptShare(standard, found[standard.pk]["kept"], found[standard.pk]["seen"]) for standard in standards]
    return sorted(shares, key=lambda each: (each.share, -each.seen, each.standard.pk))


def points_in_scope(chosen: Q) -> QuerySet[Touchpoint]:
    """Return the touchpoints on the map that a plan chose."""
    return Touchpoint.objects.active().filter(chosen).distinct().in_map_order()


def points_missing(points: Iterable[Touchpoint], branches: Iterable[Branch | None]) -> list[Branch]:
    """Return the branches where none of the touchpoints is met."""
    homes = {point.branch_id for point in points}
    return [branch for branch in branches if branch and not homes & {None, branch.pk}]
