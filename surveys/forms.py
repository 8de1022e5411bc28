"""Forms of surveys: the answer, the wave, the wording, the action that follows from a comment."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import User
from surveys.services import AnswerValues, Wording

MAX_TEXT = 2_000
MAX_BYTES = 32 * 1024
TOO_LONG = _("Too long: %(limit_value)d characters fit, there are %(show_value)d.")


class AnswerForm(forms.Form):
    """What a respondent sends."""

    score = forms.IntegerField(
        min_value=0,
        max_value=10,
        error_messages={
            "required": _("Choose a number from 0 to 10."),
            "invalid": _("Choose a number from 0 to 10."),
            "min_value": _("Choose a number from 0 to 10."),
            "max_value": _("Choose a number from 0 to 10."),
        },
    )
    why = forms.CharField(max_length=MAX_TEXT, required=False, error_messages={"max_length": TOO_LONG})
    ten = forms.CharField(max_length=MAX_TEXT, required=False, error_messages={"max_length": TOO_LONG})
    call_me = forms.BooleanField(required=False)

    def answer(self) -> AnswerValues:
        """Return the checked values."""
        return AnswerValues(**self.cleaned_data)


class QuestionnaireForm(forms.Form):
    """The wording of the questions."""

    score_question = forms.CharField(max_length=300, label=_("Score question"))
    low_label = forms.CharField(max_length=80, label=_("Label at 0"))
    high_label = forms.CharField(max_length=80, label=_("Label at 10"))
    why_question = forms.CharField(max_length=300, label=_("Reason question"))
    ten_question = forms.CharField(max_length=300, label=_("Question about a 10"))
    promoter_question = forms.CharField(max_length=300, label=_("The same question for 9 and 10"))

    def wording(self) -> Wording:
        """Return the checked texts."""
        return Wording(**self.cleaned_data)


class CommentActionForm(forms.Form):
    """An action that a comment asks for."""

    title = forms.CharField(max_length=200, label=_("What to do"))
    owner = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Who does it"), empty_label=None)
    due_on = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean_due_on(self) -> dt.date:
        """Refuse a day that is over."""
        day: dt.date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or later."))
        return day
