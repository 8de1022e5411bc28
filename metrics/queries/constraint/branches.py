"""What each branch shows by every lever that Clients' purchases tell of."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from metrics.formulas.constraint import Lever, MarkKind, Showing
from metrics.formulas.ratios import Ratio

Known = dict[tuple[Lever, MarkKind], list[Showing]]

# A row per Client first: the error of a ratio is counted over Clients, not over stretches.
RATIOS_SQL = """
WITH stretches AS (
    SELECT client_id, count(*) AS spells, count(*) FILTER (WHERE last_day + patience < %(today)s) AS over,
        sum(least(last_day + patience, %(today)s) - first_day) AS days
    FROM clients_spell WHERE first_day <= %(today)s
    GROUP BY client_id
), sent AS (
    SELECT r.referred_by_id AS client_id, count(*)::float8 AS n
    FROM clients_client r JOIN clients_clientsum rs ON rs.client_id = r.id
    WHERE r.referred_by_id IS NOT NULL AND rs.first_day <= %(today)s
    GROUP BY 1
), people AS (
    SELECT c.branch_id, s.n_purchases::float8 AS purchases, s.cents::float8 AS cents, t.days::float8 / 365.25 AS years,
        t.over::float8 AS over, (t.spells - 1)::float8 AS returns, (t.spells - t.over)::int AS active, coalesce(sent.n, 0) AS sent
    FROM stretches t JOIN clients_clientsum s ON s.client_id = t.client_id JOIN clients_client c ON c.id = t.client_id
    LEFT JOIN sent ON sent.client_id = t.client_id
    WHERE c.branch_id IS NOT NULL
)
SELECT b.name, count(*), sum(active),
    sum(over), sum(years), sum(purchases), sum(cents), sum(returns),
    sum(over * over), sum(over * years), sum(years * years),
    sum(purchases * purchases), sum(purchases * years),
    sum(cents * cents), sum(cents * purchases),
    sum(returns * returns), sum(returns * over),
    sum(sent), sum(sent * sent), sum(sent * years)
FROM people JOIN company_branch b ON b.id = people.branch_id
GROUP BY b.id, b.name, b.position
ORDER BY b.position, b.name
"""


@dataclass(frozen=True)
class BranchRatios:
    """What one branch shows: `leaving`, `frequency` and `sent` per client-year, `check` in minor units, `coming_back` per leaving."""

    name: str
    clients: int
    active: int
    leaving: Ratio
    frequency: Ratio
    check: Ratio
    coming_back: Ratio
    sent: Ratio


def branch_ratios(*, today: dt.date) -> list[BranchRatios]:
    """Return every branch that has Clients with purchases."""
    with connection.cursor() as cursor:
        cursor.execute(RATIOS_SQL, {"today": today})
        rows = cursor.fetchall()
    return [ratios_of(*row) for row in rows]


def ratios_of(name: str, clients: int, active: int, *sums: float) -> BranchRatios:
    """Name the sums of one row of the query."""
    over, years, purchases, cents, returns, over2, over_years, years2, purchases2, purchases_years, *rest = sums
    cents2, cents_purchases, returns2, returns_over, sent, sent2, sent_years = rest
    return BranchRatios(
        name=name,
        clients=clients,
        active=active,
        leaving=Ratio(clients, over, years, over2, over_years, years2),
        frequency=Ratio(clients, purchases, years, purchases2, purchases_years, years2),
        check=Ratio(clients, cents, purchases, cents2, cents_purchases, purchases2),
        coming_back=Ratio(clients, returns, over, returns2, returns_over, over2),
        sent=Ratio(clients, sent, years, sent2, sent_years, years2),
    )


def relative(ratio: Ratio) -> float:
    """Return the error of a ratio as a share of it."""
    return (ratio.error or 0.0) / ratio.value if ratio.value else 0.0


def of_branches(branches: Iterable[BranchRatios], price_cents: int | None) -> Known:
    """Turn the ratios of branches into what levers compare; those that need a price wait for one."""
    known: Known = {}
    for branch in branches:
        for lever, showing in showings_of(branch, price_cents):
            known.setdefault((lever, MarkKind.BRANCH), []).append(showing)
    return known


def showings_of(branch: BranchRatios, price_cents: int | None) -> list[tuple[Lever, Showing]]:
    """Return what a branch shows by each lever."""
    active, back, leaving = branch.active, branch.coming_back.value or 0.0, branch.leaving.value or 0.0
    frequency, check = branch.frequency.value or 0.0, branch.check.value or 0.0
    found = [
        (Lever.FREQUENCY, showing(branch, branch.frequency, branch.frequency.a, active * check, relative(branch.check))),
        (Lever.CHECK, showing(branch, branch.check, branch.check.b, active * frequency, relative(branch.frequency))),
    ]
    if price_cents is not None:
        kept = price_cents * max(1 - back, 0.0)
        unkept = (branch.coming_back.error or 0.0) / (1 - back) if back < 1 else 0.0
        found += [
            (Lever.KEEPING, showing(branch, branch.leaving, branch.leaving.a, active * kept, unkept)),
            (
                Lever.WIN_BACK,
                showing(branch, branch.coming_back, branch.coming_back.b, active * leaving * price_cents, relative(branch.leaving)),
            ),
            (Lever.REFERRALS, showing(branch, branch.sent, branch.sent.a, active * price_cents, 0.0)),
        ]
    return [(lever, each) for lever, each in found if each]


def showing(branch: BranchRatios, ratio: Ratio, events: float, cents: float, spread: float) -> Showing | None:
    """Write one ratio of a branch as a showing, an error of nought as that of one event; None where it is not known."""
    if ratio.value is None or ratio.error is None:
        return None
    return Showing(branch.name, ratio.value, ratio.error or 1 / ratio.b, branch.clients, events, cents, spread)
