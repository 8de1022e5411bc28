"""Cohorts and the pool read from rollups, against plain SQL over raw purchases and DuckDB over the same rows; a refresh against a rebuild.

All three must give the same numbers, or the step fails. DuckDB gets the rows into its own table first, which is not counted.
"""

import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
from django.db import connection, transaction
from django.utils import timezone

from bench import histories
from bench.report import tell
from clients.models import Purchase
from clients.queries.rollups import patience_sql
from clients.services import fold_cohort_cells, rebuild_rollups, refresh_rollups
from common.periods import add_months, month_of
from metrics.queries.cohorts import cohort_counts
from metrics.queries.pool import monthly_flows
from metrics.queries.scores import last_known_day

Rows = list[tuple[Any, ...]]
NEW = 10_000
ROUNDS = 5
BEGINNING = date(1970, 1, 1)
FILL = (
    "CREATE TEMPORARY TABLE bench_line (number text, day date, roubles numeric, quantity integer)",
    """INSERT INTO company_branch (name, time_zone, position) SELECT 'Rollups ' || n, '', n FROM generate_series(1, 6) AS n""",
    """INSERT INTO clients_segment (name) SELECT 'Rollups ' || n FROM generate_series(1, 5) AS n""",
)
FROM_LINES = (
    """INSERT INTO clients_client (external_id, name, phone, email, note, do_not_call, do_not_mail, created_at)
       SELECT DISTINCT number, '', '', '', '', false, false, now() FROM bench_line""",
    """INSERT INTO clients_purchase (client_id, day, cents, product, fingerprint)
       SELECT c.id, l.day, round(l.roubles * 100), '', decode(md5(row_number() OVER ()::text), 'hex')
       FROM bench_line l JOIN clients_client c ON c.external_id = l.number""",
    "DROP TABLE bench_line",
)
SPREAD = """
UPDATE clients_client SET
    branch_id = (SELECT (array_agg(id))[1 + clients_client.id % count(*)] FROM company_branch),
    segment_id = (SELECT (array_agg(id))[1 + clients_client.id % count(*)] FROM clients_segment)
WHERE branch_id IS NULL
"""
COHORTS = """
WITH firsts AS (SELECT client_id, date_trunc('month', min(day)) AS cohort FROM {purchases} GROUP BY client_id)
SELECT CAST(f.cohort AS date), CAST(date_trunc('month', p.day) AS date), count(DISTINCT p.client_id), count(*), CAST(sum(p.cents) AS bigint)
FROM {purchases} p JOIN firsts f ON f.client_id = p.client_id
GROUP BY 1, 2 ORDER BY 1, 2
"""
POOL = """
WITH days AS (SELECT DISTINCT client_id, day FROM {purchases}), numbered AS (
    SELECT client_id, day, CAST(row_number() OVER w AS integer) AS i, min(day) OVER (PARTITION BY client_id) AS first_day,
        lag(day) OVER w AS previous_day, lead(day) OVER w AS next_day
    FROM days WINDOW w AS (PARTITION BY client_id ORDER BY day)
), known AS (
    SELECT *, CAST({before} AS integer) AS patience_before, CAST({after} AS integer) AS patience FROM numbered
), flows AS (
    SELECT day, CAST(i = 1 AS integer) AS came, CAST(i > 1 AND day - previous_day > patience_before AS integer) AS returned, 0 AS gone
    FROM known
    UNION ALL
    SELECT day + patience + 1, 0, 0, 1 FROM known
    WHERE (next_day IS NULL OR next_day - day > patience) AND day + patience < DATE '{today}'
)
SELECT CAST(date_trunc('month', day) AS date), CAST(sum(came) AS integer), CAST(sum(returned) AS integer), CAST(sum(gone) AS integer)
FROM flows GROUP BY 1 HAVING sum(came) + sum(returned) + sum(gone) > 0 ORDER BY 1
"""


def fill(file: Path) -> None:
    """Write the purchases of the file straight to their table, unless an import has done so, and spread Clients over the firm."""
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement)
        if not Purchase.objects.exists():
            with file.open() as lines:
                cursor.copy_expert("COPY bench_line FROM STDIN WITH (FORMAT csv, DELIMITER ';', HEADER)", lines)
            for statement in FROM_LINES:
                cursor.execute(statement)
        cursor.execute(SPREAD)
        cursor.execute("ANALYZE")


def own_duckdb() -> duckdb.DuckDBPyConnection:
    """Return a DuckDB in memory, on two threads, with the raw purchases in a table of its own."""
    duck = duckdb.connect(config={"threads": 2})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "raw.csv"
        with connection.cursor() as cursor, file.open("wb") as out:
            cursor.copy_expert("COPY (SELECT client_id, day, cents FROM clients_purchase) TO STDOUT WITH (FORMAT csv)", out)
        duck.execute(
            "CREATE TABLE raw AS SELECT * FROM read_csv(?, header = false, "
            "columns = {'client_id': 'BIGINT', 'day': 'DATE', 'cents': 'BIGINT'})",
            [str(file)],
        )
    return duck


def plain(sql: str) -> Rows:
    """Run SQL on PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: Rows = cursor.fetchall()
    return rows


def cohort_rows(until: date) -> Rows:
    """Return what the page of cohorts reads, in the shape of the plain query."""
    found = cohort_counts(since=BEGINNING, until=until)
    return sorted((cohort, month, cell.clients, cell.n, cell.cents) for (cohort, month), cell in found.items())


def timed(work: Callable[[], Rows], rounds: int = ROUNDS) -> tuple[float, Rows]:
    """Return the median time of some rounds and what the last one found."""
    times, found = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - started)
    return median(times), found


def race(name: str, ours: Callable[[], Rows], sql: str, duck_sql: str, duck: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Time the three ways; fail unless they agree."""
    (mine, found), (raw, right), (other, theirs) = (
        timed(ours),
        timed(lambda: plain(sql), 2),
        timed(lambda: duck.execute(duck_sql).fetchall()),
    )
    if not found or not found == right == theirs:
        raise SystemExit(f"Rollups, plain SQL and DuckDB differ on the {name}.")
    return {name: mine, f"{name}_plain": raw, f"{name}_duckdb": other}


def pool_sql(today: date, purchases: str) -> str:
    """Return the plain query of the pool."""
    parts = {"before": patience_sql("(i - 1)", "previous_day"), "after": patience_sql("i", "day")}
    return POOL.format(purchases=purchases, today=today, **parts)


def refreshed(today: date, load: int) -> float:
    """Add ten thousand purchases, one for a Client; return how long it takes to refresh every rollup of theirs."""
    ids = [row[0] for row in plain(f"SELECT id FROM clients_client ORDER BY md5({load}::text || id) LIMIT {NEW}")]
    lines = "".join(f"{pk}\t{today}\t50000\t\t\\\\x{load * NEW + number:032x}\n" for number, pk in enumerate(ids))
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY clients_purchase (client_id, day, cents, product, fingerprint) FROM STDIN", io.BytesIO(lines.encode()))
    started = time.perf_counter()
    refresh_rollups(ids)
    return time.perf_counter() - started


def compared(today: date) -> dict[str, Any]:
    """Rebuild, race, refresh; return the figures."""
    started = time.perf_counter()
    rebuild_rollups()
    rebuilt = time.perf_counter() - started
    fold_cohort_cells()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    duck = own_duckdb()
    sizes = plain("SELECT (SELECT count(*) FROM clients_purchase), (SELECT count(*) FROM clients_client), count(*) FROM clients_cohortcell")
    rows, clients, cells = sizes[0]
    until = add_months(month_of(today), 1)
    raced = race("cohorts", lambda: cohort_rows(until), COHORTS.format(purchases="clients_purchase"), COHORTS.format(purchases="raw"), duck)
    duck_pool = pool_sql(today, "raw").replace(") / (", ") // (")
    raced |= race("pool", lambda: list(monthly_flows(today, None, None)), pool_sql(today, "clients_purchase"), duck_pool, duck)
    raced |= histories.raced(last_known_day(today=today) or today, duck)
    loads = median(refreshed(today, load) for load in range(ROUNDS))
    return {"rows": rows, "clients": clients, "cells": cells, "rebuilt": rebuilt, "refreshed": loads, **raced}


def main() -> None:
    """Fill, compare, tell."""
    with transaction.atomic():
        fill(Path(sys.argv[1]))
    tell(**compared(timezone.localdate()))
