"""Cohorts, from the cells the triggers keep, and the Clients behind a cell."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery, Sum

from clients.models import Client, ClientMonth, ClientSum, CohortCell, Segment
from common.periods import add_months, month_of
from company.models import Branch
from metrics.formulas.cohorts import MONTHS_PER_QUARTER, Cell, Cohort, Counted, Counts, Newer, cohorts_of, newer_against_older, together

MONTH_ROWS, QUARTER_ROWS = 24, 12


@dataclass(frozen=True)
class Cohorts:
    """The heat map: cohorts oldest first, all of them together, the newest beside those of a year before; `until` is not over yet."""

    rows: list[Cohort]
    everybody: tuple[Cell, ...]
    newer: Newer | None
    until: dt.date
    first_known: dt.date | None
    left_out: int


def cells_of(branch: Branch | None, segment: Segment | None) -> QuerySet[CohortCell]:
    """Return the cells of a branch and a segment."""
    cells = CohortCell.objects.filter(branch=branch) if branch else CohortCell.objects.all()
    return cells.filter(segment=segment) if segment else cells


def cohort_counts(*, since: dt.date, until: dt.date, branch: Branch | None = None, segment: Segment | None = None) -> Counts:
    """Return the cells of the cohorts from `since`, of the months before `until`."""
    cells = cells_of(branch, segment).filter(cohort_month__gte=since, month__lt=until)
    rows = cells.order_by().values_list("cohort_month", "month").annotate(Sum("clients"), Sum("n"), Sum("cents"))
    return {(cohort, month): Counted(*numbers) for cohort, month, *numbers in rows}


def cohorts(*, today: dt.date, by_quarter: bool = False, branch: Branch | None = None, segment: Segment | None = None) -> Cohorts:
    """Return the cohorts as known on a day: its own month is not over and is left out."""
    until = month_of(today)
    count = QUARTER_ROWS if by_quarter else MONTH_ROWS
    since = add_months(until, -(count + 1) * MONTHS_PER_QUARTER if by_quarter else -count)
    counts = cohort_counts(since=since, until=until, branch=branch, segment=segment)
    rows = cohorts_of(counts, until=until, rows=count, by_quarter=by_quarter)
    first_known = ClientSum.objects.aggregate(first=Min("first_day"))["first"]
    return Cohorts(
        rows=rows,
        everybody=together(rows),
        newer=newer_against_older(counts, until=until),
        until=until,
        first_known=first_known,
        left_out=clients_before(rows[0].first, branch, segment) if rows else 0,
    )


def clients_before(month: dt.date, branch: Branch | None, segment: Segment | None) -> int:
    """Count the Clients of cohorts older than the oldest one shown."""
    cells = cells_of(branch, segment).filter(cohort_month__lt=month, month=F("cohort_month"))
    return int(cells.aggregate(n=Sum("clients"))["n"] or 0)


def cohort_size(months: Sequence[dt.date], *, branch: Branch | None = None, segment: Segment | None = None) -> int:
    """Count the Clients first seen in these months."""
    cells = cells_of(branch, segment).filter(cohort_month__in=months, month=F("cohort_month"))
    return int(cells.aggregate(n=Sum("clients"))["n"] or 0)


def cohort_clients(
    months: Sequence[dt.date], age: int, *, branch: Branch | None = None, segment: Segment | None = None
) -> QuerySet[Client]:
    """Return the Clients behind a cell, who brought most first; `n` purchases and `cents` are those of that month."""
    wanted = Q()
    for month in months:
        wanted |= Q(cohort_month=month, month=add_months(month, age))
    behind = ClientMonth.objects.filter(wanted, n__gt=0)
    theirs = behind.filter(client=OuterRef("pk"))
    return (
        of_group(Client.objects.filter(pk__in=behind.values("client")), branch, segment)
        .annotate(n=Subquery(theirs.values("n")[:1]), cents=Subquery(theirs.values("cents")[:1]))
        .select_related("sum", "branch", "segment")
        .order_by("-sum__cents", "pk")
    )


def of_group(clients: QuerySet[Client], branch: Branch | None, segment: Segment | None) -> QuerySet[Client]:
    """Narrow Clients to a branch and a segment."""
    if branch:
        clients = clients.filter(branch=branch)
    return clients.filter(segment=segment) if segment else clients
