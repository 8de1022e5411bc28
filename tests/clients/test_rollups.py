"""The rollups equal what the raw purchases say."""

import datetime as dt
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.formulas.rhythm import DayTotal, patience_days, spells_of
from clients.models import Client, ClientDay, ClientMonth, ClientSum, CohortCell, Purchase, RollupCheck, Spell
from clients.queries.rollups import kept_rollups, recount
from clients.services import add_purchase, check_rollups, new_request_key, rebuild_rollups, refresh_rollups
from company.models import User

START = dt.date(2024, 1, 10)
PURCHASES = st.lists(st.tuples(st.integers(0, 900), st.integers(-5000, 20000)), max_size=14)


def make_client(purchases: list[tuple[int, int]], number: str = "1") -> Client:
    """Save a Client with purchases given as (days after START, cents)."""
    client = Client.objects.create(external_id=number)
    Purchase.objects.bulk_create(
        Purchase(client=client, day=START + dt.timedelta(days=offset), cents=cents, fingerprint=os.urandom(16))
        for offset, cents in purchases
    )
    return client


def days(*offsets: int) -> list[dt.date]:
    return [START + dt.timedelta(days=offset) for offset in offsets]


@pytest.mark.parametrize(
    ("offsets", "patience"),
    [
        ((), 180),
        ((0,), 180),
        ((0, 400), 180),
        ((0, 10, 20), 30),
        ((0, 20, 40), 60),
        ((0, 300, 600), 365),
        ((0, 7, 33), 50),
        ((0, 0, 33), 180),
    ],
)
def test_patience_is_three_mean_gaps_within_limits(offsets: tuple[int, ...], patience: int) -> None:
    assert patience_days(days(*offsets)) == patience


def test_patience_is_rounded_half_up() -> None:
    assert patience_days(days(0, 7, 33)) == 50
    assert patience_days(days(0, 7, 14, 21, 47)) == 35


def test_a_spell_ends_by_the_rhythm_known_then() -> None:
    spells = spells_of({day: DayTotal(1, 100) for day in days(0, 20, 40, 101, 110)})
    assert [(spell.n_days, spell.patience) for spell in spells] == [(3, 60), (2, 83)]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(purchases=PURCHASES)
def test_sql_agrees_with_python(purchases: list[tuple[int, int]]) -> None:
    Purchase.objects.all().delete()
    Client.objects.all().delete()
    client = make_client(purchases)
    refresh_rollups([client.pk])
    assert kept_rollups([client.pk]) == recount([client.pk])


@pytest.mark.django_db
def test_a_return_is_money_but_no_purchase() -> None:
    client = make_client([(0, 10000), (5, -3000)])
    refresh_rollups([client.pk])
    total = ClientSum.objects.get()
    assert (total.n_days, total.n_purchases, total.cents, total.first_cents, total.last_day) == (1, 1, 7000, 10000, START)
    assert list(ClientDay.objects.order_by("day").values_list("n", "cents")) == [(1, 10000), (0, -3000)]
    assert Spell.objects.get().cents == 7000


@pytest.mark.django_db
def test_a_return_before_the_first_purchase_stands_in_its_month() -> None:
    client = make_client([(0, -3000), (60, 10000)])
    refresh_rollups([client.pk])
    month = ClientMonth.objects.get()
    assert (month.month, month.cohort_month, month.n, month.cents) == (dt.date(2024, 3, 1), dt.date(2024, 3, 1), 1, 7000)


@pytest.mark.django_db
def test_returns_only_make_no_buyer() -> None:
    client = make_client([(0, -3000)])
    refresh_rollups([client.pk])
    assert (ClientSum.objects.count(), ClientMonth.objects.count(), Spell.objects.count(), ClientDay.objects.count()) == (0, 0, 0, 1)


@pytest.mark.django_db
def test_refresh_writes_only_what_has_changed() -> None:
    client = make_client([(0, 100), (40, 200), (80, 300)])
    refresh_rollups([client.pk])
    before = CohortCell.objects.count()
    refresh_rollups([client.pk])
    assert CohortCell.objects.count() == before
    Purchase.objects.filter(cents=300).update(cents=301)
    refresh_rollups([client.pk])
    assert list(CohortCell.objects.order_by("id").values_list("cents", flat=True)[before:]) == [-300, 301]
    assert kept_rollups([client.pk]) == recount([client.pk])


@pytest.mark.django_db
def test_refresh_leaves_other_clients_alone() -> None:
    first, second = make_client([(0, 100)]), make_client([(0, 200)], "2")
    rebuild_rollups()
    Purchase.objects.filter(client=first).delete()
    Purchase.objects.filter(client=second).update(cents=300)
    refresh_rollups([first.pk])
    assert list(ClientSum.objects.values_list("client_id", "cents")) == [(second.pk, 200)]


@pytest.mark.django_db
def test_check_finds_a_wrong_rollup(caplog: pytest.LogCaptureFixture) -> None:
    client = make_client([(0, 100)])
    rebuild_rollups()
    assert check_rollups().differing == []
    ClientSum.objects.update(cents=101)
    assert check_rollups().differing == [client.pk]
    assert RollupCheck.objects.count() == 2
    assert "Rollups differ from purchases for 1 of 1 Clients" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_purchases_of_one_client_at_once_are_both_counted(owner: User) -> None:
    client = Client.objects.create(name="Анна")
    is_held, may_end = threading.Event(), threading.Event()

    def add(cents: int) -> None:
        with closing(connection), transaction.atomic():
            fields: dict[str, Any] = {
                "day": dt.date(2026, 1, 2),
                "product": "",
                "branch": None,
                "request_key": new_request_key(),
                "actor": owner,
            }
            add_purchase(client=client, cents=cents, **fields)
            is_held.set()
            may_end.wait(2)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(add, 100)
        is_held.wait(10)
        second = pool.submit(add, 30)
        first.result()
        second.result()
    assert ClientSum.objects.get().cents == 130
