"""The form of a token for another system."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.enums import ApiScope


class ApiTokenForm(forms.Form):
    """What a token is for, what it may do and how long."""

    name = forms.CharField(label=_("Which system it is for"), max_length=80, help_text=_("For example: the till on Sadovaya."))
    scopes = forms.MultipleChoiceField(label=_("What it may do"), choices=ApiScope.choices, widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(
        label=_("Last day it works"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty if it works until you revoke it."),
    )

    def clean_until(self) -> dt.date | None:
        """Refuse a day that is over, and one beyond the calendar."""
        day: dt.date | None = self.cleaned_data["until"]
        if day and not timezone.localdate() <= day < dt.date.max:
            raise forms.ValidationError(_("This day is over: choose today or later."))
        return day

    def expires_at(self) -> dt.datetime | None:
        """Return the end of the last day by the firm's clock."""
        day: dt.date | None = self.cleaned_data["until"]
        return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min)) if day else None
