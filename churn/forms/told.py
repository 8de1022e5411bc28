"""Telling that Clients left: one with a word how we know, many by a list."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from churn.enums import LedgerPart
from churn.told_lines import MOST_CHARS, Place, Reading, read_lines, text_of
from common.tables.forms import TableForm, table_field
from company.models import Company

EXAMPLE = "Номер\tИмя\tТелефон\tДень\tОткуда знаем\nK-1042\tИрина Лапина\t+7 900 000-41-07\t12.11.2026\tсказала кассиру, что переезжает"


class MarkLeftForm(forms.Form):
    """How a manager knows that a Client left."""

    told_note = forms.CharField(required=False, max_length=300, label=_("How do you know?"))


class ToldImportForm(TableForm):
    """Many Clients at once."""

    text = table_field(max_length=MOST_CHARS, example=EXAMPLE)
    text_of = staticmethod(text_of)
    contents: Reading | None = None

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def read(self, data: dict[str, Any]) -> Reading:
        """Return the lines of the list."""
        return read_lines(data["text"], Place(self.company.currency, ZoneInfo(self.company.time_zone), timezone.localdate()))


class LedgerForm(forms.Form):
    """Which figure of the ledger to open."""

    month = forms.DateField(validators=[MaxValueValidator(timezone.localdate)])
    of = forms.ChoiceField(choices=LedgerPart.choices, required=False)

    def wanted(self) -> tuple[dt.date, LedgerPart] | None:
        """Return the month and the part, None when the address names no month."""
        if not self.is_valid():
            return None
        return self.cleaned_data["month"], LedgerPart(self.cleaned_data["of"] or LedgerPart.ALL)
