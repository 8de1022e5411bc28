"""The demo firm's Clients and three years of their purchases."""

import datetime as dt
import hashlib

import numpy as np

from clients.models import Channel, Client, Purchase, Segment
from clients.services import ensure_value_bands, rebuild_rollups
from company.models import Branch, Employee, User
from programme.demo.firm import MANAGER
from programme.demo.people import COMPANIES, draw_person, phone_number
from programme.demo.purchases import History, draw_histories

CHANNELS = ("Посоветовали знакомые", "Увидели вывеску", "Карты в интернете", "Сайт", "Листовка")
CHANNEL_SHARES = (0.38, 0.24, 0.2, 0.12, 0.06)


def create_clients(random: np.random.Generator, today: dt.date, people: int) -> None:
    """Save the Clients with their purchases, then build the rollups that every page reads."""
    ensure_value_bands()
    histories = draw_histories(random, today, people, len(COMPANIES))
    clients = Client.objects.bulk_create(build_clients(random, histories), batch_size=1000)
    branches = {branch.name: branch for branch in Branch.objects.all()}
    Purchase.objects.bulk_create(
        (
            Purchase(
                client=client,
                day=day,
                cents=cents,
                product=product,
                branch=branches[history.branch],
                fingerprint=hashlib.blake2b(f"demo:{client.external_id}:{number}".encode(), digest_size=16).digest(),
            )
            for client, history in zip(clients, histories, strict=True)
            for number, (day, cents, product) in enumerate(history.rows)
        ),
        batch_size=2000,
    )
    rebuild_rollups()


def build_clients(random: np.random.Generator, histories: list[History]) -> list[Client]:
    """Return unsaved Clients for the histories; firms have a responsible person, one in nine people has no e-mail."""
    branches = {branch.name: branch for branch in Branch.objects.all()}
    private, firms = Segment.objects.create(name="Частные"), Segment.objects.create(name="Компании")
    channels = [Channel.objects.create(name=name) for name in CHANNELS]
    responsible = Employee.objects.get(user=User.objects.get(email=MANAGER))
    firm_names = iter(COMPANIES)
    return [
        Client(
            external_id=f"К-{number:05d}",
            name=next(firm_names) if history.is_firm else draw_person(random).name,
            phone=phone_number(number),
            email=f"client{number}@example.org" if history.is_firm or random.random() < 8 / 9 else "",
            branch=branches[history.branch],
            segment=firms if history.is_firm else private,
            channel=channels[int(random.choice(len(channels), p=CHANNEL_SHARES))],
            responsible=responsible if history.is_firm else None,
        )
        for number, history in enumerate(histories, start=1)
    ]
