"""The grid of a month: one line for a channel or a channel in a manager's hands, and what keeping cost."""

import datetime as dt
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.models import Channel
from common.numbers import round_half_even
from common.periods import add_months, month_of
from company.models import Employee
from metrics.forms.numbers import NumberField
from metrics.formulas.chain import Figures
from metrics.models import KeepingMonth
from metrics.queries.chain_grid import Grid, GridLine
from metrics.services.chain import CellChange, KeepingChange

MOST_MONEY, MOST_PEOPLE = 10**11, 10**8
MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
FIRST_YEAR = 2000
NUMBERS = ("spend_cents", "contacts", "new_clients", "revenue_cents")


class CentsField(NumberField):
    """An amount of money; cleans to minor units, or to None when empty."""

    not_a_number = _("This is not a number. Write it like 48 600.")

    def clean(self, value: Any) -> int | None:  # type: ignore[override]  # money is whole minor units
        """Read the amount."""
        number = super().clean(value)
        return None if number is None else round_half_even(number * 100)


class CountField(NumberField):
    """A whole number from zero up; None when empty."""

    not_a_number = _("This is not a number. Write it like 120.")

    def clean(self, value: Any) -> int | None:  # type: ignore[override]  # a count is whole
        """Read the number."""
        number: Fraction | None = super().clean(value)
        if number is not None and number.denominator != 1:
            raise ValidationError(_("A whole number is needed"), code="not_whole")
        return None if number is None else int(number)


def money_text(cents: int | None) -> str:
    """Write an amount as people type it."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}" if rest else f"{whole}"


def figures_text(figures: Figures) -> str:
    """Write figures so that they can be told from what was typed later."""
    return "|".join("" if value is None else str(value) for value in (getattr(figures, name) for name in NUMBERS))


def figures_from(text: str) -> Figures:
    """Read them back; what makes no sense was never shown and is like nothing."""
    parts = text.split("|")
    if len(parts) != len(NUMBERS) or not all(re.fullmatch(r"\d{0,18}", part, re.ASCII) for part in parts):
        return Figures()
    return Figures(*(int(part) if part else None for part in parts))


class LineForm(forms.Form):
    """One line of the grid."""

    spend_cents = CentsField(label=_("Spent"), most=MOST_MONEY, zero_allowed=True, required=False)
    contacts = CountField(label=_("Calls and requests"), most=MOST_PEOPLE, zero_allowed=True, required=False)
    new_clients = CountField(label=_("New Clients"), most=MOST_PEOPLE, zero_allowed=True, required=False)
    revenue_cents = CentsField(label=_("Their money"), most=MOST_MONEY, zero_allowed=True, required=False)
    was = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, line: GridLine) -> None:
        kept = Figures(*(getattr(line.row, name) for name in NUMBERS)) if line.row else Figures()
        texts = {
            "spend_cents": money_text(kept.spend_cents),
            "contacts": "" if kept.contacts is None else str(kept.contacts),
            "new_clients": "" if kept.new_clients is None else str(kept.new_clients),
            "revenue_cents": money_text(kept.revenue_cents),
            "was": figures_text(kept),
        }
        super().__init__(data, prefix=f"{line.channel.pk}-{line.manager.pk if line.manager else 0}", initial=texts)
        self.line, self.kept, self.is_stale = line, kept, False

    def clean(self) -> dict[str, Any]:
        """Refuse more Clients than calls."""
        data = super().clean() or self.cleaned_data
        if not self.errors and self.figures.has_clients_past_contacts:
            self.add_error("new_clients", _("More Clients than calls: add the missing calls or leave this empty"))
        return data

    @property
    def figures(self) -> Figures:
        """What was typed."""
        return Figures(*(self.cleaned_data.get(name) for name in NUMBERS))

    @property
    def change(self) -> CellChange:
        """What was typed over what was shown."""
        manager = self.line.manager
        return CellChange(self.line.channel.pk, manager.pk if manager else None, figures_from(self.cleaned_data["was"]), self.figures)

    @property
    def shown_was(self) -> str:
        """What the next saving is compared with: what was shown, or after a clash what stands there now."""
        return str(self["was"].value() or "") if self.is_bound and not self.is_stale else figures_text(self.kept)

    @property
    def number_fields(self) -> list[tuple[forms.BoundField, str]]:
        """The fields with what purchases say where nothing is typed."""
        counted = self.line.counted
        hints = ("", "", str(counted.clients), money_text(counted.revenue_cents))
        return [(self[name], hint if counted.clients else "") for name, hint in zip(NUMBERS, hints, strict=True)]


class KeepingForm(forms.Form):
    """What keeping Clients cost in the month."""

    cents = CentsField(label=_("Spent on keeping Clients"), most=MOST_MONEY, zero_allowed=True, required=False)
    note = forms.CharField(label=_("On what"), max_length=200, required=False)
    was_cents = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    was_note = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, row: KeepingMonth | None) -> None:
        self.kept: tuple[int | None, str] = (row.cents, row.note) if row else (None, "")
        cents, note = self.kept
        super().__init__(data, prefix="keeping", initial={"cents": money_text(cents), "note": note, "was_cents": cents, "was_note": note})
        self.is_stale = False

    def clean(self) -> dict[str, Any]:
        """Refuse a note without a sum: it says nothing."""
        data = super().clean() or self.cleaned_data
        if not self.errors and data["note"] and data["cents"] is None:
            self.add_error("cents", _("Write how much it was"))
        return data

    @property
    def shown_was(self) -> tuple[Any, Any]:
        """What the next saving is compared with: what was shown, or after a clash what stands there now."""
        return (self["was_cents"].value(), self["was_note"].value()) if self.is_bound and not self.is_stale else self.kept

    @property
    def change(self) -> KeepingChange:
        """What was typed over what was shown."""
        data = self.cleaned_data
        return KeepingChange((data["was_cents"], data["was_note"]), (data["cents"], data["note"]))


class AddLineForm(forms.Form):
    """Which manager's line to put into the grid."""

    channel = forms.ModelChoiceField(Channel.objects.all(), label=_("Channel"))
    manager = forms.ModelChoiceField(Employee.objects.filter(left_on__isnull=True), label=_("Sales manager"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    @property
    def asked(self) -> tuple[int, int | None] | None:
        """The pair asked for."""
        return (self.cleaned_data["channel"].pk, self.cleaned_data["manager"].pk) if self.is_valid() else None


class GridForm:
    """The whole grid: its lines and what keeping cost."""

    def __init__(self, data: Mapping[str, Any] | None, grid: Grid, keeping: KeepingMonth | None) -> None:
        self.grid = grid
        self.lines = [LineForm(data, line) for line in grid.lines]
        self.keeping = KeepingForm(data, keeping)

    def is_valid(self) -> bool:
        """Say whether everything typed makes sense."""
        return all([*(line.is_valid() for line in self.lines), self.keeping.is_valid()])

    @property
    def changes(self) -> list[CellChange]:
        """What was typed, line by line."""
        return [line.change for line in self.lines]

    @property
    def mistakes(self) -> int:
        """How many lines have mistakes."""
        return sum(bool(form.errors) for form in (*self.lines, self.keeping))

    def mark_stale(self, cells: list[tuple[int | None, int | None]]) -> None:
        """Say which lines somebody else wrote meanwhile."""
        for form in self.lines:
            manager = form.line.manager
            form.is_stale = (form.line.channel.pk, manager.pk if manager else None) in cells
        self.keeping.is_stale = (None, None) in cells


def month_from(text: str, today: dt.date) -> dt.date:
    """Read a month as in 2026-10; a wrong one, and one ahead, is the last that is over."""
    last = add_months(month_of(today), -1)
    found = MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < FIRST_YEAR:
        return last
    month = dt.date(int(found[1]), int(found[2]), 1)
    return month if month <= month_of(today) else last
