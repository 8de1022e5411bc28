"""What people type about QR codes at touchpoints, and what Clients send by them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from company.models import Branch
from touchpoints.enums import Rating
from touchpoints.forms.fields import LinesField
from touchpoints.models import PointCode, Touchpoint

LONGEST_NOTE = 500
MOST_ON_SHEETS = 100


class CodesForm(forms.Form):
    """At which touchpoints, in which branches to hang codes."""

    touchpoints = forms.ModelMultipleChoiceField(
        Touchpoint.objects.active().in_map_order(),
        label=_("Touchpoints"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one touchpoint.")},
    )
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.all(),
        label=_("Branches"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each branch gets a code of its own, so that they can be compared. None ticked: one code for all of them."),
    )


class SheetForm(forms.Form):
    """Which codes to print on sheets."""

    code = forms.ModelMultipleChoiceField(PointCode.objects.filter(touchpoint__is_archived=False).select_related("touchpoint", "branch"))

    def chosen(self) -> list[PointCode]:
        """Return the codes chosen, as many as a printer takes at once."""
        return list(self.cleaned_data["code"].order_by("branch", "touchpoint__name")[:MOST_ON_SHEETS])


class ClientRatingForm(forms.Form):
    """The button a Client has pressed."""

    rating = forms.TypedChoiceField(
        choices=Rating.choices,
        coerce=int,
        error_messages={"required": _("Press one of the three buttons."), "invalid_choice": _("Press one of the three buttons.")},
    )


class ClientNoteForm(forms.Form):
    """A Client's own line."""

    note = LinesField(
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Write a few words, or just close the page: your rating is with us."),
            "max_length": _("The text is too long. Make it shorter and press the button again."),
        },
    )
