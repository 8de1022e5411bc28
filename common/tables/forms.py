"""A form that takes many lines at once, as a file or as cells pasted from a spreadsheet."""

from collections.abc import Callable, Mapping
from typing import IO, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.tables.reading import TableError


def table_field(**options: Any) -> forms.CharField:
    """Return the field a table is pasted into."""
    example = options.pop("example", "")
    look = {"rows": 12, "spellcheck": "false", "wrap": "off"} | ({"placeholder": example} if example else {})
    return forms.CharField(
        required=False,
        strip=False,
        label=_("Or a table"),
        widget=forms.Textarea(attrs=look),
        help_text=_("Copy the cells from a spreadsheet with the line that names the columns and paste them here."),
        **options,
    )


class TableForm(forms.Form):
    """Many lines at once. A file becomes a text too, so that mistakes are mended in place.

    A form of a kind of tables says how a file becomes text (`text_of`) and what the text means (`read`); both raise TableError.
    What was read is in `contents`.
    """

    text_of: Callable[[IO[bytes], str], str]
    read: Callable[[dict[str, Any]], Any]

    file = forms.FileField(required=False, label=_("A file"), help_text=_("XLSX, XLS, ODS or CSV, up to 2 MB and 5 000 lines."))
    text = table_field()
    skip_bad = forms.BooleanField(required=False, label=_("Leave out the lines with mistakes"))
    contents: Any = None

    def clean(self) -> dict[str, Any]:
        """Read what was given; the text of a file is put where it can be mended."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        field = "file" if data["file"] else "text"
        try:
            data["text"] = self.text_of(data["file"], data["file"].name) if data["file"] else data["text"]
            self.data = {name: self.data.get(name) for name in self.fields} | {"text": data["text"]}
            if not data["text"].strip():
                raise forms.ValidationError(_("Choose a file or paste a table."))
            self.contents = self.read(data)
        except TableError as error:
            self.add_error(field, str(error))
        return data

    def is_to_load(self, sent: Mapping[str, Any]) -> bool:
        """Say whether to load: a sound table that was looked at just so; lines with mistakes stop it until they are left out."""
        if not self.is_valid():
            return False
        plan, data = self.contents, self.cleaned_data
        if "load" not in sent or data["file"] or sent.get("looked_at") != plan.fingerprint:
            return False
        if not plan.size or (plan.bad and not data["skip_bad"]):
            self.add_error("skip_bad", _("Mend the lines with mistakes or leave them out."))
        return not self.errors
