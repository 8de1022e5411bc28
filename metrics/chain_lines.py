"""Figures of months somebody brings as a table or sends from another system: read line by line, compared, nothing written."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import IO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.periods import month_of
from common.speech import per_word
from common.tables.cells import is_blank, parse_day, read_cents, read_text
from common.tables.explain import explain_cell
from common.tables.headers import normal
from common.tables.pasted import file_as_text, numbered_rows
from common.tables.reading import TableError
from common.tables.refusals import BadLine, CellError
from company.models import Employee
from metrics.formulas.chain import Figures, MonthLine
from metrics.models import ChannelMonth
from metrics.services.chain import figures_of, known_channels

MIB = 1024 * 1024
MOST_BYTES, MOST_CHARS, MOST_LINES = 2 * MIB, 1_000_000, 5_000
SHOWN_CHARS, CHANNEL_CHARS, NAME_CHARS = 200, 80, 200
FIRST_YEAR, MOST_PEOPLE = 2000, 10**8
ISO_MONTH = re.compile(r"(\d{4})[-./](\d{1,2})", re.ASCII)
POINTED_MONTH = re.compile(r"(\d{1,2})[-./](\d{4})", re.ASCII)
NAMED_MONTH = re.compile(r"([^\W\d]+)\.?\s+(\d{4})(?:\s*г\.?)?")
COUNT = re.compile(r"\d{1,9}", re.ASCII)


class ChainColumn(models.TextChoices):
    """The columns of the table."""

    MONTH = "month", gettext_lazy("Month")
    CHANNEL = "channel", gettext_lazy("Channel")
    MANAGER = "manager", gettext_lazy("Sales manager")
    SPEND = "spend", gettext_lazy("Spent")
    CONTACTS = "contacts", gettext_lazy("Calls and requests")
    CLIENTS = "new_clients", gettext_lazy("New Clients")
    REVENUE = "revenue", gettext_lazy("Their money")


SYNONYMS: dict[ChainColumn, set[str]] = {
    ChainColumn.MONTH: {"month", "месяц", "период", "дата", "date", "period"},
    ChainColumn.CHANNEL: {"channel", "source", "канал", "источник", "реклама", "площадка", "рекламный канал", "utm source"},
    ChainColumn.MANAGER: {"manager", "seller", "менеджер", "продавец", "ответственный", "менеджер по продажам"},
    ChainColumn.SPEND: {"spend", "spent", "cost", "costs", "budget", "потрачено", "траты", "расход", "расходы", "затраты", "бюджет"},
    ChainColumn.CONTACTS: {"contacts", "calls", "leads", "requests", "звонки", "заявки", "обращения", "лиды", "контакты"},
    ChainColumn.CLIENTS: {"clients", "new clients", "customers", "клиенты", "новые клиенты", "покупатели", "продажи"},
    ChainColumn.REVENUE: {"revenue", "money", "sales", "выручка", "доход", "оборот", "деньги"},
}
NEEDED = (ChainColumn.MONTH, ChainColumn.CHANNEL)
FIGURES = {
    ChainColumn.SPEND: "spend_cents",
    ChainColumn.CONTACTS: "contacts",
    ChainColumn.CLIENTS: "new_clients",
    ChainColumn.REVENUE: "revenue_cents",
}
MONEY = {ChainColumn.SPEND, ChainColumn.REVENUE}
Key = tuple[dt.date, str, int | None]


class LineError(TableError):
    """A line that cannot be taken, and the column it is about."""

    def __init__(self, column: ChainColumn, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass
class ChainPlan:
    """New, changed, unchanged and wrong lines, channels nobody knows yet and columns that say nothing to us."""

    new: list[MonthLine] = field(default_factory=list)
    changed: list[tuple[MonthLine, Figures]] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    new_channels: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return how many lines would be written."""
        return len(self.new) + len(self.changed)

    @property
    def lines(self) -> list[MonthLine]:
        """Return the lines that would be written."""
        return [*self.new, *(line for line, _kept in self.changed)]

    @property
    def fingerprint(self) -> str:
        """Return what is the same for plans that do the same."""
        lines = [(line.key, sorted(line.figures.items())) for line in self.new]
        changes = [(line.key, sorted(line.figures.items()), kept) for line, kept in self.changed]
        return hashlib.sha256(repr([lines, changes, len(self.bad)]).encode()).hexdigest()


@per_word
def columns() -> dict[str, ChainColumn]:
    """Return the columns by every header they are known by, in all our languages."""
    known = {word: column for column, words in SYNONYMS.items() for word in words}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {normal(str(column.label)): column for column in ChainColumn}
    return known


def column_of(header: str) -> ChainColumn | None:
    """Return what a column of this header is."""
    return columns().get(normal(header))


@cache
def month_names() -> dict[str, int]:
    """Return the months by their names, long and short, in all our languages."""
    found: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for names in (MONTHS, MONTHS_3, MONTHS_ALT):
                found |= {str(name).casefold().rstrip("."): number for number, name in names.items()}
    return found


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with most known headers, the first of them."""
    return max(range(len(rows)), key=lambda number: (sum(column_of(cell) is not None for cell in rows[number]), -number), default=0)


def text_of(file: IO[bytes], name: str) -> str:
    """Return a file as a text to look at and mend; its lines keep their numbers."""
    text = file_as_text(file, name, most_bytes=MOST_BYTES, most_rows=MOST_LINES, find_header=find_header)
    if len(text) > MOST_CHARS:
        raise TableError(_("The file holds too much text. Keep only the columns about channels and try again."))
    return text


@dataclass(frozen=True)
class Clock:
    """Whose days they are, and which is today."""

    zone: ZoneInfo
    today: dt.date


def plan_of(text: str, clock: Clock) -> ChainPlan:
    """Return what a table would change, line by line, before anything is changed."""
    rows = numbered_rows(text.replace("\0", ""), lambda cell: column_of(cell) is not None)
    _number, headers = next(rows, (0, []))
    found = [column_of(header) for header in headers]
    if lacking := [str(column.label) for column in NEEDED if column not in found]:
        raise TableError(_("The first line must name the columns. These are missing: %(columns)s.") % {"columns": ", ".join(lacking)})
    plan = ChainPlan(ignored=[header for header, column in zip(headers, found, strict=True) if header and not column])
    lines = list(rows)
    if len(lines) > MOST_LINES:
        raise TableError(_("There are more than %(count)s lines. Load them in parts.") % {"count": MOST_LINES})
    reader, sound = Reader(clock), list[MonthLine]()
    for number, row in lines:
        try:
            sound.append(reader.read(number, named_cells(row, found)))
        except TableError as error:
            plan.bad.append(BadLine(number, ", ".join(cell for cell in row if cell)[:SHOWN_CHARS], str(error)))
    compare(sound, plan)
    return plan


def named_cells(row: Sequence[str], found: Sequence[ChainColumn | None]) -> dict[ChainColumn, str]:
    """Return the cells of a line by their columns."""
    if any(cell.strip() for cell in row[len(found) :]):
        raise TableError(_("More cells than the first line names columns: a stray mark between them?"))
    return {column: cell for column, cell in zip(found, row, strict=False) if column}


class Reader:
    """Reads lines with the channels and employees that there are, looked up all at once."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.people: dict[str, set[int]] = {}
        self.names: dict[int, str] = {}
        for pk, name, email in Employee.objects.values_list("pk", "name", "email"):
            self.names[pk] = name
            for word in filter(None, (name, email)):
                self.people.setdefault(word.casefold(), set()).add(pk)
        self.seen: dict[Key, int] = {}

    def read(self, number: int, cells: Mapping[ChainColumn, str]) -> MonthLine:
        """Read one line, or say what is wrong with it."""
        month = month_in(cells.get(ChainColumn.MONTH, ""), self.clock)
        channel = self.channel_in(cells.get(ChainColumn.CHANNEL, ""))
        manager = self.manager_in(cells.get(ChainColumn.MANAGER, ""))
        figures = {FIGURES[column]: figure_in(column, cell) for column, cell in cells.items() if column in FIGURES and not is_blank(cell)}
        if not figures:
            raise LineError(ChainColumn.SPEND, _("There is not one figure in this line."))
        line = MonthLine(number, month, channel, manager, self.names.get(manager or 0, ""), figures)
        first = self.seen.setdefault(line.key, number)
        if first != number:
            raise LineError(ChainColumn.CHANNEL, _("Line %(line)s is about the same month, channel and manager.") % {"line": first})
        return line

    def channel_in(self, cell: str) -> str:
        """Return the name of a channel."""
        if is_blank(cell):
            raise LineError(ChainColumn.CHANNEL, _("No channel."))
        try:
            return read_text(cell, CHANNEL_CHARS)
        except CellError as error:
            raise LineError(ChainColumn.CHANNEL, f"{ChainColumn.CHANNEL.label}: {explain_cell(error.code, error.detail)}") from error

    def manager_in(self, cell: str) -> int | None:
        """Return the employee named by name or e-mail; an empty cell is nobody in particular."""
        if is_blank(cell):
            return None
        found = self.people.get(" ".join(cell.split()).casefold(), set())
        if len(found) == 1:
            return next(iter(found))
        name = {"name": cell[:60]}
        if found:
            raise LineError(ChainColumn.MANAGER, _("Several employees are called “%(name)s”. Write the e-mail instead.") % name)
        raise LineError(ChainColumn.MANAGER, _("There is no employee “%(name)s”. Add the person or mend the name.") % name)


def month_in(cell: str, clock: Clock) -> dt.date:
    """Read a month as 2026-10, 10.2026, October 2026 or any day of it; not ahead."""
    text = " ".join(cell.split())
    month = named_month(text)
    if month is None:
        try:
            month = month_of(parse_day(read_text(text, SHOWN_CHARS), clock.zone))
        except (CellError, OverflowError) as error:
            raise LineError(ChainColumn.MONTH, _("Not a month. Write it like 2026-10 or 10.2026.")) from error
    if not month.year >= FIRST_YEAR or month > clock.today:
        raise LineError(ChainColumn.MONTH, _("The month %(month)s cannot be right.") % {"month": f"{month:%Y-%m}"})
    return month


def named_month(text: str) -> dt.date | None:
    """Read a month written without a day; None when it is something else."""
    if match := ISO_MONTH.fullmatch(text):
        year, number = int(match[1]), int(match[2])
    elif match := POINTED_MONTH.fullmatch(text):
        number, year = int(match[1]), int(match[2])
    elif match := NAMED_MONTH.fullmatch(text):
        number, year = month_names().get(match[1].casefold(), 0), int(match[2])
    else:
        return None
    return dt.date(year, number, 1) if 1 <= number <= 12 and year else None


def figure_in(column: ChainColumn, cell: str) -> int:
    """Read an amount of money as minor units, or a number of people."""
    try:
        cents = read_cents(cell)
    except CellError as error:
        raise LineError(column, f"{column.label}: {explain_cell(error.code, error.detail)}") from error
    if cents < 0:
        raise LineError(column, _("%(column)s: a number from zero up is needed.") % {"column": column.label})
    if column in MONEY:
        return cents
    if cents % 100 or cents > MOST_PEOPLE * 100:
        raise LineError(column, _("%(column)s: a whole number is needed.") % {"column": column.label})
    return cents // 100


def compare(lines: Sequence[MonthLine], plan: ChainPlan) -> None:
    """Sort the lines into new, changed, unchanged and such as make more Clients than calls; an empty cell changes nothing."""
    channels, rows = known_channels(), ChannelMonth.objects.filter(month__in={line.month for line in lines})
    kept = {(row.month, row.channel_id, row.manager_id): row for row in rows if row.manager_id or not row.manager_name}
    fresh: dict[str, str] = {}
    for line in lines:
        channel = channels.get(line.channel.casefold())
        row = kept.get((line.month, channel, line.manager_id)) if channel else None
        figures = line.over(figures_of(row))
        if figures.has_clients_past_contacts:
            plan.bad.append(BadLine(line.number, f"{line.month:%Y-%m}, {line.channel}", clash_words(line, figures)))
            continue
        if channel is None:
            fresh.setdefault(line.channel.casefold(), line.channel)
        if row is None:
            plan.new.append(line)
        elif figures != figures_of(row):
            plan.changed.append((line, figures_of(row)))
        else:
            plan.unchanged += 1
    plan.bad.sort(key=lambda bad: bad.number)
    plan.new_channels = sorted(fresh.values())


def clash_words(line: MonthLine, figures: Figures) -> str:
    """Say that there are more Clients than calls, and where they come from."""
    values = {"clients": figures.new_clients, "contacts": figures.contacts}
    if {"contacts", "new_clients"} <= line.figures.keys():
        return _("More new Clients (%(clients)s) than calls (%(contacts)s).") % values
    return _("With what is kept already this makes more new Clients (%(clients)s) than calls (%(contacts)s).") % values
