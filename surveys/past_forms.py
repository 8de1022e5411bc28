"""Forms about answers given before Mayak."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.enums import PastField
from surveys.models import PastImport


class PastUploadForm(forms.Form):
    """A file of past answers."""

    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}))


class PastMappingForm(forms.Form):
    """Where the answers come from and what every column is."""

    source = forms.CharField(max_length=40, label=_("Where the answers come from"), help_text=_("Waves are named after it."))

    def __init__(self, data: Any = None, *, batch: PastImport) -> None:
        super().__init__(data, initial={"source": batch.source})
        for number, column in enumerate(batch.columns):
            label = column["header"] or _("Column %(number)s") % {"number": number + 1}
            choices = [("", _("leave out")), *PastField.choices]
            field = forms.ChoiceField(label=label, choices=choices, required=False, initial=batch.mapping.get(str(number), ""))
            field.widget.attrs |= {"class": "form-select", "aria-label": label}
            self.fields[f"c{number}"] = field

    def columns(self) -> list[forms.BoundField]:
        """Return the fields of the columns, in the order of the file."""
        return [self[name] for name in self.fields if name != "source"]

    def mapping(self) -> dict[int, PastField]:
        """Return the fields by column."""
        return {int(name[1:]): PastField(value) for name, value in self.cleaned_data.items() if name != "source" and value}

    def clean(self) -> dict[str, Any]:
        """Ask for a score and a day, and for every field once."""
        data = super().clean() or self.cleaned_data
        chosen = [PastField(value) for name, value in data.items() if name != "source" and value]
        if twice := next((field for field in chosen if chosen.count(field) > 1), None):
            raise forms.ValidationError(_("“%(field)s” is chosen for two columns. Leave one of them.") % {"field": twice.label})
        if not {PastField.SCORE, PastField.MOMENT} <= set(chosen):
            raise forms.ValidationError(_("Say which column is the score and which the date: without them there is no answer."))
        return data
