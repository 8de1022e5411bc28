"""Answers given before Mayak: a file is checked, loaded into closed waves by quarter, and may be undone."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clients.services import open_table
from common.batches import done_each
from common.periods import add_months
from common.tables.reading import TableError, examples_of
from common.tokens import new_token
from company.models import User
from company.queries import the_company
from surveys.enums import AnswerChannel, PastField, PastKind, WaveState
from surveys.models import Answer, PastImport, Tag, Wave
from surveys.past_columns import guess_columns, kind_of
from surveys.past_rows import PastProblem, PastReader, PastRow
from surveys.queries import Owner, known_keys, owners_of
from surveys.services.questionnaires import default_questionnaire

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 200_000
MOST_PROBLEMS = 5_000
CHUNK = 2_000
SAMPLE = 8
ROMAN = ("I", "II", "III", "IV")


@dataclass
class Tally:
    """What a check of a file finds."""

    rows: int = 0
    ready: int = 0
    known: int = 0
    matched: int = 0
    bad: int = 0
    quarters: Counter[str] = field(default_factory=Counter)
    sample: list[list[Any]] = field(default_factory=list)
    problems: list[list[Any]] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        """Return what is kept of it in the import's row."""
        found = {"ready": self.ready, "known": self.known, "matched": self.matched}
        found |= {"quarters": [list(pair) for pair in sorted(self.quarters.items())], "sample": self.sample}  # type: ignore[dict-item]
        return {"found": found, "rows_total": self.rows, "rows_bad": self.bad, "problems": self.problems}

    def refuse(self, problem: PastProblem) -> None:
        """Write down a refused row; beyond some thousands they are only counted."""
        self.bad += 1
        if self.bad <= MOST_PROBLEMS:
            self.problems.append([problem.line, problem.column, problem.value, problem.code])


def start_past_import(*, upload: "UploadedFile[bytes]", actor: User, now: dt.datetime) -> PastImport:
    """Keep an uploaded file and check it as its columns seem to be; a file that cannot be read is refused and not kept."""
    name = Path(upload.name or "").name[:255]
    with NamedTemporaryFile(prefix="past-") as draft:
        for chunk in upload.chunks():
            draft.write(chunk)
        draft.flush()
        with open_table(Path(draft.name), name, most_bytes=MOST_BYTES, most_rows=MOST_ROWS) as table:
            columns, _rows = examples_of(table)
        batch = PastImport(original_name=name, columns=columns, created_by=actor)
        batch.kind = kind_of([str(column["header"]) for column in columns])
        batch.source = "Delighted" if batch.kind == PastKind.DELIGHTED else _("Earlier surveys")
        batch.mapping = {str(column): name.value for column, name in guess_columns([str(column["header"]) for column in columns]).items()}
        for key, value in checked(batch, Path(draft.name), now).columns().items():
            setattr(batch, key, value)
        batch.file.save(f"{uuid.uuid4().hex}{Path(name).suffix.lower()}", File(draft), save=False)
        batch.save()
    return batch


def map_past_columns(*, batch: PastImport, source: str, mapping: Mapping[int, PastField], actor: User, now: dt.datetime) -> bool:
    """Say what the columns are and check again; False once it is to be loaded."""
    del actor  # named for the record the audit history will keep
    batch.source, batch.mapping = source, {str(column): name.value for column, name in mapping.items()}
    found = checked(batch, Path(batch.file.path), now).columns()
    drafts = PastImport.objects.filter(pk=batch.pk, load_due_at=None)
    return bool(drafts.update(source=batch.source, mapping=batch.mapping, **found))


def is_mapped(batch: PastImport) -> bool:
    """Say whether score and day are known, without which there is no answer."""
    return {PastField.SCORE, PastField.MOMENT} <= set(batch.mapping.values())


def checked(batch: PastImport, path: Path, now: dt.datetime) -> Tally:
    """Read the whole file and count what loading it would do; nothing is read before score and day are known."""
    tally, zone = Tally(), ZoneInfo(the_company().time_zone)
    if is_mapped(batch):
        with chunks_of(batch, path, now, tally) as chunks:
            for chunk in chunks:
                count_chunk(chunk, tally, zone)
    return tally


def count_chunk(rows: list[PastRow], tally: Tally, zone: ZoneInfo) -> None:
    """Count some sound rows."""
    fresh, owners = fresh_rows(rows, tally), owners_of(rows)
    tally.matched += sum(row.line in owners for row in fresh)
    tally.quarters.update(str(quarter_of(row.moment, zone)) for row in fresh)
    for row in rows[: SAMPLE - len(tally.sample)]:
        tally.sample.append(
            [row.line, row.score, row.why[:200], row.moment.isoformat(), row.email or row.phone or row.number, row.line in owners]
        )


def fresh_rows(rows: list[PastRow], tally: Tally) -> list[PastRow]:
    """Return the answers that are not here yet, and count both kinds."""
    here = known_keys([row.key for row in rows])
    fresh = [row for row in rows if row.key not in here]
    tally.ready, tally.known = tally.ready + len(fresh), tally.known + len(rows) - len(fresh)
    return fresh


@contextmanager
def chunks_of(batch: PastImport, path: Path, now: dt.datetime, tally: Tally) -> Iterator[Iterator[list[PastRow]]]:
    """Give the sound rows of a file some at a time, each answer once; refused ones go to the tally."""
    company = the_company()
    mapping = {int(column): PastField(name) for column, name in batch.mapping.items()}
    reader = PastReader(PastKind(batch.kind), mapping, ZoneInfo(company.time_zone), now, company.currency)
    with open_table(path, batch.original_name, most_bytes=MOST_BYTES, most_rows=MOST_ROWS) as table:
        sound = sound_rows(reader.read(table.rows), tally)
        yield iter(lambda: list(islice(sound, CHUNK)), [])


def sound_rows(read: Iterator[PastRow | PastProblem], tally: Tally) -> Iterator[PastRow]:
    """Pass sound rows on; an answer that stands in the file twice is known the second time."""
    seen: set[uuid.UUID] = set()
    for row in read:
        tally.rows += 1
        if isinstance(row, PastProblem):
            tally.refuse(row)
        elif row.key in seen:
            tally.known += 1
        else:
            seen.add(row.key)
            yield row


@transaction.atomic
def request_past_load(*, batch: PastImport, actor: User, now: dt.datetime) -> bool:
    """Have a checked file loaded; False when somebody was faster or there is nothing to load."""
    del actor
    if not is_mapped(batch):
        return False
    return bool(PastImport.objects.filter(pk=batch.pk, load_due_at=None, loaded_at=None).update(load_due_at=now))


def load_due_past_imports(*, now: dt.datetime) -> int:
    """Load the files that wait, each in a transaction of its own: a killed worker leaves nothing half done and the file is taken again."""
    waiting = PastImport.objects.filter(load_due_at__lte=now, loaded_at=None).order_by("id").values_list("pk", flat=True)
    return done_each(list(waiting), lambda pk: load_past_import(pk=pk, now=now), "loading past answers")


@transaction.atomic
def load_past_import(*, pk: int, now: dt.datetime) -> bool:
    """Load one file if no other worker is at it; a file that cannot be read any more goes back to its draft."""
    batch = PastImport.objects.select_for_update(skip_locked=True).filter(pk=pk, load_due_at__isnull=False, loaded_at=None).first()
    if batch is None:
        return False
    tally, loader = Tally(), Loader(batch, ZoneInfo(the_company().time_zone))
    try:
        with transaction.atomic(), chunks_of(batch, Path(batch.file.path), now, tally) as chunks:
            for chunk in chunks:
                loader.load(fresh_rows(chunk, tally))
    except (TableError, OSError):
        PastImport.objects.filter(pk=pk).update(load_due_at=None)
        return False
    done = tally.columns() | {"found": batch.found, "answers_new": tally.ready, "answers_known": tally.known}
    PastImport.objects.filter(pk=pk).update(loaded_at=now, file="", **done)
    stored, name = batch.file.storage, batch.file.name or ""
    transaction.on_commit(lambda: stored.delete(name))
    return True


@dataclass
class Loader:
    """Writes answers into the closed waves of their quarters."""

    batch: PastImport
    zone: ZoneInfo
    waves: dict[dt.date, Wave] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)

    def load(self, rows: list[PastRow]) -> None:
        """Write some answers with their tags."""
        owners = owners_of(rows)
        answers = Answer.objects.bulk_create([self.answer(row, owners.get(row.line)) for row in rows])
        through = Answer.tags.through
        pairs = zip(rows, answers, strict=True)
        through.objects.bulk_create([through(answer=answer, tag=self.tag(name)) for row, answer in pairs for name in row.tags])

    def answer(self, row: PastRow, owner: Owner | None) -> Answer:
        """Return one answer, not saved yet."""
        return Answer(
            wave=self.wave(quarter_of(row.moment, self.zone)),
            batch=self.batch,
            channel=AnswerChannel.IMPORT,
            client_id=owner.client_id if owner else None,
            branch_id=owner.branch_id if owner else None,
            segment_id=owner.segment_id if owner else None,
            score=row.score,
            why=row.why,
            ten=row.ten,
            answered_at=row.moment,
            locale=settings.LANGUAGE_CODE,
            submission_key=row.key,
        )

    def tag(self, name: str) -> Tag:
        """Return the tag of a name, made on first use."""
        if name not in self.tags:
            self.tags[name] = Tag.objects.get_or_create(name=name)[0]
        return self.tags[name]

    def wave(self, quarter: dt.date) -> Wave:
        """Return the closed wave of a quarter, made on first use."""
        if quarter not in self.waves:
            self.waves[quarter] = quarter_wave(self.batch.source, quarter)
        return self.waves[quarter]


def quarter_of(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """Return the first day of the quarter by the company's clock."""
    day = moment.astimezone(zone).date()
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_name(source: str, quarter: dt.date) -> str:
    """Name the wave of a quarter: `Delighted, III quarter 2025`."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(source)s, %(number)s quarter %(year)s") % {"source": source, "number": ROMAN[quarter.month // 3], "year": quarter.year}


def quarter_wave(source: str, quarter: dt.date) -> Wave:
    """Return the closed wave that holds past answers of a quarter."""
    zone = ZoneInfo(the_company().time_zone)
    starts, ends = (dt.datetime.combine(day, dt.time.min, tzinfo=zone) for day in (quarter, add_months(quarter, 3)))
    name = quarter_name(source, quarter)
    mine = Wave.objects.filter(name=name, starts_at=starts, state=WaveState.CLOSED, mail_wave=None, survey=None)
    return mine.first() or Wave.objects.create(
        name=name,
        questionnaire=default_questionnaire(settings.LANGUAGE_CODE),
        state=WaveState.CLOSED,
        public_token=new_token(),
        starts_at=starts,
        planned_at=starts,
        closes_at=ends,
        closed_at=ends,
    )


@transaction.atomic
def undo_past_import(*, batch: PastImport, actor: User, now: dt.datetime) -> bool:
    """Take back what a file added: its answers, and the waves nothing else stands in."""
    del actor
    if not PastImport.objects.filter(pk=batch.pk, loaded_at__isnull=False, undone_at=None).update(undone_at=now):
        return False
    waves = list(Wave.objects.filter(answers__batch=batch).distinct().values_list("pk", flat=True))
    Answer.objects.filter(batch=batch).delete()
    empty = Wave.objects.filter(pk__in=waves, state=WaveState.CLOSED, mail_wave=None, answers=None, invitations=None)
    empty.delete()
    return True


@transaction.atomic
def drop_past_import(*, batch: PastImport, actor: User) -> bool:
    """Throw away a file nobody asked to load."""
    del actor
    if not PastImport.objects.filter(pk=batch.pk, load_due_at=None).delete()[0]:
        return False
    stored, name = batch.file.storage, batch.file.name or ""
    transaction.on_commit(lambda: stored.delete(name))
    return True
