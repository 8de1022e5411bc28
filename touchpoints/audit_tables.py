"""Audits walked on paper or in a spreadsheet: reading their table, and what it would add."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from common.tables.cells import is_blank, read_text
from common.tables.explain import explain_cell
from common.tables.pasted import file_as_text, numbered_rows
from common.tables.reading import TableError, day_in
from common.tables.refusals import BadLine, CellError
from company.formulas.spelling import comparable
from company.models import Branch, User
from company.queries import company_zone
from touchpoints.audit_words import (
    NEEDED,
    SCALES,
    AuditColumn,
    NumberScale,
    column_of,
    find_header,
    number_in,
    rating_key,
    rating_meanings,
    scale_of,
)
from touchpoints.enums import Rating, TouchpointClass
from touchpoints.map_tables import words_of
from touchpoints.models import Touchpoint
from touchpoints.queries import MarkKey, Walker, rating_words, said_before

MIB = 1024 * 1024
MOST_FILE_BYTES, MOST_BYTES, MOST_LINES = 5 * MIB, 1_800_000, 10_000
SHOWN_CHARS, MOST_NOTE = 200, 2_000
LINE_END = " ⏎ "
FIRST_YEAR = 1990


LONGEST = {
    AuditColumn.WALKER: 120,
    AuditColumn.POINT: 120,
    AuditColumn.BRANCH: 80,
    AuditColumn.AUDIT: 40,
    AuditColumn.ROUND: 120,
    AuditColumn.ROUND_NUMBER: 40,
}
Cells = Mapping[AuditColumn, str]


@dataclass(frozen=True)
class PointName:
    """A touchpoint as tables name it."""

    pk: int
    name: str
    kind: str
    branch_id: int | None
    is_archived: bool


@dataclass(frozen=True)
class AuditLine:
    """One sound line: a mark; without a rating the touchpoint was skipped on purpose."""

    number: int
    day: dt.date
    branch_id: int | None
    walker: Walker
    point: PointName
    rating: Rating | None
    note: str
    audit: str
    round: str
    round_number: str

    @property
    def group(self) -> tuple[str, int | None, Walker, str]:
        """Return what lines of one audit have in common: its number, without one the day."""
        return self.audit or self.day.isoformat(), self.branch_id, self.walker.same(), self.round_number

    @property
    def key(self) -> MarkKey:
        """Return what a mark made before is recognised by."""
        return self.day, self.branch_id, self.walker.same(), self.point.pk

    @property
    def content(self) -> list[Any]:
        """Return what the line would write."""
        return [*self.group, self.round, self.day, self.point.pk, self.rating, self.note]


@dataclass
class AuditPlan:
    """New, known and wrong lines, and columns that say nothing to us."""

    new: list[AuditLine] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return how many marks would be written."""
        return len(self.new)

    @property
    def audits(self) -> list[list[AuditLine]]:
        """Return the new lines by audit."""
        found: dict[Any, list[AuditLine]] = {}
        for line in self.new:
            found.setdefault(line.group, []).append(line)
        return list(found.values())

    @property
    def guests(self) -> list[str]:
        """Return the names nobody signs in with."""
        return sorted({line.walker.guest for line in self.new if line.walker.guest})

    @property
    def fingerprint(self) -> str:
        """Return what is the same for plans that do the same."""
        return hashlib.sha256(repr([[line.content for line in self.new], len(self.bad)]).encode()).hexdigest()


def text_of(file: IO[bytes], name: str) -> str:
    """Return a file as a text to look at and mend; its lines keep their numbers."""
    text = file_as_text(file, name, most_bytes=MOST_FILE_BYTES, most_rows=MOST_LINES, find_header=find_header, line_end=LINE_END)
    if len(text.encode()) > MOST_BYTES:
        raise TableError(_("The file holds too much text. Load it in parts."))
    return text


class Points:
    """Finds touchpoints by their names."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[PointName]] = {}
        for row in Touchpoint.objects.order_by("pk").values_list("pk", "name", "kind", "branch_id", "is_archived"):
            point = PointName(*row)
            self.by_name.setdefault(comparable(point.name), []).append(point)

    def find(self, name: str, kind: TouchpointClass | None, branch_id: int | None) -> PointName:
        """Return the touchpoint a line means: the branch's own before the common one, one on the map before an archived one."""
        named = self.by_name.get(comparable(name), [])
        if not named:
            raise TableError(_("There is no touchpoint “%(name)s” on the map. Add it first.") % {"name": name})
        found = [point for point in named if kind in (None, point.kind)]
        if not found:
            raise TableError(_("There is “%(name)s” on the map, but in another class.") % {"name": name})
        found = [point for point in found if None in (branch_id, point.branch_id) or point.branch_id == branch_id]
        if not found:
            raise TableError(_("“%(name)s” is a touchpoint of another branch.") % {"name": name})
        found = [point for point in found if not point.is_archived] or found[-1:]
        found = [point for point in found if point.branch_id == branch_id] or found
        if len({point.kind for point in found}) > 1:
            raise TableError(_("Several touchpoints are called “%(name)s”. Write the class.") % {"name": name})
        if len({point.branch_id for point in found}) > 1:
            raise TableError(_("Several branches have “%(name)s”. Write the branch.") % {"name": name})
        return found[-1]


class Walkers:
    """Finds who walked by a name or an e-mail; people who left count too."""

    def __init__(self) -> None:
        self.by_email: dict[str, User] = {}
        self.by_name: dict[str, list[User]] = {}
        for user in User.objects.order_by("pk"):
            self.by_email[user.email.lower()] = user
            self.by_name.setdefault(comparable(user.name), []).append(user)

    def find(self, text: str) -> Walker:
        """Return the colleague, or a guest of this name when nobody is called so."""
        if not text:
            return Walker()
        known = self.by_name.get(comparable(text), [])
        if len(known) > 1:
            raise TableError(_("Several colleagues are called %(name)s. Write the e-mail.") % {"name": text})
        user = self.by_email.get(text.lower()) or next(iter(known), None)
        return Walker(user.pk, "") if user else Walker(None, text)


class Reader:
    """Reads lines with the map, the branches and the people that there are."""

    def __init__(self, today: dt.date, scale: NumberScale) -> None:
        self.today, self.scale, self.zone = today, scale, company_zone()
        self.points, self.walkers, self.ratings = Points(), Walkers(), rating_meanings()
        self.branches = {comparable(branch.name): branch.pk for branch in Branch.objects.all()}
        self.seen: dict[Any, int] = {}

    def read(self, number: int, cells: Cells) -> AuditLine:
        """Read one line, or say what is wrong with it."""
        texts = {column: text_in(column, cells.get(column, ""), longest) for column, longest in LONGEST.items()}
        day, branch_id = self.day_in(cells.get(AuditColumn.DAY, "")), self.branch_in(texts[AuditColumn.BRANCH])
        if not texts[AuditColumn.POINT]:
            raise TableError(_("No touchpoint."))
        line = AuditLine(
            number=number,
            day=day,
            branch_id=branch_id,
            walker=self.walkers.find(texts[AuditColumn.WALKER]),
            point=self.points.find(texts[AuditColumn.POINT], kind_in(cells.get(AuditColumn.KIND, "")), branch_id),
            rating=self.rating_in(cells.get(AuditColumn.RATING, "")),
            note=note_in(cells.get(AuditColumn.NOTE, "")),
            audit=texts[AuditColumn.AUDIT],
            round=texts[AuditColumn.ROUND],
            round_number=texts[AuditColumn.ROUND_NUMBER],
        )
        first = self.seen.setdefault((line.group, line.point.pk), number)
        if first != number:
            raise TableError(_("Line %(line)s rates the same touchpoint in the same audit.") % {"line": first})
        return line

    def day_in(self, cell: str) -> dt.date:
        """Return the day of the walk, in the past or today."""
        if is_blank(cell):
            raise TableError(_("No date."))
        day = day_in(cell, self.zone, self.today)
        if day > self.today:
            raise TableError(explain_cell("in_future"))
        if day.year < FIRST_YEAR:
            raise TableError(explain_cell("too_early", str(FIRST_YEAR)))
        return day

    def branch_in(self, text: str) -> int | None:
        """Return the branch of this name."""
        if text and comparable(text) not in self.branches:
            raise TableError(
                _("There is no branch “%(name)s”. Open it first or leave the cell empty: then it is the whole company.") % {"name": text}
            )
        return self.branches.get(comparable(text))

    def rating_in(self, cell: str) -> Rating | None:
        """Return the rating a cell says."""
        number = number_in(cell)
        if number is not None:
            return self.rating_of(number)
        word = rating_key(text_in(AuditColumn.RATING, cell, SHOWN_CHARS))
        if not word:
            raise TableError(_("No rating."))
        if word not in self.ratings:
            known = ", ".join(word for _rating, word in rating_words().pairs())
            raise TableError(_("“%(cell)s” is no rating. We know: %(known)s.") % {"cell": cell[:40], "known": known})
        return self.ratings[word]

    def rating_of(self, number: int) -> Rating:
        """Return the rating a number means."""
        if self.scale == NumberScale.GUESS:
            raise TableError(
                _("What %(number)s means cannot be told from this table. Choose below how numbers count.") % {"number": number}
            )
        found = SCALES[self.scale].get(number)
        if found is None:
            raise TableError(_("%(number)s is not on the scale %(scale)s.") % {"number": number, "scale": self.scale.label})
        return found


def text_in(column: AuditColumn, cell: str, longest: int) -> str:
    """Return the text of a cell."""
    if is_blank(cell):
        return ""
    try:
        return read_text(cell.replace("⏎", " "), longest)
    except CellError as error:
        raise TableError(f"{column.label}: {explain_cell(error.code, error.detail)}") from error


def kind_in(cell: str) -> TouchpointClass | None:
    """Return the class a cell names."""
    if is_blank(cell):
        return None
    found: TouchpointClass | None = words_of(TouchpointClass).get(comparable(cell))
    if found is None:
        raise TableError(_("There is no class “%(name)s”: business, product, service or employee.") % {"name": cell[:40]})
    return found


def note_in(cell: str) -> str:
    """Return the note with its ends of lines."""
    parts = [text_in(AuditColumn.NOTE, part, MOST_NOTE) for part in cell.split("⏎")]
    note = "\n".join(parts).strip()
    if len(note) > MOST_NOTE:
        raise TableError(f"{AuditColumn.NOTE.label}: {explain_cell('too_long', str(MOST_NOTE))}")
    return note


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the header and the rows with the numbers of their lines."""
    return numbered_rows(text.replace("\0", ""), lambda cell: column_of(cell) is not None, LINE_END)


def plan_of(text: str, scale: NumberScale, today: dt.date) -> AuditPlan:
    """Return what a table would add, line by line, before anything is added."""
    rows = rows_of(text)
    _number, headers = next(rows, (0, []))
    found = [column_of(header) for header in headers]
    if any(column not in found for column in NEEDED):
        raise TableError(_("The first line must name the columns, “When”, “Touchpoint” and “Rating” among them."))
    plan = AuditPlan(ignored=[header for header, column in zip(headers, found, strict=True) if header and not column])
    listed = list(rows)
    if len(listed) > MOST_LINES:
        raise TableError(_("There are more than %(count)s lines. Load them in parts.") % {"count": MOST_LINES})
    place = found.index(AuditColumn.RATING)
    reader = Reader(today, scale or scale_of(row[place] for _line, row in listed if len(row) > place))
    add_lines(plan, reader, found, listed)
    return plan


def add_lines(plan: AuditPlan, reader: Reader, found: Sequence[AuditColumn | None], rows: Iterable[tuple[int, list[str]]]) -> None:
    """Sort the lines into new, known and wrong ones."""
    sound: list[tuple[AuditLine, str]] = []
    for number, row in rows:
        shown = ", ".join(cell for cell in row if cell)[:SHOWN_CHARS]
        try:
            sound.append((reader.read(number, cells_of(row, found)), shown))
        except TableError as error:
            plan.bad.append(BadLine(number, shown, str(error)))
    known = said_before({line.day for line, _shown in sound}, {line.point.pk for line, _shown in sound}, reader.zone)
    for line, shown in sound:
        said = known.get(line.key)
        if said is None:
            plan.new.append(line)
        elif line.rating in said:
            plan.unchanged += 1
        else:
            plan.bad.append(BadLine(line.number, shown, _("An audit of this day rates this touchpoint otherwise already.")))
    plan.bad.sort(key=lambda line: line.number)


def cells_of(row: Sequence[str], found: Sequence[AuditColumn | None]) -> dict[AuditColumn, str]:
    """Return the cells of a row by their columns, the first of a kind; a cell under no header means that cells have moved."""
    if any(row[len(found) :]):
        raise TableError(_("More cells than the first line names columns: a stray mark between them?"))
    cells: dict[AuditColumn, str] = {}
    for column, cell in zip(found, row, strict=False):
        if column:
            cells.setdefault(column, cell)
    return cells
