"""What people type about Clients who may leave."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from churn.enums import SignKind
from churn.queries.warnings import WarningFilter
from company.models import Branch


class WarningFilterForm(forms.Form):
    """Narrows the list; everything lives in the address."""

    sign = forms.ChoiceField(label=_("Sign"), required=False, choices=[("", _("All signs that matter")), *SignKind.choices])
    branch = forms.ModelChoiceField(Branch.objects.all(), label=_("Branch"), required=False, empty_label=_("All branches"))
    talked = forms.BooleanField(label=_("Also those talked to lately"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-check-input" if name == "talked" else "form-select"

    def wanted(self, mattering: list[SignKind]) -> WarningFilter:
        """Return the filter; a field that makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        kinds = [SignKind(data["sign"])] if data.get("sign") else mattering
        return WarningFilter(kinds, data["branch"].pk if data.get("branch") else None, with_talked=bool(data.get("talked")))


class WarningTalkForm(forms.Form):
    """What came of a talk."""

    words = forms.CharField(label=_("What came of the talk"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
