"""The Clients behind a figure of the pool: who came, came back, left in a month, who was there at its end.

The same days as in `metrics.queries.pool`, so a list is as long as its figure says, on any past date.
"""

import datetime as dt
from enum import StrEnum
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery

from clients.models import Client, Segment, Spell
from common.periods import add_months
from company.models import Branch
from metrics.queries.cohorts import of_group

LEFT_ON = ExpressionWrapper(F("last_day") + F("patience") + 1, output_field=DateField())
ONE_DAY = dt.timedelta(days=1)


class PoolKind(StrEnum):
    """A part of the pool."""

    ACTIVE = "active"
    CAME = "came"
    RETURNED = "returned"
    LEFT = "left"


def pool_clients(
    kind: PoolKind, month: dt.date, *, today: dt.date, branch: Branch | None = None, segment: Segment | None = None
) -> QuerySet[Client]:
    """Return the Clients of a part in a month as known on a day, who brought most first; `day` is when it happened."""
    behind = stretches_of(kind, month, min(add_months(month, 1) - ONE_DAY, today))
    return (
        of_group(Client.objects.filter(pk__in=behind.values("client")), branch, segment)
        .annotate(day=Subquery(behind.filter(client=OuterRef("pk")).values_list("day")[:1]))
        .select_related("sum", "branch", "segment")
        .order_by("-sum__cents", "pk")
    )


def stretches_of(kind: PoolKind, first: dt.date, end: dt.date) -> QuerySet[Any]:
    """Return the stretches that began or were over from `first` to `end`, or went on at the end of that day."""
    match kind:
        case PoolKind.CAME:
            return begun(first, end).filter(first_day=F("client__sum__first_day"))
        case PoolKind.RETURNED:
            return begun(first, end).filter(first_day__gt=F("client__sum__first_day"))
        case PoolKind.LEFT:
            return Spell.objects.annotate(day=LEFT_ON).filter(day__range=(first, end), first_day__lte=end)
        case PoolKind.ACTIVE:
            return Spell.objects.alias(left_on=LEFT_ON).filter(first_day__lte=end, left_on__gt=end).annotate(day=F("first_day"))


def begun(first: dt.date, end: dt.date) -> QuerySet[Any]:
    """Return the stretches that began in these days."""
    return Spell.objects.filter(first_day__range=(first, end)).annotate(day=F("first_day"))
