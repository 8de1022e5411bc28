"""Reads many rows at once, column by column: a text that stands in a thousand cells is read once.

Only what raises no doubt is read here, and by the very rules of `RecordReader`; every other row is left to it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, cast

from clients.enums import ImportField
from clients.parsing import records
from clients.parsing.records import Record, RecordReader

Row = tuple[int, list[str]]
Staged = tuple[int, str, str, str]
"""A sound row as COPY takes it: its line, its key, what it says of the Client, what was bought (empty: nothing)."""
PERSON = (
    ImportField.CLIENT_ID,
    ImportField.NAME,
    ImportField.PHONE,
    ImportField.EMAIL,
    ImportField.BRANCH,
    ImportField.SEGMENT,
    ImportField.CHANNEL,
    ImportField.RESPONSIBLE,
    ImportField.BROUGHT_BY,
    ImportField.SENT_BY,
)
BOUGHT = (ImportField.DAY, ImportField.AMOUNT, ImportField.PRODUCT, ImportField.BRANCH, ImportField.PURCHASE_ID)
KEPT_TEXTS = 50_000
LONG = 300
ESCAPED = frozenset("\\\t\n\r")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Texts(dict[Any, str | None]):
    """What the texts of one field mean, read when first met; None when there is a doubt about it."""

    def __init__(self, read: Callable[[Any], str | None]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: Any) -> str | None:
        """Read a text met for the first time; long ones are not worth the memory."""
        found = self.read(text)
        if (len(text) if isinstance(text, str) else sum(map(len, text))) <= LONG:
            self[text] = found
        return found

    def of(self, cells: Iterable[Any]) -> list[str | None]:
        """Return what all the cells mean; only so many different texts are remembered from one chunk to the next."""
        found = list(map(self.__getitem__, cells))
        if len(self) > KEPT_TEXTS:
            self.clear()
        return found


class ColumnReader:
    """Reads chunks of rows; one is made for one file."""

    def __init__(self, reader: RecordReader) -> None:
        self.reader = reader
        self.fields = {name: (columns, Texts(self.how(name, columns))) for name, columns in reader.columns.items()}

    def how(self, name: ImportField, columns: Sequence[int]) -> Callable[[Any], str | None]:
        """Return how a cell of a field is read, or all its cells when several columns make it up."""
        single = len(columns) == 1
        places = range(len(columns))

        def read(texts: Any) -> str | None:
            if single and records.is_plain(texts) and name not in records.TYPED:
                return str(texts)
            record = Record(0)
            found = self.reader.read_field(record, name, [texts] if single else texts, places)
            return None if record.doubts else plainly(found)

        return read

    def read(self, rows: Sequence[Row]) -> tuple[list[Staged], list[Row]]:
        """Return the rows read soundly, and those to be looked at one by one."""
        even, others = self.split(rows)
        if not even:
            return [], others
        cells = list(zip(*(row for _line, row in even), strict=False))
        values = {name: texts.of(taken(cells, columns)) for name, (columns, texts) in self.fields.items()}
        keys = keys_of(values, len(even))
        lines = [line for line, _row in even]
        staged = list(zip(lines, keys, *self.texts(values, len(even)), strict=True))
        doubted = {place for column in (keys, *values.values()) if None in column for place, value in enumerate(column) if value is None}
        if doubted:
            staged = [row for place, row in enumerate(staged) if place not in doubted]
        return cast("list[Staged]", staged), [*others, *(even[place] for place in sorted(doubted))]

    def split(self, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        """Tell rows of the usual width from others; a row that may be a filler is not for this reader."""
        width = self.reader.width
        if self.reader.holds_purchases and {len(cells) for _line, cells in rows} == {width}:
            return list(rows), []
        even, others = [], []
        for row in rows:
            cells = row[1]
            fits = len(cells) == width or (len(cells) > width and not any(cells[width:]))
            if fits and (self.reader.holds_purchases or not self.reader.is_filler(cells)):
                even.append(row)
            else:
                others.append(row)
        return even, others

    def texts(self, values: Mapping[ImportField, Sequence[str | None]], count: int) -> tuple[Iterable[str], Iterable[str]]:
        """Put together what each row says of its Client and what was bought."""
        said = joined(values, PERSON, count)
        return said, joined(values, BOUGHT, count) if self.reader.holds_purchases else repeat("", count)


def taken(cells: Sequence[Sequence[str]], columns: Sequence[int]) -> Iterable[Any]:
    """Return the cells of a field: texts of one column, tuples of several."""
    return cells[columns[0]] if len(columns) == 1 else zip(*(cells[column] for column in columns), strict=True)


def keys_of(values: Mapping[ImportField, Sequence[str | None]], count: int) -> list[str | None]:
    """Return whose row each one is; None when it names nobody."""
    numbers, names, phones, emails = (values.get(name, [""] * count) for name in PERSON[:4])
    people = zip(numbers, phones, emails, names, strict=True)
    return [records.key_from(number or "", phone or "", email or "", name or "") or None for number, phone, email, name in people]


def joined(values: Mapping[ImportField, Sequence[str | None]], names: Sequence[ImportField], count: int) -> list[str]:
    """Put the columns side by side, as COPY takes them."""
    columns = [values.get(name, [""] * count) for name in names]
    if any(None in column for column in columns):
        columns = [[value or "" for value in column] for column in columns]
    return list(map("\t".join, zip(*columns, strict=True)))


def plainly(found: Any) -> str | None:
    """Write a value as COPY takes it; None for one that has to be escaped."""
    if isinstance(found, str):
        return found if ESCAPED.isdisjoint(found) else None
    return found.isoformat() if isinstance(found, dt.date) else None if found is None else str(found)


def staged_record(record: Record) -> Staged:
    """Write a record read by itself as COPY takes it."""
    person = (
        record.client_id,
        record.name,
        record.phone,
        record.email,
        record.branch,
        record.segment,
        record.channel,
        record.responsible,
        record.brought_by,
        record.sent_by,
    )
    said = "\t".join(map(escaped, person))
    if record.day is None:
        return record.line, escaped(record.key), said, ""
    texts = (str(record.day), str(record.cents), *map(escaped, (record.product, record.branch, record.purchase_id)))
    return record.line, escaped(record.key), said, "\t".join(texts)


def escaped(text: str) -> str:
    """Write a text for COPY."""
    return text.translate(ESCAPES) if not text.isalnum() else text
