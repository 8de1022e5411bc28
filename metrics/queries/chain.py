"""The chain of numbers by month, channel and sales manager; what attracting and keeping cost.

Figures people gave stand in `ChannelMonth`; where new Clients or their money were not given they are counted from purchases: Clients
of the channel whose first purchase was in that month. The row of nobody in particular takes those the managers' rows leave over.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from django.db import connection

from clients.models import Channel
from common.periods import add_months, month_of, months_back
from metrics.formulas.chain import Cac, Cell, ChainSums, Keeping, channel_cells, sums_of
from metrics.models import ChannelMonth, KeepingMonth
from metrics.queries.pool import pool_months

MONTHS = 12

# A Client has one row whose month is that of their first purchase.
COUNTED_SQL = """
SELECT m.month, c.channel_id, c.responsible_id, count(*)::int, sum(m.cents)::bigint, sum(s.cents)::bigint
FROM clients_clientmonth m
JOIN clients_client c ON c.id = m.client_id
JOIN clients_clientsum s ON s.client_id = m.client_id
WHERE m.cohort_month = m.month AND m.cohort_month >= %(first)s AND m.cohort_month < %(end)s
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Counted:
    """What purchases say of the new Clients of a month: how many, their money in that month and by now."""

    clients: int = 0
    revenue_cents: int = 0
    so_far_cents: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Add two groups of Clients."""
        return Counted(self.clients + other.clients, self.revenue_cents + other.revenue_cents, self.so_far_cents + other.so_far_cents)


@dataclass(frozen=True)
class Chain:
    """The cells of whole months from `first` to before `end`; `came` is everybody whose first purchase was in the month."""

    first: dt.date
    end: dt.date
    cells: list[Cell]
    came: Mapping[dt.date, Counted] = field(default_factory=dict)

    @property
    def months(self) -> list[dt.date]:
        """The months, oldest first."""
        count = (self.end.year - self.first.year) * MONTHS + self.end.month - self.first.month
        return months_back(add_months(self.end, -1), count)


@dataclass(frozen=True)
class ChainGroup:
    """One row of a table of the chain; `key` is the id of a channel or a manager, None for "nobody in particular"."""

    key: int | None
    label: str
    sums: ChainSums
    manager_key: int | None = None
    manager: str = ""


def last_whole_months(today: dt.date, months: int) -> tuple[dt.date, dt.date]:
    """Return the first of the last whole months and the month of today, which is not over."""
    end = month_of(today)
    return add_months(end, -months), end


def chain_between(*, first: dt.date, end: dt.date) -> Chain:
    """Read all cells of the months: what was given, and what purchases say where it was not."""
    counted = counted_clients(first, end)
    names = dict(Channel.objects.values_list("pk", "name"))
    given: dict[tuple[dt.date, int], list[ChannelMonth]] = defaultdict(list)
    for row in ChannelMonth.objects.filter(month__gte=first, month__lt=end).select_related("manager"):
        given[row.month, row.channel_id].append(row)
    by_channel: dict[tuple[dt.date, int], dict[int | None, Counted]] = defaultdict(dict)
    came: dict[dt.date, Counted] = defaultdict(Counted)
    for (month, channel, manager), group in counted.items():
        came[month] += group
        if channel is not None:
            by_channel[month, channel][manager] = group
    keys = sorted(given.keys() | by_channel.keys(), key=lambda key: (key[0], names.get(key[1], "")))
    cells = [cell for key in keys for cell in cells_of(key, names[key[1]], given[key], by_channel[key])]
    return Chain(first, end, cells, dict(came))


def counted_clients(first: dt.date, end: dt.date) -> dict[tuple[dt.date, int | None, int | None], Counted]:
    """Count new Clients from purchases by month, channel and responsible person."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED_SQL, {"first": first, "end": end})
        return {(month, channel, manager): Counted(*numbers) for month, channel, manager, *numbers in cursor.fetchall()}


def cells_of(key: tuple[dt.date, int], name: str, rows: list[ChannelMonth], counted: Mapping[int | None, Counted]) -> list[Cell]:
    """Make the cells of one channel in one month."""
    with_manager = [row for row in rows if row.manager_id or row.manager_name]
    cells = [cell_of(key, name, row, counted.get(row.manager_id, Counted()) if row.manager_id else Counted()) for row in with_manager]
    total = sum(counted.values(), Counted())
    taken = sum((counted.get(row.manager_id, Counted()).so_far_cents for row in with_manager if row.manager_id), 0)
    left = Counted(
        max(total.clients - sum(cell.clients for cell in cells), 0),
        max(total.revenue_cents - sum(cell.revenue_cents for cell in cells), 0),
        total.so_far_cents - taken,
    )
    nobody = next((row for row in rows if row not in with_manager), None)
    if nobody or left != Counted():
        cells.append(cell_of(key, name, nobody, left))
    return cells


def cell_of(key: tuple[dt.date, int], name: str, row: ChannelMonth | None, counted: Counted) -> Cell:
    """Make one cell: what was given goes before what was counted."""
    row = row or ChannelMonth(month=key[0])
    manager = row.manager.name if row.manager else row.manager_name
    return Cell(
        month=key[0],
        channel_id=key[1],
        channel=name,
        manager_id=row.manager_id,
        manager=manager,
        spend_cents=row.spend_cents,
        contacts=row.contacts,
        clients=counted.clients if row.new_clients is None else row.new_clients,
        revenue_cents=counted.revenue_cents if row.revenue_cents is None else row.revenue_cents,
        so_far_cents=counted.so_far_cents,
        is_counted=row.new_clients is None,
        is_typed=row.pk is not None,
    )


def grouped(cells: Iterable[Cell], *keys: str) -> list[tuple[tuple[object, ...], list[Cell]]]:
    """Gather cells by the named fields, in their order."""
    found: dict[tuple[object, ...], list[Cell]] = defaultdict(list)
    for cell in cells:
        found[tuple(getattr(cell, key) for key in keys)].append(cell)
    return list(found.items())


def by_channel(cells: Iterable[Cell]) -> list[ChainGroup]:
    """Add the cells up by channel: those with most spend first."""
    groups = [ChainGroup(each[0].channel_id, each[0].channel, sums_of(each)) for _key, each in grouped(channel_cells(cells), "channel_id")]
    return sorted(groups, key=by_weight)


def by_manager(cells: Iterable[Cell]) -> list[ChainGroup]:
    """Add up the cells that were in a manager's hands, by manager."""
    held = [cell for cell in cells if cell.manager]
    groups = [ChainGroup(each[0].manager_id, each[0].manager, sums_of(each)) for _key, each in grouped(held, "manager_id", "manager")]
    return sorted(groups, key=by_weight)


def by_channel_and_manager(cells: Iterable[Cell]) -> list[ChainGroup]:
    """Add the cells up by channel and manager; what nobody in particular held stands last in its channel."""
    groups = [
        ChainGroup(each[0].channel_id, each[0].channel, sums_of(each), each[0].manager_id, each[0].manager)
        for _key, each in grouped(cells, "channel_id", "manager_id", "manager")
    ]
    return sorted(groups, key=lambda group: (group.label, not group.manager, group.manager))


def by_weight(group: ChainGroup) -> tuple[int, int, str]:
    """Put those first who cost most, then those who brought most."""
    return -(group.sums.spend_cents or 0), -group.sums.clients, group.label


def last_month(found: Chain) -> dt.date:
    """Return the last month of a chain."""
    return add_months(found.end, -1)


def by_month(found: Chain) -> list[tuple[dt.date, ChainSums]]:
    """Add the cells up by month, oldest first; a month without cells is there too."""
    cells = {month: list(each) for month, each in groupby(channel_cells(found.cells), key=attrgetter("month"))}
    return [(month, sums_of(cells.get(month, []))) for month in found.months]


def channel_ratios(*, today: dt.date, months: int = MONTHS) -> list[ChainGroup]:
    """Say of each channel what it cost and brought in the last whole months."""
    first, end = last_whole_months(today, months)
    return by_channel(chain_between(first=first, end=end).cells)


def manager_ratios(*, today: dt.date, months: int = MONTHS) -> list[ChainGroup]:
    """Say of each sales manager how many calls they held and how many became Clients in the last whole months."""
    first, end = last_whole_months(today, months)
    return by_manager(chain_between(first=first, end=end).cells)


def chain_months(*, today: dt.date, months: int = 3 * MONTHS) -> list[tuple[dt.date, ChainSums]]:
    """Add up everything month by month, oldest first: for the best quarter of the last years."""
    first, end = last_whole_months(today, months)
    return by_month(chain_between(first=first, end=end))


def cac(*, today: dt.date, months: int = MONTHS) -> Cac | None:
    """Say what attracting a Client cost in the last whole months; None without spend or without Clients of the paid channels."""
    first, end = last_whole_months(today, months)
    return cac_of(chain_between(first=first, end=end))


def cac_of(found: Chain) -> Cac | None:
    """Say what attracting a Client cost by the cells of a chain."""
    cells = channel_cells(found.cells)
    sums = sums_of(cells)
    if not sums.spend_cents or not sums.paid_clients:
        return None
    known = {cell.month for cell in cells if cell.spend_cents is not None}
    came = sum(group.clients for group in found.came.values())
    return Cac(sums.spend_cents, sums.paid_clients, max(came, sums.clients), len(found.months), len(known), sums)


def keeping_per_client_year(*, today: dt.date, months: int = MONTHS) -> Keeping | None:
    """Say what keeping an active Client cost in the last whole months; None where it is not known or nobody was active."""
    first, end = last_whole_months(today, months)
    spent = dict(KeepingMonth.objects.filter(month__gte=first, month__lt=end).values_list("month", "cents"))
    if not spent:
        return None
    bases = {row.month: row.start for row in pool_months(today=today, months=months + 1)}
    client_months = sum(bases[month] for month in spent)
    return Keeping(sum(spent.values()), client_months, months, len(spent)) if client_months else None
