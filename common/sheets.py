"""Files with rows for people: CSV and XLSX whose cells can never become formulas."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import xlsxwriter
from django.http import HttpResponse

Rows = Iterable[Sequence[Any]]
# What Excel takes in one sheet besides the heads; xlsxwriter leaves out the rest without a word.
MOST_ROWS = 1_048_575
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe_cell(value: Any) -> Any:
    """Return the value as a table program may show it: a text that looks like a formula gets an apostrophe in front.

    >>> safe_cell("=1+1")
    "'=1+1"
    """
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(RISKY) else value


def csv_bytes(heads: Sequence[str], rows: Rows) -> bytes:
    """Write rows as CSV that opens by a double click in a Russian Excel: a BOM and semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book; an empty name leaves it to the table program."""

    name: str
    heads: Sequence[str]
    rows: Rows


def xlsx_bytes(heads: Sequence[str], rows: Rows) -> bytes:
    """Write rows as one sheet; texts are texts and nothing else."""
    return book_bytes([Sheet("", heads, rows)])


def book_bytes(sheets: Iterable[Sheet], most_rows: int = MOST_ROWS) -> bytes:
    """Write several sheets; texts are texts and nothing else. Rows that do not fit go on in a sheet of the same name with a number."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for one in sheets:
        for part, rows in enumerate(in_parts(one.rows, most_rows), start=1):
            name = f"{one.name} {part}" if one.name and part > 1 else one.name
            sheet = book.add_worksheet(name or None)
            sheet.write_row(0, 0, one.heads, book.add_format({"bold": True}))
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, [safe_cell(cell) for cell in row])
    book.close()
    return out.getvalue()


def in_parts(rows: Rows, most: int) -> Iterator[Rows]:
    """Yield the rows so many at a time, the first part even when it is empty; each part is read before the next is asked for."""
    left = iter(rows)
    yield islice(left, most)
    for first in left:
        yield chain([first], islice(left, most - 1))


def table_response(name: str, file_format: str, heads: Sequence[str], rows: Rows) -> HttpResponse:
    """Return the rows as a download; `file_format` is `csv` or `xlsx`."""
    if file_format == "csv":
        body, kind = csv_bytes(heads, rows), "text/csv; charset=utf-8"
    else:
        body, kind = xlsx_bytes(heads, rows), XLSX_TYPE
    return download(f"{name}.{file_format}", body, kind)


def book_response(name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """Return several sheets as a download."""
    return download(f"{name}.xlsx", book_bytes(sheets), XLSX_TYPE)


def download(name: str, body: bytes, kind: str) -> HttpResponse:
    """Return a file that no shared computer keeps."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=kind, headers=headers)
