"""What would be if less leaked and more came."""

from fractions import Fraction

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.forms.numbers import NumberField
from metrics.formulas.pool import Plan


class WhatIfForm(forms.Form):
    """How much of the leak to plug and how much wider to open the inflow, in percent, and what each costs."""

    plug = NumberField(label=_("Plug the leak by"), most=100, zero_allowed=True)
    more = NumberField(label=_("Open the inflow by"), most=1000, zero_allowed=True)

    plug_cost = NumberField(label=_("What plugging costs a month"), most=10**10, zero_allowed=True, required=False)
    more_cost = NumberField(label=_("What opening costs a month"), most=10**10, zero_allowed=True, required=False)

    @property
    def plan(self) -> Plan:
        """The plan as numbers; a cost left empty is none."""
        data = {name: value or Fraction(0) for name, value in self.cleaned_data.items()}
        return Plan(data["plug"] / 100, data["more"] / 100, round(data["plug_cost"] * 100), round(data["more_cost"] * 100))
