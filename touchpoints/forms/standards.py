"""What people type about standards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from touchpoints.forms.fields import FilterForm
from touchpoints.models import Standard, Touchpoint

LONGEST = 200


class StandardFilterForm(FilterForm):
    """Which standards to show."""

    q = forms.CharField(required=False, max_length=120)
    slipping = forms.BooleanField(required=False)


class StandardsForm(forms.Form):
    """New standards of a touchpoint: ready ones and one's own, a line each."""

    ready = forms.MultipleChoiceField(label=_("Ready ones"), required=False, widget=forms.CheckboxSelectMultiple)
    own = forms.CharField(
        label=_("Our own, one a line"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A number, a time or a thing one can see: then two people say the same."),
    )

    def __init__(self, *args: Any, ready: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ready"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(sentence, sentence) for sentence in ready]
        if not ready:
            del self.fields["ready"]

    def clean_own(self) -> list[str]:
        """Read a sentence a line."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["own"].splitlines()]
        if any(len(line) > LONGEST for line in lines):
            raise forms.ValidationError(_("One of the lines is longer than 200 characters. Make it shorter, or break it in two."))
        return [line for line in lines if line]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one sentence."""
        cleaned = super().clean() or {}
        if not self.errors and not self.sentences():
            self.add_error("own", _("Write at least one standard, or tick a ready one."))
        return cleaned

    def sentences(self) -> list[str]:
        """Return all that was ticked and typed."""
        return [*self.cleaned_data.get("ready", []), *self.cleaned_data.get("own", [])]


class StandardForm(forms.Form):
    """A change to a standard."""

    sentence = forms.CharField(label=_("What must be so"), max_length=LONGEST)
    starts_anew = forms.BooleanField(
        label=_("This is another demand: count from nought"),
        required=False,
        help_text=_("Leave it empty if only the wording is mended: then the history goes on."),
    )

    def __init__(self, *args: Any, standard: Standard, **kwargs: Any) -> None:
        kwargs["initial"] = {"sentence": standard.sentence}
        super().__init__(*args, **kwargs)
        self.standard = standard

    def clean_sentence(self) -> str:
        """Refuse a sentence the touchpoint has already."""
        sentence = " ".join(str(self.cleaned_data["sentence"]).split())
        same = Standard.objects.filter(touchpoint=self.standard.touchpoint_id, sentence=sentence, is_archived=False)
        if same.exclude(pk=self.standard.pk).exists():
            raise forms.ValidationError(_("This touchpoint has such a standard already."))
        return sentence


class StartForm(forms.Form):
    """Which touchpoints get their ready standards."""

    points = forms.ModelMultipleChoiceField(
        Touchpoint.objects.active(), error_messages={"required": _("Tick at least one touchpoint.")}, widget=forms.CheckboxSelectMultiple
    )
