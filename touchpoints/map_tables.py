"""The map as a table: its columns, reading one that somebody brings, and what it would change."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.speech import per_word
from common.tables.cells import is_blank, read_text
from common.tables.explain import explain_cell
from common.tables.headers import normal
from common.tables.pasted import file_as_text, numbered_rows
from common.tables.reading import TableError, email_in
from common.tables.refusals import BadLine, CellError
from company.formulas.spelling import comparable
from company.models import Branch, User
from touchpoints.enums import JourneyStage, TouchpointClass
from touchpoints.models import Standard, Touchpoint

MIB = 1024 * 1024
MOST_BYTES, MOST_CHARS, MOST_LINES = 2 * MIB, 1_000_000, 5_000
SHOWN_CHARS = 200
LINE_END = " ⏎ "
SENTENCE = 200


class MapColumn(models.TextChoices):
    """The columns of the table."""

    NAME = "name", gettext_lazy("Touchpoint")
    KIND = "kind", gettext_lazy("Class")
    STAGE = "stage", gettext_lazy("Step of the journey")
    HINT = "hint", gettext_lazy("What to look at")
    BRANCH = "branch", gettext_lazy("Branch")
    OWNER = "owner", gettext_lazy("Owner's e-mail")
    STANDARDS = "standards", gettext_lazy("Standards")


LONGEST = {MapColumn.NAME: 120, MapColumn.HINT: 300, MapColumn.BRANCH: 80, MapColumn.OWNER: 254}
SYNONYMS: dict[MapColumn, set[str]] = {
    MapColumn.NAME: {"name", "point", "название", "точка", "имя", "точка контакта"},
    MapColumn.KIND: {"kind", "group", "группа", "вид"},
    MapColumn.STAGE: {"step", "stage", "journey", "шаг", "этап", "шаг пути", "этап пути", "путь клиента"},
    MapColumn.HINT: {"hint", "description", "подсказка", "описание", "что смотреть"},
    MapColumn.BRANCH: {"office", "shop", "офис", "магазин"},
    MapColumn.OWNER: {"owner", "responsible", "e mail", "email", "владелец", "ответственный", "почта владельца"},
    MapColumn.STANDARDS: {"standard", "стандарт", "правила"},
}


@dataclass(frozen=True)
class MapLine:
    """One sound line; what the table does not say is None."""

    number: int
    name: str
    kind: TouchpointClass
    stage: JourneyStage | None
    hint: str | None
    branch: Branch | None
    owner: User | None
    standards: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """What a line says anew of a touchpoint: by column, what stood there and what will; sentences to add."""

    line: MapLine
    touchpoint: Touchpoint
    fields: dict[MapColumn, tuple[Any, Any]]
    sentences: tuple[str, ...]


@dataclass
class Plan:
    """New, changed, unchanged and wrong lines, and columns that say nothing to us."""

    new: list[MapLine] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return how many touchpoints would be written."""
        return len(self.new) + len(self.changed)

    @property
    def fingerprint(self) -> str:
        """Return what is the same for plans that do the same."""
        done = [self.new, [(change.touchpoint.pk, change.fields, change.sentences) for change in self.changed], len(self.bad)]
        return hashlib.sha256(repr(done).encode()).hexdigest()


@per_word
def columns() -> dict[str, MapColumn]:
    """Return the columns by every header they are known by, in all our languages."""
    known = {word: column for column, words in SYNONYMS.items() for word in words}
    return known | {normal(word): column for word, column in in_all_languages(MapColumn)}


@per_word
def words_of(choices: type[models.TextChoices]) -> dict[str, Any]:
    """Return the values of a closed list by what people call them, in all our languages."""
    return {comparable(word): choice for word, choice in in_all_languages(choices)} | {choice.value: choice for choice in choices}


def in_all_languages(choices: Any) -> list[tuple[str, Any]]:
    """Return the labels of choices in every language."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found += [(str(choice.label), choice) for choice in choices]
    return found


def column_of(header: str) -> MapColumn | None:
    """Return what a column of this header is."""
    return columns().get(normal(header))


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with most known headers, the first of them."""
    return max(range(len(rows)), key=lambda number: (sum(column_of(cell) is not None for cell in rows[number]), -number), default=0)


def text_of(file: IO[bytes], name: str) -> str:
    """Return a file as a text to look at and mend; its lines keep their numbers."""
    text = file_as_text(file, name, most_bytes=MOST_BYTES, most_rows=MOST_LINES, find_header=find_header, line_end=LINE_END)
    if len(text) > MOST_CHARS:
        raise TableError(_("The file holds too much text. Keep only the columns about touchpoints and try again."))
    return text


class Reader:
    """Reads lines with the branches and people that there are."""

    def __init__(self) -> None:
        self.branches = {comparable(branch.name): branch for branch in Branch.objects.all()}
        self.people = {user.email.lower(): user for user in User.objects.filter(is_active=True)}
        self.seen: dict[tuple[str, str, int | None], int] = {}

    def read(self, number: int, cells: Mapping[MapColumn, str]) -> MapLine:
        """Read one line, or say what is wrong with it."""
        texts = {column: text_in(column, cells.get(column, "")) for column in LONGEST}
        if not texts[MapColumn.NAME]:
            raise TableError(_("No name."))
        kind, stage = choice_in(MapColumn.KIND, TouchpointClass, cells), choice_in(MapColumn.STAGE, JourneyStage, cells)
        if kind is None:
            raise TableError(_("No class: business, product, service or employee."))
        line = MapLine(
            number=number,
            name=texts[MapColumn.NAME],
            kind=kind,
            stage=stage,
            hint=texts[MapColumn.HINT] or None,
            branch=self.branch_in(texts[MapColumn.BRANCH]),
            owner=self.owner_in(texts[MapColumn.OWNER]),
            standards=tuple(sentences_in(cells.get(MapColumn.STANDARDS, ""))),
        )
        first = self.seen.setdefault(identity(line), number)
        if first != number:
            raise TableError(_("Line %(line)s is about the same touchpoint.") % {"line": first})
        return line

    def branch_in(self, text: str) -> Branch | None:
        """Return the branch of this name."""
        if text and comparable(text) not in self.branches:
            raise TableError(
                _("There is no branch “%(name)s”. Open it first or leave the cell empty: then it is every branch.") % {"name": text}
            )
        return self.branches.get(comparable(text))

    def owner_in(self, text: str) -> User | None:
        """Return who signs in with this address."""
        email = email_in(text) if text else ""
        if email and email not in self.people:
            raise TableError(_("Nobody signs in as %(email)s. Invite them first or leave the cell empty.") % {"email": email})
        return self.people.get(email)


def identity(line: MapLine | Touchpoint) -> tuple[str, str, int | None]:
    """Return what a touchpoint is known by: name, class and branch."""
    return comparable(line.name), str(line.kind), line.branch.pk if line.branch else None


def text_in(column: MapColumn, cell: str) -> str:
    """Return the text of a cell."""
    if is_blank(cell):
        return ""
    try:
        return read_text(cell.replace("⏎", " "), LONGEST[column])
    except CellError as error:
        raise TableError(f"{column.label}: {explain_cell(error.code, error.detail)}") from error


def choice_in(column: MapColumn, choices: type[models.TextChoices], cells: Mapping[MapColumn, str]) -> Any:
    """Return the value a cell names, None when it is empty."""
    cell = cells.get(column, "")
    if is_blank(cell):
        return None
    found = words_of(choices).get(comparable(cell))
    if found is None:
        known = ", ".join(str(choice.label) for choice in choices)
        raise TableError(
            _("%(column)s: “%(cell)s” is none of these: %(known)s.") % {"column": column.label, "cell": cell[:40], "known": known}
        )
    return found


def sentences_in(cell: str) -> Iterator[str]:
    """Yield the standards of a cell, each on a line of its own, each once."""
    seen = set()
    for part in [] if is_blank(cell) else cell.removeprefix("'").split("⏎"):
        sentence = " ".join(part.split())
        if len(sentence) > SENTENCE:
            raise TableError(
                _("A standard of %(count)s characters is too long: %(most)s fit.") % {"count": len(sentence), "most": SENTENCE}
            )
        if sentence and comparable(sentence) not in seen:
            seen.add(comparable(sentence))
            yield sentence


def plan_of(text: str) -> Plan:
    """Return what a table would change, line by line, before anything is changed."""
    rows = numbered_rows(text.replace("\0", ""), lambda cell: column_of(cell) is not None, LINE_END)
    _number, headers = next(rows, (0, []))
    found = [column_of(header) for header in headers]
    if MapColumn.NAME not in found or MapColumn.KIND not in found:
        raise TableError(_("The first line must name the columns, “Touchpoint” and “Class” among them."))
    plan, reader = Plan(ignored=[header for header, column in zip(headers, found, strict=True) if header and not column]), Reader()
    lines: list[MapLine] = []
    for number, row in rows:
        if len(lines) + len(plan.bad) >= MOST_LINES:
            raise TableError(_("There are more than %(count)s lines. Load them in parts.") % {"count": MOST_LINES})
        try:
            lines.append(reader.read(number, cells_of(row, found)))
        except TableError as error:
            plan.bad.append(BadLine(number, ", ".join(cell for cell in row if cell)[:SHOWN_CHARS], str(error)))
    compare(lines, plan)
    return plan


def cells_of(row: Sequence[str], found: Sequence[MapColumn | None]) -> dict[MapColumn, str]:
    """Return the cells of a row by their columns, the first of a kind; a cell under no header means that cells have moved."""
    if any(row[len(found) :]):
        raise TableError(_("More cells than the first line names columns: a stray mark between them?"))
    cells: dict[MapColumn, str] = {}
    for column, cell in zip(found, row, strict=False):
        if column:
            cells.setdefault(column, cell)
    return cells


def compare(lines: Sequence[MapLine], plan: Plan) -> None:
    """Sort the lines into new, changed and unchanged ones."""
    known = {identity(point): point for point in Touchpoint.objects.active().select_related("branch", "owner")}
    standards: dict[int, set[str]] = {}
    for point_id, sentence in Standard.objects.filter(is_archived=False).values_list("touchpoint", "sentence"):
        standards.setdefault(point_id, set()).add(comparable(sentence))
    for line in lines:
        point = known.get(identity(line))
        if point is None:
            plan.new.append(line)
            continue
        change = change_of(line, point, standards.get(point.pk, set()))
        if change.fields or change.sentences:
            plan.changed.append(change)
        else:
            plan.unchanged += 1


def change_of(line: MapLine, point: Touchpoint, sentences: set[str]) -> Change:
    """Return what a line says anew; an empty cell says nothing."""
    said = {MapColumn.STAGE: line.stage, MapColumn.HINT: line.hint, MapColumn.OWNER: line.owner}
    fields = {
        column: (getattr(point, column.value), value)
        for column, value in said.items()
        if value is not None and getattr(point, column.value) != value
    }
    fresh = tuple(sentence for sentence in line.standards if comparable(sentence) not in sentences)
    return Change(line, point, fields, fresh)
