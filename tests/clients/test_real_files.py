"""Whole real files: a public data set and exports of the programs people use."""

import pytest

from clients.models import Client, ClientSum, Import, ImportProblem, Purchase
from clients.queries.rollups import kept_rollups, recount
from clients.services import request_undo, run_due_imports
from company.models import Branch, Employee, User
from tests.clients.imports import DATA, loaded, problems

pytestmark = pytest.mark.django_db


def load_file(name: str, actor: User) -> Import:
    return loaded((DATA / name).read_bytes(), actor, name)


def test_cdnow(manager: User) -> None:
    batch = load_file("cdnow_purchases.csv", manager)
    assert (batch.state, batch.error, batch.rows_total, batch.rows_bad) == ("done", {}, 6919, 0)
    assert (batch.clients_new, batch.purchases_new, Client.objects.count(), Purchase.objects.count()) == (2357, 6919, 2357, 6919)
    assert sum(ClientSum.objects.values_list("cents", flat=True)) == sum(Purchase.objects.values_list("cents", flat=True))
    some = list(Client.objects.values_list("pk", flat=True)[:300])
    assert kept_rollups(some) == recount(some)


def test_the_same_file_twice_changes_nothing(manager: User) -> None:
    load_file("visits_salon_cp1251.csv", manager)
    before = list(Purchase.objects.values_list("pk", "cents")), list(Client.objects.values())
    again = load_file("visits_salon_cp1251.csv", manager)
    assert (again.clients_new, again.clients_updated, again.purchases_new) == (0, 0, 0)
    assert again.changed_nothing
    assert (list(Purchase.objects.values_list("pk", "cents")), list(Client.objects.values())) == before


def test_salon(manager: User) -> None:
    batch = load_file("visits_salon_cp1251.csv", manager)
    assert (batch.encoding, batch.delimiter, batch.preset) == ("cp1251", ";", "yclients")
    assert (batch.state, batch.error, batch.rows_total, batch.rows_bad) == ("done", {}, 1348, 3)
    assert [f"{line} {code}" for line, _column, code in problems(batch)] == [
        "20 no_such_day",
        "63 is_return",
        "114 phone_short",
        "183 not_money",
        "243 id_repeated",
        "243 two_phones",
    ]
    assert (batch.purchases_new, Branch.objects.count(), Employee.objects.count()) == (1345, 3, 2)


def test_amocrm(manager: User) -> None:
    batch = load_file("amocrm_contacts.csv", manager)
    assert (batch.state, batch.error, batch.preset, batch.rows_total, batch.rows_bad) == ("done", {}, "amocrm", 420, 32)
    assert set(ImportProblem.objects.values_list("code", flat=True)) == {"no_domain"}
    assert (batch.clients_new, Purchase.objects.count(), Employee.objects.count()) == (388, 0, 2)


def test_1c(manager: User) -> None:
    batch = load_file("sales_1c.xlsx", manager)
    assert (batch.state, batch.error, batch.preset, batch.rows_total, batch.rows_bad) == ("done", {}, "1c", 900, 0)
    assert (batch.purchases_new, batch.header_row) == (900, 4)
    assert sum(Purchase.objects.values_list("cents", flat=True)) == 3_839_325_50


def test_undo_leaves_no_trace(manager: User) -> None:
    batch = load_file("visits_salon_cp1251.csv", manager)
    assert request_undo(batch=batch, actor=manager)
    run_due_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.error) == ("undone", {})
    assert (Client.objects.count(), Purchase.objects.count(), ClientSum.objects.count()) == (0, 0, 0)
    assert (Branch.objects.count(), Employee.objects.count()) == (0, 0)
