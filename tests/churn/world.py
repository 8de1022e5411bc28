"""A small company with a history of purchases, and ready outcomes of calls."""

import datetime as dt
import itertools
import os
import uuid
from typing import Any

from churn.enums import CallOutcome, Detection, ReasonGroup
from churn.models import Leaver, Reason
from churn.services import CallRecord
from clients.models import Client, Purchase
from clients.services import refresh_rollups
from company.enums import Role
from company.models import Employee, User

TODAY = dt.date(2026, 5, 20)
RUBLE = 100
numbers = itertools.count(1)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days)


def buy(client: Client, *days: int, cents: int = 1000 * RUBLE, product: str = "") -> None:
    """Save a purchase so many days ago, each, and count the rollups."""
    Purchase.objects.bulk_create(
        Purchase(client=client, day=ago(day), cents=cents, product=product, fingerprint=os.urandom(16)) for day in days
    )
    refresh_rollups([client.pk])


def make_client(name: str = "", *days: int, cents: int = 1000 * RUBLE, **fields: Any) -> Client:
    """Save a Client who bought so many days ago."""
    client = Client.objects.create(name=name or f"Клиент {next(numbers)}", **fields)
    if days:
        buy(client, *days, cents=cents)
    return client


def make_leaver(client: Client | None = None, *, left: int = 10, **fields: Any) -> Leaver:
    """Save a leaver who left so many days ago, without looking for them."""
    values: dict[str, Any] = {
        "last_purchase_on": ago(left + 181),
        "left_on": ago(left),
        "noticed_on": TODAY,
        "detection": Detection.RECENCY,
        "at_risk_cents": 5000 * RUBLE,
    }
    return Leaver.objects.create(client=client or make_client(), **(values | fields))


def make_colleague(name: str, role: Role = Role.MANAGER, **fields: Any) -> User:
    """Save one more user."""
    return User.objects.create_user(f"user{next(numbers)}@example.org", name=name, role=role, **fields)


def responsible_employee(user: User | None, name: str = "Олег Дунаев") -> Employee:
    """Save the employee behind a user, to make them responsible for Clients."""
    return Employee.objects.create(name=name, user=user)


def make_reason(name: str = "Сорвали срок", *, group: ReasonGroup = ReasonGroup.OURSELVES, is_within_power: bool = True) -> Reason:
    return Reason.objects.get_or_create(name=name, group=group, defaults={"is_within_power": is_within_power})[0]


def talk(**fields: Any) -> CallRecord:
    """Return a talk with one reason."""
    reasons = fields.pop("reasons", None) or [make_reason()]
    values: dict[str, Any] = {"outcome": CallOutcome.TALKED, "request_key": uuid.uuid4(), "attempt": 0, "reasons": reasons}
    return CallRecord(**(values | fields))


def missed(**fields: Any) -> CallRecord:
    """Return a call nobody took."""
    values: dict[str, Any] = {"outcome": CallOutcome.NO_ANSWER, "request_key": uuid.uuid4(), "attempt": 0, "next_call_on": ago(-1)}
    return CallRecord(**(values | fields))
