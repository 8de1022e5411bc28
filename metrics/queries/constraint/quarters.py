"""What whole quarters of the last three years show by every lever.

The first year of purchases is left out: nobody can be seen leaving before their patience has run out, at most 365 days. Bringing back is
compared by branches only: who came back in a quarter left in another one.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from django.db import connection
from django.db.models import Min

from clients.models import ClientSum
from common.periods import add_months, month_of
from metrics.formulas.constraint import Lever, MarkKind, Showing
from metrics.formulas.pool import PoolMonth
from metrics.formulas.ratios import Ratio
from metrics.queries.constraint.branches import Known, relative
from metrics.queries.pool import pool_months

YEARS = 3
QUARTERS_A_YEAR = 4
RUN_UP_DAYS = 365

BOUGHT_SQL = """
SELECT quarter, count(*)::int, sum(n), sum(n * n), sum(cents), sum(cents * cents), sum(cents * n) FROM (
    SELECT date_trunc('quarter', month)::date AS quarter, sum(n)::float8 AS n, sum(cents)::float8 AS cents
    FROM clients_clientmonth WHERE month >= %(first)s AND month < %(end)s
    GROUP BY client_id, 1
) AS people GROUP BY 1
"""
SENT_SQL = """
SELECT date_trunc('quarter', s.first_day)::date, count(*)::int
FROM clients_client c JOIN clients_clientsum s ON s.client_id = c.id
WHERE c.referred_by_id IS NOT NULL AND s.first_day >= %(first)s AND s.first_day < %(end)s
GROUP BY 1
"""


@dataclass
class Quarter:
    """One quarter: client-years in it, who left and came back, what was bought, who was sent."""

    first: dt.date
    years: float = 0.0
    base: float = 0.0
    left: int = 0
    returned: int = 0
    sent: int = 0
    bought: Ratio = field(default_factory=lambda: Ratio(0, 0, 0, 0, 0, 0))

    @property
    def name(self) -> str:
        """How it is kept and told from others: 2026-Q3."""
        return f"{self.first.year}-Q{self.season}"

    @property
    def season(self) -> int:
        """Which quarter of the year it is."""
        return (self.first.month + 2) // 3


def quarter_of(day: dt.date) -> dt.date:
    """Return the first day of the day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def first_quarter(today: dt.date) -> dt.date | None:
    """Return the first quarter that may be compared; None without purchases or before a year of them has passed."""
    born = ClientSum.objects.filter(first_day__lte=today).aggregate(day=Min("first_day"))["day"]
    end = quarter_of(today)
    if born is None:
        return None
    grown = add_months(quarter_of(born + dt.timedelta(days=RUN_UP_DAYS)), 3)
    first = max(grown, add_months(end, -12 * YEARS))
    return first if first < end else None


def quarters(*, today: dt.date) -> list[Quarter]:
    """Return the whole quarters that may be compared, oldest first."""
    first, end = first_quarter(today), quarter_of(today)
    if first is None:
        return []
    count = (month_of(today).year - first.year) * 12 + today.month - first.month + 1
    found = by_quarter([row for row in pool_months(today=today, months=count) if row.month < end])
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT_SQL, {"first": first, "end": end})
        for quarter, clients, n, nn, cents, cents2, cents_n in cursor.fetchall():
            found[quarter].bought = Ratio(clients, cents, n, cents2, cents_n, nn)
        cursor.execute(SENT_SQL, {"first": first, "end": end})
        for quarter, sent in cursor.fetchall():
            found[quarter].sent = sent
    return [found[key] for key in sorted(found)]


def by_quarter(months: Sequence[PoolMonth]) -> dict[dt.date, Quarter]:
    """Add months of the pool up by quarter."""
    gathered: dict[dt.date, list[PoolMonth]] = defaultdict(list)
    for month in months:
        gathered[quarter_of(month.month)].append(month)
    return {
        first: Quarter(
            first,
            years=sum(row.start for row in rows) / 12,
            base=sum(row.start for row in rows) / len(rows),
            left=sum(row.left for row in rows),
            returned=sum(row.returned for row in rows),
        )
        for first, rows in gathered.items()
    }


def of_quarters(found: Sequence[Quarter], active: int, price_cents: int | None) -> Known:
    """Turn quarters into what levers compare: only the last four can fall short of the same quarter of another year."""
    last = list(found[-QUARTERS_A_YEAR:])
    left, back = sum(each.left for each in last), sum(each.returned for each in last)
    years = sum(each.years for each in last)
    if not years:
        return {}
    part, share = active / QUARTERS_A_YEAR, back / left if left else 0.0
    purchases, cents = sum(each.bought.b for each in last), sum(each.bought.a for each in last)
    scale = {
        Lever.FREQUENCY: part * cents / purchases if purchases else 0.0,
        Lever.CHECK: part * purchases / years,
    }
    if price_cents is not None:
        scale |= {
            Lever.KEEPING: part * price_cents * max(1 - share, 0.0),
            Lever.REFERRALS: part * price_cents,
        }
    known: Known = {}
    for lever, worth in scale.items():
        rows = [showing(each, lever, worth if each in last else 0.0) for each in found if each.years]
        known[lever, MarkKind.QUARTER] = [row for row in rows if row]
    return known


def showing(quarter: Quarter, lever: Lever, cents: float) -> Showing | None:
    """Write what a quarter shows by a lever; counts of leavers and of those sent are taken as Poisson."""
    years, bought, base = quarter.years, quarter.bought, quarter.base
    if lever is Lever.CHECK:
        if bought.value is None or bought.error is None:
            return None
        return Showing(quarter.name, bought.value, bought.error, bought.n, bought.b, cents, stratum=quarter.season)
    if lever is Lever.FREQUENCY:
        spread = sqrt(max(bought.bb - bought.b**2 / max(base, bought.n, 1), 0.0))
        return Showing(quarter.name, bought.b / years, spread / years, round(base), bought.b, cents, relative(bought), quarter.season)
    events = quarter.left if lever is Lever.KEEPING else quarter.sent
    return Showing(quarter.name, events / years, sqrt(events) / years, round(base), events, cents, stratum=quarter.season)
