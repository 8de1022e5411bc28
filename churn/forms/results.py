"""Whose results to show, and which figure of them to open."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from churn.queries import GROUPS, SHOWS, Scope
from clients.models import Segment, ValueBand
from clients.queries import value_bands
from common.money import format_cents
from common.periods import add_months, month_of
from company.models import Branch
from company.queries import the_company

PERIODS: Final = [
    ("3", gettext_lazy("3 months")),
    ("6", gettext_lazy("6 months")),
    ("12", gettext_lazy("A year")),
    ("all", gettext_lazy("All the time")),
]
USUAL_PERIOD = "12"
FIRST_DAY = dt.date(1970, 1, 1)
MOST_ID = 2**31 - 1


class ResultFilterForm(forms.Form):
    """What of the results to show; a value nobody knows counts as not given."""

    months = forms.ChoiceField(choices=PERIODS, required=False)
    branch = forms.ModelChoiceField(Branch.objects.all(), required=False)
    segment = forms.ModelChoiceField(Segment.objects.all(), required=False)
    band = forms.ModelChoiceField(ValueBand.objects.all(), required=False)

    def value(self, name: str) -> Any:
        """Return what was asked for, None when nothing sensible was."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    @property
    def period(self) -> str:
        """Return the period asked for, a year if none was."""
        return self.value("months") or USUAL_PERIOD

    @property
    def bands(self) -> list[tuple[int, str]]:
        """Return the bands of value with their names, from the lowest."""
        currency, lower, named = the_company().currency, 0, []
        for band in value_bands():
            ends = {"least": format_cents(lower, currency), "most": format_cents(band.up_to or 0, currency)}
            name = _("from %(least)s") if band.up_to is None else _("%(least)s – %(most)s")
            named.append((band.pk, name % ends))
            lower = band.up_to or 0
        return named

    @property
    def band_name(self) -> str:
        """Return the name of the band asked for."""
        band: ValueBand | None = self.value("band")
        return dict(self.bands)[band.pk] if band else _("All")

    def scope(self, today: dt.date, zone: str) -> Scope:
        """Return who is asked for."""
        since = FIRST_DAY if self.period == "all" else add_months(month_of(today), 1 - int(self.period))
        return Scope(since, today, zone, self.value("branch"), self.value("segment"), self.value("band"))

    def asked(self) -> dict[str, Any]:
        """Return the parameters of an address that shows the same."""
        rows = {name: row.pk for name in ("branch", "segment", "band") if (row := self.value(name))}
        return {"months": self.period} | rows


class BehindForm(forms.Form):
    """Which figure to open: what is shown, and of whom."""

    show = forms.ChoiceField(choices=[(name, name) for name in SHOWS])
    group = forms.ChoiceField(choices=[(name, name) for name in GROUPS], required=False)
    value = forms.CharField(max_length=10, required=False)

    def clean_value(self) -> str:
        """Take only what the group can be compared with."""
        group, value = self.cleaned_data.get("group", ""), str(self.cleaned_data["value"])
        if not group:
            return ""
        try:
            known = str(dt.date.fromisoformat(value)) if group == "month" else str(int(value))
        except ValueError as error:
            raise forms.ValidationError(_("Nobody is behind this figure."), code="value") from error
        if group != "month" and not 0 < int(known) <= MOST_ID:
            raise forms.ValidationError(_("Nobody is behind this figure."), code="value")
        return known
