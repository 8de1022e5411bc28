"""How often and for how much the Clients of each segment buy against a year ago, and who has stopped growing. All from rollups."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

from django.db import connection
from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce, Sqrt

from clients.models import Client, ClientMonth, Segment
from clients.queries import lasting_spells
from common.periods import add_months, month_of
from common.proportions import Z95
from metrics.formulas.growth import FEWEST_PURCHASES, MEASURES, TAIL, TwoYears
from metrics.models import SellNote
from metrics.queries.pool import last_purchase_day

YEAR = 12
PAIRS = list(combinations_with_replacement(range(len(MEASURES)), 2))
PRODUCTS = ", ".join(f"sum({MEASURES[one]} * {MEASURES[two]})" for one, two in PAIRS)
SUMS = ", ".join(f"sum({name})" for name in MEASURES)
# A row per Client first: the error of a change is counted over Clients.
GROWTH_SQL = f"""
WITH bought AS (
    SELECT client_id,
        sum(n) FILTER (WHERE month >= %(middle)s) AS purchases_now, sum(cents) FILTER (WHERE month >= %(middle)s) AS cents_now,
        sum(n) FILTER (WHERE month < %(middle)s) AS purchases_before, sum(cents) FILTER (WHERE month < %(middle)s) AS cents_before
    FROM clients_clientmonth WHERE month >= %(start)s AND month < %(end)s
    GROUP BY client_id
), stayed AS (
    SELECT client_id,
        sum(greatest(least(last_day + patience, %(end)s) - greatest(first_day, %(middle)s), 0)) AS days_now,
        sum(greatest(least(last_day + patience, %(middle)s) - greatest(first_day, %(start)s), 0)) AS days_before
    FROM clients_spell WHERE first_day < %(end)s AND last_day + patience > %(start)s
    GROUP BY client_id
), people AS (
    SELECT c.segment_id, t.days_now::float8, t.days_before::float8,
        coalesce(b.purchases_now, 0)::float8 AS purchases_now, coalesce(b.cents_now, 0)::float8 AS cents_now,
        coalesce(b.purchases_before, 0)::float8 AS purchases_before, coalesce(b.cents_before, 0)::float8 AS cents_before
    FROM stayed t JOIN clients_client c ON c.id = t.client_id LEFT JOIN bought b ON b.client_id = t.client_id
)
SELECT GROUPING(segment_id) = 1, segment_id, count(*), count(*) FILTER (WHERE purchases_now > 0),
    count(*) FILTER (WHERE purchases_before > 0), {SUMS}, {PRODUCTS}
FROM people GROUP BY GROUPING SETS ((segment_id), ())
"""


@dataclass(frozen=True)
class Window:
    """Twelve whole months and the twelve before them: from `start` to `middle` and from `middle` to `end`, which is not in it."""

    start: dt.date
    middle: dt.date
    end: dt.date

    @property
    def last_month(self) -> dt.date:
        """The last month in it."""
        return add_months(self.end, -1)


def two_years(*, today: dt.date) -> Window | None:
    """Return the last two years of whole months that purchases are known of; None while there are none."""
    last = last_purchase_day(today=today)
    if last is None:
        return None
    end = month_of(min(today, last + dt.timedelta(days=1)))
    return Window(add_months(end, -2 * YEAR), add_months(end, -YEAR), end)


@dataclass(frozen=True)
class Growth:
    """What all Clients and those of each segment show; the key None is "segment not stated"."""

    everybody: TwoYears | None
    by_segment: dict[int | None, TwoYears]


def growth(*, window: Window) -> Growth:
    """Add up two years for every segment and for all."""
    with connection.cursor() as cursor:
        cursor.execute(GROWTH_SQL, vars(window))
        rows = cursor.fetchall()
    found = {(bool(row[0]), row[1]): two_years_of(*row[2:]) for row in rows if row[2]}
    parts = {key: sums for (is_all, key), sums in found.items() if not is_all}
    return Growth(found.get((True, None)), parts)


def two_years_of(clients: int, buyers_now: int, buyers_before: int, *numbers: float) -> TwoYears:
    """Name the sums of one row."""
    sums, flat = numbers[: len(MEASURES)], numbers[len(MEASURES) :]
    products = [[0.0] * len(MEASURES) for _measure in MEASURES]
    for (one, two), value in zip(PAIRS, flat, strict=True):
        products[one][two] = products[two][one] = value
    return TwoYears(clients, buyers_now, buyers_before, tuple(sums), tuple(map(tuple, products)))


def in_two_years(*, window: Window, today: dt.date, segment: Segment | None = None) -> QuerySet[ClientMonth, dict[str, Any]]:
    """Return who is still with us and bought often enough in two years for a fall to show: purchases and money of both."""
    now, before = Q(month__gte=window.middle), Q(month__lt=window.middle)
    found: Any = ClientMonth.objects.filter(
        month__gte=window.start, month__lt=window.end, client__in=lasting_spells(today).values("client")
    )
    if segment:
        found = found.filter(client__segment=segment)
    sums = {
        f"{name}_{year}": Coalesce(Sum(column, filter=months), 0)
        for name, column in (("n", "n"), ("cents", "cents"))
        for year, months in (("now", now), ("before", before))
    }
    rows = found.values("client").annotate(**sums).annotate(lost_cents=F("cents_before") - F("cents_now"))
    wanted: QuerySet[ClientMonth, dict[str, Any]] = rows.filter(n_before__gte=FEWEST_PURCHASES - F("n_now"))
    return wanted


def fallen(*, window: Window, today: dt.date, segment: Segment | None = None) -> QuerySet[ClientMonth, dict[str, Any]]:
    """Return who is still with us but buys less than a year before by more than chance, the largest loss of money first.

    The rule is `metrics.formulas.growth.has_stopped_growing`.
    """
    chance = Z95 * Sqrt(Cast(F("n_before") + F("n_now"), FloatField()))
    everybody: Any = in_two_years(window=window, today=today, segment=segment)
    rows = everybody.filter(n_before__gt=F("n_now"))
    wanted: QuerySet[ClientMonth, dict[str, Any]] = rows.filter(n_before__gte=F("n_now") + 1 + chance).order_by("-lost_cents", "client")
    return wanted


@dataclass(frozen=True)
class FallenSum:
    """How many have stopped growing and how much less a year they bring."""

    clients: int = 0
    lost_cents: int = 0


def fallen_by_segment(*, window: Window, today: dt.date) -> dict[int | None, FallenSum]:
    """Count those who have stopped growing in every segment; the key None is "segment not stated"."""
    found_rows: Any = fallen(window=window, today=today).order_by()
    rows = found_rows.values_list("client__segment", "client", "lost_cents")
    found: dict[int | None, FallenSum] = {}
    for segment, _client, lost in rows:
        so_far = found.get(segment, FallenSum())
        found[segment] = FallenSum(so_far.clients + 1, so_far.lost_cents + lost)
    return found


@dataclass(frozen=True)
class Compared:
    """How many Clients a fall could show in, and how many of them chance alone would put on the list at most."""

    clients: int

    @property
    def by_chance(self) -> int:
        """The most that chance would do."""
        return round(TAIL * self.clients)


def compared(*, window: Window, today: dt.date, segment: Segment | None = None) -> Compared:
    """Count the Clients a fall could show in."""
    return Compared(in_two_years(window=window, today=today, segment=segment).count())


def with_clients(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the Client into each row of a page."""
    known = Client.objects.select_related("segment", "branch").in_bulk([row["client"] for row in rows])
    return [row | {"client": known[row["client"]]} for row in rows if row["client"] in known]


FILE_PART = 2000


def fallen_lines(rows: QuerySet[ClientMonth, dict[str, Any]]) -> Iterator[list[object]]:
    """Yield the list for a file, part by part."""
    ready = list(rows)
    for start in range(0, len(ready), FILE_PART):
        for row in with_clients(ready[start : start + FILE_PART]):
            client = row["client"]
            yield [
                client.external_id or "",
                client.name,
                client.segment.name if client.segment else "",
                client.branch.name if client.branch else "",
                row["n_before"],
                row["n_now"],
                row["cents_before"] / 100,
                row["cents_now"] / 100,
                row["lost_cents"] / 100,
            ]


def sell_notes(*, segment: Segment | None) -> QuerySet[SellNote]:
    """Return the answers about a segment, or about all Clients, with their actions."""
    return SellNote.objects.filter(segment=segment).select_related("action__owner", "changed_by")


def note_counts() -> dict[int | None, int]:
    """Count the answers about each segment; the key None is "all Clients"."""
    return dict(SellNote.objects.order_by().values_list("segment").annotate(Count("pk")))
