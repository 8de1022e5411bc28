"""The Clients behind a figure of the chain."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from clients.models import Channel, Client
from company.models import Employee


@dataclass(frozen=True)
class NewClients:
    """Whom to list: their first purchase was from `first` to before `end`, and where they came from."""

    first: dt.date
    end: dt.date
    channel: Channel | None = None
    manager: Employee | None = None


def new_clients(wanted: NewClients) -> QuerySet[Client]:
    """List the Clients, those who brought most first."""
    found = Client.objects.filter(sum__first_day__gte=wanted.first, sum__first_day__lt=wanted.end)
    if wanted.channel:
        found = found.filter(channel=wanted.channel)
    if wanted.manager:
        found = found.filter(responsible=wanted.manager)
    return found.select_related("sum", "channel", "responsible").order_by("-sum__cents", "pk")


def new_client_rows(wanted: NewClients) -> Iterator[list[Any]]:
    """Yield the same as rows of a file."""
    for client in new_clients(wanted).iterator(chunk_size=2000):
        summed = client.sum
        names = [str(client), client.channel.name if client.channel else "", client.responsible.name if client.responsible else ""]
        yield [*names, summed.first_day.isoformat(), summed.n_purchases, summed.cents / 100]
