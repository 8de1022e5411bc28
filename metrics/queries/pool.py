"""The pool and the pipes, from stretches of buying.

A Client leaves on the day their silence becomes longer than their patience: last_day + patience + 1. So on any day
active = came + returned - left, to the man.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import dropwhile

from django.db import connection
from django.db.models import Max

from clients.models import ClientDay, ClientSum, Segment
from common.periods import months_back
from company.models import Branch
from metrics.formulas.pool import PoolFlow, PoolMonth, flow_of
from metrics.queries.ltv import Price, measured_ltv, price_of_client

MONTHS = 12

# Days first, months after: a day is a plain key to gather by. Everybody came once, on the first of their days.
FLOW_SQL = """
SELECT date_trunc('month', day)::date AS month, sum(came)::int, sum(began - came)::int, sum("left")::int FROM (
    SELECT p.first_day AS day, 0 AS came, count(*) AS began, 0 AS "left"
    FROM clients_spell p {join}
    WHERE p.first_day <= %(today)s {where}
    GROUP BY 1
    UNION ALL
    SELECT p.first_day, count(*), 0, 0
    FROM clients_clientsum p {join}
    WHERE p.first_day <= %(today)s {where}
    GROUP BY 1
    UNION ALL
    SELECT p.last_day + p.patience + 1, 0, 0, count(*)
    FROM clients_spell p {join}
    WHERE p.last_day + p.patience < %(today)s AND p.first_day <= %(today)s {where}
    GROUP BY 1
) AS flows GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Worth:
    """The price of a Client, what they bring in a month of it, and whether both are the group's own."""

    price: Price | None
    month_cents: Fraction | None
    is_own: bool


def pool_months(*, today: dt.date, months: int = MONTHS, branch: Branch | None = None, segment: Segment | None = None) -> list[PoolMonth]:
    """List the last months as known on that day, oldest first; the last one is its own month, so far.

    A stretch that was not over then is not ended by what came later: its patience is that of its last purchase, and a later purchase of
    the same stretch came before the patience known at any day between had run out.
    """
    wanted, active, found = months_back(today, months), 0, {}
    for month, came, returned, left in monthly_flows(today, branch, segment):
        active += came + returned - left
        found[month] = PoolMonth(month, active, came, returned, left)
    before = [row for month, row in found.items() if month < wanted[0]]
    base, rows = before[-1].active if before else 0, []
    for month in wanted:
        row = found.get(month) or PoolMonth(month, base, 0, 0, 0)
        base = row.active
        rows.append(row)
    return rows


def monthly_flows(today: dt.date, branch: Branch | None, segment: Segment | None) -> list[tuple[dt.date, int, int, int]]:
    """Return (month, came, returned, left) of every month that had any."""
    asked = {"AND c.branch_id = %(branch)s": branch, "AND c.segment_id = %(segment)s": segment}
    where = " ".join(condition for condition, row in asked.items() if row)
    join = "JOIN clients_client c ON c.id = p.client_id" if where else ""
    params = {"today": today, "branch": branch.pk if branch else None, "segment": segment.pk if segment else None}
    with connection.cursor() as cursor:
        cursor.execute(FLOW_SQL.format(join=join, where=where), params)
        return [(month, came, returned, left) for month, came, returned, left in cursor.fetchall()]


def pool_flow(*, today: dt.date, months: int = MONTHS, branch: Branch | None = None, segment: Segment | None = None) -> PoolFlow:
    """Add up the last whole months: the month of today is left out, its leaving is not over."""
    return flow_in(pool_months(today=today, months=months + 1, branch=branch, segment=segment), months)


def client_worth(*, today: dt.date, branch: Branch | None = None, segment: Segment | None = None) -> Worth:
    """Return what a Client of the group is worth: measured of it, else of all Clients, else as saved; and what one brings a month."""
    own = measured_ltv(today=today, branch=branch, segment=segment)
    measured = own if own and not own.is_few else measured_ltv(today=today) if branch or segment else None
    if measured is None or measured.is_few:
        return Worth(price_of_client(today=today), None, is_own=False)
    month = measured.purchases_per_year * measured.average_check_cents / MONTHS
    return Worth(Price(measured.revenue_cents, is_measured=True), month, is_own=measured is own)


def flow_in(rows: list[PoolMonth], months: int) -> PoolFlow:
    """Add up the last whole months of a list that ends with the month of today."""
    return flow_of(whole_months(rows[-months - 1 :], months))


def whole_months(rows: list[PoolMonth], months: int) -> list[PoolMonth]:
    """Drop the current month and the months before the first Client."""
    return list(dropwhile(lambda row: not (row.start or row.came), rows[:-1]))[-months:]


def last_purchase_day(*, today: dt.date) -> dt.date | None:
    """Return the day of the last purchase known; visits booked for days to come are not purchases yet."""
    last = ClientSum.objects.order_by("-last_day").values_list("last_day", flat=True).first()
    if last is None or last <= today:
        return last
    known: dt.date | None = ClientDay.objects.filter(day__lte=today).aggregate(last=Max("day"))["last"]
    return known
