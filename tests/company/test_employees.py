"""Pages of employees."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from common.sheets import xlsx_bytes
from company.models import Branch, Employee, User

LIST, ADD, IMPORT, EXPORT = "/company/employees/", "/company/employees/add/", "/company/employees/import/", "/company/employees/export.xlsx"
FIELDS = {"name": "Руслан", "branch": "", "department": "Доставка", "position": "курьер", "email": "", "hired_on": "2024-03-01"}
DAY = dt.timedelta(days=1)


def add(name: str, **fields: Any) -> Employee:
    return Employee.objects.create(name=name, **fields)


def names(response: Any) -> list[str]:
    return [employee.name for employee in response.context["page"]]


def shows(response: Any) -> list[tuple[str, int]]:
    return [(show.value, count) for show, count in response.context["shows"]]


def look(browser: Browser, text: str, **fields: Any) -> Any:
    return browser.post(IMPORT, {"text": text, "look": "1"} | fields)


def load(browser: Browser, text: str, **fields: Any) -> Any:
    plan = look(browser, text, **fields).context["plan"]
    return browser.post(IMPORT, {"text": text, "load": "1", "looked_at": plan.fingerprint} | fields)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_number_of_queries(as_manager: Browser, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    branch = Branch.objects.create(name="Садовая")
    for number in range(rows):
        add(f"E{number}", branch=branch, department=f"D{number}", email="shop@example.org")
    with django_assert_num_queries(8):
        as_manager.get(LIST)


def test_list_is_narrowed_by_the_address_and_counts(as_manager: Browser) -> None:
    branch, today = Branch.objects.create(name="Садовая"), timezone.localdate()
    add("Анна", branch=branch, department="Цех", email="a@example.org")
    add("Борис", branch=branch, email="shop@example.org")
    add("Вера", department="Цех", email="Shop@example.org")
    add("Глеб", left_on=today)
    assert (names(as_manager.get(LIST)), shows(as_manager.get(LIST))) == (
        ["Анна", "Борис", "Вера"],
        [("here", 3), ("code", 2), ("left", 1)],
    )
    assert names(as_manager.get(LIST, {"show": "code"})) == ["Борис", "Вера"]
    assert names(as_manager.get(LIST, {"show": "left"})) == ["Глеб"]
    assert names(as_manager.get(LIST, {"branch": branch.pk})) == ["Анна", "Борис"]
    assert shows(as_manager.get(LIST, {"department": "Цех"})) == [("here", 2), ("code", 1), ("left", 0)]
    assert names(as_manager.get(LIST, {"q": "вера SHOP"})) == ["Вера"]


@pytest.mark.parametrize("odd", [{"branch": "x"}, {"branch": "999999"}, {"department": "no"}, {"show": "x"}, {"page": "x"}, {"q": "\0"}])
def test_filter_that_makes_no_sense_is_left_out(as_manager: Browser, odd: dict[str, str]) -> None:
    add("Анна")
    assert names(as_manager.get(LIST, odd)) == ["Анна"]


def test_empty_list_offers_both_ways_to_begin(as_manager: Browser) -> None:
    Employee.objects.all().delete()
    page = as_manager.get(LIST).content.decode()
    assert (ADD in page, page.count(f'href="{IMPORT}"')) == (True, 2)


def test_manager_is_not_led_where_they_may_not_go(as_manager: Browser, as_owner: Browser) -> None:
    links = [set(re.findall(r'href="(/company/[^"?]*)', browser.get(LIST).content.decode())) for browser in (as_manager, as_owner)]
    assert links[0] & {"/company/", "/company/people/", "/company/branches/", "/company/word/", "/company/tokens/"} == set()
    assert {"/company/", "/company/people/"} <= links[1]


def test_employee_is_added_and_changed(as_manager: Browser) -> None:
    as_manager.post(ADD, FIELDS | {"name": " Руслан  Ким ", "email": "Ruslan@Example.org"})
    employee = Employee.objects.get()
    assert (employee.name, employee.email) == ("Руслан Ким", "ruslan@example.org")
    as_manager.post(f"{LIST}{employee.pk}/", FIELDS | {"name": "Руслан К."})
    assert Employee.objects.get().name == "Руслан К."


@pytest.mark.parametrize("bad", [{"name": ""}, {"email": "x"}, {"hired_on": "x"}, {"branch": "99"}, {"department": "x" * 81}])
def test_wrong_employee_comes_back_with_what_was_typed(as_manager: Browser, bad: dict[str, str]) -> None:
    response = as_manager.post(ADD, FIELDS | {"position": "typed <b>"} | bad)
    assert (response.status_code, b"typed &lt;b&gt;" in response.content, Employee.objects.count()) == (422, True, 0)


def test_department_takes_the_known_spelling_and_may_be_respelled_by_its_only_member(as_manager: Browser) -> None:
    first = add("Анна", department="Продажи")
    as_manager.post(ADD, FIELDS | {"department": "продажи "})
    assert Employee.objects.get(name="Руслан").department == "Продажи"
    Employee.objects.filter(name="Руслан").delete()
    as_manager.post(f"{LIST}{first.pk}/", FIELDS | {"department": "ПРОДАЖИ"})
    assert Employee.objects.get().department == "ПРОДАЖИ"


def test_only_an_owner_ties_an_account(as_manager: Browser, as_owner: Browser, staff: User) -> None:
    as_manager.post(ADD, FIELDS | {"user": staff.pk})
    employee = Employee.objects.get()
    assert employee.user is None
    as_owner.post(f"{LIST}{employee.pk}/", FIELDS | {"user": staff.pk})
    as_manager.post(f"{LIST}{employee.pk}/", FIELDS | {"user": ""})
    assert Employee.objects.get().user == staff


def test_who_left_is_kept_and_may_come_back(as_manager: Browser) -> None:
    employee = add("Анна", hired_on=dt.date(2026, 1, 10))
    as_manager.post(f"{LIST}{employee.pk}/leave/", {"left_on": "2026-02-01"})
    assert Employee.objects.get().left_on == dt.date(2026, 2, 1)
    assert as_manager.post(f"{LIST}{employee.pk}/", FIELDS | {"hired_on": "2026-03-01"}).status_code == 422
    as_manager.post(f"{LIST}{employee.pk}/return/")
    assert Employee.objects.get().left_on is None


@pytest.mark.parametrize("day", ["", "x", "2026-01-09"])
def test_wrong_day_of_leaving_changes_nothing(as_manager: Browser, day: str) -> None:
    employee = add("Анна", hired_on=dt.date(2026, 1, 10))
    assert as_manager.post(f"{LIST}{employee.pk}/leave/", {"left_on": day}).status_code == 422
    assert Employee.objects.get().left_on is None


def test_table_is_looked_at_and_then_loaded_once(as_manager: Browser) -> None:
    text = "Имя;Отдел\nАнна;Цех\nБорис;цех"
    assert (look(as_manager, text).status_code, Employee.objects.count()) == (200, 0)
    assert load(as_manager, text).status_code == 302
    assert load(as_manager, text).status_code == 422
    assert list(Employee.objects.values_list("name", "department")) == [("Анна", "Цех"), ("Борис", "Цех")]


def test_same_button_pressed_twice_loads_once(as_manager: Browser) -> None:
    fields = {"text": "name\nAnna", "load": "1", "looked_at": look(as_manager, "name\nAnna").context["plan"].fingerprint}
    assert [as_manager.post(IMPORT, fields).status_code for _ in range(2)] == [302, 200]
    assert Employee.objects.count() == 1


def test_text_changed_after_the_look_is_looked_at_again(as_manager: Browser) -> None:
    fingerprint = look(as_manager, "name\nAnna").context["plan"].fingerprint
    response = as_manager.post(IMPORT, {"text": "name\nAnna\nBoris", "load": "1", "looked_at": fingerprint})
    assert (response.status_code, response.context["is_stale"], Employee.objects.count()) == (200, True, 0)


def test_wrong_lines_are_left_out_only_when_told(as_manager: Browser) -> None:
    text = "name;email\nAnna;a@example.org\nBoris;nobody"
    response = load(as_manager, text)
    assert (response.status_code, text in response.content.decode(), Employee.objects.count()) == (422, True, 0)
    assert load(as_manager, text, skip_bad="on").status_code == 302
    assert list(Employee.objects.values_list("name", flat=True)) == ["Anna"]


def test_change_is_shown_with_its_line_and_both_values(as_manager: Browser) -> None:
    add("Анна", position="мастер")
    page = look(as_manager, "name;position\nАнна;старший мастер").content.decode()
    row = re.search(r'<tr><td class="r num">2</td><td class="w-6">Анна</td><td>.*?</tr>', page)
    assert row
    assert re.sub(r"<[^>]+>", "", row[0]).endswith("мастер → старший мастер")


def test_branch_is_opened_when_ticked(as_manager: Browser) -> None:
    text = "name;branch\nAnna;Sadovaya"
    assert b'name="opened" value="Sadovaya"' in look(as_manager, text).content
    assert load(as_manager, text, opened=["Sadovaya"]).status_code == 302
    assert Employee.objects.select_related("branch").get().branch == Branch.objects.get(name="Sadovaya")


def test_file_is_shown_as_a_text_and_not_loaded_at_once(as_manager: Browser) -> None:
    file = SimpleUploadedFile("a.xlsx", xlsx_bytes(["Имя", "Отдел"], [["Анна <b>", "Цех"]]))
    response = as_manager.post(IMPORT, {"file": file, "text": "", "load": "1", "looked_at": "x"})
    assert (response.status_code, "Анна &lt;b&gt;\tЦех" in response.content.decode(), Employee.objects.count()) == (200, True, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "Анна typed"},
        {"text": "typed name\n\0"},
        {"text": "typed", "file": SimpleUploadedFile("a.csv", b"\x89PNG")},
        {"text": "name\n" + "typed\n" * 70_000},
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_lost(as_manager: Browser, fields: dict[str, Any]) -> None:
    response = as_manager.post(IMPORT, fields)
    assert (response.status_code, Employee.objects.count()) == (422, 0)
    assert response.context["form"]["text"].value().startswith(fields["text"][:10])


def test_export_is_what_the_list_shows_and_loads_again_without_a_change(as_manager: Browser) -> None:
    branch = Branch.objects.create(name="Садовая")
    add("Анна", branch=branch, department="Цех", position="=1+1", email="a@example.org", hired_on=dt.date(2024, 3, 1))
    add("Борис", left_on=timezone.localdate() - DAY)
    body = as_manager.get(EXPORT, {"branch": branch.pk}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert rows[1:] == [["Анна", "Садовая", "Цех", "'=1+1", "a@example.org", "2024-03-01", ""]]
    Employee.objects.update(position="мастер")
    whole = SimpleUploadedFile("a.xlsx", as_manager.get(EXPORT).content)
    plan = as_manager.post(IMPORT, {"file": whole, "text": ""}).context["plan"]
    assert (plan.size, plan.unchanged, plan.bad) == (0, 1, [])


@pytest.mark.parametrize("path", [LIST, ADD, IMPORT])
def test_pages_draw_without_inline_code(as_manager: Browser, path: str) -> None:
    add("Анна")
    page = as_manager.get(path).content.decode()
    assert re.findall(r"\sstyle=|<style|\son\w+=|<script(?![^>]*src)", page) == []
    assert page.count("btn-beam") == 1
