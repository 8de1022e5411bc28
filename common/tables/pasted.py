"""A table as a text that can be pasted, looked at and mended: cells parted by tabs, lines numbered as people see them."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.utils.translation import gettext as _

from common.tables.layout import HeaderFinder
from common.tables.reading import TableError, open_table

MARKS = "\t;,|"


def file_as_text(  # noqa: PLR0913 - named, what a file may hold and how it is read
    file: IO[bytes], name: str, *, most_bytes: int, most_rows: int, find_header: HeaderFinder, line_end: str = " "
) -> str:
    """Return a file as a text to look at and mend; its lines keep their numbers."""
    with TemporaryDirectory(prefix="table-") as folder:
        path = Path(folder) / "table"
        path.write_bytes(file.read(most_bytes + 1))
        with open_table(path, name, most_bytes=most_bytes, most_rows=most_rows, find_header=find_header) as table:
            return as_text(table.headers, list(table.rows), line_end)


def as_text(headers: Sequence[str], rows: Sequence[tuple[int, list[str]]], line_end: str = " ") -> str:
    """Write a table with tabs between cells; empty lines stand for whatever the file has above and between.

    `line_end` stands for the end of a line inside a cell, so that lines keep their numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    at = max(rows[0][0] - 1, 1) if rows else 1
    out.write("\n" * (at - 1))
    writer.writerow(headers)
    for line, row in rows:
        out.write("\n" * (line - at - 1))
        writer.writerow([flat(cell, line_end) for cell in row])
        at = max(line, at + 1)
    return out.getvalue()


def flat(cell: str, line_end: str) -> str:
    """Write a cell on one line."""
    return line_end.join(" ".join(part.split()) for part in cell.strip().splitlines())


def numbered_rows(text: str, is_header: Callable[[str], bool], line_end: str = " ") -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something with the number of the line each begins on; the first one tells what parts the cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(MARKS, key=lambda one: sum(is_header(cell) for cell in first.split(one)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, [flat(cell, line_end) for cell in row]
            begins = reader.line_num + 1
    except csv.Error:
        raise TableError(_("A quotation mark on line %(line)s is never closed. Close or remove it.") % {"line": begins}) from None
