"""The tree of reasons as managers change it, and what each reason is linked to."""

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from churn.enums import ReasonGroup
from churn.models import Reason
from common.choices import shorten_empty_choices
from touchpoints.enums import OPEN_ACTION_STATES
from touchpoints.models import Action, Touchpoint


class ReasonForm(forms.Form):
    """A new leaf of the tree. One of the same name is no mistake: it comes back from the archive."""

    group = forms.TypedChoiceField(choices=ReasonGroup.choices, coerce=ReasonGroup)
    name = forms.CharField(max_length=120)
    is_within_power = forms.BooleanField(required=False)


class ReasonChangeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A changed leaf; its group stays."""

    class Meta:
        model = Reason
        fields = ("name", "is_within_power", "is_archived")

    def clean_name(self) -> str:
        """Refuse a name that another leaf of the group has."""
        name = str(self.cleaned_data["name"]).strip()
        if Reason.objects.filter(group=self.instance.group, name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This group has such a reason already, maybe in the archive."))
        return name


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

    reasons = forms.ModelMultipleChoiceField(Reason.objects.filter(is_archived=False), required=False, widget=forms.CheckboxSelectMultiple)
