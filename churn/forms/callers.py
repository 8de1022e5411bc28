"""Who is to call, when the responsible person may, and how much somebody calls."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from churn.models import CallerSettings
from company.models import User


class ReassignForm(forms.Form):
    """Who is to call instead."""

    caller = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Who calls"))
    note = forms.CharField(required=False, max_length=200, label=_("Why not somebody more senior"))


class ExceptionForm(forms.Form):
    """Why the responsible person may call once."""

    reason = forms.CharField(max_length=200, label=_("Why the responsible person calls"))


class CallerForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """How many calls fit into somebody's day, and when somebody else calls for them."""

    class Meta:
        model = CallerSettings
        fields: ClassVar = ["calls_a_day", "away_since", "away_until"]
        widgets: ClassVar = {
            "calls_a_day": forms.NumberInput({"min": 0, "max": 100, "inputmode": "numeric"}),
            "away_since": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "away_until": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def clean_calls_a_day(self) -> int:
        """Refuse more than anybody can call."""
        number: int = self.cleaned_data["calls_a_day"]
        if number > 100:
            raise forms.ValidationError(_("Write from 0 to 100 calls."))
        return number

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of an absence, in order."""
        data = super().clean() or self.cleaned_data
        since, until = data.get("away_since"), data.get("away_until")
        if self.errors or (not since and not until):
            return data
        if not since or not until:
            self.add_error("away_until" if since else "away_since", _("Write both the first and the last day away, or neither."))
        elif until < since:
            self.add_error("away_until", _("The last day away comes before the first."))
        return data


class RehearsalForm(forms.Form):
    """Who practises, and on how many."""

    caller = forms.ModelChoiceField(User.objects.filter(is_active=True))
    number = forms.IntegerField(min_value=1, max_value=20)


class MissedForm(forms.Form):
    """Which attempt nobody answered."""

    attempt = forms.IntegerField(min_value=0, max_value=32_000)
    request_key = forms.UUIDField()
