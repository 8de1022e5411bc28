"""What people type about the right Client: how to show the list, weights, marks, bills."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.bill_lines import MOST_CHARS, BillPlan, Clock, plan_of, text_of
from clients.enums import MarkDegree, MarkKind
from clients.forms import FilterForm, MoneyField
from clients.formulas.rightness import Weights
from clients.models import Bill, RightWeights
from clients.queries.rightness import CRITERIA, RightFilter
from common.speech import said_when_shown
from common.tables.forms import TableForm, table_field
from company.queries import company_day, company_zone, the_company

MOST_WEIGHT = 10
LONGEST_DELAY, FURTHEST = dt.timedelta(days=365 * 10), dt.timedelta(days=730)
EXAMPLE = "Клиент\tНомер счёта\tСрок оплаты\tДата оплаты\tСумма\nАнна Белова\tС-118\t12.09.2026\t30.09.2026\t48 000"


class RightFilterForm(FilterForm):
    """Narrows the list of the right Clients; everything lives in the address."""

    order = forms.ChoiceField(label=_("Order"), required=False, choices=[("", _("The worst first")), ("best", _("The best first"))])
    marked = forms.BooleanField(label=_("Only with marks"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["marked"].widget.attrs["class"] = "form-check-input"

    def asked(self) -> RightFilter:
        """Return the filter; a field that makes no sense is left out."""
        wanted, data = self.wanted(), self.cleaned_data
        return RightFilter(
            search=wanted.search,
            branches=wanted.branches,
            segments=wanted.segments,
            bands=wanted.bands,
            presence=wanted.presence,
            best=data.get("order") == "best",
            marked=bool(data.get("marked")),
        )


class WeightsForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """How much each criterion counts."""

    class Meta:
        model = RightWeights
        fields: ClassVar = list(CRITERIA)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.validators = [MinValueValidator(0), MaxValueValidator(MOST_WEIGHT)]
            field.widget.attrs |= {"min": 0, "max": MOST_WEIGHT}

    def clean(self) -> dict[str, Any]:
        """Refuse weights that weigh nothing."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("At least one criterion must count: give it a weight above zero."))
        return data

    def weights(self) -> Weights:
        """Return what was typed."""
        return Weights(**{name: self.cleaned_data[name] for name in CRITERIA})


class MarkForm(forms.Form):
    """A colleague's word about a Client, with what happened."""

    kind = forms.ChoiceField(label=_("What about"), choices=MarkKind.choices)
    degree = forms.TypedChoiceField(label=_("How strongly"), choices=MarkDegree.choices, coerce=int, initial=2)
    reason = forms.CharField(
        label=_("What happened"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A fact one can check: when it was and what was said or asked for."),
    )


class BillForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """One bill; a known number changes the bill of this number."""

    amount = MoneyField(label=_("Amount"), max_length=30)

    class Meta:
        model = Bill
        fields: ClassVar = ["number", "due_on", "paid_on"]
        widgets: ClassVar = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("due_on", "paid_on")}
        help_texts: ClassVar = {"paid_on": _("Empty while it is not paid.")}

    def clean_amount(self) -> int:
        """Refuse an amount that is not above zero."""
        cents: int = self.cleaned_data["amount"]
        if cents <= 0:
            raise forms.ValidationError(_("The amount must be above zero."))
        return cents

    def clean_due_on(self) -> dt.date:
        """Refuse a day nobody agrees on."""
        due: dt.date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if not today - LONGEST_DELAY <= due <= today + FURTHEST:
            raise forms.ValidationError(_("This day is too far from today. Check the year."))
        return due

    def clean_paid_on(self) -> dt.date | None:
        """Refuse a payment still ahead."""
        paid: dt.date | None = self.cleaned_data["paid_on"]
        if paid and paid > timezone.localdate():
            raise forms.ValidationError(_("This day is still ahead. Leave it empty until the bill is paid."))
        return paid


class BillImportForm(TableForm):
    """Many bills at once."""

    text = table_field(max_length=MOST_CHARS, example=said_when_shown(EXAMPLE, "ru"))
    text_of = staticmethod(text_of)
    contents: BillPlan | None = None

    def read(self, data: dict[str, Any]) -> BillPlan:
        """Return what the bills would change."""
        clock = Clock(company_zone(), company_day(timezone.now()), the_company().currency)
        return plan_of(data["text"], clock)
