"""Rows of a mapped file as typed records, every doubt named by line and column."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from clients.enums import ImportField
from common.tables import cells
from common.tables.refusals import CellError

Value = TypeVar("Value")
CACHE_SIZE = 50_000
SHORT = 60
"""Latin letters and digits up to this length are sound in every text column as they stand."""
TYPED = frozenset({ImportField.PHONE, ImportField.EMAIL, ImportField.DAY, ImportField.AMOUNT})
TOTALS = {"итого", "итого:", "всего", "всего:", "total", "total:", "grand total"}
LONGEST = {
    ImportField.CLIENT_ID: 64,
    ImportField.NAME: 200,
    ImportField.BRANCH: 80,
    ImportField.SEGMENT: 80,
    ImportField.CHANNEL: 80,
    ImportField.RESPONSIBLE: 120,
    ImportField.BROUGHT_BY: 120,
    ImportField.SENT_BY: 64,
    ImportField.PURCHASE_ID: 200,
}
PRODUCT_LENGTH = 200
PHONE_TAIL = 10
KEY_ORDER = "ipen"
"""Kinds of keys, the surest first: number, phone, e-mail, name."""


@dataclass(frozen=True)
class Reading:
    """What reading a cell depends on besides the cell."""

    zone: ZoneInfo
    today: dt.date
    region: str


@dataclass(frozen=True)
class Doubt:
    """A cell that was refused, or, as a warning, taken with a remark."""

    line: int
    column: int | None
    code: str
    value: str = ""
    detail: str = ""
    is_warning: bool = False


@dataclass(slots=True)
class Record:
    """One row read: whose it is (`key`), what it says of the Client, and the purchase if there is one."""

    line: int
    key: str = ""
    client_id: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    branch: str = ""
    segment: str = ""
    channel: str = ""
    responsible: str = ""
    brought_by: str = ""
    sent_by: str = ""
    purchase_id: str = ""
    product: str = ""
    day: dt.date | None = None
    cents: int | None = None
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Say whether the row may be loaded."""
        return all(doubt.is_warning for doubt in self.doubts)


class Cached:
    """Remembers how the same text was read before: files repeat themselves."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.read = read
        self.known: dict[str, Any] = {}

    def __call__(self, text: str) -> Any:
        """Return what the text means, or raise the same error again."""
        found = self.known.get(text)
        if found is None:
            found = self.look(text)
        if isinstance(found, CellError):
            raise CellError(found.code, found.detail)
        return found

    def look(self, text: str) -> Any:
        """Read a text met for the first time."""
        try:
            found = self.read(text)
        except CellError as error:
            found = error
        if len(self.known) >= CACHE_SIZE:
            self.known.clear()
        if len(text) < 300:
            self.known[text] = found
        return found


class RecordReader:
    """Reads rows by a mapping of column numbers to fields."""

    def __init__(self, mapping: Mapping[int, ImportField], width: int, reading: Reading) -> None:
        self.width = width
        self.columns: dict[ImportField, list[int]] = {}
        for column, mapped in sorted(mapping.items()):
            self.columns.setdefault(mapped, []).append(column)
        self.holds_purchases = ImportField.DAY in self.columns and ImportField.AMOUNT in self.columns
        self.texts = {name: Cached(reader_of(name)) for name in (*LONGEST, ImportField.PRODUCT) if name in self.columns}
        self.phones = Cached(lambda text: cells.read_phone(text, reading.region))
        self.emails = Cached(cells.read_email)
        self.days = Cached(lambda text: cells.read_day(text, reading.zone, reading.today))
        self.amounts = Cached(cells.read_cents)

    def records(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[Record, list[str]]]:
        """Yield a record for every row that is neither blank nor a totals row."""
        for line, row in rows:
            if any(row) and not self.is_filler(row):
                yield self.record(line, row), row

    def is_filler(self, row: Sequence[str]) -> bool:
        """Say whether the row is blank or sums up the rows above it."""
        if self.holds_purchases and cell(row, self.columns[ImportField.DAY][0]).strip():
            return False
        filled = [text.strip().lower() for text in row if text.strip()]
        return not filled or (filled[0] in TOTALS and len(filled) <= max(2, self.width // 2))

    def record(self, line: int, row: Sequence[str]) -> Record:
        """Read one row; every column is looked at, so that all that is wrong is said at once."""
        record = Record(line)
        for name in self.texts:
            setattr(record, name, self.read_field(record, name, row, self.columns[name]))
        for name in (ImportField.PHONE, ImportField.EMAIL):
            if name in self.columns:
                setattr(record, name, self.read_field(record, name, row, self.columns[name]))
        if self.holds_purchases:
            record.day = self.read_field(record, ImportField.DAY, row, self.columns[ImportField.DAY])
            record.cents = self.read_field(record, ImportField.AMOUNT, row, self.columns[ImportField.AMOUNT])
        if len(row) > self.width and any(text.strip() for text in row[self.width :]):
            record.doubts.append(Doubt(line, None, "extra_cells", detail=str(self.width)))
        record.key = key_of(record)
        if not record.key and record.is_sound:
            record.doubts.append(Doubt(line, self.identity_column(), "unknown_client"))
        return record

    def read_field(self, record: Record, name: ImportField, row: Sequence[str], columns: Sequence[int]) -> Any:
        """Read what a row says in the columns of one field; a doubt is noted in the record."""
        match name:
            case ImportField.PHONE:
                found = self.first(record, row, columns, self.phones)
                return found.number if found else ""
            case ImportField.EMAIL:
                return self.first(record, row, columns, self.emails) or ""
            case ImportField.DAY:
                return self.needed(record, row, columns[0], self.days, "no_day")
            case ImportField.AMOUNT:
                return self.amount(record, row, columns[0])
        return self.joined(record, row, columns, self.texts[name])

    def amount(self, record: Record, row: Sequence[str], column: int) -> Any:
        """Return the amount; a return is remarked on."""
        cents = self.needed(record, row, column, self.amounts, "no_amount")
        if cents is not None and cents < 0:
            self.doubt(record, column, row, CellError("is_return"), is_warning=True)
        return cents

    def identity_column(self) -> int | None:
        """Return the column that should say whose row it is."""
        for name in (ImportField.CLIENT_ID, ImportField.PHONE, ImportField.EMAIL, ImportField.NAME):
            if name in self.columns:
                return self.columns[name][0]
        return None

    def joined(self, record: Record, row: Sequence[str], columns: Sequence[int], read: Cached) -> str:
        """Put the texts of the columns together: a name may stand in three."""
        parts = []
        for column in columns:
            if is_plain(text := cell(row, column)):
                parts.append(text)
                continue
            try:
                parts.append(read(text))
            except CellError as error:
                self.doubt(record, column, row, error)
        return " ".join(part for part in parts if part) if len(parts) > 1 else "".join(parts)

    def first(self, record: Record, row: Sequence[str], columns: Sequence[int], read: Cached) -> Any:
        """Return the first sound value of several columns; what is wrong elsewhere matters only when there is none."""
        refused: list[tuple[int, CellError]] = []
        for column in columns:
            try:
                found = read(cell(row, column))
            except CellError as error:
                refused.append((column, error))
                continue
            if found:
                if getattr(found, "spare", False):
                    self.doubt(record, column, row, CellError("two_phones", found.number), is_warning=True)
                return found
        for column, reason in refused[:1]:
            self.doubt(record, column, row, reason)
        return None

    def needed(self, record: Record, row: Sequence[str], column: int, read: Cached, missing: str) -> Any:
        """Return the value of a cell that must not be empty."""
        text = cell(row, column)
        try:
            return read(text) if text.strip() else self.doubt(record, column, row, CellError(missing))
        except CellError as error:
            return self.doubt(record, column, row, error)

    def doubt(self, record: Record, column: int, row: Sequence[str], error: CellError, *, is_warning: bool = False) -> None:
        """Note what is wrong with a cell."""
        record.doubts.append(Doubt(record.line, column, error.code, cell(row, column)[:300].replace("\0", ""), error.detail, is_warning))


def is_plain(text: str) -> bool:
    """Say whether a text field may hold the text as it stands."""
    return text.isalnum() and text.isascii() and len(text) <= SHORT and text.lower() not in cells.NO_VALUE


def cell(row: Sequence[str], column: int) -> str:
    """Return a cell; a short row ends in empty ones."""
    return row[column] if column < len(row) else ""


def reader_of(name: ImportField) -> Callable[[str], str]:
    """Return how a text field is read: a long name is refused, a long description of goods is cut."""
    if name == ImportField.PRODUCT:
        return lambda text: cells.clean(text)[:PRODUCT_LENGTH]
    return lambda text: "" if cells.is_blank(text) else cells.read_text(text, LONGEST[name])


def key_of(record: Record) -> str:
    """Return what tells this Client from others in the file and in the base."""
    return key_from(record.client_id, record.phone, record.email, record.name)


def key_from(number: str, phone: str, email: str, name: str) -> str:
    """Return the key: number, else phone, else e-mail, else name."""
    if number:
        return f"i{number}"
    if phone:
        return f"p{phone[-PHONE_TAIL:]}"
    if email:
        return f"e{email}"
    return f"n{name.lower()}" if name else ""
