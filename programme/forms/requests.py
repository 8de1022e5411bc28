"""What the owner types about requests of people."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.enums import RequestKind, RequestState, RequestTerm


class RequestForm(forms.Form):
    """Who asks what; the name is asked of people who are no Clients."""

    kind = forms.ChoiceField(label=_("What they want"), choices=RequestKind.choices)
    who = forms.CharField(
        label=_("Who asks"), max_length=200, help_text=_("A name and how to answer. For a Client of yours find the card first.")
    )
    came_on = forms.DateField(label=_("When it came"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, of_client: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("came_on", timezone.localdate())
        if of_client:
            del self.fields["who"]

    def clean_came_on(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["came_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class SettleForm(forms.Form):
    """What came of a request."""

    state = forms.ChoiceField(choices=[choice for choice in RequestState.choices if choice[0] != RequestState.OPEN])
    outcome = forms.CharField(max_length=300)


class TermForm(forms.Form):
    """Within what time requests are answered."""

    term = forms.ChoiceField(label=_("A request is answered within"), choices=RequestTerm.choices)
