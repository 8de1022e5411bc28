"""Tables of the map and of audits somebody brings."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tables.forms import TableForm, table_field
from company.queries import company_day
from touchpoints import audit_tables, map_tables
from touchpoints.audit_tables import AuditPlan
from touchpoints.audit_words import NumberScale
from touchpoints.map_tables import Plan


class MapImportForm(TableForm):
    """Many touchpoints at once."""

    text = table_field(max_length=map_tables.MOST_CHARS)
    text_of = staticmethod(map_tables.text_of)
    contents: Plan | None = None

    def read(self, data: dict[str, Any]) -> Plan:
        """Return what the table would change on the map."""
        return map_tables.plan_of(data["text"])


class AuditImportForm(TableForm):
    """Many marks of past audits at once."""

    file = forms.FileField(required=False, label=_("A file"), help_text=_("XLSX, XLS, ODS or CSV, up to 5 MB and 10 000 lines."))
    scale = forms.ChoiceField(required=False, choices=NumberScale.choices, label=_("Numbers instead of words mean"))
    field_order = ("file", "text", "scale", "skip_bad")
    text_of = staticmethod(audit_tables.text_of)
    contents: AuditPlan | None = None

    def read(self, data: dict[str, Any]) -> AuditPlan:
        """Return what the table would add to the audits."""
        return audit_tables.plan_of(data["text"], NumberScale(data["scale"]), company_day(timezone.now()))
