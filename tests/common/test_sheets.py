"""Cells never become formulas."""

import io

import pytest
from python_calamine import CalamineWorkbook

from common.sheets import Sheet, book_bytes, csv_bytes, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+7", "-2", "@a", "\t=1", "\r=1", " =1"])
def test_a_text_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Слово", "", 5, -5, None, "a=b"])
def test_other_values_stay(value: object) -> None:
    assert safe_cell(value) == value


def test_csv_opens_in_a_russian_excel() -> None:
    assert csv_bytes(["Имя"], [["Лён; хлопок"]]) == '\ufeffИмя\r\n"Лён; хлопок"\r\n'.encode()


@pytest.mark.parametrize(
    ("count", "sheets"),
    [(0, {"Оценки": []}), (2, {"Оценки": [0, 1]}), (3, {"Оценки": [0, 1], "Оценки 2": [2]}), (4, {"Оценки": [0, 1], "Оценки 2": [2, 3]})],
)
def test_rows_beyond_a_sheet_go_on_in_the_next(count: int, sheets: dict[str, list[int]]) -> None:
    content = book_bytes([Sheet("Оценки", ["Число"], ([number] for number in range(count)))], most_rows=2)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = {name: [row[0] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}
    assert found == {name: ["Число", *numbers] for name, numbers in sheets.items()}
