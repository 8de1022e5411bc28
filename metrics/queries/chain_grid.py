"""What the grid of a month shows: every channel, managers where they held calls of late."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from clients.models import Channel
from common.periods import add_months
from company.models import Employee
from metrics.models import ChannelMonth
from metrics.queries.chain import Counted, cells_of, counted_clients

MONTHS_REMEMBERED = 3
MOST_LINES = 150


@dataclass(frozen=True)
class GridLine:
    """One line of the grid: what is kept, and what purchases say where nothing is."""

    channel: Channel
    manager: Employee | None
    row: ChannelMonth | None
    counted: Counted


@dataclass(frozen=True)
class Grid:
    """The lines of a month; `gone` are rows of managers who are no longer in the list, `left_out` says how many do not fit."""

    month: dt.date
    lines: list[GridLine]
    gone: list[ChannelMonth]
    left_out: int


def month_grid(month: dt.date, *, asked: tuple[int, int | None] | None = None) -> Grid:
    """Gather the lines of a month: all channels, and the pairs of channel and manager of this month and the three before it."""
    near = ChannelMonth.objects.filter(month__gte=add_months(month, -MONTHS_REMEMBERED), month__lte=month)
    rows: dict[int, list[ChannelMonth]] = defaultdict(list)
    pairs: dict[int, set[int]] = defaultdict(set)
    for row in near.select_related("manager", "channel"):
        if row.manager_id:
            pairs[row.channel_id].add(row.manager_id)
        if row.month == month:
            rows[row.channel_id].append(row)
    channels = list(Channel.objects.all())
    if asked and asked[1] and any(channel.pk == asked[0] for channel in channels):
        pairs[asked[0]].add(asked[1])
    people = Employee.objects.in_bulk({pk for found in pairs.values() for pk in found})
    counted: dict[int, dict[int | None, Counted]] = defaultdict(dict)
    for (_month, channel, manager), group in counted_clients(month, add_months(month, 1)).items():
        if channel is not None:
            counted[channel][manager] = group
    channels.sort(key=lambda channel: (not rows[channel.pk] and not counted[channel.pk], channel.name))
    lines = [
        line
        for channel in channels
        for line in lines_of(
            month, channel, rows[channel.pk], [people[pk] for pk in sorted(pairs[channel.pk]) if pk in people], counted[channel.pk]
        )
    ]
    gone = [row for found in rows.values() for row in found if row.manager is None and row.manager_name]
    return Grid(month, lines[:MOST_LINES], gone, max(len(lines) - MOST_LINES, 0))


def lines_of(
    month: dt.date, channel: Channel, rows: list[ChannelMonth], people: list[Employee], counted: dict[int | None, Counted]
) -> list[GridLine]:
    """Make the lines of one channel: nobody's first, then its managers by name."""
    kept = {row.manager_id: row for row in rows if row.manager or not row.manager_name}
    left = next((cell for cell in cells_of((month, channel.pk), channel.name, rows, counted) if not cell.manager), None)
    own = Counted(left.clients, left.revenue_cents) if left else Counted()
    managers = [GridLine(channel, person, kept.get(person.pk), counted.get(person.pk, Counted())) for person in people]
    return [GridLine(channel, None, kept.get(None), own), *sorted(managers, key=lambda line: line.manager.name if line.manager else "")]
