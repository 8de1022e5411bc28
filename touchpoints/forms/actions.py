"""What people type about actions."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.picture_fields import PhotoField
from company.enums import Role
from company.models import User
from touchpoints.enums import OPEN_ACTION_STATES, ActionState
from touchpoints.forms.fields import FilterForm, LinesField, MoneyField, colleagues, day_input
from touchpoints.models import Action, Touchpoint

MOST_AHEAD = dt.timedelta(days=36525)


class ActionForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """Something to do, with an owner and a date. Staff take actions upon themselves; managers give them to anybody."""

    cost = MoneyField(label=capfirst(_("cost")), required=False)
    photo = PhotoField(label=capfirst(_("photo before")))
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Action
        fields: ClassVar = ["title", "details", "owner", "due_on", "expected_effect", "touchpoints"]
        widgets: ClassVar = {
            "due_on": day_input(),
            "details": forms.Textarea(attrs={"rows": 3}),
            "touchpoints": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["key"].initial = uuid.uuid4
        if self.instance.pk:
            self.fields["cost"].initial = self.instance.cost_cents
        points, person = self.fields["touchpoints"], self.fields["owner"]
        if isinstance(points, forms.ModelMultipleChoiceField) and isinstance(person, forms.ModelChoiceField):
            points.queryset = offered_points(self.instance).in_map_order()
            people = colleagues()
            has_left = bool(self.instance.pk) and not people.filter(pk=self.instance.owner_id).exists()
            person.queryset, person.empty_label = people, _("Choose who takes it over") if has_left else None
        if not user.has_role(Role.MANAGER):
            del self.fields["owner"]

    def clean_due_on(self) -> dt.date:
        """Refuse a day that is over, unless it is the one the action was late by already."""
        day: dt.date = self.cleaned_data["due_on"]
        return day if "due_on" not in self.changed_data and self.instance.pk else day_ahead(day)

    def clean(self) -> dict[str, Any]:
        """Name the owner where the form did not ask."""
        cleaned = super().clean() or {}
        cleaned.setdefault("owner", self.user)
        return cleaned


class DoneForm(forms.Form):
    """What shows that an action is done."""

    evidence = LinesField(
        label=capfirst(_("how we know it is done")),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in one line how we know it is done.")},
    )
    photo = PhotoField(label=capfirst(_("photo after")))


class DropForm(forms.Form):
    """Why an action is given up."""

    reason = forms.CharField(
        label=capfirst(_("why it is dropped")),
        max_length=300,
        error_messages={"required": _("Write why: somebody will ask in half a year.")},
    )


class MoveForm(forms.Form):
    """Where a card of the board goes, and where it lay when it was shown."""

    was = forms.ChoiceField(choices=ActionState.choices)
    state = forms.ChoiceField(choices=[(state.value, state.label) for state in OPEN_ACTION_STATES])


class PostponeForm(forms.Form):
    """A new day, and why the old one did not hold."""

    due_on = forms.DateField(label=_("A day you believe in"), widget=day_input())
    why = forms.CharField(label=_("Why"), max_length=300, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_due_on(self) -> dt.date:
        """Refuse a day that is over."""
        return day_ahead(self.cleaned_data["due_on"])


class CommentForm(forms.Form):
    """What somebody writes about an action on the way."""

    text = LinesField(
        label=_("Comment"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a line.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class HandOverForm(forms.Form):
    """Whom several actions go to, and by when."""

    actions = forms.ModelMultipleChoiceField(Action.objects.open(), error_messages={"required": _("Tick the actions first.")})
    owner = forms.ModelChoiceField(colleagues(), required=False)
    due_on = forms.DateField(required=False, widget=day_input())

    def clean_due_on(self) -> dt.date | None:
        """Refuse a day that is over."""
        day: dt.date | None = self.cleaned_data["due_on"]
        return day and day_ahead(day)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one change."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("owner") and not cleaned.get("due_on"):
            raise forms.ValidationError(_("Choose whom to give them to, a new day, or both."), code="nothing")
        return cleaned


class ActionFilterForm(FilterForm):
    """Which actions to show."""

    STATES: ClassVar = [
        ("open", pgettext_lazy("actions", "Open")),
        ("overdue", _("Overdue")),
        ("done", _("Done")),
        ("check", _("To check again")),
        ("dropped", _("Dropped")),
    ]
    VIEWS: ClassVar = [("table", _("Table")), ("board", _("Board")), ("people", _("By owner"))]

    q = forms.CharField(required=False, max_length=100)
    state = forms.ChoiceField(required=False, choices=STATES)
    owner = forms.ModelChoiceField(colleagues(), required=False, empty_label=_("All owners"))
    touchpoint = forms.ModelChoiceField(Touchpoint.objects.all(), required=False)
    view = forms.ChoiceField(required=False, choices=VIEWS)


def offered_points(action: Action) -> Any:
    """Return the touchpoints of the map, and those of the action that have left it since."""
    active = Touchpoint.objects.active()
    return active | Touchpoint.objects.filter(pk__in=action.touchpoints.values("pk")) if action.pk else active


def day_ahead(day: dt.date) -> dt.date:
    """Return the day unless it is over, or a slip of the finger has put it into another century."""
    today = timezone.localdate()
    if day < today:
        raise forms.ValidationError(_("That day is over. Choose today or later."), code="past")
    if day - today > MOST_AHEAD:
        raise forms.ValidationError(_("That day is too far ahead. Check the year."), code="far")
    return day


def default_due(today: dt.date) -> dt.date:
    """Return the date a new action is proposed for: a week from now."""
    return today + dt.timedelta(days=7)
