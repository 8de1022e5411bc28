"""What a table of employees would change: who is known, who is new, what cannot be told."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from company import services
from company.employee_lines import Reading, read_lines
from company.employee_plan import Plan
from company.models import Branch, Employee, User
from company.queries import plan_employees
from company.services import PlanChangedError

HEAD = "name;branch;department;position;email;hired on;left on"


def reading(*lines: str) -> Reading:
    return read_lines("\n".join([HEAD, *lines]), ZoneInfo("Europe/Moscow"), dt.date(2026, 11, 2))


def load(actor: User, *lines: str, opened: Sequence[str] = ()) -> Plan:
    table = reading(*lines)
    fingerprint = plan_employees(table, opened).fingerprint
    return services.load_employees(reading=table, opened=opened, fingerprint=fingerprint, actor=actor)


def sums(*lines: str, opened: Sequence[str] = ()) -> tuple[int, int, int, int]:
    plan = plan_employees(reading(*lines), opened)
    return len(plan.new), len(plan.changed), plan.unchanged, len(plan.bad)


def rows() -> list[tuple[str, str, str, str]]:
    return [(one.name, str(one.branch or ""), one.department, one.email) for one in Employee.objects.select_related("branch")]


TABLE = [
    "Анна;Заводская;Цех;Мастер;anna@example.org;01.03.2024;",
    "Борис;Заводская;цех ;;;;",
    "Вера;;;;;;01.10.2026",
    "Глеб;;;;shop@example.org;;",
    "Дарья;;;;SHOP@example.org;;",
    "Олег;;;;oleg1@example.org;;",
    "Олег;;;;oleg2@example.org;;",
]


def test_second_load_of_a_table_changes_nothing(owner: User) -> None:
    load(owner, *TABLE, opened=["заводская"])
    before = rows()
    assert before[:2] == [("Анна", "Заводская", "Цех", "anna@example.org"), ("Борис", "Заводская", "Цех", "")]
    assert sums(*TABLE) == (0, 0, 7, 0)
    load(owner, *TABLE)
    assert (rows(), Branch.objects.count()) == (before, 1)


def test_unknown_branch_is_never_opened_silently(owner: User) -> None:
    plan = load(owner, "Анна;Заводская", "Борис;заводская ", "Вера;Садовая", opened=["Садовая"])
    assert (plan.unknown_branches, len(plan.bad)) == ({"Заводская": 2, "Садовая": 1}, 2)
    assert list(Branch.objects.values_list("name", flat=True)) == ["Садовая"]
    assert rows() == [("Вера", "Садовая", "", "")]


def test_branch_whose_people_are_all_wrong_is_not_opened(owner: User) -> None:
    plan = load(owner, "Анна;Садовая;;;nobody", "Борис", opened=["Садовая"])
    assert (plan.opened, Branch.objects.count()) == ([], 0)


def test_known_by_an_address_nobody_else_has_even_under_another_name(owner: User) -> None:
    person = Employee.objects.create(name="Анна Ким", email="Anna@example.org")
    load(owner, "Анна Орлова;;;;anna@example.org")
    person.refresh_from_db()
    assert (person.name, Employee.objects.count()) == ("Анна Орлова", 1)


def test_shared_address_makes_nobody_somebody_else(owner: User) -> None:
    Employee.objects.create(name="Анна", email="shop@example.org")
    load(owner, "Борис;;;;shop@example.org", "Анна;;;;shop@example.org")
    assert [name for name, *_rest in rows()] == ["Анна", "Борис"]


def test_known_by_name_and_branch(owner: User) -> None:
    branch = Branch.objects.create(name="Садовая")
    Employee.objects.create(name="Артём Орлов", branch=branch)
    load(owner, "артем  орлов;садовая;;Мастер")
    person = Employee.objects.get()
    assert (person.name, person.position, person.branch) == ("артем орлов", "Мастер", branch)


def test_same_name_in_another_branch_is_left_to_the_reader(owner: User) -> None:
    here, _there = Branch.objects.create(name="Садовая"), Branch.objects.create(name="Заводская")
    Employee.objects.create(name="Анна", branch=here)
    assert sums("Анна;Заводская") == (0, 0, 0, 1)
    Employee.objects.update(email="anna@example.org")
    assert sums("Анна;Заводская;;;other@example.org") == (1, 0, 0, 0)


@pytest.mark.django_db
def test_namesakes_without_addresses_are_left_to_the_reader() -> None:
    Employee.objects.create(name="Анна")
    Employee.objects.create(name="Анна")
    assert sums("Анна;;Цех") == (0, 0, 0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("second", ["Анна", "анна;;Цех", "Анна;;;;a@example.org"])
def test_second_line_about_one_person_is_refused(second: str) -> None:
    Employee.objects.create(name="Анна")
    assert sums("Анна", second)[3] == 1


@pytest.mark.django_db
def test_second_line_about_somebody_new_is_refused() -> None:
    assert sums("Анна;;Цех", "Анна;;Офис") == (1, 0, 0, 1)


def test_empty_cells_and_missing_people_change_nothing(owner: User) -> None:
    Employee.objects.create(name="Анна", department="Цех", position="Мастер", email="a@example.org")
    Employee.objects.create(name="Борис")
    load(owner, "Анна;;;Старший мастер")
    person = Employee.objects.get(name="Анна")
    assert (person.department, person.position, person.email) == ("Цех", "Старший мастер", "a@example.org")
    assert Employee.objects.filter(name="Борис", left_on=None).exists()


def test_department_is_spelled_as_most_spell_it(owner: User) -> None:
    Employee.objects.bulk_create(Employee(name=f"E{number}", department="Продажи") for number in range(2))
    Employee.objects.create(name="X", department="ПРОДАЖИ")
    load(owner, "Анна;;продажи ", "Борис;;Новый отдел", "Вера;;новый  отдел")
    assert [department for name, _branch, department, _email in rows() if name in {"Анна", "Борис", "Вера"}] == [
        "Продажи",
        "Новый отдел",
        "Новый отдел",
    ]


def test_leaving_before_the_first_day_known_here_is_refused(owner: User) -> None:
    Employee.objects.create(name="Анна", hired_on=dt.date(2026, 5, 1))
    assert load(owner, "Борис", "Анна;;;;;;01.04.2026").bad[0].number == 3
    assert Employee.objects.get(name="Анна").left_on is None


def test_what_changed_since_it_was_looked_at_is_not_loaded(owner: User) -> None:
    table = reading("Анна;;Цех")
    fingerprint = plan_employees(table, []).fingerprint
    Employee.objects.create(name="Анна")
    with pytest.raises(PlanChangedError):
        services.load_employees(reading=table, opened=[], fingerprint=fingerprint, actor=owner)
    assert rows() == [("Анна", "", "", "")]


def test_staff_load_nobody(staff: User) -> None:
    with pytest.raises(PermissionDenied):
        load(staff, "Анна")
    assert rows() == []
