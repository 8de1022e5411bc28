"""What people type about audits."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from touchpoints.forms.fields import colleagues, day_input
from touchpoints.models import Audit


class AuditForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """Who walks the map, where, by when."""

    class Meta:
        model = Audit
        fields: ClassVar = ["branch", "auditor", "due_on"]
        widgets: ClassVar = {"due_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, branch = self.fields["auditor"], self.fields["branch"]
        if isinstance(person, forms.ModelChoiceField) and isinstance(branch, forms.ModelChoiceField):
            person.queryset, person.required, person.empty_label = colleagues(), True, None
            branch.empty_label = _("The whole company")
