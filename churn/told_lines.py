"""A list of Clients who left, pasted or in a file: columns are told by their headers, lines name a Client, a day and how we know."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clients.services import phone_in
from common.tables.headers import normal
from common.tables.pasted import file_as_text, numbered_rows
from common.tables.reading import TableError, day_in, email_in
from common.tables.refusals import BadLine

MOST_BYTES, MOST_CHARS, MOST_LINES = 2 * 1024 * 1024, 400_000, 5_000
LONGEST = {"number": 64, "name": 200, "note": 300}
SHOWN_CHARS = 200
WHO = ("number", "email", "phone", "name")
SYNONYMS = {
    "number": {"number", "id", "client id", "external id", "code", "customer id", "номер", "номер клиента", "код", "код клиента", "ид"},
    "email": {"email", "e mail", "mail", "почта", "эл почта", "электронная почта", "имейл", "емейл"},
    "phone": {"phone", "phone number", "mobile", "tel", "телефон", "номер телефона", "мобильный", "тел"},
    "name": {"name", "client", "customer", "company", "имя", "фио", "ф и о", "клиент", "компания", "название", "организация"},
    "day": {"day", "date", "left on", "left", "when", "день", "дата", "ушел", "когда", "дата ухода", "день ухода"},
    "note": {"note", "how we know", "comment", "why", "заметка", "откуда знаем", "откуда известно", "комментарий", "примечание", "причина"},
}
COLUMN_OF = {word: column for column, words in SYNONYMS.items() for word in words}


@dataclass(frozen=True)
class ToldLine:
    """One sound line; what it does not say is empty."""

    number_of_line: int
    day: dt.date
    number: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""
    note: str = ""

    @property
    def who(self) -> str:
        """How the line names the Client."""
        return ", ".join(filter(None, [self.number, self.name, self.email, self.phone]))


@dataclass(frozen=True)
class Reading:
    """What a list holds."""

    lines: list[ToldLine]
    bad: list[BadLine]
    ignored: list[str]


@dataclass(frozen=True)
class Place:
    """Where and when the list is read: the currency tells the country of phones."""

    currency: str
    zone: ZoneInfo
    today: dt.date


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with most known headers, the first of them."""
    return max(range(len(rows)), key=lambda number: (sum(normal(cell) in COLUMN_OF for cell in rows[number]), -number), default=0)


def text_of(file: IO[bytes], name: str) -> str:
    """Return a file as a text to look at and mend; its lines keep their numbers."""
    text = file_as_text(file, name, most_bytes=MOST_BYTES, most_rows=MOST_LINES, find_header=find_header)
    if len(text) > MOST_CHARS:
        raise TableError(_("The file holds too much text. Keep only the columns about Clients who left and try again."))
    return text


def read_lines(text: str, place: Place) -> Reading:
    """Read a text whose first line names the columns."""
    rows = numbered_rows(text.replace("\0", ""), lambda cell: normal(cell) in COLUMN_OF)
    _number, headers = next(rows, (0, []))
    columns = known_columns(headers)
    if not set(columns.values()) & set(WHO):
        raise TableError(_("The first line must name the columns: the number, the name, the e-mail or the phone of the Client among them."))
    lines: list[ToldLine] = []
    bad: list[BadLine] = []
    for number, row in rows:
        if len(lines) + len(bad) >= MOST_LINES:
            raise TableError(_("There are more than %(count)s lines. Load them in parts.") % {"count": MOST_LINES})
        try:
            lines.append(read_row(number, row, columns, place))
        except TableError as error:
            bad.append(BadLine(number, ", ".join(filter(None, row))[:SHOWN_CHARS], str(error)))
    return Reading(lines, bad, [header for at, header in enumerate(headers) if header and at not in columns])


def known_columns(headers: Sequence[str]) -> dict[int, str]:
    """Return what the columns are; of two of one kind the first counts."""
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        if column := COLUMN_OF.get(normal(header)):
            found.setdefault(column, at)
    return {at: column for column, at in found.items()}


def read_row(number: int, row: Sequence[str], columns: Mapping[int, str], place: Place) -> ToldLine:
    """Read one line, or say what is wrong with it."""
    cells = {column: row[at].strip() if at < len(row) else "" for at, column in columns.items()}
    if any(row[max(columns) + 1 :]) and len(row) > len(columns) + max(columns):
        raise TableError(_("More cells than the first line names columns: a stray mark between them?"))
    if not any(cells.get(column) for column in WHO):
        raise TableError(_("Nobody is named here."))
    for column, longest in LONGEST.items():
        if len(cells.get(column, "")) > longest:
            raise TableError(_("Too long: {max_length} characters fit.").format(max_length=longest))
    return ToldLine(
        number_of_line=number,
        day=day_in(cells["day"], place.zone, place.today) if cells.get("day") else place.today,
        number=cells.get("number", ""),
        email=email_in(cells.get("email", "")),
        phone=phone_in(cells.get("phone", ""), place.currency),
        name=cells.get("name", ""),
        note=cells.get("note", ""),
    )
