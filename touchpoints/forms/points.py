"""What people type about the map."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from company.models import Branch
from touchpoints.enums import Rating
from touchpoints.forms.fields import FilterForm, colleagues
from touchpoints.models import Touchpoint


class TouchpointForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A touchpoint of one's own or a change to one."""

    class Meta:
        model = Touchpoint
        fields: ClassVar = ["name", "kind", "hint", "branch", "owner"]
        widgets: ClassVar = {"hint": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, branch = self.fields["owner"], self.fields["branch"]
        if isinstance(person, forms.ModelChoiceField) and isinstance(branch, forms.ModelChoiceField):
            person.queryset, person.empty_label = colleagues(), _("nobody yet")
            branch.empty_label = _("every branch")

    def clean(self) -> dict[str, Any]:
        """Refuse a second touchpoint of the same name in the same class and branch."""
        cleaned = super().clean() or {}
        named = {field: cleaned.get(field) for field in ("name", "kind", "branch")}
        if Touchpoint.objects.active().filter(**named).exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is such a touchpoint already. Give this one another name."))
        return cleaned


class CatalogueForm(forms.Form):
    """Which entries of the ready catalogue to put on the map."""

    keys = forms.MultipleChoiceField(error_messages={"required": _("Tick at least one touchpoint.")})

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keys"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(key, key) for key in keys]


class MapFilterForm(FilterForm):
    """What of the map to show."""

    SORTS: ClassVar = [("worst", _("Worst first")), ("path", _("Along the Client's way"))]

    q = forms.CharField(required=False, max_length=120)
    rating = forms.TypedChoiceField(required=False, choices=[(str(value), value) for value in Rating.values], coerce=int, empty_value=None)
    branch = forms.ModelChoiceField(Branch.objects.all(), required=False, empty_label=_("All branches"))
    worse = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=SORTS)
