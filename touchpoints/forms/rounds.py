"""What people type to plan a round of audits."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from company.models import Branch
from touchpoints.enums import JourneyStage, PointScope, Rating, TouchpointClass
from touchpoints.forms.fields import FilterForm, colleagues, day_input
from touchpoints.models import AuditRound, Touchpoint
from touchpoints.queries import points_in_scope, points_missing
from touchpoints.services import Guest, RoundPlan

MAX_WALKS = 300
MAX_GUESTS = 50
FARTHEST = dt.timedelta(days=366)
BOX = {"class": "form-check-input"}


class RoundForm(forms.Form):
    """Who walks which touchpoints, where, by when."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=gettext_lazy("Name of the round"), max_length=120, required=False)
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.all(), label=gettext_lazy("Where"), required=False, widget=forms.CheckboxSelectMultiple(attrs=BOX)
    )
    whole = forms.BooleanField(label=gettext_lazy("The whole company at once"), required=False, widget=forms.CheckboxInput(attrs=BOX))
    people = forms.ModelMultipleChoiceField(
        colleagues(), label=gettext_lazy("Colleagues"), required=False, widget=forms.CheckboxSelectMultiple(attrs=BOX)
    )
    guests = forms.CharField(
        label=gettext_lazy("Mystery guests"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": gettext_lazy("Irina Sokolova, irina@example.org")}),
        help_text=gettext_lazy("One a line: a name and, after a comma, an e-mail. Without an e-mail you hand over the link yourself."),
    )
    due_on = forms.DateField(label=gettext_lazy("By when"), widget=day_input())
    scope = forms.ChoiceField(label=gettext_lazy("Touchpoints"), choices=PointScope.choices, widget=forms.RadioSelect(attrs=BOX))
    kinds = forms.MultipleChoiceField(choices=TouchpointClass.choices, required=False, widget=forms.CheckboxSelectMultiple(attrs=BOX))
    stages = forms.MultipleChoiceField(choices=JourneyStage.choices, required=False, widget=forms.CheckboxSelectMultiple(attrs=BOX))
    points = forms.ModelMultipleChoiceField(Touchpoint.objects.active().in_map_order(), required=False)

    def clean_guests(self) -> list[Guest]:
        """Read one guest a line."""
        lines = [line.strip() for line in self.cleaned_data["guests"].splitlines() if line.strip()]
        if len(lines) > MAX_GUESTS:
            raise ValidationError(_("More than %(most)s guests are too many for one round. Plan a second one.") % {"most": MAX_GUESTS})
        return [guest_of(line) for line in lines]

    def clean_due_on(self) -> dt.date:
        """Refuse a day that is over or too far away to mean it."""
        return check_day(self.cleaned_data["due_on"])

    def clean(self) -> dict[str, Any]:
        """Check that somebody walks something somewhere, and not too much of it."""
        cleaned: dict[str, Any] = super().clean() or {}
        for check in (self.check_walks, self.check_points):
            if not self.errors:
                check(cleaned)
        return cleaned

    def check_walks(self, cleaned: dict[str, Any]) -> None:
        """Check who walks where."""
        walkers, places = len(cleaned["people"]) + len(cleaned["guests"]), len(self.places(cleaned))
        if not walkers:
            self.add_error("people", _("Choose who walks: a colleague or a mystery guest."))
        if not places:
            self.add_error("branches", _("Choose where to walk: a branch or the whole company."))
        if walkers * places > MAX_WALKS:
            text = ngettext(
                "This makes %(count)s audit; at most %(most)s fit into one round.",
                "This makes %(count)s audits; at most %(most)s fit into one round.",
                walkers * places,
            )
            self.add_error(None, text % {"count": walkers * places, "most": MAX_WALKS})

    def places(self, cleaned: dict[str, Any]) -> list[Branch | None]:
        """Return where to walk; a company without branches is walked as a whole."""
        places: list[Branch | None] = [*cleaned["branches"]]
        whole = cleaned["whole"] or not Branch.objects.exists()
        return [None, *places] if whole else places

    def check_points(self, cleaned: dict[str, Any]) -> None:
        """Check that there is something to walk in every branch."""
        scope = PointScope(cleaned["scope"])
        places = self.places(cleaned)
        cleaned["chosen"] = list(points_in_scope(self.condition(scope, cleaned, places)))
        empty = points_missing(cleaned["chosen"], places)
        if not cleaned["chosen"]:
            self.add_error("scope", NOTHING[scope])
        elif empty:
            self.add_error("branches", _("Of these touchpoints there is none here: %(names)s.") % {"names": ", ".join(map(str, empty))})

    def condition(self, scope: PointScope, cleaned: dict[str, Any], places: list[Branch | None]) -> Q:
        """Return which touchpoints the scope means."""
        if scope == PointScope.PICKED:
            return Q(pk__in=[point.pk for point in cleaned["points"]])
        met = Q() if None in places else Q(branch=None) | Q(branch__in=places)
        return met & self.kind_of_points(scope, cleaned, places)

    def kind_of_points(self, scope: PointScope, cleaned: dict[str, Any], places: list[Branch | None]) -> Q:
        """Return which touchpoints a scope that is not a list means, wherever they are met."""
        if scope == PointScope.KINDS:
            return Q(kind__in=cleaned["kinds"])
        if scope == PointScope.STAGES:
            return Q(stage__in=cleaned["stages"])
        if scope == PointScope.AWFUL:
            awful = Q(standings__rating=Rating.AWFUL)
            return awful if None in places else awful & (Q(standings__branch=None) | Q(standings__branch__in=places))
        return Q()

    def plan(self) -> RoundPlan:
        """Return what was planned; the whole map is no list, so that points added before the walk are walked too."""
        typed = self.cleaned_data
        return RoundPlan(
            branches=self.places(typed),
            people=list(typed["people"]),
            guests=typed["guests"],
            due_on=typed["due_on"],
            touchpoints=[] if typed["scope"] == PointScope.ALL else typed["chosen"],
            name=typed["name"],
        )


NOTHING = {
    PointScope.ALL: gettext_lazy("The map is empty. Put touchpoints on it first."),
    PointScope.AWFUL: gettext_lazy("Nothing is awful here now. Choose other touchpoints."),
    PointScope.KINDS: gettext_lazy("Choose classes that have touchpoints."),
    PointScope.STAGES: gettext_lazy("Choose steps that have touchpoints."),
    PointScope.PICKED: gettext_lazy("Tick at least one touchpoint."),
}


def check_day(day: dt.date) -> dt.date:
    """Return a day somebody can walk by; one that is over or too far away to mean it is refused."""
    today = timezone.localdate()
    if day < today:
        raise ValidationError(_("This day is over. Choose today or a later one."))
    if day > today + FARTHEST:
        raise ValidationError(_("This is more than a year away. Choose a nearer day."))
    return day


def guest_of(line: str) -> Guest:
    """Read a guest's line: a name, then an e-mail or nothing."""
    name, _comma, email = (part.strip() for part in line.rpartition(",")) if "@" in line.rpartition(",")[2] else (line, "", "")
    if "@" in line and not name:
        raise ValidationError(_("“%(line)s”: write a name before the e-mail, and a comma between them.") % {"line": line[:80]})
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise ValidationError(_("“%(line)s”: this is not an e-mail.") % {"line": line[:80]}) from error
    if len(name) > 120:
        raise ValidationError(_("“%(line)s…”: the name is too long.") % {"line": line[:40]})
    return Guest(name, email)


def first_plan(asked: list[str], walker: int, branch: str | None) -> dict[str, Any]:
    """Return what the form is filled with at first; other pages choose the touchpoints by the address."""
    points = [pk for pk in asked if pk.isdecimal() and len(pk) < 19]
    return {
        "key": uuid.uuid4(),
        "due_on": timezone.localdate() + dt.timedelta(days=7),
        "people": [walker],
        "branches": [branch] if branch and branch.isdecimal() else [],
        "scope": PointScope.PICKED if points else PointScope.ALL,
        "points": points,
    }


class RoundFilterForm(FilterForm):
    """Which branch of a round to show."""

    branch = forms.ModelChoiceField(Branch.objects.all(), required=False)


class MatrixForm(FilterForm):
    """Which touchpoints to compare over branches."""

    kind = forms.ChoiceField(choices=TouchpointClass.choices, required=False)


class CompareForm(FilterForm):
    """What to compare: two rounds, or two days in a branch or in every one."""

    first = forms.ModelChoiceField(AuditRound.objects.all(), required=False)
    second = forms.ModelChoiceField(AuditRound.objects.all(), required=False)
    branch = forms.ModelChoiceField(Branch.objects.all(), required=False)
    before = forms.DateField(required=False)
    after = forms.DateField(required=False)
