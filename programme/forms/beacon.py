"""Forms of the beacon."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programme.models import BeaconVariant, BeaconVersion

MOST_PILES = 99


def one_line(text: str) -> str:
    """Return a text without what the database cannot hold, on one line."""
    return " ".join(text.replace("\0", "").split())


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """What a colleague thinks the company is for, in a sentence."""

    class Meta:
        model = BeaconVariant
        fields = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        placeholder = _("The Client leaves with the problem solved, not with a receipt")
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 3, "maxlength": 300, "placeholder": placeholder})

    def clean_text(self) -> str:
        """Keep it on one line."""
        text = one_line(str(self.cleaned_data["text"]))
        if len(text) < 5:
            raise forms.ValidationError(_("Write a few words at least."))
        return text


class BeaconForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """The definition to publish; `based_on` is the version it was made from."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = BeaconVersion
        fields = ("text", "meaning")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 3, "maxlength": 300})
        self.fields["text"].help_text = _("One sentence everybody can repeat without looking.")
        self.fields["meaning"].widget.attrs["rows"] = 5
        self.fields["meaning"].help_text = _("Two or three examples from work. It stands under the definition on paper too.")

    def clean_text(self) -> str:
        """Keep it on one line, in words that a letter can hold."""
        text = one_line(str(self.cleaned_data["text"]))
        if not text:
            raise forms.ValidationError(_("Write the definition."))
        return text

    def clean_meaning(self) -> str:
        """Take out what the database cannot hold."""
        return str(self.cleaned_data["meaning"]).replace("\0", "").replace("\r\n", "\n")


class SortingForm(forms.Form):
    """For each variant its pile and whether it is on the shortlist."""

    def __init__(self, *args: Any, variants: Iterable[BeaconVariant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.variants = list(variants)
        for variant in self.variants:
            self.fields[f"pile-{variant.pk}"] = forms.IntegerField(
                min_value=1,
                max_value=MOST_PILES,
                required=False,
                initial=variant.pile,
                label=_("Pile"),
                error_messages={"invalid": _("Number the piles from 1 to 99."), "max_value": _("Number the piles from 1 to 99.")},
            )
            self.fields[f"short-{variant.pk}"] = forms.BooleanField(
                required=False, initial=variant.is_shortlisted, label=_("On the shortlist")
            )

    def pile_of(self, variant: BeaconVariant) -> forms.BoundField:
        """Return the field of a variant's pile."""
        return self[f"pile-{variant.pk}"]

    def short_of(self, variant: BeaconVariant) -> forms.BoundField:
        """Return the field of a variant's place on the shortlist."""
        return self[f"short-{variant.pk}"]

    def sorting(self) -> dict[uuid.UUID, tuple[int | None, bool]]:
        """Return the checked choices."""
        chosen = self.cleaned_data
        return {variant.pk: (chosen[f"pile-{variant.pk}"], chosen[f"short-{variant.pk}"]) for variant in self.variants}
