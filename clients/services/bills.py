"""Bills with a day to pay by: written by hand and loaded from a table. The same number of the same Client is the same bill."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Protocol

from django.db import connection, transaction

from clients.models import Bill, Client
from clients.services.rightness import refresh_right_scores
from company.models import User

logger = logging.getLogger(__name__)
BILLS_LOCK = 7_238_020


class Sound(Protocol):
    """A sound line of a table of bills."""

    @property
    def client(self) -> Client:
        """Whose bill it is."""

    @property
    def number(self) -> str:
        """Its number."""

    @property
    def due_on(self) -> dt.date:
        """When it was to be paid."""

    @property
    def paid_on(self) -> dt.date | None:
        """When it was."""

    @property
    def cents(self) -> int:
        """Its amount."""


@transaction.atomic
def save_bill(*, client: Client, number: str, due_on: dt.date, paid_on: dt.date | None, cents: int, today: dt.date, actor: User) -> Bill:  # noqa: PLR0913 - what a bill is
    """Write a bill down, or change the one of this number."""
    values = {"due_on": due_on, "paid_on": paid_on, "cents": cents}
    bill, _created = Bill.objects.update_or_create(client=client, number=number, defaults=values)
    refresh_right_scores(client_ids=[client.pk], today=today)
    logger.info("Bill %s of Client %s saved by user %s", bill.pk, client.pk, actor.pk)
    return bill


@transaction.atomic
def delete_bill(*, bill: Bill, today: dt.date, actor: User) -> bool:
    """Forget a bill entered by mistake. False when it was gone already."""
    gone, _by_model = Bill.objects.filter(pk=bill.pk).delete()
    refresh_right_scores(client_ids=[bill.client_id], today=today)
    logger.info("Bill %s of Client %s deleted by user %s", bill.pk, bill.client_id, actor.pk)
    return bool(gone)


@transaction.atomic
def load_bills(*, lines: Sequence[Sound], today: dt.date, actor: User) -> int:
    """Write all lines, or none; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BILLS_LOCK])
    kept = {(bill.client_id, bill.number): bill.paid_on for bill in Bill.objects.filter(client__in={line.client.pk for line in lines})}
    bills = [
        Bill(
            client=line.client,
            number=line.number,
            due_on=line.due_on,
            paid_on=line.paid_on or kept.get((line.client.pk, line.number)),
            cents=line.cents,
        )
        for line in lines
    ]
    Bill.objects.bulk_create(
        bills,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["client", "number"],
        update_fields=["due_on", "paid_on", "cents"],
    )
    refresh_right_scores(client_ids={line.client.pk for line in lines}, today=today)
    logger.info("%s bills loaded by user %s", len(bills), actor.pk)
    return len(bills)
