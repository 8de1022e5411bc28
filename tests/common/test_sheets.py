"""Cells never become formulas."""

import pytest

from common.sheets import csv_bytes, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+7", "-2", "@a", "\t=1", "\r=1", " =1"])
def test_a_text_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Слово", "", 5, -5, None, "a=b"])
def test_other_values_stay(value: object) -> None:
    assert safe_cell(value) == value


def test_csv_opens_in_a_russian_excel() -> None:
    assert csv_bytes(["Имя"], [["Лён; хлопок"]]) == '\ufeffИмя\r\n"Лён; хлопок"\r\n'.encode()
