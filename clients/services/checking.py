"""The check of an import: every row is read once, sound ones are staged by COPY, doubts are written down."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from clients.enums import FileKind, ImportField
from clients.models import Import, ImportProblem
from clients.parsing import limits
from clients.parsing.records import Doubt, Reading, Record, RecordReader
from clients.parsing.refusals import Refusal
from clients.parsing.tables import Layout, Rows, open_data
from clients.queries import staging as sql
from clients.services.progress import Progress
from company.models import Company
from company.queries import the_company

CHUNK = 20_000
SAMPLE_ROWS = 200
SHOWN_CHARS = 120
REMEMBERED_KEYS = 400_000
REGIONS = {"RUB": "RU", "BYN": "BY", "KZT": "KZ"}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
TABLES = {"branch": "company_branch", "segment": "clients_segment", "channel": "clients_channel", "responsible": "company_employee"}


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


class Check:
    """One run over a file: fills the staging tables, counts, collects doubts."""

    def __init__(self, batch: Import, progress: Progress) -> None:
        self.batch, self.progress = batch, progress
        self.mapping = mapping_of(batch)
        self.reader = RecordReader(self.mapping, len(batch.columns), reading_of(the_company()))
        self.total = self.returns = 0
        self.bad: set[int] = set()
        self.warned: set[int] = set()
        self.sample: list[tuple[int, list[str]]] = []
        self.told: dict[str, int] = {}
        self.people, self.purchases = io.StringIO(), io.StringIO()
        self.problems: list[ImportProblem] = []

    def run(self) -> None:
        """Read the whole file, then compare what was staged with itself and with the base."""
        self.execute(sql.CREATE)
        ImportProblem.objects.filter(batch=self.batch).delete()
        with data_rows(self.batch) as rows:
            records = self.reader.records(rows)
            while chunk := list(islice(records, CHUNK)):
                self.take(chunk)
        if not self.total:
            raise Refusal("no_rows")
        self.execute(sql.ANALYZE)
        self.compare()

    def take(self, chunk: Sequence[tuple[Record, list[str]]]) -> None:
        """Stage the sound records of a chunk and write its doubts down."""
        for record, row in chunk:
            if record.doubts:
                self.note(record.doubts, row)
            if record.is_sound:
                self.stage(record, row)
        self.total += len(chunk)
        self.flush()
        self.progress.advance(len(chunk))

    def stage(self, record: Record, row: list[str]) -> None:
        """Write a sound record for COPY; what it says of its Client only when that is news."""
        person = (
            record.client_id,
            record.name,
            record.phone,
            record.email,
            record.branch,
            record.segment,
            record.channel,
            record.responsible,
        )
        told = hash(person)
        if self.told.get(record.key) != told:
            if len(self.told) >= REMEMBERED_KEYS:
                self.told.clear()
            self.told[record.key] = told
            self.people.write("\t".join((str(record.line), *map(escaped, (record.key, *person)))) + "\n")
        if record.day is not None:
            product, branch, number = escaped(record.product), escaped(record.branch), escaped(record.purchase_id)
            self.purchases.write(f"{record.line}\t{escaped(record.key)}\t{record.day}\t{record.cents}\t{product}\t{branch}\t{number}\n")
        if len(self.sample) < SAMPLE_ROWS:
            self.sample.append((record.line, self.shown(row)))

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
        self.people, self.purchases = io.StringIO(), io.StringIO()
        ImportProblem.objects.bulk_create(self.problems, batch_size=2000)
        self.problems = []

    def copy(self, statement: str, rows: io.StringIO) -> None:
        """Run one COPY."""
        if rows.tell():
            rows.seek(0)
            with connection.cursor() as cursor:
                cursor.copy_expert(statement.format(id=self.batch.pk), rows)

    def execute(self, statement: str, values: Sequence[Any] | None = None, **names: str) -> list[tuple[Any, ...]]:
        """Run SQL on the staging tables of this import."""
        with connection.cursor() as cursor:
            cursor.execute(statement.format(id=self.batch.pk, **names), values)
            return cursor.fetchall() if cursor.description else []

    def compare(self) -> None:
        """Find what no single row shows: contradictions inside the file, namesakes and other names in the base, new list entries."""
        doubts = [*self.contradictions(), *self.namesakes(), *self.taken()]
        self.note_found(doubts)
        refused = sorted({doubt.line for doubt in doubts if not doubt.is_warning})
        if refused:
            self.execute(sql.FORGET_LINES, [refused, refused])
            self.sample = [(line, row) for line, row in self.sample if line not in self.bad]

    def contradictions(self) -> list[Doubt]:
        """Return the rows that say something else of a Client's number than its first row; a wholly other person is refused."""
        column = self.column_of(ImportField.CLIENT_ID)
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


def escaped(text: str) -> str:
    """Write a text for COPY."""
    return text.translate(ESCAPES) if not text.isalnum() else text
