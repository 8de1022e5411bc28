"""Rows of past answers as values: scores, moments, words, and a key by which the same answer is never loaded twice."""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from clients.services import phone_in
from common.tables.reading import TableError, day_in, email_in
from surveys.enums import PastField, PastKind

SPACE = uuid.UUID("6b1c2a3e-6f0e-5f5d-9a57-2d2b6c6f1d10")
SCORE = re.compile(r"(\d{1,2})(?:[.,]0+)?(?:\s*/\s*10)?")
EPOCH = re.compile(r"1\d{9}(?:\.0+)?")
TIME = re.compile(r"[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\b")
ZONE_WORD = re.compile(r"\s+(?:UTC|GMT)$", re.IGNORECASE)
OFFSET = re.compile(r"\s+([+-]\d{2}:?\d{2})$")
NOON = dt.time(12)
MOST_TAG, MOST_TAGS, MOST_TEXT = 40, 10, 5_000
BEST = 10


@dataclass(frozen=True)
class PastRow:
    """One sound answer."""

    line: int
    key: uuid.UUID
    score: int
    moment: dt.datetime
    why: str = ""
    ten: str = ""
    email: str = ""
    phone: str = ""
    number: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class PastProblem:
    """A refused row: where, what stands there, why."""

    line: int
    column: str
    value: str
    code: str


class CellRefusedError(Exception):
    """A cell is not what it should be."""

    def __init__(self, name: PastField, value: str, code: str) -> None:
        super().__init__(code)
        self.name, self.value, self.code = name, value, code


@dataclass
class PastReader:
    """Reads the rows of one file; it remembers what it saw, so that equal rows of people without a name stay two answers."""

    kind: PastKind
    mapping: Mapping[int, PastField]
    zone: ZoneInfo
    now: dt.datetime
    currency: str
    seen: Counter[str] = field(default_factory=Counter)

    def read(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[PastRow | PastProblem]:
        """Yield every row as an answer or as a problem; empty rows are passed over."""
        for line, cells in rows:
            if any(cell.strip() for cell in cells):
                yield self.read_row(line, cells)

    def read_row(self, line: int, cells: list[str]) -> PastRow | PastProblem:
        """Read one row."""
        said = {name: cells[column].strip() for column, name in self.mapping.items() if column < len(cells)}
        try:
            return self.answer(line, said)
        except CellRefusedError as refused:
            return PastProblem(line, refused.name, refused.value[:200], refused.code)

    def answer(self, line: int, said: Mapping[PastField, str]) -> PastRow:
        """Put an answer together."""
        kind = said.get(PastField.SURVEY_KIND, "")
        if kind and kind.lower() != "nps":
            raise CellRefusedError(PastField.SURVEY_KIND, kind, "not_nps")
        return PastRow(
            line=line,
            key=self.key(said),
            score=read_score(said.get(PastField.SCORE, "")),
            moment=self.read_moment(said.get(PastField.MOMENT, "")),
            why=said.get(PastField.WHY, "")[:MOST_TEXT],
            ten=said.get(PastField.TEN, "")[:MOST_TEXT],
            email=quiet(email_in, said.get(PastField.EMAIL, "")),
            phone=quiet(lambda text: phone_in(text, self.currency), said.get(PastField.PHONE, "")),
            number=said.get(PastField.NUMBER, "")[:64],
            tags=read_tags(said.get(PastField.TAGS, "")),
        )

    def key(self, said: Mapping[PastField, str]) -> uuid.UUID:
        """Return the key of an answer: Delighted's own number, else all that the row says and which of its equals it is."""
        own = said.get(PastField.ANSWER_ID, "")
        if own and self.kind == PastKind.DELIGHTED:
            return uuid.uuid5(SPACE, f"delighted:{own}")
        text = "\x1f".join(said.get(name, "") for name in PastField)
        self.seen[text] += 1
        return uuid.uuid5(SPACE, f"plain:{self.seen[text]}:{text}")

    def read_moment(self, text: str) -> dt.datetime:
        """Read when it was said; a day without a time is noon."""
        if not text:
            raise CellRefusedError(PastField.MOMENT, text, "no_day")
        moment = parse_moment(text, self.zone, self.now)
        if moment is None:
            raise CellRefusedError(PastField.MOMENT, text, "bad_day")
        if moment > self.now:
            raise CellRefusedError(PastField.MOMENT, text, "in_future")
        return moment


def read_score(text: str) -> int:
    """Read a whole score from 0 to 10; `9,0` and `9/10` are nines."""
    if not text:
        raise CellRefusedError(PastField.SCORE, text, "no_score")
    found = SCORE.fullmatch(text)
    if not found or int(found[1]) > BEST:
        raise CellRefusedError(PastField.SCORE, text, "bad_score")
    return int(found[1])


def parse_moment(text: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    """Read `2025-03-04 12:33:20 UTC`, ISO, a count of seconds since 1970, `04.03.2025 12:33`, Excel's count of days."""
    if EPOCH.fullmatch(text):
        return dt.datetime.fromtimestamp(int(float(text)), dt.UTC)
    try:
        exact = dt.datetime.fromisoformat(OFFSET.sub(r"\1", ZONE_WORD.sub("+00:00", text)))
    except ValueError:
        return by_day(text, zone, now)
    if exact.time() == dt.time() and ":" not in text:
        exact = dt.datetime.combine(exact, NOON)
    return exact if exact.tzinfo else exact.replace(tzinfo=zone)


def by_day(text: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    """Read a day as people write it, with its time if there is one."""
    try:
        day = day_in(text, zone, now.astimezone(zone).date())
        found = TIME.search(text)
        time = dt.time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else NOON
    except (TableError, ValueError):
        return None
    moment = dt.datetime.combine(day, time, tzinfo=zone)
    return min(moment, now) if not found and moment.astimezone(zone).date() == now.astimezone(zone).date() else moment


def read_tags(text: str) -> tuple[str, ...]:
    """Split tags at commas."""
    return tuple(dict.fromkeys(tag for part in text.split(",")[:MOST_TAGS] if (tag := " ".join(part.split())[:MOST_TAG])))


def quiet(read: Callable[[str], str], text: str) -> str:
    """Read a cell by which a Client is found; one that is wrong finds nobody."""
    try:
        return read(text) if text else ""
    except TableError:
        return ""
