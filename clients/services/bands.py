"""Value bands (R9)."""

from collections.abc import Sequence

from django.db import transaction

from clients.models import ValueBand

DEFAULT_UPPER_ENDS = (5_000_000, 15_000_000, 30_000_000)
"""Up to 50 000, up to 150 000, up to 300 000, above, in minor units."""


@transaction.atomic
def ensure_value_bands() -> None:
    """Give a new company the usual four bands; bands that exist are left alone."""
    if not ValueBand.objects.exists():
        set_value_bands(upper_ends=DEFAULT_UPPER_ENDS)


@transaction.atomic
def set_value_bands(*, upper_ends: Sequence[int]) -> None:
    """Replace the bands by those with these upper ends and one above them all; a band with an unchanged end keeps its id."""
    wanted: set[int | None] = {None, *upper_ends}
    kept = dict(ValueBand.objects.values_list("up_to", "pk"))
    ValueBand.objects.exclude(pk__in=[pk for up_to, pk in kept.items() if up_to in wanted]).delete()
    ValueBand.objects.bulk_create([ValueBand(up_to=up_to) for up_to in wanted if up_to not in kept])
