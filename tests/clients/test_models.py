"""The database refuses impossible rows."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from clients.models import Client, ClientSum, Purchase, Spell, ValueBand

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 1, 2)


def refused(row: Model) -> bool:
    """Say whether the database refuses to save the row."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "row",
    [
        Client(),
        Client(external_id=""),
        Client(name="Анна", phone="89000000000"),
        Purchase(client_id=999, day=DAY, cents=1, fingerprint=b"x"),
        ValueBand(up_to=0),
        ClientSum(client_id=1, first_day=DAY, last_day=DAY, n_days=0, n_purchases=0, cents=0, first_cents=0),
        Spell(client_id=1, first_day=DAY, last_day=dt.date(2026, 1, 1), patience=30, n_days=1, cents=0),
    ],
)
def test_impossible_rows_are_refused(row: Model) -> None:
    assert refused(row)


def test_an_amount_beyond_reason_is_refused(db: None) -> None:
    client = Client.objects.create(name="Анна")
    assert refused(Purchase(client=client, day=DAY, cents=10**13 + 1, fingerprint=b"x"))


def test_the_same_purchase_twice_is_refused(db: None) -> None:
    client = Client.objects.create(name="Анна")
    Purchase.objects.create(client=client, day=DAY, cents=1, fingerprint=b"x")
    assert refused(Purchase(client=client, day=DAY, cents=1, fingerprint=b"x"))


def test_a_client_with_purchases_cannot_vanish_below_them(db: None) -> None:
    client = Client.objects.create(name="Анна")
    Purchase.objects.create(client=client, day=DAY, cents=1, fingerprint=b"x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.filter(pk=client.pk)._raw_delete("default")  # noqa: SLF001 - past Django's cascade, as raw SQL would
    client.delete()
    assert Purchase.objects.count() == 0
