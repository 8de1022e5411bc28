"""A table of bills somebody brings: read line by line, compared with what is kept, nothing written."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Bill, Client
from clients.queries.rightness import clients_by_name
from clients.services.tables import phone_in
from common.speech import per_word
from common.tables.cells import is_blank, parse_day, read_cents, read_text
from common.tables.explain import explain_cell
from common.tables.headers import normal
from common.tables.pasted import file_as_text, numbered_rows
from common.tables.reading import TableError
from common.tables.refusals import BadLine, CellError

MIB = 1024 * 1024
MOST_BYTES, MOST_CHARS, MOST_LINES = 2 * MIB, 1_000_000, 5_000
SHOWN_CHARS, NUMBER_CHARS, NAME_CHARS = 200, 64, 200
EARLIEST, FURTHEST = dt.date(2000, 1, 1), dt.timedelta(730)
MOST_CENTS = 10**13


class BillColumn(models.TextChoices):
    """The columns of the table."""

    CLIENT = "client", gettext_lazy("Client")
    NUMBER = "number", gettext_lazy("Number of the bill")
    DUE = "due_on", gettext_lazy("To be paid by")
    PAID = "paid_on", gettext_lazy("Paid on")
    AMOUNT = "cents", gettext_lazy("Amount")


SYNONYMS: dict[BillColumn, set[str]] = {
    BillColumn.CLIENT: {
        *("client", "customer", "клиент", "покупатель", "контрагент", "заказчик", "имя", "фио", "name", "код клиента", "номер клиента"),
        *("телефон", "phone", "почта", "e mail", "email", "client number"),
    },
    BillColumn.NUMBER: {"number", "bill", "invoice", "номер", "счет", "номер счета", "документ", "№"},
    BillColumn.DUE: {"due", "due on", "срок", "срок оплаты", "оплатить до", "дата оплаты по договору"},
    BillColumn.PAID: {"paid", "paid on", "оплачен", "оплачено", "дата оплаты", "оплата"},
    BillColumn.AMOUNT: {"amount", "sum", "сумма", "итого", "сумма счета"},
}
NEEDED = (BillColumn.CLIENT, BillColumn.NUMBER, BillColumn.DUE, BillColumn.AMOUNT)


@dataclass(frozen=True)
class BillLine:
    """One sound line: a bill of a Client."""

    line: int
    client: Client
    number: str
    due_on: dt.date
    paid_on: dt.date | None
    cents: int


@dataclass
class BillPlan:
    """New, changed, unchanged and wrong lines, and columns that say nothing to us."""

    new: list[BillLine] = field(default_factory=list)
    changed: list[tuple[BillLine, Bill]] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return how many bills would be written."""
        return len(self.new) + len(self.changed)

    @property
    def lines(self) -> list[BillLine]:
        """Return the lines that would be written."""
        return [*self.new, *(line for line, _bill in self.changed)]

    @property
    def fingerprint(self) -> str:
        """Return what is the same for plans that do the same."""
        done = [[(line.client.pk, line.number, line.due_on, line.paid_on, line.cents) for line in self.lines], len(self.new), len(self.bad)]
        return hashlib.sha256(repr(done).encode()).hexdigest()


@per_word
def columns() -> dict[str, BillColumn]:
    """Return the columns by every header they are known by, in all our languages."""
    known = {word: column for column, words in SYNONYMS.items() for word in words}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {normal(str(column.label)): column for column in BillColumn}
    return known


def column_of(header: str) -> BillColumn | None:
    """Return what a column of this header is."""
    return columns().get(normal(header))


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with most known headers, the first of them."""
    return max(range(len(rows)), key=lambda number: (sum(column_of(cell) is not None for cell in rows[number]), -number), default=0)


def text_of(file: IO[bytes], name: str) -> str:
    """Return a file as a text to look at and mend; its lines keep their numbers."""
    text = file_as_text(file, name, most_bytes=MOST_BYTES, most_rows=MOST_LINES, find_header=find_header)
    if len(text) > MOST_CHARS:
        raise TableError(_("The file holds too much text. Keep only the columns about bills and try again."))
    return text


@dataclass(frozen=True)
class Clock:
    """Whose days they are, and how phones and money are written here."""

    zone: ZoneInfo
    today: dt.date
    currency: str


def plan_of(text: str, clock: Clock) -> BillPlan:
    """Return what a table would change, line by line, before anything is changed."""
    rows = numbered_rows(text.replace("\0", ""), lambda cell: column_of(cell) is not None)
    _number, headers = next(rows, (0, []))
    found = [column_of(header) for header in headers]
    if lacking := [str(column.label) for column in NEEDED if column not in found]:
        raise TableError(_("The first line must name the columns. These are missing: %(columns)s.") % {"columns": ", ".join(lacking)})
    plan = BillPlan(ignored=[header for header, column in zip(headers, found, strict=True) if header and not column])
    lines = list(rows)
    if len(lines) > MOST_LINES:
        raise TableError(_("There are more than %(count)s lines. Load them in parts.") % {"count": MOST_LINES})
    reader = Reader([cell for _line, row in lines for cell in client_cells(row, found)], clock)
    sound: list[BillLine] = []
    for number, row in lines:
        try:
            sound.append(reader.read(number, row, found))
        except TableError as error:
            plan.bad.append(BadLine(number, ", ".join(cell for cell in row if cell)[:SHOWN_CHARS], str(error)))
    compare(sound, plan)
    return plan


def client_cells(row: Sequence[str], found: Sequence[BillColumn | None]) -> list[str]:
    """Return what a line calls its Client, in every such column."""
    return [cell.strip() for cell, column in zip(row, found, strict=False) if column == BillColumn.CLIENT and not is_blank(cell)]


class Reader:
    """Reads lines with the Clients that there are, looked up all at once."""

    def __init__(self, words: Sequence[str], clock: Clock) -> None:
        self.clock = clock
        plain = {word[:NAME_CHARS] for word in words}
        self.phones = {word: number for word in plain if (number := phone_or_none(word, clock.currency))}
        self.by_word: dict[str, list[int]] = dict(clients_by_name([word.lower() for word in plain]))
        for name, values in (("phone", set(self.phones.values())), ("email", {word.lower() for word in plain if "@" in word})):
            for value, pk in Client.objects.filter(**{f"{name}__in": values}).values_list(name, "pk"):
                self.by_word.setdefault(value, []).append(pk)
        numbers = Client.objects.filter(external_id__in=plain).values_list("external_id", "pk")
        self.by_number = {str(number): pk for number, pk in numbers}
        known = {*self.by_number.values(), *(pk for pks in self.by_word.values() for pk in pks)}
        self.clients = Client.objects.in_bulk(known)
        self.seen: dict[tuple[int, str], int] = {}

    def read(self, number: int, row: Sequence[str], found: Sequence[BillColumn | None]) -> BillLine:
        """Read one line, or say what is wrong with it."""
        if any(cell.strip() for cell in row[len(found) :]):
            raise TableError(_("More cells than the first line names columns: a stray mark between them?"))
        cells = {column: cell for column, cell in zip(found, row, strict=False) if column}
        client = self.client_in(client_cells(row, found))
        paid = cells.get(BillColumn.PAID, "")
        line = BillLine(
            line=number,
            client=client,
            number=number_in(cells.get(BillColumn.NUMBER, "")),
            due_on=self.day_in(BillColumn.DUE, cells.get(BillColumn.DUE, "")),
            paid_on=None if is_blank(paid) else self.day_in(BillColumn.PAID, paid),
            cents=cents_in(cells.get(BillColumn.AMOUNT, "")),
        )
        first = self.seen.setdefault((client.pk, line.number), number)
        if first != number:
            raise TableError(_("Line %(line)s is about the same bill.") % {"line": first})
        return line

    def client_in(self, words: Sequence[str]) -> Client:
        """Return the Client a line names by number, phone, e-mail or name; of several columns the first that tells decides."""
        if not words:
            raise TableError(_("No Client: give a number, a phone, an e-mail or a name."))
        several = False
        for word in words:
            if pk := self.by_number.get(word):
                return self.clients[pk]
            found = set(self.by_word.get(self.phones.get(word, word.lower()), []))
            if len(found) == 1:
                return self.clients[found.pop()]
            several |= len(found) > 1
        if several:
            raise TableError(_("Several Clients are called so. Write the number, the phone or the e-mail instead."))
        raise TableError(_("There is no Client “%(name)s”. Load the Clients first or mend the name.") % {"name": words[0][:60]})

    def day_in(self, column: BillColumn, cell: str) -> dt.date:
        """Return a day that a bill can have: paid no later than today, due at most two years ahead."""
        try:
            day = parse_day(read_text(cell, SHOWN_CHARS), self.clock.zone)
        except (CellError, OverflowError) as error:
            code, detail = (error.code, error.detail) if isinstance(error, CellError) else ("not_a_day", "")
            raise TableError(f"{column.label}: {explain_cell(code, detail)}") from error
        last = self.clock.today if column == BillColumn.PAID else self.clock.today + FURTHEST
        if not EARLIEST <= day <= last:
            raise TableError(_("%(column)s: the day %(day)s cannot be right.") % {"column": column.label, "day": day.isoformat()})
        return day


def phone_or_none(word: str, currency: str) -> str:
    """Return the number a word is in E.164, or nothing."""
    try:
        return phone_in(word, currency)
    except TableError:
        return ""


def number_in(cell: str) -> str:
    """Return the number of a bill."""
    if is_blank(cell):
        raise TableError(_("No number of the bill."))
    try:
        return read_text(cell, NUMBER_CHARS)
    except CellError as error:
        raise TableError(f"{BillColumn.NUMBER.label}: {explain_cell(error.code, error.detail)}") from error


def cents_in(cell: str) -> int:
    """Return an amount above zero."""
    try:
        cents = read_cents(cell)
    except CellError as error:
        raise TableError(f"{BillColumn.AMOUNT.label}: {explain_cell(error.code, error.detail)}") from error
    if not 0 < cents <= MOST_CENTS:
        raise TableError(_("The amount must be above zero."))
    return cents


def compare(lines: Sequence[BillLine], plan: BillPlan) -> None:
    """Sort the lines into new, changed and unchanged ones; an empty cell of payment leaves a known payment alone."""
    kept: Mapping[tuple[int, str], Bill] = {
        (bill.client_id, bill.number): bill for bill in Bill.objects.filter(client__in={line.client.pk for line in lines})
    }
    for line in lines:
        bill = kept.get((line.client.pk, line.number))
        if bill is None:
            plan.new.append(line)
        elif (bill.due_on, bill.cents) != (line.due_on, line.cents) or line.paid_on not in {None, bill.paid_on}:
            plan.changed.append((line, bill))
        else:
            plan.unchanged += 1
