"""Whole tables and single cells for any page that takes them in: read tolerantly, refused in words."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from zoneinfo import ZoneInfo

from common.tables import limits
from common.tables.cells import read_day, read_email
from common.tables.explain import explain_cell, explain_file
from common.tables.headers import tidy_headers
from common.tables.layout import HeaderFinder, Rows, find_layout, open_data, open_rows
from common.tables.refusals import CellError, Refusal

EXAMPLES = 30


class TableError(Exception):
    """A file or a cell cannot be read; the text says what happened and what to do."""


@dataclass(frozen=True)
class Table:
    """An open table: its header, and the rows below it with the numbers of their lines."""

    headers: list[str]
    rows: Rows


@contextmanager
def open_table(path: Path, name: str, *, most_bytes: int, most_rows: int, find_header: HeaderFinder) -> Iterator[Table]:
    """Open a CSV, XLSX, XLS or ODS; rows above the limit are refused when they are reached."""
    try:
        check_size(path, most_bytes)
        layout = find_layout(path, name, find_header)
        with open_rows(path, layout) as (top, _found):
            header = next(islice(top, layout.header_row, None), (0, []))[1]
        with open_data(path, layout) as rows:
            yield Table(tidy_headers(header), up_to(rows, most_rows))
    except Refusal as refusal:
        raise TableError(explain_file(refusal.as_dict())) from refusal


def check_size(path: Path, most: int) -> None:
    """Refuse a file that is too large."""
    if path.stat().st_size > most:
        raise Refusal("too_large", detail=str(most // limits.MIB))


def up_to(rows: Rows, most: int) -> Rows:
    """Pass rows on and refuse the one above the limit."""
    for count, row in enumerate(rows):
        if count >= most:
            raise Refusal("too_many_rows", line=row[0], detail=str(most))
        yield row


def examples_of(table: Table) -> tuple[list[dict[str, object]], Rows]:
    """Return every column's header with three of its values, and the rows, those looked at included."""
    first = list(islice(table.rows, EXAMPLES))
    columns: list[dict[str, object]] = []
    for number, header in enumerate(table.headers):
        values = (row[number].strip()[:80] for _line, row in first if number < len(row))
        columns.append({"header": header, "examples": list(islice(dict.fromkeys(value for value in values if value), 3))})
    return columns, chain(first, table.rows)


def day_in(text: str, zone: ZoneInfo, today: dt.date) -> dt.date:
    """Return the day; what is no day, or lies ahead, is refused."""
    try:
        return read_day(text, zone, today)
    except CellError as error:
        raise TableError(explain_cell(error.code, error.detail)) from error


def email_in(text: str) -> str:
    """Return the address in lower case, or nothing; what is no address is refused."""
    try:
        return read_email(text) or ""
    except CellError as error:
        raise TableError(explain_cell(error.code, error.detail)) from error
