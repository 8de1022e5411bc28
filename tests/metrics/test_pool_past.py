"""On any past date the pool shows what was known then, and every figure opens the Clients behind it."""

import datetime as dt
import os
import random
from typing import Any

import pytest

from clients.models import Client, ClientDay, ClientMonth, ClientSum, Purchase, Segment, Spell
from clients.services import rebuild_rollups
from common.periods import add_months
from company.models import Branch
from metrics import queries
from metrics.formulas.pool import PoolMonth
from metrics.queries.pool import client_worth
from metrics.queries.pool_clients import PoolKind, pool_clients
from tests.metrics.world import regular, write

pytestmark = pytest.mark.django_db
START, TODAY = dt.date(2024, 1, 5), dt.date(2026, 3, 20)


def invent(clients: int = 40) -> None:
    """Save Clients of very different rhythms, with silences, returns of goods and returns of people."""
    dice = random.Random(7)  # noqa: S311 - a seed, not a secret
    branch, segment = Branch.objects.create(name="Север"), Segment.objects.create(name="Опт")
    for number in range(clients):
        client = Client.objects.create(external_id=str(number), branch=dice.choice([None, branch]), segment=dice.choice([None, segment]))
        day = START + dt.timedelta(days=dice.randint(0, 500))
        bought: list[Purchase] = []
        while day <= TODAY and len(bought) < 25:
            bought.append(Purchase(client=client, day=day, cents=dice.choice([500, 900, -100]), fingerprint=os.urandom(16)))
            day += dt.timedelta(days=dice.choice([3, 8, 15, 40, 90, 210, 400]))
        Purchase.objects.bulk_create(bought)
    rebuild_rollups()


def test_any_past_date_shows_what_was_known_then() -> None:
    invent()
    days = [dt.date(2026, 3, 1), dt.date(2025, 12, 31), dt.date(2025, 8, 17), dt.date(2025, 2, 28), dt.date(2024, 9, 9)]
    shown = {day: queries.pool_months(today=day, months=14) for day in days}
    assert any(row.returned for row in shown[days[0]])
    for day in days:
        Purchase.objects.filter(day__gt=day).delete()
        rebuild_rollups()
        assert queries.pool_months(today=day, months=14) == shown[day]


def test_a_silence_that_was_not_over_then_is_not_cut_by_a_later_purchase() -> None:
    client = Client.objects.create(external_id="1")
    for day in (dt.date(2025, 1, 10), dt.date(2025, 6, 20)):
        Purchase.objects.create(client=client, day=day, cents=100, fingerprint=os.urandom(16))
    rebuild_rollups()
    assert [row.active for row in queries.pool_months(today=dt.date(2025, 5, 31), months=5)] == [1] * 5
    assert Spell.objects.get().last_day == dt.date(2025, 6, 20)


@pytest.mark.parametrize("group", ["all", "branch", "segment"])
@pytest.mark.parametrize("today", [TODAY, dt.date(2025, 8, 17)])
def test_every_figure_opens_as_many_clients(group: str, today: dt.date) -> None:
    invent()
    groups: dict[str, dict[str, Any]] = {
        "all": {},
        "branch": {"branch": Branch.objects.get()},
        "segment": {"segment": Segment.objects.get()},
    }
    chosen = groups[group]
    rows = queries.pool_months(today=today, months=14, **chosen)
    assert sum(row.left for row in rows) > 0
    for row in rows:
        listed = [pool_clients(kind, row.month, today=today, **chosen).values_list("pk", flat=True) for kind in PoolKind]
        assert [len(each) for each in listed] == [row.active, row.came, row.returned, row.left]
        assert all(len(set(each)) == len(each) for each in listed)


def test_the_day_beside_a_client_is_when_it_happened() -> None:
    write({"a": [(dt.date(2025, 1, 10), 100), (dt.date(2025, 9, 1), 100)]}, patience=30)
    months = {PoolKind.CAME: dt.date(2025, 1, 1), PoolKind.LEFT: dt.date(2025, 2, 1), PoolKind.RETURNED: dt.date(2025, 9, 1)}
    people: dict[PoolKind, list[Any]] = {kind: list(pool_clients(kind, month, today=TODAY)) for kind, month in months.items()}
    found = {kind: [client.day for client in clients] for kind, clients in people.items()}
    assert found == {
        PoolKind.CAME: [dt.date(2025, 1, 10)],
        PoolKind.LEFT: [dt.date(2025, 2, 10)],
        PoolKind.RETURNED: [dt.date(2025, 9, 1)],
    }
    assert not pool_clients(PoolKind.LEFT, dt.date(2025, 2, 1), today=dt.date(2025, 2, 9)).exists()


def test_a_segment_sees_its_own_clients_alone() -> None:
    segment = Segment.objects.create(name="Опт")
    write(regular(3, first=dt.date(2026, 1, 5), every=10, times=7, cents=100), segment=segment)
    write(regular(2, first=dt.date(2026, 1, 5), every=10, times=7, cents=100, prefix="d"))
    assert queries.pool_months(today=TODAY, months=1, segment=segment) == [PoolMonth(dt.date(2026, 3, 1), 3, 0, 0, 0)]
    assert queries.pool_months(today=TODAY, months=1)[0].active == 5


def test_the_worth_of_a_small_group_is_that_of_all_clients() -> None:
    segment = Segment.objects.create(name="Опт")
    write(regular(60, first=dt.date(2024, 1, 5), every=30, times=4, cents=100_000))
    write(regular(2, first=dt.date(2026, 1, 5), every=10, times=7, cents=100, prefix="d"), segment=segment)
    own, all_together = client_worth(today=TODAY, segment=segment), client_worth(today=TODAY)
    assert (own.is_own, all_together.is_own) == (False, True)
    assert own.price == all_together.price
    assert own.month_cents
    assert client_worth(today=START).price is None


def test_months_reach_back_before_the_first_client() -> None:
    assert queries.pool_months(today=TODAY, months=2) == [PoolMonth(add_months(dt.date(2026, 3, 1), -1 + n), 0, 0, 0, 0) for n in range(2)]
    assert [model.objects.count() for model in (ClientDay, ClientMonth, ClientSum)] == [0, 0, 0]
