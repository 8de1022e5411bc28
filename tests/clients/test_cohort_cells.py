"""The cells of cohorts kept by triggers equal a recount, whatever is done to purchases and Clients; what is damaged is noticed."""

import datetime as dt
import os
import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Sum
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, ClientDay, ClientMonth, ClientSum, CohortCell, Purchase, RollupCheck, Segment, Spell
from clients.services import check_rollups, fold_cohort_cells, rebuild_rollups, refresh_rollups
from company.models import Branch

pytestmark = pytest.mark.django_db
KEY = ("cohort_month", "month", "segment_id", "branch_id")
START = dt.date(2025, 1, 10)
MARCH = dt.date(2026, 3, 1)


def kept() -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Return the cells, empty ones left aside."""
    totals = CohortCell.objects.order_by().values_list(*KEY).annotate(c=Sum("clients"), p=Sum("n"), money=Sum("cents"))
    return {tuple(key): (c, p, money) for *key, c, p, money in totals if c or p or money}


def recount() -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Add up the purchases one by one, in Python."""
    clients, n, cents = Counter[Any](), Counter[Any](), Counter[Any]()
    for client in Client.objects.all():
        bought = list(Purchase.objects.filter(client=client).values_list("day", "cents"))
        firsts = [day for day, money in bought if money >= 0]
        if not firsts:
            continue
        cohort = min(firsts).replace(day=1)
        seen = set()
        for day, money in bought:
            key = (cohort, max(day.replace(day=1), cohort), client.segment_id, client.branch_id)
            n[key] += money >= 0
            cents[key] += money
            if money >= 0:
                seen.add(key)
        clients.update(seen)
    return {key: (clients[key], n[key], cents[key]) for key in n if clients[key] or n[key] or cents[key]}


def buy(client: Client, *bought: tuple[int, int]) -> None:
    """Save purchases given as (days after START, cents)."""
    Purchase.objects.bulk_create(
        Purchase(client=client, day=START + dt.timedelta(days=offset), cents=cents, fingerprint=os.urandom(16)) for offset, cents in bought
    )


def test_random_changes_keep_the_cells_right() -> None:
    dice = random.Random(20261122)  # noqa: S311 - a seed, not a secret
    places = [None, *(Branch.objects.create(name=f"Филиал {n}") for n in range(3))]
    segments = [None, *(Segment.objects.create(name=f"Сегмент {n}") for n in range(2))]
    for turn in range(60):
        clients = list(Client.objects.order_by("?")[:4])
        match dice.randint(0, 7) if clients else 0:
            case 0 | 1:
                clients = Client.objects.bulk_create(
                    Client(external_id=f"{turn}-{n}", branch=dice.choice(places), segment=dice.choice(segments)) for n in range(3)
                )
                for client in clients:
                    buy(client, *((dice.randint(0, 500), dice.choice([500, 700, -300])) for _ in range(dice.randint(0, 6))))
                refresh_rollups([client.pk for client in clients])
            case 2:
                buy(clients[0], (dice.randint(-200, 500), 900))
                refresh_rollups([clients[0].pk])
            case 3:
                Purchase.objects.filter(client__in=clients[:2]).delete()
                refresh_rollups([client.pk for client in clients[:2]])
            case 4:
                Client.objects.filter(pk__in=[client.pk for client in clients]).update(segment=dice.choice(segments), name="правка")
            case 5:
                clients[0].branch = dice.choice(places)
                clients[0].save()
            case 6 if len(places) > 2:
                dice.choice([place for place in places if place]).delete()
                places = [None, *Branch.objects.all()]
            case 7:
                fold_cohort_cells()
        assert kept() == recount()
    assert len(recount()) > 20
    segments[1].delete()  # type: ignore[union-attr]
    assert kept() == recount()
    rebuild_rollups()
    assert kept() == recount()
    assert check_rollups().is_right


def one_client() -> Client:
    """Save a Client with purchases of two months and their rollups."""
    client = Client.objects.create(external_id="1")
    buy(client, (0, 100), (40, 200))
    rebuild_rollups()
    return client


def test_a_client_removed_with_months_takes_them_out_of_the_cells() -> None:
    client = one_client()
    Purchase.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clients_clientsum; DELETE FROM clients_spell; DELETE FROM clients_client WHERE id = %s", [client.pk])
    assert ClientMonth.objects.count() == 2
    assert kept() == {}
    ClientMonth.objects.all().delete()
    assert kept() == {}


def test_who_only_brought_something_back_in_a_month_bought_nothing_in_it() -> None:
    client = Client.objects.create(external_id="1")
    buy(client, (0, 1000), (40, -200))
    refresh_rollups([client.pk])
    january, february = dt.date(2025, 1, 1), dt.date(2025, 2, 1)
    assert kept() == {(january, january, None, None): (1, 1, 1000), (january, february, None, None): (0, 0, -200)}


def test_a_month_changed_in_place_is_noticed() -> None:
    one_client()
    ClientMonth.objects.update(n=F("n") + 1)
    assert sum(n for _clients, n, _cents in kept().values()) == 4


def test_folding_changes_no_value_and_leaves_one_row_a_cell() -> None:
    client = one_client()
    for cents in (100, 200, 300):
        buy(client, (0, cents))
        refresh_rollups([client.pk])
    before = kept()
    assert CohortCell.objects.count() > 2
    fold_cohort_cells()
    assert (kept(), CohortCell.objects.count()) == (before, 2)


DAMAGES: dict[str, Any] = {
    "client_day": lambda: ClientDay.objects.filter(cents=100).update(cents=101),
    "client_sum": lambda: ClientSum.objects.update(n_days=3),
    "client_month": lambda: ClientMonth.objects.filter(cents=100).update(cents=101),
    "spell": lambda: Spell.objects.update(cents=F("cents") + 1),
    "cells": lambda: CohortCell.objects.filter(cents=100).update(clients=2),
}


@pytest.mark.parametrize("rollup", DAMAGES)
def test_one_damaged_row_raises_the_alarm_and_is_counted_anew(rollup: str, caplog: pytest.LogCaptureFixture) -> None:
    client = one_client()
    assert check_rollups().is_right
    assert not caplog.records
    DAMAGES[rollup]()
    found = check_rollups()
    assert not found.is_right
    assert (found.differing, found.cells > 0) == ([] if rollup == "cells" else [client.pk], rollup == "cells")
    assert (rollup in found.unbalanced) == (rollup != "cells")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert RollupCheck.objects.count() == 2
    assert check_rollups().is_right


@pytest.mark.parametrize("rollup", [name for name in DAMAGES if name != "cells"])
def test_totals_find_damage_in_a_client_the_sample_missed(rollup: str) -> None:
    one_client()
    DAMAGES[rollup]()
    found = check_rollups(sample=0)
    assert found.differing == []
    assert rollup in found.unbalanced
    assert check_rollups().is_right


def test_a_row_nobody_bought_is_removed() -> None:
    one_client()
    stranger = Client.objects.create(external_id="2")
    ClientMonth.objects.create(client=stranger, month=MARCH, cohort_month=MARCH, n=1, cents=5)
    assert check_rollups(sample=0).unbalanced == ["client_month"]
    assert ClientMonth.objects.filter(client=stranger).count() == 0
    assert kept() == recount()


def test_the_owner_is_warned_until_a_check_finds_all_right(as_owner: Browser) -> None:
    url = reverse("clients:rollup_warning")
    one_client()
    assert as_owner.get(url).content.decode().strip() == ""
    CohortCell.objects.update(n=7)
    check_rollups()
    page = as_owner.get(url).content.decode()
    assert ('role="alert"' in page, "2 " in page) == (True, True)
    check_rollups()
    assert as_owner.get(url).content.decode().strip() == ""


@pytest.mark.parametrize("page", ["programme:overview", "metrics:pool"])
def test_pages_of_money_ask_for_the_warning_for_owners_alone(as_owner: Browser, as_manager: Browser, page: str) -> None:
    asked = [reverse("clients:rollup_warning") in browser.get(reverse(page)).content.decode() for browser in (as_owner, as_manager)]
    assert asked == [True, False]


@pytest.mark.django_db(transaction=True)
def test_purchases_and_moves_of_the_same_clients_at_once_neither_deadlock_nor_get_lost() -> None:
    segments = [Segment.objects.create(name=f"Сегмент {n}") for n in range(2)]
    clients = Client.objects.bulk_create(Client(external_id=str(n), segment=segments[0]) for n in range(8))
    for number, client in enumerate(clients):
        buy(client, (30 * number, 100), (30 * number + 50, 100))
    rebuild_rollups()
    errors: list[Exception] = []

    def work(turns: range, *, buying: bool) -> None:
        try:
            for turn in turns:
                if buying:
                    mine = clients[turn % 8 :] + clients[: turn % 8]
                    buy(mine[0], (turn * 7, 50))
                    refresh_rollups([client.pk for client in mine[:5]])
                else:
                    Client.objects.filter(pk=clients[turn % 8].pk).update(segment=segments[turn % 2])
                    fold_cohort_cells()
        except Exception as error:  # noqa: BLE001 - told to the test, which fails on any
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=(range(start, start + 12),), kwargs={"buying": buying})
        for start, buying in ((0, True), (5, True), (0, False), (3, False))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert kept() == recount()
