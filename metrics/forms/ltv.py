"""The calculator of the price of a Client."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from metrics.forms.numbers import NumberField
from metrics.formulas.ltv import NOTHING, Calculation, Costs, ThreeNumbers, calculate
from metrics.models import LtvVersion


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
