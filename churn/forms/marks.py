"""The word of whoever calls a leaver about the Client."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.enums import MarkDegree, MarkKind


class LeaverMarkForm(forms.Form):
    """What the Client demanded or how they spoke, as a fact."""

    kind = forms.ChoiceField(label=_("What about"), choices=MarkKind.choices)
    degree = forms.TypedChoiceField(label=_("How strongly"), choices=MarkDegree.choices, coerce=int, initial=MarkDegree.CLEARLY)
    reason = forms.CharField(label=_("What happened"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
