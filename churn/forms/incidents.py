"""What went wrong, as a caller hears of it: written down in twenty seconds, in the middle of a talk."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.enums import IncidentKind

LONGEST = 2000


class HeardForm(forms.Form):
    """A complaint or a conflict. What we did about it settles it."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.TypedChoiceField(choices=IncidentKind.choices, coerce=IncidentKind, label=_("What it was"))
    happened_on = forms.DateField(label=_("When"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(max_length=LONGEST, label=_("What happened"), widget=forms.Textarea(attrs={"rows": 2}))
    answer = forms.CharField(
        max_length=LONGEST, required=False, label=_("What we did, if it is settled"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        fresh = {"request_key": uuid.uuid4(), "kind": IncidentKind.COMPLAINT, "happened_on": today.isoformat()}
        super().__init__(data, initial=fresh, auto_id="heard_%s")
        self.today = today

    def clean_happened_on(self) -> dt.date:
        """Refuse days that have not come."""
        day: dt.date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def entry(self) -> dict[str, Any]:
        """Return the entry as the service takes it."""
        return self.cleaned_data | {"settled_on": self.today if self.cleaned_data["answer"] else None}


class SettledForm(forms.Form):
    """What we did about an incident; it is over today."""

    answer = forms.CharField(max_length=LONGEST, label=_("What we did"), widget=forms.Textarea(attrs={"rows": 3}))
