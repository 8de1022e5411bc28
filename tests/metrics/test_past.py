"""The past the models are checked on: what it is made of, and that it is of one moment."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connection, transaction
from django.db.models import F

from clients.models import ClientDay, ClientSum
from clients.services import refresh_rollups
from metrics.formulas.judgement import Past
from metrics.queries import past_of
from metrics.queries.scores import past_from, sums_and_later
from tests.clients.test_rollups import START, make_client

CUT, DAYS = START + dt.timedelta(100), 90
WORLD = {
    "bought before and after": [(0, 500), (40, 700), (40, 100), (120, 300), (190, 900)],
    "bought before only": [(10, 400), (95, 250)],
    "bought on the day itself": [(100, 800)],
    "bought on the day after": [(50, 800), (101, 600)],
    "bought after only": [(101, 1000), (150, 2000)],
    "bought after the days foretold only": [(191, 1000)],
    "bought before and long after": [(20, 300), (60, 200), (191, 5000), (400, 6000)],
    "took back before": [(0, 900), (30, 800), (45, -350)],
    "took back after": [(0, 900), (30, 800), (130, -800)],
    "took back long after": [(0, 900), (195, -900)],
    "took back and bought on one day": [(5, 900), (110, 400), (110, -150)],
    "took back before the first day": [(3, -200), (70, 1000), (80, 500)],
    "took back and bought after": [(90, -100), (120, 700)],
    "took back only": [(33, -500)],
    "never bought": [],
}
# The definition in plain words of SQL, over days alone: every figure counted from the days it is made of.
BY_DAYS = """
SELECT days - 1, d.last_day - d.first_day, date %(cut)s - d.first_day, bought, (d.cents - s.first_cents)::bigint, paid::bigint
FROM (
    SELECT client_id, count(*) FILTER (WHERE n > 0 AND day <= %(cut)s) AS days,
        max(day) FILTER (WHERE n > 0 AND day <= %(cut)s) AS last_day, min(day) FILTER (WHERE n > 0) AS first_day,
        count(*) FILTER (WHERE n > 0 AND day > %(cut)s) AS bought,
        sum(cents) FILTER (WHERE day <= %(cut)s) AS cents, coalesce(sum(cents) FILTER (WHERE day > %(cut)s), 0) AS paid
    FROM clients_clientday WHERE day <= %(until)s GROUP BY client_id HAVING min(day) FILTER (WHERE n > 0) <= %(cut)s
) d JOIN clients_clientsum s USING (client_id) ORDER BY client_id
"""
Rows = list[tuple[int, ...]]


def make_world() -> list[int]:
    """Save the Clients with their rollups and return their ids."""
    ids = [make_client(purchases, name).pk for name, purchases in WORLD.items()]
    refresh_rollups(ids)
    return ids


def by_days(cut: dt.date = CUT, days: int = DAYS) -> Rows:
    """Return the past as SQL has it."""
    with connection.cursor() as cursor:
        cursor.execute(BY_DAYS, {"cut": cut, "until": cut + dt.timedelta(days)})
        return list(cursor.fetchall())


def rows_of(past: Past | None) -> Rows:
    """Return the same rows of a past."""
    assert past is not None
    assert past.later_cents is not None
    assert past.paid_cents is not None
    columns = past.repeats, past.recency, past.age, past.bought, past.later_cents, past.paid_cents
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_past_is_what_the_days_say(db: None) -> None:
    make_world()
    assert rows_of(past_of(cut=CUT, days=DAYS)) == by_days()
    assert by_days()[0] == (1, 40, 100, 2, 800, 1200), "the first Client: repeats, recency, age, bought, paid later, paid after the cut"
    assert len(by_days()) == 10


@pytest.mark.parametrize("since_start", [0, 3, 5, 40, 99, 101, 130, 190, 195, 500])
@pytest.mark.parametrize("days", [1, 30, 365])
def test_past_is_what_the_days_say_whatever_the_day(db: None, since_start: int, days: int) -> None:
    make_world()
    cut = START + dt.timedelta(since_start)
    assert rows_of(past_of(cut=cut, days=days)) == by_days(cut, days)


def test_nobody_is_known_before_anybody_bought(db: None) -> None:
    make_world()
    assert past_of(cut=START - dt.timedelta(1), days=DAYS) is None


def sell(first: int, second: int) -> None:
    """Raise what one Client paid after the cut and give another a purchase there, as an import does."""
    day = CUT + dt.timedelta(5)
    ClientDay.objects.filter(client_id=first, day=START + dt.timedelta(120)).update(cents=F("cents") + 5000)
    ClientSum.objects.filter(client_id=first).update(cents=F("cents") + 5000)
    ClientDay.objects.create(client_id=second, day=day, n=1, cents=70)
    ClientSum.objects.filter(client_id=second).update(cents=F("cents") + 70, n_days=F("n_days") + 1, last_day=day)


def read_elsewhere() -> Rows:
    """Read the past by a connection of this thread."""
    with closing(connection):
        return rows_of(past_of(cut=CUT, days=DAYS))


def wait_for_a_reader() -> None:
    """Return when somebody waits for the days."""
    with connection.cursor() as cursor:
        for _try in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'clients_clientday'::regclass")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody reads the days")


def test_purchases_that_come_in_after_the_reading_are_in_no_part_of_it(db: None) -> None:
    ids = make_world()
    before = by_days()
    sums, later = sums_and_later(cut=CUT, days=DAYS)
    sell(*ids[:2])
    assert rows_of(past_from(sums, later, cut=CUT, days=DAYS)) == before
    after = by_days()
    assert after != before
    assert rows_of(past_of(cut=CUT, days=DAYS)) == after


def test_purchases_that_come_in_during_the_reading_are_in_all_of_it_or_in_none(transactional_db: None) -> None:
    ids = make_world()
    before = by_days()
    with ThreadPoolExecutor(max_workers=1) as beside:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE clients_clientday IN ACCESS EXCLUSIVE MODE")
            reading = beside.submit(read_elsewhere)
            wait_for_a_reader()
            sell(*ids[:2])
        assert reading.result() in (before, by_days())
