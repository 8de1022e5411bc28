"""A file as a table: what was found out about it, and its rows."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from common.tables import limits
from common.tables.headers import tidy_headers
from common.tables.kinds import FileKind
from common.tables.recognise import recognise
from common.tables.refusals import Refusal
from common.tables.text import detect_delimiter, detect_encoding, text_rows

Rows = Iterator[tuple[int, list[str]]]
HeaderFinder = Callable[[Sequence[Sequence[str]]], int]
"""Says which of the first rows is the header: every page knows other words."""
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Layout:
    """How a file is to be read. Rows of a workbook are numbered as its program shows them, rows of a text by their first line."""

    kind: FileKind
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int = 0


@dataclass(frozen=True)
class Column:
    """A column of a file: its header and some of what stands below."""

    header: str
    examples: list[str]


def find_layout(path: Path, name: str, find_header: HeaderFinder) -> Layout:
    """Find out how to read a file nobody told us about."""
    kind = recognise(path, name)
    if kind == FileKind.CSV:
        encoding = detect_encoding(path)
        layout = Layout(kind, encoding=encoding, delimiter=detect_delimiter(path, encoding))
    else:
        layout = Layout(kind)
    with open_rows(path, layout) as (rows, found):
        return replace(found, header_row=find_header([row for _line, row in islice(rows, limits.TITLE_ROWS)]))


@contextmanager
def open_rows(path: Path, layout: Layout) -> Iterator[tuple[Rows, Layout]]:
    """Give all rows from the top, and the layout completed with the sheets of a workbook."""
    if layout.kind == FileKind.CSV:
        yield limited(text_rows(path, layout.encoding, layout.delimiter), limits.TEXT_ROWS), layout
        return
    with TemporaryDirectory(prefix="import-") as folder:
        target = Path(folder) / "sheet.csv"
        found = convert(path, layout, target)
        rows = ((number, row) for number, (_line, row) in enumerate(text_rows(target, "utf-8", ","), start=1))
        yield rows, found


def limited(rows: Rows, limit: int) -> Rows:
    """Pass rows on and refuse the one above the limit."""
    for count, row in enumerate(rows):
        if count > limit + limits.TITLE_ROWS:
            raise Refusal("too_many_rows", line=row[0], detail=str(limit))
        yield row


def convert(path: Path, layout: Layout, target: Path) -> Layout:
    """Have a sheet written as text by a process that may die of it."""
    command = [sys.executable, "-m", "common.tables.convert", str(path), layout.sheet, str(target)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=2 * limits.CONVERTER_SECONDS, check=False)  # noqa: S603 - no shell, own module
    except subprocess.TimeoutExpired as error:
        raise Refusal("bomb") from error
    if done.returncode:
        raise Refusal("bomb" if done.returncode < 0 or "MemoryError" in done.stderr else "broken_file")
    answer = json.loads(done.stdout)
    if refusal := answer.get("refusal"):
        raise Refusal(refusal, detail=answer.get("detail", ""))
    return replace(layout, sheet=answer["sheet"], sheets=answer["sheets"])


def read_columns(path: Path, layout: Layout) -> list[Column]:
    """Return the columns under the header with examples; a table without a row below its header is refused."""
    with open_rows(path, layout) as (rows, _found):
        top = list(islice(rows, layout.header_row, layout.header_row + 1 + limits.EXAMPLE_ROWS))
    if not top:
        raise Refusal("empty_file")
    below = [row for _line, row in top[1:] if any(cell.strip() for cell in row)]
    if not below:
        raise Refusal("no_rows", line=top[0][0])
    headers = tidy_headers(top[0][1])
    if len(headers) > limits.COLUMNS:
        raise Refusal("too_many_columns", line=top[0][0], detail=str(limits.COLUMNS))
    return [Column(header, examples_of(below, number)) for number, header in enumerate(headers)]


def estimate_rows(path: Path, layout: Layout) -> int:
    """Return about how many rows there are below the header, for a progress bar: line ends, or rows of a sheet."""
    if layout.kind == FileKind.CSV:
        with path.open("rb") as file:
            ends = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(limits.MIB), b""))
        return max(ends - layout.header_row, 1)
    with open_rows(path, layout) as (rows, _found):
        return max(sum(1 for _row in rows) - layout.header_row - 1, 1)


def examples_of(rows: list[list[str]], column: int) -> list[str]:
    """Return the first different values of a column."""
    values = (row[column].strip()[:80] for row in rows if column < len(row))
    return list(islice(dict.fromkeys(value for value in values if value), 12))


@contextmanager
def open_data(path: Path, layout: Layout) -> Iterator[Rows]:
    """Give the rows below the header."""
    with open_rows(path, layout) as (rows, _found):
        yield islice(rows, layout.header_row + 1, None)
