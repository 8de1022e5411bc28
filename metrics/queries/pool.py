"""The pool and the pipes, from stretches of buying.

A Client leaves on the day their silence becomes longer than their patience: last_day + patience + 1. So on any day
active = came + returned - left, to the man.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import dropwhile

from django.db import connection

from clients.models import ClientSum
from common.numbers import round_half_even
from common.periods import months_back
from company.models import Branch
from metrics.formulas.pool import PoolFlow, PoolMonth, flow_of
from metrics.queries.ltv import Price, price_of_client

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
class LeaksMonth:
    """What leaks out in an average month: Clients lost x price of a Client, over the last whole months; `clients_year` in all of them."""

    clients: Fraction
    cents: int | None
    clients_year: int
    cents_year: int | None
    price: Price | None
    months: int


def pool_months(*, today: dt.date, months: int = MONTHS, branch: Branch | None = None) -> list[PoolMonth]:
    """List the last months, oldest first; the last one is the month of today, so far."""
    wanted, active, found = months_back(today, months), 0, {}
    for month, came, returned, left in monthly_flows(today, branch):
        active += came + returned - left
        found[month] = PoolMonth(month, active, came, returned, left)
    before = [row for month, row in found.items() if month < wanted[0]]
    base, rows = before[-1].active if before else 0, []
    for month in wanted:
        row = found.get(month) or PoolMonth(month, base, 0, 0, 0)
        base = row.active
        rows.append(row)
    return rows


def monthly_flows(today: dt.date, branch: Branch | None) -> list[tuple[dt.date, int, int, int]]:
    """Return (month, came, returned, left) of every month that had any."""
    join, where = ("JOIN clients_client c ON c.id = p.client_id", "AND c.branch_id = %(branch)s") if branch else ("", "")
    with connection.cursor() as cursor:
        cursor.execute(FLOW_SQL.format(join=join, where=where), {"today": today, "branch": branch.pk if branch else None})
        return [(month, came, returned, left) for month, came, returned, left in cursor.fetchall()]


def pool_flow(*, today: dt.date, months: int = MONTHS, branch: Branch | None = None) -> PoolFlow:
    """Add up the last whole months: the month of today is left out, its leaving is not over."""
    return flow_in(pool_months(today=today, months=months + 1, branch=branch), months)


def flow_in(rows: list[PoolMonth], months: int) -> PoolFlow:
    """Add up the last whole months of a list that ends with the month of today."""
    return flow_of(whole_months(rows[-months - 1 :], months))


def whole_months(rows: list[PoolMonth], months: int) -> list[PoolMonth]:
    """Drop the current month and the months before the first Client."""
    return list(dropwhile(lambda row: not (row.start or row.came), rows[:-1]))[-months:]


def leaks_month(*, today: dt.date) -> LeaksMonth:
    """Say how much leaks in an average month of the last year: Clients lost x price of a Client."""
    flow, price = pool_flow(today=today), price_of_client(today=today)
    return LeaksMonth(
        clients=flow.lost_a_month,
        cents=None if price is None else round_half_even(flow.lost_a_month * price.cents),
        clients_year=flow.lost,
        cents_year=None if price is None else flow.lost * price.cents,
        price=price,
        months=flow.months,
    )


def last_purchase_day() -> dt.date | None:
    """Return the day of the last purchase known."""
    return ClientSum.objects.order_by("-last_day").values_list("last_day", flat=True).first()
