"""Which Clients: by branch, segment, value band and how lately they bought."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from clients.enums import Presence
from clients.models import Client, Segment, Spell, ValueBand
from company.models import Branch

Row = TypeVar("Row", Branch, Segment, ValueBand)


def value_bands() -> list[ValueBand]:
    """Return the bands from the lowest to the topmost."""
    return list(ValueBand.objects.all())


def value_band_of(cents: int, bands: Iterable[ValueBand]) -> ValueBand | None:
    """Return the band an amount falls into; None when there are no bands."""
    return next((band for band in in_order(bands) if band.up_to is None or cents < band.up_to), None)


def in_order(bands: Iterable[ValueBand]) -> list[ValueBand]:
    """Sort bands upwards; the one without an upper end is last."""
    return sorted(bands, key=lambda band: (band.up_to is None, band.up_to or 0))


def in_bands(chosen: Iterable[ValueBand | int]) -> Q:
    """Return the condition that a Client's money so far lies in one of the bands; who never bought is in the lowest."""
    keys, condition, lower = keys_of(chosen), Q(pk__in=[]), None
    for position, band in enumerate(value_bands()):
        if band.pk in keys:
            part = Q() if lower is None else Q(sum__cents__gte=lower)
            part &= Q() if band.up_to is None else Q(sum__cents__lt=band.up_to)
            condition |= part | Q(sum__isnull=True) if position == 0 else part
        lower = band.up_to
    return condition


def keys_of(rows: Iterable[Row | int] | None) -> set[int]:
    """Accept rows or their ids."""
    return {row if isinstance(row, int) else row.pk for row in rows or ()}


def audience(
    *,
    branches: Iterable[Branch | int] | None,
    segments: Iterable[Segment | int] | None,
    bands: Iterable[ValueBand | int] | None,
    active_within_days: int | None,
    today: dt.date,
) -> QuerySet[Client]:
    """Return the Clients of the branches, segments and value bands who bought within so many days; empty or None is no limit.

    Clients who asked not to be written to are among them: who sends letters leaves them out.
    """
    found = Client.objects.all()
    if wanted := keys_of(branches):
        found = found.filter(branch__in=wanted)
    if wanted := keys_of(segments):
        found = found.filter(segment__in=wanted)
    if wanted := keys_of(bands):
        found = found.filter(in_bands(wanted))
    if active_within_days:
        found = found.filter(sum__last_day__gte=today - dt.timedelta(days=active_within_days))
    return found


def lasting_spells(today: dt.date) -> QuerySet[Spell]:
    """Return the spells that have not ended by today: the silence is still shorter than the Client's patience."""
    ends_on = ExpressionWrapper(F("last_day") + F("patience"), output_field=DateField())
    return Spell.objects.alias(ends_on=ends_on).filter(ends_on__gte=today)


def with_presence(clients: QuerySet[Client], presence: str, today: dt.date) -> QuerySet[Client]:
    """Narrow to Clients who still buy, who left, or who never bought."""
    lasting = Exists(lasting_spells(today).filter(client=OuterRef("pk")))
    if presence == Presence.ACTIVE:
        return clients.filter(lasting)
    if presence == Presence.LEFT:
        return clients.filter(~lasting, sum__isnull=False)
    if presence == Presence.NEVER:
        return clients.filter(sum__isnull=True)
    return clients
