"""Turns one sheet of a workbook into a text table, in a process of its own with little memory.

A sheet may claim a cell in its farthest corner; the reader would then ask for billions of cells. Here such a request ends this
process only. Run as `python -m common.tables.convert BOOK SHEET TARGET`; answers with JSON on standard output.
"""

import csv
import datetime as dt
import json
import resource
import sys
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from common.tables import limits


def main(book: str, sheet: str, target: str) -> dict[str, Any]:
    """Write the sheet and return what the workbook holds; an empty name means the first sheet that is not empty."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.CONVERTER_BYTES, limits.CONVERTER_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CONVERTER_SECONDS, limits.CONVERTER_SECONDS))
    try:
        workbook = CalamineWorkbook.from_path(book)
        names = workbook.sheet_names
        for name in [sheet] if sheet in names else names:
            table = workbook.get_sheet_by_name(name)
            if table.height:
                return write(table, target) | {"sheets": names, "sheet": name}
    except CalamineError:
        return {"refusal": "broken_file"}
    return {"refusal": "empty_file"}


def write(table: CalamineSheet, target: str) -> dict[str, Any]:
    """Write the rows; row numbers stay those of the sheet."""
    if table.total_width > limits.COLUMNS:
        return {"refusal": "too_many_columns", "detail": str(limits.COLUMNS)}
    if table.total_height > limits.BOOK_ROWS:
        return {"refusal": "too_many_rows", "detail": str(limits.BOOK_ROWS)}
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in table.iter_rows():
            writer.writerow([plain(cell) for cell in row])
    return {}


def plain(cell: Any) -> str:
    """Write a cell as text: whole numbers without a point, dates as ISO."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    return str(cell)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201 - the answer to the parent process
