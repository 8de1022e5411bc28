"""What a manager narrows the report on reasons to. Nothing here is refused: what is not understood is no limit."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from churn.enums import ReasonCut, ReasonView
from churn.models import Reason
from churn.queries import NOT_STATED, Slice
from churn.reason_words import Choices, choices_of
from common.periods import add_months, month_of

PERIODS = [("3", _("3 months")), ("12", _("A year")), ("all", _("All the time"))]
USUAL = "12"
WHOLE_PERCENT = re.compile(r"0|[1-9][0-9]?|100")
LONG_AGO = dt.date(1900, 1, 1)
LISTS = [ReasonCut.BRANCH, ReasonCut.RESPONSIBLE, ReasonCut.BAND, ReasonCut.SEGMENT, ReasonCut.KIND]


class ReasonFilterForm(forms.Form):
    """Period, one value of each cut, and the cut to compare by."""

    months = forms.ChoiceField(choices=PERIODS, required=False)
    since = forms.DateField(required=False, label=_("Left from"))
    until = forms.DateField(required=False, label=_("Left until"))
    month = forms.DateField(required=False)
    cut = forms.ChoiceField(choices=ReasonCut.choices, required=False)
    focus = forms.ModelChoiceField(Reason.objects.all(), required=False)
    view = forms.ChoiceField(choices=ReasonView.choices, required=False)
    reason = forms.ModelChoiceField(Reason.objects.all(), required=False)
    power = forms.NullBooleanField(required=False)

    def __init__(self, data: QueryDict, *, currency: str, today: dt.date) -> None:
        super().__init__(data)
        self.today = today
        self.names: dict[ReasonCut, dict[str, str]] = {}
        for cut in LISTS:
            choices = choices_of(cut, currency)
            self.names[cut] = dict(choices)
            self.fields[cut] = forms.ChoiceField(choices=[*choices, (NOT_STATED, _("not stated"))], required=False)
        self.is_valid()

    def value(self, name: str) -> Any:
        """Return what was chosen; nothing when it was not understood."""
        return self.cleaned_data.get(name)

    @property
    def period(self) -> str:
        """Return the chosen period; empty when days were typed instead."""
        return "" if self.value("since") or self.value("until") else str(self.value("months") or USUAL)

    @property
    def compared_by(self) -> ReasonCut:
        """Return what to compare by."""
        return ReasonCut(self.value("cut") or ReasonCut.MONTH)

    def slice(self) -> Slice:
        """Return the leavers wanted."""
        period, until = self.period, self.value("until") or self.today
        first = LONG_AGO if period in {"", "all"} else add_months(month_of(self.today), 1 - int(period))
        chosen: dict[ReasonCut, str] = {cut: str(self.value(cut)) for cut in LISTS if self.value(cut)}
        if month := self.value("month"):
            chosen[ReasonCut.MONTH] = month_of(month).isoformat()
        return Slice(self.value("since") or first, until, chosen)

    def lists(self) -> list[tuple[ReasonCut, Choices, str]]:
        """Return the drop-down lists worth showing: those with something to choose from."""
        return [(cut, list(self.names[cut].items()), str(self.value(cut) or "")) for cut in LISTS if len(self.names[cut]) > 1]


class ReferenceForm(forms.Form):
    """A breakdown found elsewhere: a line is some words and whole percent."""

    title = forms.CharField(max_length=120, label=pgettext_lazy("reference", "What it says"))
    source = forms.CharField(max_length=200, label=_("Source"), help_text=_("Who counted it, when, where to find it."))
    lines = forms.CharField(
        max_length=2000,
        label=_("Breakdown"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A line for each part: words and whole percent at the end, such as “Poor service 65”."),
    )

    def clean_lines(self) -> list[list[str | int]]:
        """Return the parts; a line without percent is named."""
        parts: list[list[str | int]] = []
        for number, line in enumerate(str(self.cleaned_data["lines"]).splitlines(), start=1):
            if line.strip():
                words, _space, share = line.strip().rstrip("% \u00a0").rpartition(" ")
                if not words.strip() or not WHOLE_PERCENT.fullmatch(share):
                    text = _("Line %(number)s: write some words and whole percent from 0 to 100.")
                    raise forms.ValidationError(text, params={"number": number})
                parts.append([words.strip(" :—-"), int(share)])
        return parts
