"""Forms of doors: where one stands, and what a tablet sends."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.enums import DoorKind
from surveys.forms import AnswerForm
from surveys.models import Door
from surveys.queries import surveys_for_doors
from surveys.services import AnswerValues

LONGEST_WAIT = dt.timedelta(days=30)


class DoorForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """A door; its kind is chosen once, since its address is printed."""

    class Meta:
        model = Door
        fields: ClassVar = ["kind", "name", "survey", "branch", "touchpoint"]
        labels: ClassVar = {
            "kind": _("What it is"),
            "name": _("Where it is"),
            "survey": _("Survey"),
            "branch": _("Branch"),
            "touchpoint": _("Touchpoint"),
        }
        help_texts: ClassVar = {
            "name": _("Only you see it: the till in the shop, the table by the window, the page of an order."),
            "survey": _("Answers go to its wave that is open at the moment."),
            "branch": _("Answers count for this branch."),
        }
        widgets: ClassVar = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        survey: Any = self.fields["survey"]
        survey.queryset = surveys_for_doors(self.instance)
        survey.empty_label = None
        kind: Any = self.fields["kind"]
        kind.choices = DoorKind.choices
        if self.instance.pk:
            del self.fields["kind"]


class KioskForm(AnswerForm):
    """What a tablet sends: an answer, its key, and how many seconds ago it was given by the tablet's own clock."""

    key = forms.UUIDField(required=False)
    age = forms.IntegerField(required=False, min_value=0, max_value=int(LONGEST_WAIT.total_seconds()))

    def answer(self) -> AnswerValues:
        """Return the checked values."""
        return AnswerValues(**{name: self.cleaned_data[name] for name in AnswerForm.base_fields})

    def waited(self) -> dt.timedelta:
        """Return how long the answer has waited for a connection."""
        return dt.timedelta(seconds=self.cleaned_data["age"] or 0)
