"""Tables of the map and of audits somebody brings."""

from typing import IO, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tables.reading import TableError
from company.queries import company_day
from touchpoints import audit_tables, map_tables
from touchpoints.audit_tables import AuditPlan
from touchpoints.audit_words import NumberScale
from touchpoints.map_tables import Plan


def table_field(**options: Any) -> forms.CharField:
    """Return the field a table is pasted into."""
    return forms.CharField(
        required=False,
        strip=False,
        label=_("Or a table"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "wrap": "off"}),
        help_text=_("Copy the cells from a spreadsheet with the line that names the columns and paste them here."),
        **options,
    )


class TableForm(forms.Form):
    """Many lines at once. A file becomes a text too, so that mistakes are mended in place."""

    file = forms.FileField(required=False, label=_("A file"), help_text=_("XLSX, XLS, ODS or CSV, up to 2 MB and 5 000 lines."))
    text = table_field()
    skip_bad = forms.BooleanField(required=False, label=_("Leave out the lines with mistakes"))
    plan: Any = None

    def text_of(self, file: IO[bytes], name: str) -> str:
        """Return a file as a text."""
        raise NotImplementedError

    def plan_of(self, data: dict[str, Any]) -> Any:
        """Return what the text would change."""
        raise NotImplementedError

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
            self.plan = self.plan_of(data)
        except TableError as error:
            self.add_error(field, str(error))
        return data


class MapImportForm(TableForm):
    """Many touchpoints at once."""

    text = table_field(max_length=map_tables.MOST_CHARS)
    plan: Plan | None = None

    def text_of(self, file: IO[bytes], name: str) -> str:
        """Return a file of touchpoints as a text."""
        return map_tables.text_of(file, name)

    def plan_of(self, data: dict[str, Any]) -> Plan:
        """Return what the table would change on the map."""
        return map_tables.plan_of(data["text"])


class AuditImportForm(TableForm):
    """Many marks of past audits at once."""

    file = forms.FileField(required=False, label=_("A file"), help_text=_("XLSX, XLS, ODS or CSV, up to 5 MB and 10 000 lines."))
    scale = forms.ChoiceField(required=False, choices=NumberScale.choices, label=_("Numbers instead of words mean"))
    field_order = ("file", "text", "scale", "skip_bad")
    plan: AuditPlan | None = None

    def text_of(self, file: IO[bytes], name: str) -> str:
        """Return a file of audits as a text."""
        return audit_tables.text_of(file, name)

    def plan_of(self, data: dict[str, Any]) -> AuditPlan:
        """Return what the table would add to the audits."""
        return audit_tables.plan_of(data["text"], NumberScale(data["scale"]), company_day(timezone.now()))
