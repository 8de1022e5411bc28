"""Hostile and awkward files."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from clients.parsing.headers import find_header, guess_mapping
from common.tables import cells, limits
from common.tables.headers import tidy_headers
from common.tables.kinds import FileKind
from common.tables.layout import find_layout, open_data, read_columns
from common.tables.refusals import CellError, Refusal

MOSCOW, TODAY = ZoneInfo("Europe/Moscow"), dt.date(2026, 11, 22)


def refusal(tmp_path: Path, content: bytes, name: str = "file.csv") -> str:
    """Return the code a file is refused with."""
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Refusal) as told:
        read_whole(path, name)
    return told.value.code


def read_whole(path: Path, name: str) -> None:
    """Do with a file all that an import does."""
    layout = find_layout(path, name, find_header)
    read_columns(path, layout)
    with open_data(path, layout) as rows:
        list(rows)


def workbook(*rows: list[object], sheet: str = "Лист1") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        dates = book.add_format({"num_format": "dd.mm.yyyy"})
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell, dates if isinstance(cell, dt.date) else None)
    return buffer.getvalue()


def rezipped(book: bytes, name: str, content: bytes) -> bytes:
    """Replace one member of a workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, content if member == name else source.read(member))
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
CORNER = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:B2"/><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "empty_file"),
        (b"\xef\xbb\xbf\r\n \n", "a.csv", "empty_file"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "a.csv", "not_a_table"),
        (b"\x01\x02\x03\x00binary", "a.csv", "not_a_table"),
        (b"%PDF-1.7", "a.xlsx", "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "contacts.xls", "web_page"),
        (b"a;b\n1;2\n", "a.exe", "unknown_extension"),
        (b"a;b\n1;2\n", "a", "unknown_extension"),
        (b"a;b\n1;2\n", "a.xlsx", "wrong_extension"),
        (b"PK\x03\x04broken", "a.xlsx", "broken_file"),
        (workbook(["a"], ["b"]), "a.csv", "wrong_extension"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1locked", "a.xlsx", "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1nothing", "a.xls", "broken_file"),
        ("Имя;Телефон\n".encode(), "a.csv", "no_rows"),
        (workbook(["Имя", "Телефон"]), "a.xlsx", "no_rows"),
        (workbook(), "a.xlsx", "empty_file"),
        (";".join(f"c{n}" for n in range(1000)).encode() + b"\n" + b"1;" * 1000 + b"\n", "a.csv", "too_many_columns"),
        (workbook([f"c{n}" for n in range(1000)], [1] * 1000), "a.xlsx", "too_many_columns"),
        (b'a;b\n1;"never closed\n' + b"x" * (3 * limits.MIB), "a.csv", "unclosed_quote"),
        (b"a;b\n1;2\n" + b"x" * (limits.LINE_CHARS + 10), "a.csv", "line_too_long"),
        (rezipped(workbook(["a"]), SHEET, CORNER), "a.xlsx", "bomb"),
        (rezipped(workbook(["a"]), SHEET, b"<a>" + b" " * (limits.UNPACKED_BYTES + 1) + b"</a>"), "a.xlsx", "bomb"),
        (rezipped(workbook(["a"]), SHEET, b"not xml at all <"), "a.xlsx", "broken_file"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    assert refusal(tmp_path, content, name) == code


def test_an_archive_of_a_thousand_files_is_a_bomb(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(1000):
            archive.writestr(f"f{number}", b"x")
    assert refusal(tmp_path, buffer.getvalue(), "a.xlsx") == "bomb"


def test_a_zip_that_is_no_workbook_is_no_table(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", b"x")
    assert refusal(tmp_path, buffer.getvalue(), "a.xlsx") == "not_a_table"


def test_a_byte_outside_the_encoding_is_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes("Имя;Почта\n".encode("cp1251") * 3000 + b"\x98;\n")
    layout = find_layout(path, "a.csv", find_header)
    with pytest.raises(Refusal) as told, open_data(path, layout) as rows:
        list(rows)
    assert told.value.code == "wrong_encoding"


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(("Имя;Телефон;Услуга\n" + "Наталья Рогова;89000004107;Чистка ковра\n" * 20).encode(encoding))
    layout = find_layout(path, "a.csv", find_header)
    assert [column.header for column in read_columns(path, layout)] == ["Имя", "Телефон", "Услуга"]


def test_one_russian_name_far_below_latin_rows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"id;name\n" + b"1;Smith\n" * 50_000 + "2;Щукина Инна\n".encode("cp1251"))
    layout = find_layout(path, "a.csv", find_header)
    with open_data(path, layout) as rows:
        assert list(rows)[-1] == (50_002, ["2", "Щукина Инна"])


@pytest.mark.parametrize(("mark", "told"), [(";", False), (",", False), ("\t", False), ("|", False), (";", True)])
def test_delimiters_are_recognised(tmp_path: Path, mark: str, *, told: bool) -> None:
    path = tmp_path / "file"
    path.write_text((f"sep={mark}\r\n" if told else "") + f"Имя{mark}Сумма\r\nАнна{mark}100\r\n")
    layout = find_layout(path, "a.csv", find_header)
    with open_data(path, layout) as rows:
        assert list(rows) == [(3 if told else 2, ["Анна", "100"])]


def test_lines_are_counted_through_quoted_breaks(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text('Имя;Сумма\n"Анна\nи Лев";1\nИнна;2\n')
    layout = find_layout(path, "a.csv", find_header)
    with open_data(path, layout) as rows:
        assert [line for line, _row in rows] == [2, 4]


def test_a_workbook_keeps_its_row_numbers_dates_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(
        workbook([], ["Отчёт"], [], ["Контрагент", "Дата", "Сумма", "Телефон"], ["Анна", dt.date(2025, 2, 1), 860.5, 89000004107])
    )
    layout = find_layout(path, "a.xlsx", find_header)
    assert (layout.kind, layout.header_row, layout.sheets) == (FileKind.XLSX, 3, ["Лист1"])
    with open_data(path, layout) as rows:
        assert list(rows) == [(5, ["Анна", "2025-02-01", "860.5", "89000004107"])]


def test_headers_are_made_distinct() -> None:
    assert tidy_headers(["Имя", " Имя ", "", "Имя", "", ""]) == ["Имя", "Имя (2)", "", "Имя (3)"]


def test_the_header_is_found_below_titles() -> None:
    assert find_header([["Отчёт"], [""], ["Кто", "Когда", "Сумма"], ["Анна", "01.02.2025", "100"]]) == 2


def test_unknown_headers_are_guessed_by_content() -> None:
    guess = guess_mapping(["a", "b", "c"], [["anna@example.org"], ["8 900 000-41-07"], ["01.02.2025"]])
    assert guess.mapping == {0: "email", 1: "phone", 2: "day"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("02.09.2025", (2025, 9, 2)),
        ("2.9.25", (2025, 9, 2)),
        ("02.09.2025 15:20:00", (2025, 9, 2)),
        ("2025-09-02", (2025, 9, 2)),
        ("2025-09-02T23:30:00", (2025, 9, 2)),
        ("2025-09-02T23:30:00Z", (2025, 9, 3)),
        ("20250902", (2025, 9, 2)),
        ("45902", (2025, 9, 2)),
        ("02/09/2025", (2025, 9, 2)),
        (" 02.09.2025 г. ", (2025, 9, 2)),
    ],
)
def test_days(text: str, day: tuple[int, int, int]) -> None:
    assert cells.read_day(text, MOSCOW, TODAY) == dt.date(*day)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 250,50", 125_050),
        ("1\u00a0250,50 ₽", 125_050),
        ("1,250.50", 125_050),
        ("1.250,50", 125_050),
        ("1 000 000", 100_000_000),
        ("1,000,000", 100_000_000),
        ("-500,00", -50_000),
        ("−500", -50_000),
        ("(500)", -50_000),
        ("0", 0),
        ("99.5 руб.", 9_950),
    ],
)
def test_money(text: str, cents: int) -> None:
    assert cells.read_cents(text) == cents


@pytest.mark.parametrize("text", ["", "дорого", "1/3", "1e5", "NaN", "1 250,5,0,1x", "--5"])
def test_what_is_no_money(text: str) -> None:
    with pytest.raises(CellError, match="not_money"):
        cells.read_cents(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8 900 000-41-07", "+79000004107"),
        ("'+7 (900) 000-41-07", "+79000004107"),
        ("9000004107", "+79000004107"),
        ("8(900)0004107 доб. 12", "+79000004107"),
        ("+7 900 000-22-33, 8 495 000 33 44", "+79000002233"),
        ("375291234567", "+375291234567"),
        ("+375 29 123-45-67", "+375291234567"),
    ],
)
def test_phones(text: str, number: str) -> None:
    found = cells.read_phone(text, "RU")
    assert found
    assert found.number == number


@pytest.mark.parametrize(
    ("text", "code", "detail"), [("8 900 00", "phone_short", "4"), ("8900000410799", "phone_long", "2"), ("жена", "not_a_phone", "")]
)
def test_what_is_no_phone(text: str, code: str, detail: str) -> None:
    with pytest.raises(CellError) as told:
        cells.read_phone(text, "RU")
    assert (told.value.code, told.value.detail) == (code, detail)


@pytest.mark.parametrize("text", ["", "-", "нет", "Не указан"])
def test_words_for_nothing(text: str) -> None:
    assert cells.read_phone(text, "RU") is None
    assert cells.read_email(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("a@b", "no_domain"), ("anna", "not_an_email"), ("a b@example.org", "not_an_email"), ("@example.org", "not_an_email")],
)
def test_what_is_no_email(text: str, code: str) -> None:
    with pytest.raises(CellError, match=code):
        cells.read_email(text)
