"""LTV: saved versions and the three numbers measured from purchases."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from clients.models import Segment
from company.models import Branch
from metrics.formulas.measured import MeasuredLtv, PurchaseSums, measure
from metrics.models import LtvVersion

HISTORY = 20


class Dimension(StrEnum):
    """How measured numbers can be split."""

    SEGMENT = "segment"
    BRANCH = "branch"
    CHANNEL = "channel"
    COHORT = "cohort"


# Key, label and join of each split; the label of "not stated" is NULL.
SPLITS = {
    Dimension.SEGMENT: ("c.segment_id", "g.name", "LEFT JOIN clients_segment g ON g.id = c.segment_id"),
    Dimension.BRANCH: ("c.branch_id", "g.name", "LEFT JOIN company_branch g ON g.id = c.branch_id"),
    Dimension.CHANNEL: ("c.channel_id", "g.name", "LEFT JOIN clients_channel g ON g.id = c.channel_id"),
    Dimension.COHORT: ("date_trunc('month', s.first_day)::date", "NULL", ""),
}

BY_TODAY = "s.first_day <= %(today)s"
SUMS_SQL = """
WITH people AS (
    SELECT {key} AS key, {label} AS label, count(*) AS clients, sum(s.n_purchases) AS purchases, sum(s.cents) AS cents
    FROM clients_clientsum s {client} {join}
    WHERE {where}
    GROUP BY 1, 2
), stretches AS (
    SELECT {key} AS key, count(*) AS spells,
        count(*) FILTER (WHERE p.last_day + p.patience < %(today)s) AS over,
        sum(least(p.last_day + p.patience, %(today)s) - p.first_day) AS days
    FROM clients_spell p {their_sum} {client}
    WHERE p.first_day <= %(today)s AND {asked}
    GROUP BY 1
)
SELECT people.key, people.label, people.clients, people.purchases, people.cents, stretches.spells, stretches.over, stretches.days
FROM people JOIN stretches ON stretches.key IS NOT DISTINCT FROM people.key
"""


@dataclass(frozen=True)
class MeasuredGroup:
    """One row of a table of measured numbers; `key` is the row's id or its month, None where not stated."""

    key: int | dt.date | None
    label: str | None
    sums: PurchaseSums
    ltv: MeasuredLtv | None


@dataclass(frozen=True)
class Price:
    """The price of a Client other figures multiply by: measured where there is enough data, else the saved belief."""

    cents: int
    is_measured: bool


@dataclass(frozen=True)
class VersionChange:
    """A saved version with what differs from the one before it: (field, was, became)."""

    version: LtvVersion
    changes: list[tuple[str, str, str]]


def filters(today: dt.date, branch: Branch | None, segment: Segment | None, cohort_month: dt.date | None) -> tuple[str, dict[str, Any]]:
    """Return the conditions on Client `c` and sums `s`, with their parameters."""
    asked = {
        "c.branch_id = %(branch)s": branch,
        "c.segment_id = %(segment)s": segment,
        "date_trunc('month', s.first_day) = %(cohort)s": cohort_month,
    }
    where = [BY_TODAY, *(condition for condition, value in asked.items() if value)]
    params = {"today": today, "branch": branch and branch.pk, "segment": segment and segment.pk, "cohort": cohort_month}
    return " AND ".join(where), params


def groups(split: tuple[str, str, str], where: str, params: dict[str, Any]) -> list[MeasuredGroup]:
    """Run the one query of measured sums."""
    key, label, join = split
    # Hundreds of thousands of rows are joined only when something is asked of them; who has a stretch by today has a sum by today.
    client = "JOIN clients_client c ON c.id = s.client_id" if "c." in key + where else ""
    plain = key == "0" and where == BY_TODAY
    their_sum, asked = ("", "true") if plain else ("JOIN clients_clientsum s ON s.client_id = p.client_id", where)
    statement = SUMS_SQL.format(key=key, label=label, join=join, where=where, client=client, their_sum=their_sum, asked=asked)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    found = [(row[0], row[1], PurchaseSums(*(int(number) for number in row[2:]))) for row in rows]
    return [MeasuredGroup(key, label, sums, measure(sums)) for key, label, sums in found]


def purchase_sums(
    *, today: dt.date, branch: Branch | None = None, segment: Segment | None = None, cohort_month: dt.date | None = None
) -> PurchaseSums:
    """Add up the purchases and the stretches of the chosen Clients, as of today."""
    where, params = filters(today, branch, segment, cohort_month)
    found = groups(("0", "NULL", ""), where, params)
    return found[0].sums if found else PurchaseSums()


def measured_ltv(
    *, today: dt.date, branch: Branch | None = None, segment: Segment | None = None, cohort_month: dt.date | None = None
) -> MeasuredLtv | None:
    """Measure the three numbers; None while nobody has left or bought."""
    return measure(purchase_sums(today=today, branch=branch, segment=segment, cohort_month=cohort_month))


def measured_by(dimension: Dimension, *, today: dt.date, segment: Segment | None = None) -> list[MeasuredGroup]:
    """Measure the three numbers for every part of a split: months newest first, others by the number of Clients."""
    where, params = filters(today, None, segment, None)
    found = groups(SPLITS[dimension], where, params)
    if dimension is Dimension.COHORT:
        return sorted(found, key=lambda group: str(group.key), reverse=True)
    return sorted(found, key=lambda group: (group.key is None, -group.sums.clients))


def latest_version(*, segment: Segment | None = None) -> LtvVersion | None:
    """Return the last saved calculation of the segment, or of all Clients."""
    return LtvVersion.objects.filter(segment=segment).first()


def version_history(*, segment: Segment | None = None) -> list[VersionChange]:
    """List the last saved calculations, newest first, with what changed in each."""
    versions = list(LtvVersion.objects.filter(segment=segment).select_related("created_by")[: HISTORY + 1])
    pairs = zip(versions, [*versions[1:], None], strict=False)
    return [VersionChange(version, changes_between(before, version)) for version, before in pairs][:HISTORY]


def changes_between(before: LtvVersion | None, after: LtvVersion) -> list[tuple[str, str, str]]:
    """List the typed fields that differ."""
    if before is None:
        return []
    return [
        (field, getattr(before, field), getattr(after, field))
        for field in LtvVersion.TYPED
        if getattr(before, field) != getattr(after, field)
    ]


def price_of_client(*, today: dt.date, measured: MeasuredLtv | None = None) -> Price | None:
    """Return the price of a Client, and whether it is measured (perhaps just now, of all Clients) or believed."""
    measured = measured or measured_ltv(today=today)
    if measured and not measured.is_few:
        return Price(measured.revenue_cents, is_measured=True)
    version = latest_version()
    return Price(version.revenue_cents, is_measured=False) if version else None
