"""Contacts as people paste them: a line each, cells in any order, told apart by what they look like."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from clients.services import open_table, phone_in
from common.tables.reading import TableError, email_in
from common.tables.refusals import BadLine

MOST_LINES = 5_000
MOST_BYTES = 2 * 1024 * 1024
LONGEST_NAME, LONGEST_NOTE, LONGEST_EMAIL = 160, 300, 254
PHONE = re.compile(r"[\d\s+()\-–.'\u00a0]{7,25}(?:\s*(?:доб|ext)\.?\s*\d+)?")
HEADER_WORDS = {"имя", "фио", "name", "email", "e-mail", "почта", "телефон", "phone", "контакт", "компания", "company", "note"}


@dataclass(frozen=True)
class ContactLine:
    """One sound line."""

    name: str
    email: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """What a pasted text holds."""

    contacts: list[ContactLine]
    bad: list[BadLine]


def read_lines(text: str, currency: str) -> Reading:
    """Read every line; a header, empty lines and repeated lines are passed over."""
    contacts: dict[ContactLine, None] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = cells_of(line)
        if not cells or (number == 1 and is_header(cells)):
            continue
        try:
            contacts[read_cells(cells, currency)] = None
        except TableError as error:
            bad.append(BadLine(number, line[:200], str(error)))
    return Reading(list(contacts), bad)


def cells_of(line: str) -> list[str]:
    """Split a line at its tabs, else at its semicolons, else at its commas."""
    mark = next((mark for mark in "\t;," if mark in line), ",")
    row = next(csv.reader(io.StringIO(line), delimiter=mark), [])
    return [" ".join(cell.replace("\0", "").split()) for cell in row if cell.strip()]


def is_header(cells: list[str]) -> bool:
    """Say whether the line names columns instead of a person."""
    return any(cell.lower() in HEADER_WORDS for cell in cells) and not any("@" in cell for cell in cells)


def read_cells(cells: list[str], currency: str) -> ContactLine:
    """Tell the address and the phone by their looks; the first text left is the name, the others are the note."""
    email = phone = ""
    texts: list[str] = []
    for cell in cells:
        if "@" in cell and not email:
            email = email_in(cell)
        elif PHONE.fullmatch(cell) and not phone:
            phone = phone_in(cell, currency)
        else:
            texts.append(cell)
    name, note = (texts[0] if texts else email or phone), ", ".join(texts[1:])
    if len(name) > LONGEST_NAME or len(note) > LONGEST_NOTE or len(email) > LONGEST_EMAIL:
        raise TableError(
            _("Too long: the name takes %(name)s characters, the note %(note)s.") % {"name": LONGEST_NAME, "note": LONGEST_NOTE}
        )
    if not (email or phone):
        raise TableError(_("Neither an e-mail nor a phone: there is no way to ask."))
    return ContactLine(name, email, phone, note)


def text_of(file: IO[bytes], path: Path, name: str) -> str:
    """Return a table as text to paste: rows are lines, cells are parted by tabs."""
    path.write_bytes(file.read(MOST_BYTES + 1))
    with open_table(path, name, most_bytes=MOST_BYTES, most_rows=MOST_LINES) as table:
        return "\n".join(table_lines(table.headers, (row for _line, row in table.rows)))


def table_lines(headers: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    """Yield the rows as lines; a first row that is no header is a person too."""
    if not is_header(headers):
        yield "\t".join(headers)
    for row in rows:
        yield "\t".join(" ".join(cell.split()) for cell in row)
