"""Names of the rows of a cut: months, branches, people, bands of money."""

import datetime as dt
from collections.abc import Iterable

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from churn.enums import PurchaseKind, ReasonCut
from churn.queries import NOT_STATED
from clients.models import Segment
from clients.queries import value_bands
from common.money import format_cents
from company.models import Branch, Employee

Choices = list[tuple[str, str]]


def band_choices(currency: str) -> Choices:
    """Name the bands of value by their ends, the lowest first."""
    choices, lower = [], 0
    for band in value_bands():
        low = format_cents(lower, currency)
        if band.up_to is None:
            name = _("from %(low)s") % {"low": low}
        else:
            high = format_cents(band.up_to, currency)
            name = f"{low} – {high}" if lower else _("up to %(high)s") % {"high": high}
            lower = band.up_to
        choices.append((str(band.pk), name))
    return choices


def choices_of(cut: ReasonCut, currency: str) -> Choices:
    """Return what a cut can be narrowed to, with names."""
    if cut == ReasonCut.BAND:
        return band_choices(currency)
    if cut == ReasonCut.KIND:
        return [(kind.value, str(kind.label)) for kind in PurchaseKind]
    rows: dict[ReasonCut, Iterable[Branch | Segment | Employee]] = {
        ReasonCut.BRANCH: Branch.objects.all(),
        ReasonCut.SEGMENT: Segment.objects.all(),
        ReasonCut.RESPONSIBLE: Employee.objects.all(),
    }
    return [(str(row.pk), str(row)) for row in rows[cut]]


def month_name(key: str) -> str:
    """Write a month of a cut in words."""
    return format_date(dt.date.fromisoformat(key), "F Y")


def row_name(cut: ReasonCut, key: str, names: dict[str, str]) -> str:
    """Return the name of a row."""
    if key == NOT_STATED:
        return _("not stated")
    return month_name(key) if cut == ReasonCut.MONTH else names.get(key, key)
