"""Finding leavers against a plain pass of SQL over raw rows, the check of the ways of noticing, the pages of the queue and the ledger.

A tenth as many Clients as purchases, written straight to the tables: each begins on a day of the last three years, has a rhythm of their
own and leaves after each purchase with a chance of their own.
"""

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
from clients.models import Client, Purchase
from clients.services import rebuild_rollups
from company.models import User

ROUNDS = 5
EACH = 10
FILL = (
    "SELECT setseed(0.7)",
    """INSERT INTO clients_client (external_id, name, phone, email, note, do_not_call, do_not_mail, created_at)
       SELECT 'L' || n, 'Client ' || n, '', '', '', n %% 100 = 0, false, now() FROM generate_series(1, %(clients)s) AS n""",
    # Gaps around the Client's own; the number of purchases is geometric, 10 on average before the end of the three years cuts some off.
    """INSERT INTO clients_purchase (client_id, day, cents, product, fingerprint)
       SELECT id, day, 300 + 9700 * random(), '', decode(md5('leaving' || id || '/' || n), 'hex')
       FROM (SELECT id, n, (%(today)s::date - 1095 + (start + gap * (n - 1) + gap * 0.5 * random())::int) AS day
             FROM (SELECT id, 900 * random() AS start, 8 - 50 * ln(1 - random()) AS gap,
                          least(1 - floor(14 * ln(1 - random())), 400)::int AS n_max
                   FROM clients_client WHERE external_id LIKE 'L%%' OFFSET 0) each
                  CROSS JOIN LATERAL generate_series(1, n_max) AS n) bought
       WHERE day <= %(today)s""",
)
# What a person would write at once: who has been silent for more than half a year, with the money of the last year.
PLAIN = """
SELECT count(*), sum(cents) FROM (
  SELECT client_id, max(day) AS last_day, count(DISTINCT day) AS days, sum(cents) FILTER (WHERE day > %(today)s::date - 730) AS cents
  FROM clients_purchase GROUP BY client_id
) each WHERE last_day < %(today)s::date - 180
"""


def fill(rows: int) -> None:
    """Write the Clients and the purchases, and the rollups by the SQL that counts them anew."""
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, {"clients": rows // EACH, "today": timezone.localdate()})
        cursor.execute("ANALYZE")
    rebuild_rollups()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


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
    with Path(sys.argv[1]).open() as file:
        fill(sum(1 for _ in file) - 1)
    user, today = User.objects.get(email="bench@example.org"), timezone.localdate()
    before = seconds_of(plain_pass)
    first, again = (seconds_of(lambda: find_leavers(today=today)) for _ in range(2))
    judged = seconds_of(lambda: judge_detectors(today=today, now=timezone.now(), is_asked=True))
    floor = min(before, seconds_of(plain_pass))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    browser = Browser(SERVER_NAME="127.0.0.1")
    browser.force_login(user)
    pages = {}
    for name in ("queue", "finding"):
        rounds = [measure(browser, reverse(f"churn:{name}")) for _ in range(ROUNDS)]
        pages[name], pages[f"{name}_slowest"] = median(each.seconds for each in rounds), median(each.slowest for each in rounds)
        pages[f"{name}_sql"] = median(each.sql for each in rounds)
    known = {"rows": Purchase.objects.count(), "clients": Client.objects.count(), "found": Leaver.objects.count()}
    tell(seconds=first, again=again, judged=judged, floor=floor, **known, **pages)
