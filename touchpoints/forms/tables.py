"""A table of the map somebody brings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.tables.reading import TableError
from touchpoints.map_tables import MOST_CHARS, Plan, plan_of, text_of


class MapImportForm(forms.Form):
    """Many touchpoints at once. A file becomes a text too, so that mistakes are mended in place."""

    file = forms.FileField(required=False, label=_("A file"), help_text=_("XLSX, XLS, ODS or CSV, up to 2 MB and 5 000 lines."))
    text = forms.CharField(
        required=False,
        max_length=MOST_CHARS,
        strip=False,
        label=_("Or a table"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "wrap": "off"}),
        help_text=_("Copy the cells from a spreadsheet with the line that names the columns and paste them here."),
    )
    skip_bad = forms.BooleanField(required=False, label=_("Leave out the lines with mistakes"))
    plan: Plan | None = None

    def clean(self) -> dict[str, Any]:
        """Read what was given; the text of a file is put where it can be mended."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        field = "file" if data["file"] else "text"
        try:
            data["text"] = text_of(data["file"], data["file"].name) if data["file"] else data["text"]
            self.data = {name: self.data.get(name) for name in self.fields} | {"text": data["text"]}
            if not data["text"].strip():
                raise forms.ValidationError(_("Choose a file or paste a table."))
            self.plan = plan_of(data["text"])
        except TableError as error:
            self.add_error(field, str(error))
        return data
