"""SQL of the rollups: written for the Clients of a temporary table `touched`, so that one new purchase costs one Client.

Returns (negative amounts) count as money but not as purchases: a day with returns only is no purchase day. The spells are those of
`clients/formulas/rhythm.py`.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from clients.formulas import rhythm
from clients.models import RollupCheck
from common.periods import month_of

TOUCH = """
CREATE TEMPORARY TABLE IF NOT EXISTS touched (client_id bigint PRIMARY KEY) ON COMMIT DROP;
TRUNCATE touched;
"""
TOUCH_GIVEN = "INSERT INTO touched SELECT DISTINCT unnest(%s::bigint[])"
TOUCH_ALL = """
INSERT INTO touched SELECT client_id FROM clients_purchase UNION SELECT client_id FROM clients_clientday
UNION SELECT client_id FROM clients_clientsum UNION SELECT client_id FROM clients_clientmonth UNION SELECT client_id FROM clients_spell
"""
# Nobody may move to another segment or branch between the triggers that take the old months out of the cohorts and put the new ones in.
LOCK_TOUCHED = """
SELECT count(*) FROM (SELECT c.id FROM clients_client c JOIN touched t ON t.client_id = c.id ORDER BY c.id FOR NO KEY UPDATE OF c) AS held
"""
COUNT_DAYS = """
DROP TABLE IF EXISTS pg_temp.touched_day;
CREATE TEMPORARY TABLE touched_day ON COMMIT DROP AS
WITH days AS (
    SELECT p.client_id, p.day, count(*) FILTER (WHERE p.cents >= 0)::int AS n, sum(p.cents)::bigint AS cents
    FROM clients_purchase p JOIN touched t ON t.client_id = p.client_id
    GROUP BY p.client_id, p.day
), known AS (
    SELECT *, min(day) FILTER (WHERE n > 0) OVER (PARTITION BY client_id) AS first_day,
        (count(*) FILTER (WHERE n > 0) OVER upto)::int AS i, max(day) FILTER (WHERE n > 0) OVER before AS previous_day
    FROM days
    WINDOW upto AS (PARTITION BY client_id ORDER BY day ROWS UNBOUNDED PRECEDING),
        before AS (PARTITION BY client_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), begun AS (
    SELECT *, (n > 0 AND previous_day IS NOT NULL AND day - previous_day > {patience_before})::int AS begins FROM known
)
SELECT client_id, day, n, cents, first_day, i,
    (sum(begins) OVER (PARTITION BY client_id ORDER BY day ROWS UNBOUNDED PRECEDING))::int AS spell
FROM begun ORDER BY client_id, day;
ANALYZE touched_day
"""
COUNT_SUMS = """
SELECT client_id, min(first_day) AS first_day, max(day) FILTER (WHERE n > 0) AS last_day, max(i) AS n_days, sum(n) AS n_purchases,
    sum(cents) AS cents, min(cents) FILTER (WHERE i = 1 AND n > 0) AS first_cents
FROM touched_day WHERE first_day IS NOT NULL GROUP BY client_id ORDER BY client_id
"""
COUNT_MONTHS = """
SELECT client_id, date_trunc('month', greatest(day, first_day)::timestamp)::date AS month,
    date_trunc('month', first_day::timestamp)::date AS cohort_month, sum(n) AS n, sum(cents) AS cents
FROM touched_day WHERE first_day IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2
"""
COUNT_SPELLS = """
SELECT client_id, begins_on AS first_day, ends_on AS last_day, {patience_at_end} AS patience, n_days, cents FROM (
    SELECT client_id, min(day) FILTER (WHERE n > 0) AS begins_on, max(day) FILTER (WHERE n > 0) AS ends_on,
        min(first_day) AS first_day, max(i) AS i, count(*) FILTER (WHERE n > 0) AS n_days, sum(cents) AS cents
    FROM touched_day WHERE first_day IS NOT NULL GROUP BY client_id, spell ORDER BY client_id, spell
) spells
"""
COUNTED = """
DROP TABLE IF EXISTS pg_temp.touched_{name};
CREATE TEMPORARY TABLE touched_{name} ON COMMIT DROP AS {counted};
ANALYZE touched_{name}
"""
# What is right already stays as it is: a new purchase changes a month of its Client, not all of them, and only that goes through triggers.
FORGET_WRONG = """
DELETE FROM clients_{rollup} kept USING touched t WHERE kept.client_id = t.client_id AND NOT EXISTS (
    SELECT FROM touched_{name} counted WHERE ({counted}) = ({kept})
)
"""
# Found first, filled in then: a search in the table it fills would read every new row again for each next one.
FILL_MISSING = """
DROP TABLE IF EXISTS pg_temp.missing_{name};
CREATE TEMPORARY TABLE missing_{name} ON COMMIT DROP AS
SELECT {columns} FROM touched_{name} counted
WHERE NOT EXISTS (SELECT FROM clients_{rollup} kept WHERE ({counted_key}) = ({kept_key}));
INSERT INTO clients_{rollup} ({columns}) SELECT {columns} FROM missing_{name}
"""


def columns_of(table: str, names: str) -> str:
    """Put the name of a table before each of the columns."""
    return ", ".join(f"{table}.{name}" for name in names.split(", "))


def correct(rollup: str, name: str, key: str, values: str) -> list[str]:
    """Return the statements that make the rows of the touched Clients those of the temporary table of such a name."""
    columns = f"{key}, {values}"
    both = {"counted": columns_of("counted", columns), "kept": columns_of("kept", columns)}
    keys = {"counted_key": columns_of("counted", key), "kept_key": columns_of("kept", key)}
    return [text.format(rollup=rollup, name=name, columns=columns, **both, **keys) for text in (FORGET_WRONG, FILL_MISSING)]


def patience_sql(days: str, last_day: str) -> str:
    """Spell `rhythm.patience_days` for a Client known by `days` purchase days, the last on `last_day`."""
    gaps = f"greatest({days} - 1, 1)"
    rounded = f"({2 * rhythm.GAPS_ALLOWED} * ({last_day} - first_day) + {gaps}) / (2 * {gaps})"
    clamped = f"least({rhythm.LONGEST_PATIENCE}, greatest({rhythm.SHORTEST_PATIENCE}, {rounded}))"
    return f"(CASE WHEN {days} < {rhythm.ENOUGH_DAYS} THEN {rhythm.DEFAULT_PATIENCE} ELSE {clamped} END)"


REFRESH = [
    COUNT_DAYS.format(patience_before=patience_sql("(i - 1)", "previous_day")),
    COUNTED.format(name="sum", counted=COUNT_SUMS),
    COUNTED.format(name="month", counted=COUNT_MONTHS),
    COUNTED.format(name="spell", counted=COUNT_SPELLS.format(patience_at_end=patience_sql("i", "ends_on"))),
    *correct("clientday", "day", "client_id, day", "n, cents"),
    *correct("clientsum", "sum", "client_id", "first_day, last_day, n_days, n_purchases, cents, first_cents"),
    *correct("clientmonth", "month", "client_id, month", "cohort_month, n, cents"),
    *correct("spell", "spell", "client_id, first_day", "last_day, patience, n_days, cents"),
]


@dataclass(frozen=True)
class Bought:
    """What one Client bought: equal whether counted from raw purchases or read from the rollups, as long as the rollups are right."""

    days: list[tuple[Any, ...]] = field(default_factory=list)
    total: list[tuple[Any, ...]] = field(default_factory=list)
    months: list[tuple[Any, ...]] = field(default_factory=list)
    spells: list[tuple[Any, ...]] = field(default_factory=list)


RAW_DAYS = """
SELECT client_id, day, count(*) FILTER (WHERE cents >= 0), sum(cents)::bigint
FROM clients_purchase WHERE client_id = ANY(%s) GROUP BY client_id, day ORDER BY client_id, day
"""
KEPT = {
    "days": "SELECT client_id, day, n, cents FROM clients_clientday WHERE client_id = ANY(%s) ORDER BY client_id, day",
    "total": """SELECT client_id, first_day, last_day, n_days, n_purchases, cents, first_cents
        FROM clients_clientsum WHERE client_id = ANY(%s)""",
    "months": """SELECT client_id, month, cohort_month, n, cents
        FROM clients_clientmonth WHERE client_id = ANY(%s) ORDER BY client_id, month""",
    "spells": """SELECT client_id, first_day, last_day, patience, n_days, cents
        FROM clients_spell WHERE client_id = ANY(%s) ORDER BY client_id, first_day""",
}
SAMPLE = "SELECT id FROM clients_client ORDER BY random() LIMIT %s"


def sample_client_ids(size: int) -> list[int]:
    """Return so many Clients drawn at random."""
    return [row[0] for row in fetch(SAMPLE, size)]


def fetch(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def recount(client_ids: list[int]) -> dict[int, Bought]:
    """Count from raw purchases what each of the Clients bought, in Python and by the day, as the rollups should have it."""
    days: dict[int, dict[dt.date, rhythm.DayTotal]] = {client_id: {} for client_id in client_ids}
    for client_id, day, n, cents in fetch(RAW_DAYS, client_ids):
        days[client_id][day] = rhythm.DayTotal(n, cents)
    return {client_id: bought_of(totals) for client_id, totals in days.items()}


def bought_of(days: dict[dt.date, rhythm.DayTotal]) -> Bought:
    """Roll one Client's days up."""
    kept = [(day, total.n, total.cents) for day, total in sorted(days.items())]
    bought = [day for day, n, _cents in kept if n]
    if not bought:
        return Bought(days=kept)
    cents = sum(total.cents for total in days.values())
    n_purchases = sum(total.n for total in days.values())
    spells = [(spell.first_day, spell.last_day, spell.patience, spell.n_days, spell.cents) for spell in rhythm.spells_of(days)]
    return Bought(
        days=kept,
        total=[(bought[0], bought[-1], len(bought), n_purchases, cents, days[bought[0]].cents)],
        months=months_of(kept, month_of(bought[0])),
        spells=spells,
    )


def months_of(days: list[tuple[dt.date, int, int]], cohort: dt.date) -> list[tuple[Any, ...]]:
    """Roll days up to months; nothing stands before the month of the first purchase."""
    months: dict[dt.date, list[int]] = {}
    for day, n, cents in days:
        total = months.setdefault(max(month_of(day), cohort), [0, 0])
        total[0] += n
        total[1] += cents
    return [(month, cohort, n, cents) for month, (n, cents) in sorted(months.items())]


def latest_check() -> RollupCheck | None:
    """Return the last comparison of the rollups with the purchases."""
    return RollupCheck.objects.first()


def kept_rollups(client_ids: list[int]) -> dict[int, Bought]:
    """Read the rollups of the Clients."""
    found = {client_id: Bought() for client_id in client_ids}
    for name, sql in KEPT.items():
        for client_id, *values in fetch(sql, client_ids):
            getattr(found[client_id], name).append(tuple(values))
    return found
