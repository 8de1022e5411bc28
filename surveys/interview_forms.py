"""What is typed during a call."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.enums import InterviewOutcome
from surveys.forms import AnswerForm

FARTHEST = dt.timedelta(days=60)
WITHOUT_ANSWER = [choice for choice in InterviewOutcome.choices if choice[0] != InterviewOutcome.ANSWERED]


class InterviewForm(AnswerForm):
    """The three questions, and that the person agreed to be asked."""

    consent = forms.BooleanField(error_messages={"required": _("Read the line aloud and tick that the person agrees.")})

    def clean(self) -> dict[str, Any]:
        """Keep the consent apart from the answer."""
        data = super().clean() or self.cleaned_data
        data.pop("consent", None)
        return data


class AttemptForm(forms.Form):
    """A call without an answer."""

    outcome = forms.ChoiceField(choices=WITHOUT_ANSWER)
    call_again_at = forms.DateTimeField(
        required=False,
        label=_("Call again"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a time that is still ahead when a later call was promised."""
        data = super().clean() or self.cleaned_data
        if self.errors or data["outcome"] != InterviewOutcome.LATER:
            return data
        now, again_at = timezone.now(), data["call_again_at"]
        if not again_at or not now < again_at <= now + FARTHEST:
            self.add_error("call_again_at", _("Choose a time still ahead, within two months."))
        return data
