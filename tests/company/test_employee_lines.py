"""Tables of employees: what is read, what is refused."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from common.sheets import csv_bytes, xlsx_bytes
from common.tables.reading import TableError
from company.employee_lines import MOST_BYTES, MOST_LINES, EmployeeLine, Reading, read_lines, text_of
from company.enums import EmployeeField

ZONE, TODAY = ZoneInfo("Europe/Moscow"), dt.date(2026, 11, 2)


def read(text: str) -> Reading:
    return read_lines(text, ZONE, TODAY)


def problem(line: str, head: str = "name;branch;department;position;email;hired on;left on") -> str:
    reading = read(f"{head}\n{line}")
    return reading.bad[0].reason if reading.bad else ""


@pytest.mark.parametrize(
    "head",
    [
        "name\tbranch\tdepartment\tposition\temail\thired on\tleft on",
        "ФИО;Филиал;Отдел;Должность;E-mail;Принят;Уволен",
        "Сотрудник,Офис,Служба,Профессия,Почта,Дата приёма,Дата увольнения",
        '"Имя";"Магазин";"Команда";"Роль";"Эл. почта";"Работает с";"Дата ухода"',
    ],
)
def test_columns_are_known_by_russian_and_english_headers(head: str) -> None:
    mark = next(mark for mark in "\t;," if mark in head)
    cells = ["Анна Ким", "Заводская", "Цех", "Мастер", "Anna@Example.org", "01.03.2024", "2026-05-31"]
    expected = EmployeeLine(
        2, "Анна Ким", "Заводская", "Цех", "Мастер", "anna@example.org", hired_on=dt.date(2024, 3, 1), left_on=dt.date(2026, 5, 31)
    )
    assert read(f"{head}\r\n{mark.join(cells)}\r\n").lines == [expected]


def test_name_in_parts_is_put_together_in_order() -> None:
    assert read("Фамилия\tИмя\tОтчество\nКим\tАнна\tПавловна").lines == [EmployeeLine(2, "Ким Анна Павловна")]


def test_second_column_of_one_meaning_and_unknown_ones_are_left_out() -> None:
    reading = read("name;email;mail;phone\nAnna;a@example.org;b@example.org;1")
    assert (reading.lines, reading.ignored) == ([EmployeeLine(2, "Anna", email="a@example.org")], ["mail", "phone"])


def test_lines_keep_their_numbers_and_empty_ones_are_passed_over() -> None:
    reading = read("\n\nname\n\nAnna\n;\n\nBoris\n")
    assert [(line.number, line.name) for line in reading.lines] == [(5, "Anna"), (8, "Boris")]


def test_empty_words_are_no_value() -> None:
    assert read("name;email;department\nAnna;—;нет").lines == [EmployeeLine(2, "Anna")]


@pytest.mark.parametrize("text", ["", "\n", "Анна Ким\nБорис Орлов", "email\na@example.org", "\0"])
def test_text_without_a_column_of_names_is_refused(text: str) -> None:
    with pytest.raises(TableError):
        read(text)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (";Заводская", "No name."),
        ("12345", "No name."),
        ("=cmd|' /C calc'!A0", "Name: begins like a formula, with “=”."),
        ("Anna;;@SUM(1)", "Department: begins like a formula, with “@”."),
        ("Anna;+1", "Branch: begins like a formula, with “+”."),
        ("Anna;;;;nobody", "Not an e-mail address"),
        ("Anna;;;;;32.01.2024", "32.01.2024: There is no such day"),
        ("Anna;;;;;yesterday", "yesterday: Not a date"),
        ("Anna;;;;;01.01.1900", "1900-01-01: too far from today."),
        ("Anna;;;;;01.01.2099", "2099-01-01: too far from today."),
        ("Anna;;;;;02.01.2024;01.01.2024", "Left before being hired."),
        ("x" * 121, "Name: Longer than 120 characters"),
        ("Anna;" + "y" * 81, "Branch: Longer than 80 characters"),
        ("Anna;" + "y" * 6000, "Branch: Longer than 5000 characters"),
        ("Anna;;;;;;;stray", "More cells than the first line names columns: a stray mark between them?"),
    ],
)
def test_wrong_line_says_what_is_wrong(line: str, reason: str) -> None:
    with translation.override("en"):
        assert problem(line) == reason


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(TableError):
        read("name\n" + "Anna\n" * (MOST_LINES + 1))


def test_file_becomes_a_text_whose_lines_keep_their_numbers() -> None:
    rows = [["", ""], ["Полина", 'цех "А"'], ["", ""], ["Руслан", ""]]
    text = text_of(io.BytesIO(xlsx_bytes(["Имя", "Отдел"], rows)), "a.xlsx")
    assert [(line.number, line.name, line.department) for line in read(text).lines] == [(3, "Полина", 'цех "А"'), (5, "Руслан", "")]


def test_csv_of_excel_and_its_code_page_are_read() -> None:
    for body in (csv_bytes(["Имя"], [["Полина"]]), "Имя;Отдел\nПолина;Приёмка и выдача\n".encode("cp1251")):
        assert [line.name for line in read(text_of(io.BytesIO(body), "a.csv")).lines] == ["Полина"]


def test_apostrophe_of_an_export_is_taken_off() -> None:
    assert read("name;position\n'Anna;'мастер").lines == [EmployeeLine(2, "Anna", position="мастер")]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "a.csv"),
        (b"\x89PNG\r\n", "a.csv"),
        (b"PK\x03\x04broken", "a.xlsx"),
        (b"<html>", "a.xls"),
        (b"name\nAnna", "a.exe"),
        (b"name\n" + b"x" * MOST_BYTES, "a.csv"),
    ],
)
def test_hostile_file_is_refused_in_words(body: bytes, name: str) -> None:
    with pytest.raises(TableError) as refusal:
        text_of(io.BytesIO(body), name)
    assert str(refusal.value)


def test_every_field_has_words() -> None:
    assert all(str(field.label) for field in EmployeeField)
