"""Prints: what was typed stays text, everything fits, and a phone reads the code."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from common import prints
from common.codes import qr_svg

ADDRESS = "https://mayak.example.org/surveys/d/abcdefghijklmnopqrstuv/"
DATA = {
    "company": "Лён и хлопок",
    "mark": "Л",
    "color": "#2F5F8F",
    "question": "Порекомендуете нас другу?",
    "scale": "0 — точно нет · 10 — обязательно",
    "hint": "Наведите камеру телефона",
    "code": qr_svg(ADDRESS, border=0),
    "url": "mayak.example.org",
    "alt": "QR-код",
    "fold": "Согните по двум линиям",
    "locale": "ru",
}
SOURCES = ("door_poster", "door_tent")


def words_of(made: bytes) -> str:
    """Return the words of a PDF, one space apart."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


@pytest.mark.parametrize("template", SOURCES)
def test_a_print_is_one_page_with_its_words(template: str) -> None:
    made = prints.pdf(template, DATA)
    assert made.startswith(b"%PDF")
    assert len(PdfReader(io.BytesIO(made)).pages) == 1
    assert "Порекомендуете нас другу?" in words_of(made)
    assert "Лён и хлопок" in words_of(made)


@pytest.mark.parametrize(
    "text", ["#panic()", '") #panic("x', '#{read("lib.typ")}', "$x$ *b* _i_ @a <l> \\ /* // [", '#import "@preview/x:1": *']
)
@pytest.mark.parametrize("template", SOURCES)
def test_what_was_typed_is_never_read_as_typst(template: str, text: str) -> None:
    found = words_of(prints.pdf(template, DATA | {"question": text, "company": text, "hint": text}))
    assert found.replace(" ", "").count(text.replace(" ", "")) >= 3


@pytest.mark.parametrize("template", SOURCES)
def test_long_texts_stay_on_one_page(template: str) -> None:
    long: dict[str, Any] = {"question": "Насколько вероятно, что вы порекомендуете нас? " * 6, "company": "Константинопольский " * 6}
    assert len(PdfReader(io.BytesIO(prints.pdf(template, DATA | long))).pages) == 1


@pytest.mark.parametrize(("template", "codes"), [("door_poster", 1), ("door_tent", 2)])
def test_a_phone_reads_the_printed_code(template: str, codes: int) -> None:
    picture = Image.open(io.BytesIO(prints.png(template, DATA, ppi=100)))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [ADDRESS] * codes


def test_the_same_data_makes_the_same_picture() -> None:
    assert prints.png("door_poster", DATA) == prints.png("door_poster", DATA)
