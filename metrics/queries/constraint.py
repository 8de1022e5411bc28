"""What each branch shows by every lever."""

import datetime as dt

from django.db import connection

from metrics.formulas.constraint import BranchRatios, Constraint, find_constraint
from metrics.formulas.ratios import Ratio
from metrics.queries.ltv import price_of_client

# A row per Client first: the error of a ratio is counted over Clients, not over stretches.
RATIOS_SQL = """
WITH stretches AS (
    SELECT client_id, count(*) AS spells, count(*) FILTER (WHERE last_day + patience < %(today)s) AS over,
        sum(least(last_day + patience, %(today)s) - first_day) AS days
    FROM clients_spell WHERE first_day <= %(today)s
    GROUP BY client_id
), people AS (
    SELECT c.branch_id, s.n_purchases::float8 AS purchases, s.cents::float8 AS cents, t.days::float8 / 365.25 AS years,
        t.over::float8 AS over, (t.spells - 1)::float8 AS returns, (t.spells - t.over)::int AS active
    FROM stretches t JOIN clients_clientsum s ON s.client_id = t.client_id JOIN clients_client c ON c.id = t.client_id
    WHERE c.branch_id IS NOT NULL
)
SELECT b.id, b.name, count(*), sum(active),
    sum(over), sum(years), sum(purchases), sum(cents), sum(returns),
    sum(over * over), sum(over * years), sum(years * years),
    sum(purchases * purchases), sum(purchases * years),
    sum(cents * cents), sum(cents * purchases),
    sum(returns * returns), sum(returns * over)
FROM people JOIN company_branch b ON b.id = people.branch_id
GROUP BY b.id, b.name, b.position
ORDER BY b.position, b.name
"""


def branch_ratios(*, today: dt.date) -> list[BranchRatios]:
    """Return every branch that has Clients with purchases."""
    with connection.cursor() as cursor:
        cursor.execute(RATIOS_SQL, {"today": today})
        rows = cursor.fetchall()
    return [ratios_of(*row) for row in rows]


def ratios_of(pk: int, name: str, clients: int, active: int, *sums: float) -> BranchRatios:
    """Name the sums of one row of the query."""
    over, years, purchases, cents, returns, over2, over_years, years2, purchases2, purchases_years, *rest = sums
    cents2, cents_purchases, returns2, returns_over = rest
    return BranchRatios(
        id=pk,
        name=name,
        clients=clients,
        active=active,
        leaving=Ratio(clients, over, years, over2, over_years, years2),
        frequency=Ratio(clients, purchases, years, purchases2, purchases_years, years2),
        check=Ratio(clients, cents, purchases, cents2, cents_purchases, purchases2),
        coming_back=Ratio(clients, returns, over, returns2, returns_over, over2),
    )


def main_constraint(*, today: dt.date) -> Constraint:
    """Rank the levers by what the company's own best branch shows to be possible."""
    price = price_of_client(today=today)
    return find_constraint(branch_ratios(today=today), price.cents if price else None)
