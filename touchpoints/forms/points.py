"""What people type about the map."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.picture_fields import PhotoField
from company.models import Branch
from touchpoints.enums import JourneyStage, Rating, TouchpointClass
from touchpoints.forms.fields import FilterForm, colleagues
from touchpoints.models import Touchpoint


class TouchpointForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A touchpoint of one's own or a change to one."""

    photo = PhotoField(label=capfirst(_("photo")))
    drop_photo = forms.BooleanField(required=False, label=_("Remove the photo"))

    class Meta:
        model = Touchpoint
        fields: ClassVar = ["name", "kind", "stage", "hint", "branch", "owner"]
        labels: ClassVar = {"name": _("What it is called")}
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


class PlaceForm(forms.Form):
    """Where on the journey to put a touchpoint: before another one, or by a press of "up", "down", "first", "last"."""

    MOVES: ClassVar = ("first", "up", "down", "last")

    stage = forms.ChoiceField(choices=JourneyStage.choices)
    move = forms.ChoiceField(choices=[(move, move) for move in MOVES], required=False)
    before = forms.ModelChoiceField(
        Touchpoint.objects.active(),
        required=False,
        error_messages={"invalid_choice": _("The map has changed meanwhile. Open it again and move the touchpoint.")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a neighbour that somebody has moved to another step."""
        cleaned = super().clean() or {}
        before = cleaned.get("before")
        if before and before.stage != cleaned.get("stage"):
            self.add_error("before", self.fields["before"].error_messages["invalid_choice"])
        return cleaned


class MapFilterForm(FilterForm):
    """What of the map to show."""

    VIEWS: ClassVar = [("class", _("By class")), ("journey", _("By the Client's way"))]
    SORTS: ClassVar = [("worst", _("Worst first")), ("path", _("Along the Client's way"))]
    OWNERS: ClassVar = [("", _("Whoever answers")), ("nobody", _("Nobody answers")), ("me", _("I answer"))]

    q = forms.CharField(required=False, max_length=120)
    rating = forms.TypedChoiceField(required=False, choices=[(str(value), value) for value in Rating.values], coerce=int, empty_value=None)
    branch = forms.ModelChoiceField(Branch.objects.all(), required=False, empty_label=_("All branches"))
    worse = forms.BooleanField(required=False)
    owner = forms.ChoiceField(required=False, choices=OWNERS)
    view = forms.ChoiceField(required=False, choices=VIEWS)
    sort = forms.ChoiceField(required=False, choices=SORTS)
    full = forms.ChoiceField(required=False, choices=[*TouchpointClass.choices, *JourneyStage.choices])
