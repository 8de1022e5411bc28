"""The form of a step about a motive."""

import datetime as dt

from django import forms
from django.utils import timezone

from company.models import User
from surveys.enums import Motive
from surveys.forms import CommentActionForm
from surveys.motive_words import IDEAS

DUE_IN = dt.timedelta(days=30)


class StepForm(CommentActionForm):
    """An action about one motive."""

    motive = forms.ChoiceField(choices=Motive.choices, widget=forms.HiddenInput)


def step_form(motive: Motive, actor: User) -> StepForm:
    """Return a form with an idea, its reader as owner and a month of time."""
    first = {"motive": motive, "title": IDEAS[motive], "owner": actor, "due_on": timezone.localdate() + DUE_IN}
    return StepForm(initial=first, auto_id=f"step-{motive}-%s")
