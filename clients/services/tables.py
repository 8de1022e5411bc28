"""Tables and phones for other apps, read with the same words for columns and the same regions as an import of Clients."""

from contextlib import AbstractContextManager
from pathlib import Path

from clients.explain import explain_cell
from clients.parsing.headers import find_header
from clients.services.checking import REGIONS
from common.tables import reading
from common.tables.cells import read_phone
from common.tables.reading import Table, TableError
from common.tables.refusals import CellError


def open_table(path: Path, name: str, *, most_bytes: int, most_rows: int) -> AbstractContextManager[Table]:
    """Open a CSV, XLSX, XLS or ODS; the header is found by the words an import of Clients knows."""
    return reading.open_table(path, name, most_bytes=most_bytes, most_rows=most_rows, find_header=find_header)


def phone_in(text: str, currency: str) -> str:
    """Return the number in E.164, or nothing; what is no number is refused."""
    try:
        found = read_phone(text, REGIONS.get(currency, ""))
    except CellError as error:
        raise TableError(explain_cell(error.code, error.detail)) from error
    return found.number if found else ""
