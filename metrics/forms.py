"""What people type in the calculator and in the what-if."""

from fractions import Fraction
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from common.numbers import NumberError, parse_fraction, without_currency
from metrics.formulas.ltv import NOTHING, Calculation, Costs, ThreeNumbers, calculate
from metrics.models import LtvVersion

MESSAGES = {
    "not_a_number": _("This is not a number. Write it like 4.2 or 1/3"),
    "zero_divisor": _("Nothing can be divided by zero. Write, say, 1/3"),
    "not_positive": _("A number above zero is needed"),
    "negative": _("A number from zero up is needed"),
    "too_large": _("This is too much. Check the number of zeros"),
}


def problem(code: str) -> ValidationError:
    """Say what is wrong with a number and what to do."""
    return ValidationError(MESSAGES[code], code=code)


class NumberField(forms.CharField):
    """A number or a fraction as people write it; cleans to a Fraction, or to None when empty and not required."""

    def __init__(self, *, most: int, zero_allowed: bool = False, **options: Any) -> None:
        super().__init__(max_length=30, **options)
        self.most, self.zero_allowed = most, zero_allowed
        self.error_messages["required"] = _("Write a number here")

    def clean(self, value: Any) -> Fraction | None:
        """Read the number and hold its limits."""
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_fraction(without_currency(text))
        except NumberError as error:
            raise problem(error.code) from error
        if number < 0 or (number == 0 and not self.zero_allowed):
            raise problem("negative" if self.zero_allowed else "not_positive")
        if number > self.most:
            raise problem("too_large")
        return number


class LtvForm(forms.Form):
    """The calculator: three numbers, and four more for the profit."""

    purchases_per_year = NumberField(label=_("Purchases a year"), most=100_000)
    average_check = NumberField(label=_("Average check"), most=10**9)
    years = NumberField(label=_("Years with us"), most=150)
    with_profit = forms.BooleanField(label=_("Count the profit"), required=False)
    margin_percent = NumberField(label=_("Margin"), most=100, required=False)
    acquisition_cost = NumberField(label=_("Attracting"), most=10**9, zero_allowed=True, required=False)
    keeping_cost = NumberField(label=_("Keeping, a year"), most=10**9, zero_allowed=True, required=False)
    discount_percent = NumberField(label=_("Discount a year"), most=1000, zero_allowed=True, required=False)
    segment = forms.ModelChoiceField(Segment.objects.all(), required=False)

    PROFIT_FIELDS: ClassVar = ("margin_percent", "acquisition_cost", "keeping_cost", "discount_percent")

    @classmethod
    def of_version(cls, version: LtvVersion | None, segment: Segment | None) -> "LtvForm":
        """Fill the fields with what was saved, the whole form bound so that the result can be counted; without a version, empty."""
        if version is None:
            return cls(initial={"segment": segment})
        typed = {field: getattr(version, field) for field in LtvVersion.TYPED}
        return cls({**typed, "with_profit": "on" if version.margin_percent else "", "segment": segment.pk if segment else ""})

    def clean(self) -> dict[str, Any]:
        """Ask for the margin where profit is wanted; refuse a result below one kopeck."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("with_profit") and not cleaned.get("margin_percent") and "margin_percent" not in self.errors:
            self.add_error("margin_percent", _("Write the margin: profit is counted from it"))
        if not self.errors and self.numbers.revenue * 100 < 1:
            self.add_error("purchases_per_year", _("This makes less than a kopeck in a lifetime. Check the numbers"))
        return cleaned

    @property
    def number_fields(self) -> list[forms.BoundField]:
        """The fields a number is typed in."""
        return [self[name] for name in LtvVersion.TYPED]

    @property
    def numbers(self) -> ThreeNumbers:
        """The three numbers of a valid form."""
        return ThreeNumbers(*(self.cleaned_data[field] for field in ("purchases_per_year", "average_check", "years")))

    @property
    def costs(self) -> Costs | None:
        """The costs of a valid form; None when profit is not asked for."""
        if not self.cleaned_data["with_profit"]:
            return None
        margin, acquisition, keeping, discount = (self.cleaned_data[field] or NOTHING for field in self.PROFIT_FIELDS)
        return Costs(margin / 100, acquisition, keeping, discount / 100)

    @property
    def calculation(self) -> Calculation | None:
        """What the numbers make; None while the form is empty or wrong."""
        return calculate(self.numbers, self.costs) if self.is_valid() else None

    @property
    def typed(self) -> dict[str, str]:
        """What is written in the fields, without spaces; the fields of profit only when it is asked for."""
        hidden = () if self.cleaned_data["with_profit"] else self.PROFIT_FIELDS
        return {field: "" if field in hidden else "".join(self.data.get(field, "").split()) for field in LtvVersion.TYPED}


class WhatIfForm(forms.Form):
    """How much of the leak to plug and how much wider to open the inflow, in percent."""

    plug = NumberField(label=_("Plug the leak by"), most=100, zero_allowed=True)
    more = NumberField(label=_("Open the inflow by"), most=1000, zero_allowed=True)

    @property
    def plugged(self) -> Fraction:
        """The share of the leak to plug."""
        return Fraction(self.cleaned_data["plug"]) / 100

    @property
    def opened(self) -> Fraction:
        """By what share the inflow grows."""
        return Fraction(self.cleaned_data["more"]) / 100
