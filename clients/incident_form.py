"""What went wrong, as a colleague types it in twenty seconds."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.enums import IncidentKind
from clients.models import Incident

LONGEST = 2000


class IncidentForm(forms.Form):
    """A complaint or a conflict: what happened, what we did, and whether it is over."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.TypedChoiceField(choices=IncidentKind.choices, coerce=IncidentKind, label=_("What it was"))
    happened_on = forms.DateField(label=_("When"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(max_length=LONGEST, label=_("What happened"), widget=forms.Textarea(attrs={"rows": 2}))
    answer = forms.CharField(max_length=LONGEST, required=False, label=_("What we did"), widget=forms.Textarea(attrs={"rows": 2}))
    is_settled = forms.BooleanField(required=False, label=_("It is settled"))

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        fresh = {"request_key": uuid.uuid4(), "kind": IncidentKind.COMPLAINT, "happened_on": today.isoformat()}
        super().__init__(data, initial=fresh, auto_id="incident_%s")
        self.today = today

    def clean_happened_on(self) -> dt.date:
        """Refuse days that have not come."""
        day: dt.date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask how a settled one was settled."""
        data = super().clean() or self.cleaned_data
        if data.get("is_settled") and not data.get("answer"):
            self.add_error("answer", _("Write what we did: without it nobody learns from it."))
        return data

    def entry(self) -> dict[str, Any]:
        """Return the entry as the service takes it."""
        data = {name: self.cleaned_data[name] for name in ("request_key", "kind", "happened_on", "words", "answer")}
        return data | {"settled_on": self.today if self.cleaned_data["is_settled"] else None}


class SettleForm(forms.Form):
    """How an incident ended."""

    answer = forms.CharField(max_length=LONGEST, label=_("What we did"), widget=forms.Textarea(attrs={"rows": 3}))
    settled_on = forms.DateField(label=_("Settled on"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, today: dt.date, incident: Incident) -> None:
        super().__init__(data, initial={"answer": incident.answer, "settled_on": today.isoformat()})
        self.today, self.incident = today, incident

    def clean_settled_on(self) -> dt.date:
        """Keep the day between the incident and today."""
        day: dt.date = self.cleaned_data["settled_on"]
        if not self.incident.happened_on <= day <= self.today:
            raise forms.ValidationError(_("The day must lie between the incident and today."))
        return day
