"""The check of an import: every row is read once, sound ones are staged by COPY, doubts are written down."""

import gc
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from clients.enums import ImportField
from clients.models import Import, ImportProblem
from clients.parsing import limits
from clients.parsing.columns import ColumnReader, Row, Staged, staged_record
from clients.parsing.records import Doubt, Reading, RecordReader
from clients.queries import staging as sql
from clients.services.progress import Progress
from common.tables.kinds import FileKind
from common.tables.layout import Layout, Rows, open_data
from common.tables.refusals import Refusal
from company.models import Company
from company.queries import the_company

CHUNK = 20_000
COPY_BYTES = 1024 * 1024
SAMPLE_ROWS = 200
SHOWN_CHARS = 120
REMEMBERED_KEYS = 400_000
REGIONS = {"RUB": "RU", "BYN": "BY", "KZT": "KZ"}
SAID_OF_PEOPLE = {ImportField.NAME, ImportField.PHONE, ImportField.EMAIL}
TABLES = {
    "branch": "company_branch",
    "segment": "clients_segment",
    "channel": "clients_channel",
    "responsible": "company_employee",
    "brought_by": "(SELECT name FROM company_employee UNION SELECT name FROM clients_recommender WHERE name <> '') people",
}


def layout_of(batch: Import) -> Layout:
    """Return how the file is to be read."""
    return Layout(FileKind(batch.kind), batch.encoding, batch.delimiter, batch.sheet, batch.sheets, batch.header_row)


def reading_of(company: Company) -> Reading:
    """Return what cells mean in this company: its clock and its country's phones."""
    zone = ZoneInfo(company.time_zone)
    return Reading(zone, timezone.now().astimezone(zone).date(), REGIONS.get(company.currency, ""))


def mapping_of(batch: Import) -> dict[int, ImportField]:
    """Return the columns that are loaded."""
    return {int(column): ImportField(name) for column, name in batch.mapping.items() if name}


@contextmanager
def local_file(batch: Import) -> Iterator[Path]:
    """Give the file by a path."""
    yield Path(batch.file.path)


@contextmanager
def data_rows(batch: Import) -> Iterator[Rows]:
    """Give the rows below the header."""
    with local_file(batch) as path, open_data(path, layout_of(batch)) as rows:
        yield rows


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the search for cyclic garbage from walking over every row of a chunk: rows make none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Check:
    """One run over a file: fills the staging tables, counts, collects doubts."""

    def __init__(self, batch: Import, progress: Progress) -> None:
        self.batch, self.progress = batch, progress
        self.mapping = mapping_of(batch)
        self.reader = RecordReader(self.mapping, len(batch.columns), reading_of(the_company()))
        self.columns = ColumnReader(self.reader)
        self.total = self.returns = 0
        self.bad: set[int] = set()
        self.warned: set[int] = set()
        self.sample: list[tuple[int, list[str]]] = []
        self.told: dict[str, int] = {}
        self.people: list[str] = []
        self.purchases: list[str] = []
        self.problems: list[ImportProblem] = []

    def run(self) -> None:
        """Read the whole file, then compare what was staged with itself and with the base."""
        self.execute(sql.CREATE)
        ImportProblem.objects.filter(batch=self.batch).delete()
        with data_rows(self.batch) as rows, without_collector():
            while chunk := list(islice(rows, CHUNK)):
                self.take(chunk)
        if not self.total:
            raise Refusal("no_rows")
        self.execute(sql.ANALYZE)
        self.compare()

    def take(self, chunk: Sequence[Row]) -> None:
        """Stage the sound rows of a chunk and write its doubts down."""
        staged, others = self.columns.read(chunk)
        self.total += len(staged)
        if others:
            staged = sorted([*staged, *self.looked_at(others)])
        self.stage(staged)
        self.add_sample(staged, chunk)
        self.flush()
        self.progress.advance(len(chunk))

    def looked_at(self, rows: Iterable[Row]) -> Iterator[Staged]:
        """Read rows one by one, note what is wrong with them and yield the sound ones."""
        for record, row in self.reader.records(iter(rows)):
            self.total += 1
            if record.doubts:
                self.note(record.doubts, row)
            if record.is_sound:
                yield staged_record(record)

    def stage(self, staged: Sequence[Staged]) -> None:
        """Write sound rows for COPY; what one says of its Client only when that is news."""
        for line, key, said, _bought in staged:
            news = hash(said)
            if self.told.get(key) != news:
                if len(self.told) >= REMEMBERED_KEYS:
                    self.told.clear()
                self.told[key] = news
                self.people.append(f"{line}\t{key}\t{said}\n")
        self.purchases = [f"{line}\t{key}\t{bought}\n" for line, key, _said, bought in staged if bought]

    def add_sample(self, staged: Sequence[Staged], chunk: Sequence[Row]) -> None:
        """Keep the first sound rows for the preview."""
        if wanted := SAMPLE_ROWS - len(self.sample):
            cells = dict(chunk)
            self.sample += [(line, self.shown(cells[line])) for line, *_texts in staged[:wanted]]

    def note(self, doubts: Sequence[Doubt], row: list[str]) -> None:
        """Write doubts down; too many of them end the check."""
        for doubt in doubts:
            (self.warned if doubt.is_warning else self.bad).add(doubt.line)
            self.problems.append(
                ImportProblem(
                    batch=self.batch,
                    line=doubt.line,
                    column=doubt.column,
                    value=doubt.value,
                    code=doubt.code,
                    detail=doubt.detail,
                    is_warning=doubt.is_warning,
                    row=self.shown(row),
                )
            )
        if len(self.bad) + len(self.warned) > limits.PROBLEM_ROWS:
            self.flush()
            raise Refusal("too_many_problems", line=doubts[0].line, detail=str(limits.PROBLEM_ROWS))

    def shown(self, row: Sequence[str]) -> list[str]:
        """Return the mapped cells of a row as the preview shows them."""
        return [row[column][:SHOWN_CHARS].replace("\0", "") if column < len(row) else "" for column in sorted(self.mapping)]

    def flush(self) -> None:
        """Send what is gathered to the database."""
        self.copy(sql.COPY_CLIENTS, self.people)
        self.copy(sql.COPY_PURCHASES, self.purchases)
        self.people, self.purchases = [], []
        ImportProblem.objects.bulk_create(self.problems, batch_size=2000)
        self.problems = []

    def copy(self, statement: str, rows: Sequence[str]) -> None:
        """Run one COPY."""
        if rows:
            with connection.cursor() as cursor:
                cursor.copy_expert(statement.format(id=self.batch.pk), io.BytesIO("".join(rows).encode()), COPY_BYTES)

    def execute(self, statement: str, values: Sequence[Any] | None = None, **names: str) -> list[tuple[Any, ...]]:
        """Run SQL on the staging tables of this import."""
        with connection.cursor() as cursor:
            cursor.execute(statement.format(id=self.batch.pk, **names), values)
            return cursor.fetchall() if cursor.description else []

    def compare(self) -> None:
        """Find what no single row shows: contradictions inside the file, namesakes and other names in the base, new list entries."""
        doubts = [*self.contradictions(), *self.namesakes(), *self.taken(), *self.lost_senders()]
        self.note_found(doubts)
        refused = sorted({doubt.line for doubt in doubts if not doubt.is_warning})
        if refused:
            self.execute(sql.FORGET_LINES, [refused, refused])
            self.sample = [(line, row) for line, row in self.sample if line not in self.bad]

    def contradictions(self) -> list[Doubt]:
        """Return the rows that say something else of a Client's number than its first row; a wholly other person is refused."""
        column = self.column_of(ImportField.CLIENT_ID)
        if not SAID_OF_PEOPLE & set(self.mapping.values()):
            return []
        found = self.execute(sql.CONTRADICTIONS, [limits.PROBLEM_ROWS])
        return [
            Doubt(
                line, column, "id_repeated", detail=str(first), is_warning=self.reader.holds_purchases and not (other_name and other_phone)
            )
            for line, first, other_name, other_phone in found
        ]

    def namesakes(self) -> list[Doubt]:
        """Return the rows known by a name only, which several Clients have."""
        names = dict(self.execute(sql.NAMESAKES))
        keys, column = list(names), self.column_of(ImportField.NAME)
        lines = self.execute(sql.LINES_OF_KEYS, [keys, keys, limits.PROBLEM_ROWS]) if keys else []
        return [Doubt(line, column, "namesakes", names[key]) for line, key in lines]

    def taken(self) -> list[Doubt]:
        """Return the rows whose number, phone or e-mail belongs to a Client of another name."""
        columns = {"i": ImportField.CLIENT_ID, "p": ImportField.PHONE, "e": ImportField.EMAIL}
        found = self.execute(sql.TAKEN, [limits.PROBLEM_ROWS])
        return [Doubt(line, self.column_of(columns[kind]), "client_exists", detail=name, is_warning=True) for line, kind, name in found]

    def lost_senders(self) -> list[Doubt]:
        """Return the rows whose sender is nobody we know, or the Client themselves: they are loaded without a sender."""
        column = self.column_of(ImportField.SENT_BY)
        found = self.execute(sql.UNKNOWN_SENDERS, [limits.PROBLEM_ROWS]) if column is not None else []
        return [Doubt(line, column, "own_sender" if is_own else "no_sender", number, is_warning=True) for line, number, is_own in found]

    def column_of(self, name: ImportField) -> int | None:
        """Return the first column mapped to a field."""
        return min((column for column, mapped in self.mapping.items() if mapped == name), default=None)

    def note_found(self, doubts: Sequence[Doubt]) -> None:
        """Write these doubts down with their rows, which takes a second look into the file."""
        by_line: dict[int, list[Doubt]] = {}
        for doubt in doubts:
            by_line.setdefault(doubt.line, []).append(doubt)
        if by_line:
            with data_rows(self.batch) as rows:
                for line, row in rows:
                    if line in by_line:
                        self.note(by_line[line], row)
            self.flush()

    def new_names(self) -> dict[str, list[str]]:
        """Return the branches, segments and so on that loading would add; a flood of them means a wrong column."""
        found = {}
        for name, table in TABLES.items():
            also = sql.ALSO_PURCHASES.format(id=self.batch.pk) if name == "branch" else ""
            names = [row[0] for row in self.execute(sql.NEW_NAMES, column=name, table=table, also=also)]
            if len(names) > limits.NEW_NAMES[name]:
                raise Refusal("too_many_names", column=self.column_of(ImportField(name)), value=names[0], detail=str(len(names)))
            if names:
                found[name] = names
        return found

    def found(self) -> dict[str, Any]:
        """Return what the import row keeps of the check."""
        people, purchases = self.execute(sql.COUNT)[0]
        return {"new": self.new_names(), "staged": [people, purchases], "returns": self.count("is_return")}

    def count(self, code: str) -> int:
        """Return how many rows carry a remark."""
        return ImportProblem.objects.filter(batch=self.batch, code=code).count()
