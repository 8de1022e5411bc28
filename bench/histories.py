"""What a model needs of every Client: ours from the rollups, against plain SQL and DuckDB over raw rows and the summary of lifetimes.

Purchase days after the first, days to the last of them and to the end, money after the first day: ours, DuckDB and lifetimes hand over
a row for each Client, plain SQL only adds them up; the sums of all four ways must agree.
"""

import datetime as dt
import time
import warnings
from typing import Any

import duckdb
import pandas as pd  # type: ignore[import-untyped]  # has no stubs
from django.db import connection

from metrics.queries.scores import all_sums, day_number

with warnings.catch_warnings():
    # It sets an option that pandas 3 has retired.
    warnings.simplefilter("ignore")
    from lifetimes.utils import summary_data_from_transaction_data  # type: ignore[import-untyped]  # has no stubs

Sums = tuple[int, ...]
HISTORIES = """
WITH days AS (SELECT client_id, day, sum(cents) AS cents FROM {purchases} GROUP BY 1, 2),
ends AS (SELECT client_id, min(day) AS first_day, max(day) AS last_day, count(*) AS n, sum(cents) AS cents FROM days GROUP BY 1)
SELECT e.client_id, e.n - 1 AS repeats, e.last_day - e.first_day AS recency, DATE '{until}' - e.first_day AS age,
    CAST(e.cents - d.cents AS bigint) AS later
FROM ends e JOIN days d ON d.client_id = e.client_id AND d.day = e.first_day
"""
TOTALS = "SELECT count(*), sum(repeats), sum(recency), sum(age), sum(later) FROM ({histories}) AS each_one"


def ours(until: dt.date) -> Sums:
    """Read the histories of everybody as the night does, but for their segments, which are not asked of the others either."""
    sums, end = all_sums(), day_number(until)
    histories = sums.days - 1, sums.last - sums.first, end - sums.first, sums.later_cents
    return sums.clients.size, *(int(each.sum()) for each in histories)


def of_duckdb(duck: duckdb.DuckDBPyConnection, until: dt.date) -> Sums:
    """Let DuckDB hand over the histories of everybody, as arrays too."""
    found = duck.execute(HISTORIES.format(purchases="raw", until=until)).fetchnumpy()
    return found["client_id"].size, *(int(found[name].sum()) for name in ("repeats", "recency", "age", "later"))


def of_lifetimes(lines: pd.DataFrame, until: dt.date) -> Sums:
    """Let lifetimes sum the same purchases up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = summary_data_from_transaction_data(lines, "client_id", "day", "cents", observation_period_end=until)
    later = (found["monetary_value"] * found["frequency"]).sum()
    return len(found), *(round(float(each)) for each in (found["frequency"].sum(), found["recency"].sum(), found["T"].sum(), later))


def raced(until: dt.date, duck: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Time the four ways once each; fail unless they agree."""
    found: dict[str, tuple[float, Sums]] = {}

    def note(name: str, work: Any) -> None:
        started = time.perf_counter()
        sums = tuple(int(each) for each in work())
        found[name] = time.perf_counter() - started, sums

    def plain() -> Sums:
        with connection.cursor() as cursor:
            cursor.execute(TOTALS.format(histories=HISTORIES.format(purchases="clients_purchase", until=until)))
            row: Sums = cursor.fetchone()
        return row

    ours(until)  # all but lifetimes have the rows in their caches by now
    note("histories", lambda: ours(until))
    note("histories_plain", plain)
    note("histories_duckdb", lambda: of_duckdb(duck, until))
    lines = duck.execute("SELECT client_id, CAST(day AS timestamp) AS day, cents FROM raw").df()
    note("histories_lifetimes", lambda: of_lifetimes(lines, until))
    if len({sums for _seconds, sums in found.values()}) > 1:
        raise SystemExit(f"The ways of reading histories differ: {found}")
    return {name: seconds for name, (seconds, _sums) in found.items()}
