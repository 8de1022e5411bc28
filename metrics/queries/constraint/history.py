"""What the ranking was on days gone by."""

import datetime as dt

from django.db.models import Max

from clients.models import Import, Purchase
from metrics.formulas.constraint import Constraint
from metrics.models import ChannelMonth, ConstraintDay, LtvVersion

HISTORY_DAYS = 365


def seen_by_now() -> str:
    """Say what the ranking would be counted from now: it changes with purchases, loads, calls typed in and saved prices."""
    purchase = Purchase.objects.order_by("-pk").values_list("pk", flat=True).first()
    loaded = Import.objects.aggregate(at=Max("finished_at"))["at"]
    typed = ChannelMonth.objects.aggregate(at=Max("changed_at"))["at"]
    price = LtvVersion.objects.order_by("-pk").values_list("pk", flat=True).first()
    return "|".join(str(each.timestamp() if isinstance(each, dt.datetime) else each or "") for each in (purchase, loaded, typed, price))


def kept_constraint(*, today: dt.date) -> Constraint | None:
    """Return today's ranking if it was kept and nothing has changed since."""
    row = ConstraintDay.objects.filter(day=today).first()
    return Constraint.of(row.levers, row.price_cents) if row and row.seen == seen_by_now() else None


def constraint_days(*, today: dt.date) -> list[ConstraintDay]:
    """List the kept days of the last year up to today, oldest first."""
    return list(ConstraintDay.objects.filter(day__gt=today - dt.timedelta(days=HISTORY_DAYS), day__lte=today).order_by("day"))


def constraint_on(*, day: dt.date) -> tuple[dt.date, Constraint] | None:
    """Return the ranking kept on the day or last before it."""
    row = ConstraintDay.objects.filter(day__lte=day).first()
    return (row.day, Constraint.of(row.levers, row.price_cents)) if row else None
