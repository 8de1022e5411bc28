"""How money is spread over Clients: bands of value, a histogram, who brings most."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from clients.models import Segment, ValueBand
from metrics.queries.ltv import filters

WIDTHS = [step * 10**power for power in range(2, 18) for step in (1, 2, 5)]
BINS = 10

SPREAD_SQL = """
SELECT count(*), sum(cents)::bigint, avg(cents)::bigint, percentile_disc(0.5) WITHIN GROUP (ORDER BY cents),
    percentile_disc(0.95) WITHIN GROUP (ORDER BY cents), (sum(cents) FILTER (WHERE place <= ceil(of / 5.0)))::bigint
FROM (
    SELECT s.cents, row_number() OVER (ORDER BY s.cents DESC) AS place, count(*) OVER () AS of
    FROM clients_clientsum s JOIN clients_client c ON c.id = s.client_id WHERE {where}
) AS people
"""
BUCKETS_SQL = """
SELECT width_bucket(s.cents, %(bounds)s::bigint[]) AS bucket, count(*), sum(s.cents)::bigint
FROM clients_clientsum s JOIN clients_client c ON c.id = s.client_id WHERE {where}
GROUP BY 1
"""


@dataclass(frozen=True)
class ValueBandRow:
    """A band of Clients by money brought in, from `low` up to but not including `high`; None is open. `id` is the band's own."""

    id: int | None
    low: int | None
    high: int | None
    clients: int
    cents: int
    share_of_clients: float
    share_of_money: float


@dataclass(frozen=True)
class Bin:
    """A bar of the histogram; the last one is open above."""

    low: int
    high: int | None
    clients: int


@dataclass(frozen=True)
class Distribution:
    """Money per Client: bars, mean, median, and the share of money that the dearest fifth brings (None when money is not above 0)."""

    clients: int
    mean: int
    median: int
    top_fifth_share: float | None
    bins: list[Bin]


def buckets(bounds: list[int], today: dt.date, segment: Segment | None) -> dict[int, tuple[int, int]]:
    """Count Clients and their money between the bounds: bucket 0 is below the first."""
    where, params = filters(today, None, segment, None)
    with connection.cursor() as cursor:
        cursor.execute(BUCKETS_SQL.format(where=where), {**params, "bounds": bounds})
        return {bucket: (clients, cents) for bucket, clients, cents in cursor.fetchall()}


def value_bands(*, today: dt.date, segment: Segment | None = None) -> list[ValueBandRow]:
    """Count Clients and money in each of the company's bands; an empty list while there are no bands."""
    ids = {band.up_to: band.pk for band in ValueBand.objects.all()}
    bounds = sorted(up_to for up_to in ids if up_to)
    if not bounds:
        return []
    found = buckets(bounds, today, segment)
    clients, cents = sum(row[0] for row in found.values()), sum(row[1] for row in found.values())
    edges = zip([None, *bounds], [*bounds, None], strict=True)
    rows = [(ids.get(high), low, high, *found.get(number, (0, 0))) for number, (low, high) in enumerate(edges)]
    return [ValueBandRow(*row, share_of(row[3], clients), share_of(row[4], cents)) for row in rows]


def share_of(part: int, whole: int) -> float:
    """Return a share from 0 to 1; nothing of nothing is 0."""
    return part / whole if whole > 0 else 0.0


def distribution(*, today: dt.date, segment: Segment | None = None) -> Distribution | None:
    """Draw the histogram of money per Client; None without Clients who paid."""
    where, params = filters(today, None, segment, None)
    with connection.cursor() as cursor:
        cursor.execute(SPREAD_SQL.format(where=where), params)
        clients, cents, mean, median, p95, top = cursor.fetchone()
    if not clients or p95 <= 0:
        return None
    width = next(width for width in WIDTHS if width * BINS >= p95)
    bounds = [width * number for number in range(1, BINS + 1)]
    found = buckets(bounds, today, segment)
    bins = [
        Bin(width * number, None if number == BINS else width * (number + 1), found.get(number, (0, 0))[0]) for number in range(BINS + 1)
    ]
    return Distribution(clients, mean, median, top / cents if cents > 0 else None, bins)
