"""Figures of months: typed into the grid, loaded from a table, sent by another system.

Writers of figures wait for one another, so what was compared is what is changed.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import connection, transaction
from django.utils import timezone

from clients.models import Channel
from company.models import ApiToken, Employee, User
from metrics.enums import FigureSource
from metrics.formulas.chain import Figures, MonthLine
from metrics.models import ChannelMonth, KeepingMonth

logger = logging.getLogger(__name__)
FIGURES_LOCK = 7_238_070
FIELDS = list(Figures.__dataclass_fields__)


@dataclass(frozen=True)
class CellChange:
    """What somebody typed into one line of the grid, and what stood there when they saw it."""

    channel_id: int
    manager_id: int | None
    was: Figures
    now: Figures


@dataclass(frozen=True)
class KeepingChange:
    """What somebody typed of a month's keeping, and what stood there when they saw it."""

    was: tuple[int | None, str]
    now: tuple[int | None, str]


@dataclass(frozen=True)
class Sender:
    """Who gives figures, and how."""

    source: FigureSource
    user: User | None = None
    token: ApiToken | None = None


@dataclass(frozen=True)
class Loaded:
    """How many cells a table or a system wrote."""

    new: int
    changed: int
    unchanged: int


class ChangedMeanwhileError(Exception):
    """Somebody else wrote other figures after these were shown: nothing is saved. `cells` are their keys; keeping is (None, None)."""

    def __init__(self, cells: list[tuple[int | None, int | None]]) -> None:
        super().__init__(cells)
        self.cells = cells


class FiguresClashError(Exception):
    """A line makes more Clients than calls together with what is kept: nothing is saved."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def figures_of(row: ChannelMonth | None) -> Figures:
    """Return what is kept of a cell."""
    return Figures(*(getattr(row, field) for field in FIELDS)) if row else Figures()


def wait_for_others() -> None:
    """Let one writer of figures at a time in, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIGURES_LOCK])


@transaction.atomic
def save_month(*, month: dt.date, changes: Iterable[CellChange], keeping: KeepingChange | None, actor: User) -> int:
    """Write what was typed for a month, all or nothing; return how many lines changed."""
    wait_for_others()
    given = [change for change in changes if change.now != change.was]
    kept = {(row.channel_id, row.manager_id): row for row in own_rows({month}, {change.channel_id for change in given})}
    clashes: list[tuple[int | None, int | None]] = []
    todo: list[CellChange] = []
    for change in given:
        current = figures_of(kept.get((change.channel_id, change.manager_id)))
        if current == change.was:
            todo.append(change)
        elif current != change.now:
            clashes.append((change.channel_id, change.manager_id))
    has_keeping = keeping is not None and keeping.now != keeping.was
    if keeping is not None and has_keeping and keeping_of(month) not in {keeping.was, keeping.now}:
        clashes.append((None, None))
    if clashes:
        raise ChangedMeanwhileError(clashes)
    names = dict(Employee.objects.filter(pk__in={change.manager_id for change in todo if change.manager_id}).values_list("pk", "name"))
    for change in todo:
        write_cell(month, change, kept.get((change.channel_id, change.manager_id)), names.get(change.manager_id or 0, ""), actor)
    if keeping is not None and has_keeping:
        write_keeping(month, keeping.now, actor)
    logger.info("Figures of %s: %s lines saved by user %s", month, len(todo) + has_keeping, actor.pk)
    return len(todo) + has_keeping


def own_rows(months: set[dt.date], channels: set[int]) -> Sequence[ChannelMonth]:
    """Return the rows that can be written: not those of managers who are no longer in the list."""
    rows = ChannelMonth.objects.filter(month__in=months, channel__in=channels)
    return list(rows.exclude(manager__isnull=True, manager_name__gt=""))


def keeping_of(month: dt.date) -> tuple[int | None, str]:
    """Return what is kept of a month's keeping."""
    return KeepingMonth.objects.filter(month=month).values_list("cents", "note").first() or (None, "")


def write_cell(month: dt.date, change: CellChange, row: ChannelMonth | None, name: str, actor: User) -> None:
    """Write one line; an emptied one is forgotten."""
    row = row or ChannelMonth(month=month, channel_id=change.channel_id, manager_id=change.manager_id)
    if change.now.is_empty:
        row.delete()
        return
    fill(row, change.now, name, Sender(FigureSource.TYPED, user=actor))
    row.save()


def fill(row: ChannelMonth, figures: Figures, manager: str, sender: Sender) -> ChannelMonth:
    """Put figures into a row, with who gave them."""
    for field, value in asdict(figures).items():
        setattr(row, field, value)
    row.manager_name, row.source, row.changed_by, row.changed_by_token = manager, sender.source, sender.user, sender.token
    row.changed_at = timezone.now()
    return row


def write_keeping(month: dt.date, now: tuple[int | None, str], actor: User) -> None:
    """Write what keeping cost; an emptied sum is forgotten with its note."""
    cents, note = now
    if cents is None:
        KeepingMonth.objects.filter(month=month).delete()
        return
    values = {"cents": cents, "note": note, "source": FigureSource.TYPED, "changed_by": actor}
    KeepingMonth.objects.update_or_create(month=month, defaults=values)


@transaction.atomic
def load_months(*, lines: Sequence[MonthLine], sender: Sender) -> Loaded:
    """Write all lines over what is kept, or none; channels nobody knew are added."""
    wait_for_others()
    channels = channels_named({line.channel for line in lines})
    rows = own_rows({line.month for line in lines}, set(channels.values()))
    kept = {(row.month, row.channel_id, row.manager_id): row for row in rows}
    new: list[ChannelMonth] = []
    changed: list[ChannelMonth] = []
    for line in lines:
        key = (line.month, channels[line.channel.casefold()], line.manager_id)
        row = kept.get(key)
        figures = line.over(figures_of(row))
        if figures.has_clients_past_contacts:
            raise FiguresClashError(line.number)
        if figures != figures_of(row):
            fresh = row or ChannelMonth(month=key[0], channel_id=key[1], manager_id=key[2])
            (changed if row else new).append(fill(fresh, figures, line.manager, sender))
    ChannelMonth.objects.bulk_create(new, batch_size=1000)
    ChannelMonth.objects.bulk_update(
        changed, [*FIELDS, "manager_name", "source", "changed_by", "changed_by_token", "changed_at"], batch_size=500
    )
    logger.info("Figures of months: %s new, %s changed by %s", len(new), len(changed), sender.user and sender.user.pk)
    return Loaded(len(new), len(changed), len(lines) - len(new) - len(changed))


def channels_named(names: Iterable[str]) -> dict[str, int]:
    """Return the channels by their names in any case; those nobody knew are added."""
    known = known_channels()
    missing = {name.casefold(): name for name in names if name.casefold() not in known}
    if missing:
        Channel.objects.bulk_create((Channel(name=name) for name in missing.values()), ignore_conflicts=True)
        known = known_channels()
    return known


def known_channels() -> dict[str, int]:
    """Return all channels by their names in any case."""
    return {name.casefold(): pk for name, pk in Channel.objects.values_list("name", "pk")}
