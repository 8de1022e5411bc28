"""Reading by columns says the same as reading row by row."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.enums import ImportField
from clients.parsing.columns import ColumnReader, staged_record
from clients.parsing.records import Reading, RecordReader

READING = Reading(ZoneInfo("Europe/Moscow"), dt.date(2026, 11, 22), "RU")
PURCHASES = {
    0: ImportField.CLIENT_ID,
    1: ImportField.NAME,
    2: ImportField.NAME,
    3: ImportField.PHONE,
    4: ImportField.EMAIL,
    5: ImportField.DAY,
    6: ImportField.AMOUNT,
    7: ImportField.PRODUCT,
}
PEOPLE = {column: name for column, name in PURCHASES.items() if column < 5}
TEXTS = ["", " ", "нет", "no", "Итого", "128", "C7", "Анна", "back\\slash", "tab\tin", "я" * 400, "8 900 000-41-07", "a@example.org"]
NUMBERS = ["02.09.2025", "2025-09-02", "31.02.2025", "1250,5", "1 250.50", "0", "-3", "12.345", "9" * 20, "89000004107, 89000004108"]
CELLS = st.one_of(st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.text(max_size=6))
ROWS = st.lists(st.lists(CELLS, min_size=6, max_size=9), max_size=12)


@settings(max_examples=300, deadline=None)
@given(ROWS, st.booleans())
def test_columns_and_rows_are_read_alike(cells: list[list[str]], with_purchases: bool) -> None:
    mapping, width = (PURCHASES, 8) if with_purchases else (PEOPLE, 5)
    rows = list(enumerate(cells, start=2))
    by_row = [staged_record(record) for record, _row in RecordReader(mapping, width, READING).records(iter(rows)) if record.is_sound]
    reader = RecordReader(mapping, width, READING)
    staged, others = ColumnReader(reader).read(rows)
    rest = [staged_record(record) for record, _row in reader.records(iter(others)) if record.is_sound]
    assert sorted([*staged, *rest]) == by_row


def test_a_plain_file_is_read_by_columns_only() -> None:
    rows = [(line, ["C1", "", "", "", "", "2025-09-02", "10.00", "Чистка"]) for line in range(2, 2000)]
    staged, others = ColumnReader(RecordReader(PURCHASES, 8, READING)).read(rows)
    assert (len(staged), others) == (1998, [])
    assert staged[0] == (2, "iC1", "C1\t\t\t\t\t\t\t\t\t", "2025-09-02\t1000\tЧистка\t\t")
