"""What channels cost the demo firm, who called, who of the receptionists turned calls into Clients, and what keeping cost."""

import datetime as dt

import numpy as np

from clients.models import Channel
from common.periods import add_months, month_of
from company.models import Employee, User
from metrics.models import ChannelMonth, KeepingMonth
from metrics.queries.chain import counted_clients
from programme.demo.firm import MANAGER

MONTHS = 24
# Of a hundred who call, how many become Clients; what a call costs, minor units; whether receptionists count their calls.
PAID = {
    "Увидели вывеску": (0.52, 36_000, False),
    "Карты в интернете": (0.34, 104_000, True),
    "Сайт": (0.22, 124_000, True),
    "Листовка": (0.11, 56_000, False),
}
BETTER_SHARE, CALLS_SHARE = 0.64, 0.5
KEEPING = ("Открытки и письма", "Подарки к праздникам", "Чистка за наш счёт после жалоб", "Карты постоянных Клиентов")


def create_chain(random: np.random.Generator, now: dt.datetime) -> None:
    """Type in the months that are over, as the manager would; new Clients stay to be counted from purchases."""
    end, manager = month_of(now.date()), User.objects.get(email=MANAGER)
    first = add_months(end, -MONTHS)
    people = list(Employee.objects.filter(department="Приёмные", user=None).order_by("pk")[:2])
    counted = counted_clients(first, end)
    rows: list[ChannelMonth] = []
    for channel in Channel.objects.filter(name__in=PAID).order_by("name"):
        for number in range(MONTHS):
            month = add_months(first, number)
            clients = sum(group.clients for (when, where, _who), group in counted.items() if (when, where) == (month, channel.pk))
            rows += month_rows(random, month, channel, clients, people)
    for row in rows:
        row.changed_by = manager
    ChannelMonth.objects.bulk_create(rows)
    KeepingMonth.objects.bulk_create(
        KeepingMonth(
            month=add_months(first, number),
            cents=int(random.integers(60, 110)) * 60_000,
            note=KEEPING[number % len(KEEPING)],
            changed_by=manager,
        )
        for number in range(MONTHS)
    )


def month_rows(random: np.random.Generator, month: dt.date, channel: Channel, clients: int, people: list[Employee]) -> list[ChannelMonth]:
    """Make one channel's month: spend in the channel's own line, calls there or with those who answered them."""
    conversion, price, is_shared = PAID[channel.name]
    contacts = max(round(clients / conversion * random.uniform(0.85, 1.15)), clients + 2)
    spend = round(contacts * price * random.uniform(0.85, 1.15) / 10_000) * 10_000
    own = ChannelMonth(month=month, channel=channel, spend_cents=spend)
    if not is_shared or len(people) < 2:
        own.contacts = contacts
        return [own]
    better = int(random.binomial(clients, BETTER_SHARE))
    calls = min(max(round(contacts * CALLS_SHARE), better), contacts - (clients - better))
    held = zip(people, (calls, contacts - calls), (better, clients - better), strict=True)
    return [
        own,
        *(
            ChannelMonth(month=month, channel=channel, manager=person, manager_name=person.name, contacts=mine, new_clients=became)
            for person, mine, became in held
        ),
    ]
