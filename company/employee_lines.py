"""A table of employees, pasted or in a file: its columns are told by their headers, its lines become people."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common.sheets import RISKY
from common.tables.cells import is_blank, parse_day, read_text
from common.tables.explain import explain_cell
from common.tables.headers import normal
from common.tables.pasted import as_text, numbered_rows
from common.tables.reading import TableError, email_in, open_table
from common.tables.refusals import BadLine, CellError
from company.enums import EmployeeField

MIB = 1024 * 1024
MOST_BYTES, MOST_CHARS, MOST_LINES = 2 * MIB, 400_000, 5_000
LONGEST = {
    EmployeeField.NAME: 120,
    EmployeeField.BRANCH: 80,
    EmployeeField.DEPARTMENT: 80,
    EmployeeField.POSITION: 120,
    EmployeeField.EMAIL: 254,
}
EARLIEST = dt.date(1940, 1, 1)
FURTHEST = dt.timedelta(days=366)
SHOWN_CHARS = 200
NAME_PARTS = {"фамилия", "отчество", "surname", "last name", "first name", "family name", "middle name", "patronymic"}
SYNONYMS: dict[EmployeeField, set[str]] = {
    EmployeeField.NAME: {"name", "full name", "employee", "person", "имя", "фио", "ф и о", "имя и фамилия", "фамилия имя", "сотрудник"}
    | {"фамилия имя отчество", "фамилия и имя", "работник", "name and surname"}
    | NAME_PARTS,
    EmployeeField.BRANCH: {"branch", "office", "shop", "location", "филиал", "офис", "магазин", "точка", "подразделение", "место работы"},
    EmployeeField.DEPARTMENT: {"department", "dept", "team", "unit", "отдел", "команда", "служба", "бригада", "цех"},
    EmployeeField.POSITION: {"position", "job", "job title", "title", "role", "должность", "профессия", "роль"},
    EmployeeField.EMAIL: {"email", "e mail", "mail", "email address", "почта", "эл почта", "электронная почта", "адрес почты", "емейл"}
    | {"рабочая почта", "work email", "имейл"},
    EmployeeField.HIRED_ON: {"hired on", "hired", "hire date", "start date", "works here since", "since", "принят", "дата приема"}
    | {"дата приема на работу", "принят на работу", "работает с", "дата найма", "дата принятия"},
    EmployeeField.LEFT_ON: {"left on", "left", "end date", "termination date", "уволен", "дата увольнения", "ушел", "дата ухода"},
}
COLUMN_OF = {word: field for field, words in SYNONYMS.items() for word in words}


@dataclass(frozen=True)
class EmployeeLine:
    """One sound line; what the table does not say is empty."""

    number: int
    name: str
    branch: str = ""
    department: str = ""
    position: str = ""
    email: str = ""
    hired_on: dt.date | None = None
    left_on: dt.date | None = None


@dataclass(frozen=True)
class Reading:
    """What a table holds, and the headers of its columns that say nothing to us."""

    lines: list[EmployeeLine]
    bad: list[BadLine]
    columns: list[EmployeeField]
    ignored: list[str]


def field_of(header: str) -> EmployeeField | None:
    """Return what a column of this header is."""
    return COLUMN_OF.get(normal(header))


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with most known headers, the first of them."""
    return max(range(len(rows)), key=lambda number: (sum(field_of(cell) is not None for cell in rows[number]), -number), default=0)


def text_of(file: IO[bytes], name: str) -> str:
    """Return a file as a text to look at and mend; its lines keep their numbers."""
    with TemporaryDirectory(prefix="employees-") as folder:
        path = Path(folder) / "table"
        path.write_bytes(file.read(MOST_BYTES + 1))
        with open_table(path, name, most_bytes=MOST_BYTES, most_rows=MOST_LINES, find_header=find_header) as table:
            text = as_text(table.headers, list(table.rows))
    if len(text) > MOST_CHARS:
        raise TableError(_("The file holds too much text. Keep only the columns about employees and try again."))
    return text


def read_lines(text: str, zone: ZoneInfo, today: dt.date) -> Reading:
    """Read a text whose first line names the columns."""
    rows = numbered_rows(text.replace("\0", ""), lambda cell: field_of(cell) is not None)
    _number, headers = next(rows, (0, []))
    columns = dict(known_columns(headers))
    if EmployeeField.NAME not in columns.values():
        raise TableError(_("The first line must name the columns, a column “Name” among them."))
    lines: list[EmployeeLine] = []
    bad: list[BadLine] = []
    for number, row in rows:
        if len(lines) + len(bad) >= MOST_LINES:
            raise TableError(_("There are more than %(count)s lines. Load them in parts.") % {"count": MOST_LINES})
        try:
            refuse_extra(row[len(headers) :])
            lines.append(read_row(number, row, columns, zone, today))
        except TableError as error:
            bad.append(BadLine(number, ", ".join(cell for cell in row if cell)[:SHOWN_CHARS], str(error)))
    ignored = [header for number, header in enumerate(headers) if header and number not in columns]
    return Reading(lines, bad, list(dict.fromkeys(columns.values())), ignored)


def refuse_extra(cells: Sequence[str]) -> None:
    """Refuse a line with cells under no header: its cells may have moved."""
    if any(cells):
        raise TableError(_("More cells than the first line names columns: a stray mark between them?"))


def known_columns(headers: Sequence[str]) -> Iterator[tuple[int, EmployeeField]]:
    """Yield what the columns are, every field once; a name may stand in parts, in columns of their own."""
    seen: set[EmployeeField] = set()
    in_parts = any(normal(header) in NAME_PARTS for header in headers)
    for number, header in enumerate(headers):
        field = field_of(header)
        if field and (field not in seen or (field == EmployeeField.NAME and in_parts)):
            seen.add(field)
            yield number, field


def read_row(number: int, row: Sequence[str], columns: Mapping[int, EmployeeField], zone: ZoneInfo, today: dt.date) -> EmployeeLine:
    """Read one line, or say what is wrong with it."""
    cells: dict[EmployeeField, str] = {}
    for column, field in columns.items():
        cell = row[column] if column < len(row) else ""
        if not is_blank(cell):
            cells[field] = f"{cells.get(field, '')} {cell}".strip()
    texts = {field.value: text_in(field, cells.get(field, "")) for field in LONGEST}
    if not any(character.isalpha() for character in texts["name"]):
        raise TableError(_("No name."))
    hired, left = (day_in(cells.get(field, ""), zone, today) for field in (EmployeeField.HIRED_ON, EmployeeField.LEFT_ON))
    if hired and left and left < hired:
        raise TableError(_("Left before being hired."))
    return EmployeeLine(number=number, hired_on=hired, left_on=left, **texts)


def text_in(field: EmployeeField, cell: str) -> str:
    """Return a text of a line; what a spreadsheet would calculate is no text about a person."""
    try:
        text = read_text(cell, LONGEST[field])
    except CellError as error:
        raise TableError(f"{field.label}: {explain_cell(error.code, error.detail)}") from error
    if text.startswith(RISKY):
        raise TableError(_("%(column)s: begins like a formula, with “%(sign)s”.") % {"column": field.label, "sign": text[0]})
    return email_in(text) if field == EmployeeField.EMAIL else text


def day_in(cell: str, zone: ZoneInfo, today: dt.date) -> dt.date | None:
    """Return a day of working here, which may lie a year ahead."""
    if not cell:
        return None
    try:
        day = parse_day(read_text(cell, SHOWN_CHARS), zone)
    except (CellError, OverflowError, ValueError) as error:
        code, detail = (error.code, error.detail) if isinstance(error, CellError) else ("not_a_day", "")
        raise TableError(f"{cell[:40]}: {explain_cell(code, detail)}") from error
    if not EARLIEST <= day <= today + FURTHEST:
        raise TableError(_("%(day)s: too far from today.") % {"day": day.isoformat()})
    return day
