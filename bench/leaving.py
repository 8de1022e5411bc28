"""Finding leavers against a plain pass of SQL over raw rows, the check of the ways of noticing, the pages of the queue and the ledger."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from bench.overview import measure
from bench.report import tell
from churn.models import Leaver
from churn.services import find_leavers, judge_detectors
from clients.models import Purchase
from clients.services import rebuild_rollups
from company.models import User

ROUNDS = 5
FILL = (
    "CREATE TABLE bench_line (client text, day date, amount numeric, quantity integer)",
    """INSERT INTO clients_client (external_id, name, phone, email, note, do_not_call, do_not_mail, created_at)
       SELECT DISTINCT 'L' || client, '', '', '', '', false, false, now() FROM bench_line""",
    """INSERT INTO clients_purchase (client_id, day, cents, product, fingerprint)
       SELECT c.id, b.day, (100 * b.amount)::bigint, '', decode(md5('leaving' || b.ctid::text), 'hex')
       FROM bench_line b JOIN clients_client c ON c.external_id = 'L' || b.client""",
    "DROP TABLE bench_line",
    "ANALYZE",
)
COPY = "COPY bench_line FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)"
# What a person would write at once: who has been silent for more than half a year, with the money of the last year.
PLAIN = """
SELECT count(*), sum(cents) FROM (
  SELECT client_id, max(day) AS last_day, count(DISTINCT day) AS days, sum(cents) FILTER (WHERE day > %(today)s::date - 730) AS cents
  FROM clients_purchase GROUP BY client_id
) each WHERE last_day < %(today)s::date - 180
"""


def fill(path: Path) -> None:
    """Write the Clients and the purchases of the file past the importer, and the rollups."""
    with connection.cursor() as cursor, path.open() as file:
        cursor.execute(FILL[0])
        cursor.copy_expert(COPY, file)
        for statement in FILL[1:]:
            cursor.execute(statement)
    rebuild_rollups()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def plain_pass() -> None:
    """Read every raw row by plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, {"today": timezone.localdate()})
        cursor.fetchall()


def main() -> None:
    """Fill, look for leavers, look again as every hour does, judge, open the pages."""
    fill(Path(sys.argv[1]))
    user, today = User.objects.get(email="bench@example.org"), timezone.localdate()
    before = seconds_of(plain_pass)
    first, again = (seconds_of(lambda: find_leavers(today=today)) for _ in range(2))
    judged = seconds_of(lambda: judge_detectors(today=today, now=timezone.now(), is_asked=True))
    floor = min(before, seconds_of(plain_pass))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    browser = Browser(SERVER_NAME="127.0.0.1")
    browser.force_login(user)
    pages = {}
    for name in ("queue", "finding"):
        rounds = [measure(browser, reverse(f"churn:{name}")) for _ in range(ROUNDS)]
        pages[name], pages[f"{name}_slowest"] = median(each[0] for each in rounds), median(each[1] for each in rounds)
    tell(seconds=first, again=again, judged=judged, floor=floor, rows=Purchase.objects.count(), found=Leaver.objects.count(), **pages)
