"""Bills of firms, words of colleagues and a few complaints of the demo firm; then the scores and signs they make."""

import datetime as dt
import uuid

import numpy as np

from churn.services.warnings import count_warnings
from clients.enums import IncidentKind, MarkKind
from clients.models import Bill, Client, ClientMark, ClientSum, Incident
from clients.services.rightness import count_right_scores
from company.models import Company, User
from programme.demo.firm import CLERK, MANAGER

SEED = 19
FIRMS, LATE_SHARE = 40, 0.3
MARKS = [
    (MarkKind.DEMANDS, 2, "Просит переделать бесплатно каждый заказ, хотя брака нет"),
    (MarkKind.DEMANDS, 1, "Звонит по пять раз в день, пока заказ в работе"),
    (MarkKind.RUDE, 3, "Накричал на приёмщицу при других Клиентах"),
    (MarkKind.RUDE, 1, "Разговаривает свысока"),
]
COMPLAINTS = [
    "Пальто вернули со следами утюга",
    "Заказ не был готов к обещанному дню",
    "На приёме никто не подходил десять минут",
]


def create_rightness(now: dt.datetime) -> None:
    """Save what is known beside purchases, and count everything as the night does."""
    random, today = np.random.default_rng(SEED), now.date()
    create_bills(random, today)
    create_words(random, today)
    count_right_scores(today=today)
    count_warnings(today=today, zone=Company.objects.get().time_zone)


def create_bills(random: np.random.Generator, today: dt.date) -> None:
    """Bill the dearest firms every month for half a year; some pay late, a few have not paid yet."""
    firms = Client.objects.filter(segment__name="Компании", sum__isnull=False).order_by("-sum__cents", "pk")[:FIRMS]
    bills = []
    for firm in firms:
        is_slow = random.random() < LATE_SHARE
        for month in range(6):
            due = today - dt.timedelta(days=12 + 30 * month)
            delay = int(random.integers(10, 60)) if is_slow else int(random.integers(-4, 4))
            paid = due + dt.timedelta(days=delay)
            cents = int(random.integers(80, 900)) * 10_000
            number = f"С-{firm.pk}-{6 - month}"
            bills.append(Bill(client=firm, number=number, due_on=due, paid_on=paid if paid <= today else None, cents=cents))
    Bill.objects.bulk_create(bills)


def create_words(random: np.random.Generator, today: dt.date) -> None:
    """Let colleagues say who is hard to serve, and Clients complain."""
    authors = list(User.objects.filter(email__in=[MANAGER, CLERK]).order_by("email"))
    ids = list(ClientSum.objects.filter(n_days__gte=3).order_by("client_id").values_list("client_id", flat=True))
    chosen = [int(pk) for pk in random.permutation(ids)[:30]]
    marks, complaints = chosen[:12], chosen[12:]
    ClientMark.objects.bulk_create(
        ClientMark(
            client_id=pk,
            kind=kind,
            degree=degree,
            reason=reason,
            author=authors[position % len(authors)],
            made_on=today - dt.timedelta(days=9 * position + 3),
        )
        for position, pk in enumerate(marks)
        for kind, degree, reason in [MARKS[position % len(MARKS)]]
    )
    for position, pk in enumerate(complaints):
        days = 11 * position + 2
        incident = Incident.objects.create(
            client_id=pk,
            kind=IncidentKind.COMPLAINT,
            happened_on=today - dt.timedelta(days=days),
            words=COMPLAINTS[position % len(COMPLAINTS)],
            author=authors[position % len(authors)],
            request_key=uuid.UUID(bytes=random.bytes(16)),
        )
        Incident.objects.filter(pk=incident.pk).update(created_at=dt.datetime.combine(incident.happened_on, dt.time(12), dt.UTC))
