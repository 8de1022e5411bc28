"""The tree of reasons as managers change it, and what each reason is linked to."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from churn.enums import ReasonGroup
from churn.models import Reason
from churn.queries import branches_to_join, living_reasons, merge_targets
from churn.services import Place, place_of
from common.choices import shorten_empty_choices
from touchpoints.enums import OPEN_ACTION_STATES
from touchpoints.models import Action, Touchpoint


class ReasonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """A choice among reasons, each with its place."""

    def label_from_instance(self, obj: Any) -> str:
        """Write the reason after its group and branch."""
        return f"{place_of(obj)} › {obj}"


class ReasonTicks(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """Boxes to tick, a part after its branch."""

    def label_from_instance(self, obj: Any) -> str:
        """Write a part after the name of its branch."""
        return f"{obj.parent} › {obj}" if obj.parent else str(obj)


class ReasonForm(forms.Form):
    """A reason: its name, its place, whether it is within our power. A new one of an archived name is no mistake: it comes back."""

    place = forms.ChoiceField(label=_("Place in the tree"))
    name = forms.CharField(max_length=120, label=pgettext_lazy("reason", "Name"))
    is_within_power = forms.BooleanField(required=False, label=_("Within our power"))

    def __init__(self, *args: Any, reason: Reason | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = {str(branch.pk): branch for branch in branches_to_join(reason)}
        if isinstance(field := self.fields["place"], forms.ChoiceField):
            field.choices = [(group.label, self.places(group)) for group in ReasonGroup]

    def places(self, group: ReasonGroup) -> list[tuple[str, Any]]:
        """Return the places of one group: the group itself and its branches."""
        inside = [(key, f"{group.label} › {branch}") for key, branch in self.branches.items() if branch.group == group]
        return [(group.value, group.label), *inside]

    def clean_place(self) -> Place:
        """Return the place itself."""
        branch = self.branches.get(typed := str(self.cleaned_data["place"]))
        return Place(ReasonGroup(branch.group), branch) if branch else Place(ReasonGroup(typed))


class ReasonMergeForm(forms.Form):
    """Which reason takes over the calls and actions of another."""

    target = ReasonChoice(Reason.objects.none(), label=_("Merge with"), help_text=_("This reason stays and takes everything over."))

    def __init__(self, data: QueryDict | None = None, *, reason: Reason) -> None:
        super().__init__(data)
        if isinstance(field := self.fields["target"], forms.ModelChoiceField):
            field.queryset = merge_targets(reason)
        shorten_empty_choices(self)


class ReasonLinkForm(forms.Form):
    """Where a reason arises, and what is done about it. Actions that are over stay if they were linked."""

    touchpoint = forms.ModelChoiceField(
        Touchpoint.objects.none(), required=False, label=_("Touchpoint"), help_text=_("Where Clients meet what made them leave.")
    )
    actions = forms.ModelMultipleChoiceField(
        Action.objects.none(), required=False, label=_("What is done about it"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None = None, *, reason: Reason) -> None:
        linked = list(reason.actions.values_list("pk", flat=True))
        super().__init__(data, initial={"touchpoint": reason.touchpoint_id, "actions": linked})
        points, actions = self.fields["touchpoint"], self.fields["actions"]
        if isinstance(points, forms.ModelChoiceField) and isinstance(actions, forms.ModelMultipleChoiceField):
            points.queryset = Touchpoint.objects.filter(Q(is_archived=False) | Q(pk=reason.touchpoint_id)).in_map_order()
            actions.queryset = Action.objects.filter(Q(state__in=OPEN_ACTION_STATES) | Q(pk__in=linked))
        shorten_empty_choices(self)


class ActionReasonsForm(forms.Form):
    """Ticked reasons; none ticked takes them all off."""

    reasons = ReasonTicks(living_reasons(), required=False, widget=forms.CheckboxSelectMultiple)
