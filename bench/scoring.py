"""Fitting both models of buying and scoring everybody, as the night does, against a plain pass of SQL over raw rows.

The Clients are written straight to the rollups the models read, as many as the file has lines. The fit alone stands beside a plain one:
every Client a row of its own, the slope by differences, which is what a textbook has; both on the same part of the Clients.
"""

import io
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from scipy.optimize import minimize

from bench.purchases import WEEKS, visits
from bench.report import tell
from metrics.formulas.buying import MBG_NBD, Histories, grouped
from metrics.models import ClientScore
from metrics.queries.scores import Known, known_clients
from metrics.services import score_clients

SEED = 11
PART = 20_000
FILL = (
    "CREATE TABLE bench_bought (n integer, day date)",
    """INSERT INTO clients_client (external_id, name, phone, email, note, do_not_call, do_not_mail, created_at)
       SELECT 'S' || n, '', '', '', '', false, false, now() FROM generate_series(0, %(clients)s - 1) AS n""",
    "CREATE TABLE bench_client AS SELECT id, substr(external_id, 2)::int AS n FROM clients_client WHERE external_id LIKE 'S%%'",
)
ROLL_UP = (
    """INSERT INTO clients_clientday (client_id, day, n, cents)
       SELECT c.id, b.day, count(*), 100 FROM bench_bought b JOIN bench_client c ON c.n = b.n GROUP BY c.id, b.day""",
    """INSERT INTO clients_clientsum (client_id, first_day, last_day, n_days, n_purchases, cents, first_cents)
       SELECT client_id, min(day), max(day), count(*), sum(n), sum(cents), 100 FROM clients_clientday
       WHERE client_id IN (SELECT id FROM bench_client) GROUP BY client_id""",
    "ANALYZE",
)
PLAIN = "SELECT count(*), sum(days) FROM (SELECT n, count(DISTINCT day) AS days, min(day), max(day) FROM bench_bought GROUP BY n) each"


def fill(clients: int, today: date) -> None:
    """Write the Clients, their days and their sums."""
    parts = list(visits(np.random.default_rng(SEED), clients))
    names = [(today - timedelta(days=WEEKS * 7 - day)).isoformat() for day in range(WEEKS * 7 + 1)]
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, {"clients": clients})
        for numbers, days in parts:
            rows = "".join(f"{n}\t{names[day]}\n" for n, day in zip(numbers.tolist(), days.tolist(), strict=True))
            cursor.copy_expert("COPY bench_bought FROM STDIN", io.BytesIO(rows.encode()))
        for statement in ROLL_UP:
            cursor.execute(statement)


def plain_pass() -> tuple[float, int]:
    """Return how long plain SQL takes over raw rows, and how many rows there are."""
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(PLAIN)
        seconds = time.perf_counter() - started
        cursor.execute("SELECT count(*) FROM bench_bought")
        return seconds, int(cursor.fetchone()[0])


def fits(known: Known) -> tuple[float, float, bool]:
    """Return how long our fit and the plain one take on the same Clients, and whether they agree to three digits."""
    part = [each[:PART] for each in (known.repeats, known.recency, known.age)]
    started = time.perf_counter()
    ours = MBG_NBD.fit(grouped(*part)[0]).params
    seconds = time.perf_counter() - started
    repeats, recency, age = (each.astype(float) for each in part)
    rows = Histories(repeats, recency, age, np.ones(repeats.size))

    def down(logs: Any) -> float:
        params = np.exp(logs)
        times, _ = MBG_NBD.of_time(params, rows)
        turns, _ = MBG_NBD.of_repeats(params, rows.repeats, rows.weight)
        return -(times + turns) / PART

    started = time.perf_counter()
    found = minimize(down, np.log([1.0, rows.age.mean() / 2, 1.0, 2.0]), method="L-BFGS-B", options={"ftol": 1e-13, "maxfun": 10_000})
    plain = time.perf_counter() - started
    return seconds, plain, bool(np.allclose(np.exp(found.x), list(ours.values()), rtol=1e-2))


def main() -> None:
    """Fill, pass plainly, score, compare the fits, tell."""
    with Path(sys.argv[1]).open() as file:
        clients = sum(1 for _ in file) - 1
    today = timezone.localdate()
    fill(clients, today)
    floor, rows = plain_pass()
    started = time.perf_counter()
    model = score_clients(today=today)
    seconds = time.perf_counter() - started
    if model is None or ClientScore.objects.count() != model.n_clients:
        raise SystemExit("Not everybody was scored")
    fit, plain_fit, agree = fits(known_clients(until=model.until))
    if not agree:
        raise SystemExit("The two fits differ")
    told: dict[str, Any] = {"clients": model.n_clients, "distinct": model.n_rows, "rows": rows, "seconds": seconds, "floor": floor}
    tell(**told, fit=fit, plain_fit=plain_fit, part=PART)
