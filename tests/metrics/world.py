"""Clients with purchases, their rollups written straight to the tables: these tests are about reading them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from clients.models import Client, ClientMonth, ClientSum, Spell

Bought = tuple[dt.date, int]
PATIENCE = 90


def stretches(days: Iterable[dt.date], patience: int = PATIENCE) -> list[list[dt.date]]:
    """Cut purchase days where the silence is longer than the patience."""
    found: list[list[dt.date]] = []
    for day in sorted(set(days)):
        if found and (day - found[-1][-1]).days <= patience:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def client_sum(client: Client, bought: list[Bought]) -> ClientSum:
    """Make the row of sums."""
    days = sorted({day for day, _cents in bought})
    first_cents = sum(cents for day, cents in bought if day == days[0])
    cents = sum(cents for _day, cents in bought)
    return ClientSum(
        client=client, first_day=days[0], last_day=days[-1], n_days=len(days), n_purchases=len(bought), cents=cents, first_cents=first_cents
    )


def client_spells(client: Client, bought: list[Bought], patience: int) -> list[Spell]:
    """Make the rows of stretches."""
    money: dict[dt.date, int] = defaultdict(int)
    for day, cents in bought:
        money[day] += cents
    return [
        Spell(
            client=client,
            first_day=days[0],
            last_day=days[-1],
            patience=patience,
            n_days=len(days),
            cents=sum(money[day] for day in days),
        )
        for days in stretches(money, patience)
    ]


def client_months(client: Client, bought: list[Bought]) -> list[ClientMonth]:
    """Make the rows of months."""
    months: dict[dt.date, list[int]] = defaultdict(list)
    for day, cents in bought:
        months[day.replace(day=1)].append(cents)
    cohort = min(months)
    return [ClientMonth(client=client, month=month, cohort_month=cohort, n=len(each), cents=sum(each)) for month, each in months.items()]


def write(purchases: Mapping[str, list[Bought]], *, patience: int = PATIENCE, **fields: Any) -> list[Client]:
    """Save Clients named by their numbers with the rollups of their purchases."""
    clients = Client.objects.bulk_create(Client(external_id=number, **fields) for number in purchases)
    pairs = list(zip(clients, purchases.values(), strict=True))
    ClientSum.objects.bulk_create(client_sum(client, bought) for client, bought in pairs)
    Spell.objects.bulk_create(spell for client, bought in pairs for spell in client_spells(client, bought, patience))
    ClientMonth.objects.bulk_create(row for client, bought in pairs for row in client_months(client, bought))
    return clients


def regular(count: int, *, first: dt.date, every: int, times: int, cents: int, prefix: str = "c") -> dict[str, list[Bought]]:
    """Invent so many Clients who bought so many times at an even pace."""
    days = [first + dt.timedelta(days=every * number) for number in range(times)]
    return {f"{prefix}{number}": [(day, cents) for day in days] for number in range(count)}
