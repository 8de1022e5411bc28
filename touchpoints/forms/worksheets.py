"""What people type on the worksheets."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.tables.cells import FIRST_DAY
from company.models import Branch
from touchpoints import starters
from touchpoints.enums import FearKind, HoldKind, HoldStrength, LessonKind, TalkKind, TalkState
from touchpoints.forms.fields import MoneyField, day_input
from touchpoints.models import Fear, Guarantee, Hold, Lesson, TalkIdea, Touchpoint
from touchpoints.queries.lessons import LINES_AT_ONCE, lines_of

MOST_PEOPLE = 1_000_000
LONG_LIST = 200_000
DAYS_AHEAD = 366


class FearForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A fear in a Client's words."""

    class Meta:
        model = Fear
        fields: ClassVar = ["words", "kind", "touchpoint"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = _("The way a Client would say it to a friend.")
        ask_kind(self, FearKind.choices)
        offer_points(self)


class GuaranteeForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A guarantee with the fears it answers."""

    class Meta:
        model = Guarantee
        fields: ClassVar = ["promise", "state", "fears"]
        widgets: ClassVar = {"fears": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promise"].help_text = _("One sentence that can be checked: what we do, within how many days.")


class TalkForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """An idea that should make Clients talk."""

    class Meta:
        model = TalkIdea
        fields: ClassVar = ["text", "kind", "touchpoint", "branch"]
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_kind(self, TalkKind.choices)
        offer_points(self)
        branch = self.fields["branch"]
        if isinstance(branch, forms.ModelChoiceField):
            branch.queryset, branch.empty_label = Branch.objects.all(), _("every branch")


class TalkResultForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """What came of an idea."""

    STATES: ClassVar = [(state.value, state.label) for state in (TalkState.TRYING, TalkState.KEPT, TalkState.DROPPED)]

    verdict = forms.ChoiceField(label=_("What now"), choices=STATES, widget=forms.RadioSelect)
    cost = MoneyField(label=capfirst(_("cost")), required=False)

    class Meta:
        model = TalkIdea
        fields: ClassVar = ["result", "came", "tried_on"]
        widgets: ClassVar = {"tried_on": day_input(), "result": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].initial, self.fields["cost"].initial = self.instance.state, self.instance.cost_cents
        self.fields["came"].help_text = _("Those who said that they heard of us from it. Leave empty when nobody counted.")
        self.fields["tried_on"].required = True
        limit_number(self, "came")

    def clean_tried_on(self) -> dt.date:
        """Refuse a day to come."""
        return sane_day(self.cleaned_data["tried_on"], timezone.localdate())

    def clean(self) -> dict[str, Any]:
        """Ask for a word on what came of an idea that is over."""
        cleaned = super().clean() or {}
        if cleaned.get("verdict") in {TalkState.KEPT, TalkState.DROPPED} and not cleaned.get("result") and "result" not in self.errors:
            self.add_error("result", _("Write in one line what came of it: the next person will not have to try it blindly."))
        return cleaned


class HoldForm(forms.Form):
    """How strongly each of the ten things holds one segment; what is not about it stays unrated."""

    UNRATED: ClassVar = ("", _("not about us"))

    def __init__(self, *args: Any, holds: dict[HoldKind, Hold], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in HoldKind:
            hold = holds.get(kind)
            self.fields[f"strength-{kind}"] = forms.TypedChoiceField(
                label=capfirst(kind.label),
                required=False,
                coerce=lambda value: HoldStrength(int(value)),
                empty_value=None,
                choices=[self.UNRATED, *HoldStrength.choices],
                widget=forms.RadioSelect,
                initial=hold.strength if hold else "",
            )
            self.fields[f"note-{kind}"] = forms.CharField(
                label=_("How it shows"), required=False, max_length=300, initial=hold.note if hold else ""
            )

    def rows(self) -> list[tuple[HoldKind, str, forms.BoundField, forms.BoundField]]:
        """Return the ten things with the question to ask and their two fields."""
        hints = starters.hold_hints()
        return [(kind, hints.get(kind, ""), self[f"strength-{kind}"], self[f"note-{kind}"]) for kind in HoldKind]

    def clean(self) -> dict[str, Any]:
        """Do not let a note be lost with a thing nobody rated."""
        cleaned = super().clean() or {}
        for kind in HoldKind:
            if cleaned.get(f"note-{kind}") and cleaned.get(f"strength-{kind}") is None and f"strength-{kind}" not in self.errors:
                self.add_error(f"strength-{kind}", _("Say how strongly it holds, or clear the note."))
        return cleaned

    def ratings(self) -> dict[HoldKind, tuple[HoldStrength, str]]:
        """Return what is rated, with the notes."""
        typed = self.cleaned_data
        strengths = {kind: typed[f"strength-{kind}"] for kind in HoldKind}
        return {kind: (strength, typed[f"note-{kind}"]) for kind, strength in strengths.items() if strength is not None}


class LessonForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """Something we taught Clients."""

    class Meta:
        model = Lesson
        fields: ClassVar = ["title", "kind", "held_on", "segment", "invited", "others", "note"]
        widgets: ClassVar = {"held_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segment = self.fields["segment"]
        if isinstance(segment, forms.ModelChoiceField):
            segment.empty_label = _("all Clients")
        ask_kind(self, LessonKind.choices)
        self.fields["invited"].label = _("How many were invited")
        self.fields["others"].required = False
        self.fields["others"].help_text = _("People who are no Clients yet. The Clients are listed on the next page.")
        limit_number(self, "invited")
        limit_number(self, "others")

    def clean_held_on(self) -> dt.date:
        """Let a lesson be planned, but not for another century."""
        return sane_day(self.cleaned_data["held_on"], timezone.localdate() + dt.timedelta(days=DAYS_AHEAD))

    def clean_others(self) -> int:
        """Count nobody when the field is left empty."""
        return self.cleaned_data["others"] or 0

    def clean(self) -> dict[str, Any]:
        """Refuse more guests than were invited: one of the two numbers is wrong."""
        cleaned = super().clean() or {}
        invited, others = cleaned.get("invited"), cleaned.get("others") or 0
        if invited is not None and others > invited:
            self.add_error("invited", _("More came than were invited. Count those who came uninvited as invited, or leave this empty."))
        return cleaned


class WhoCameForm(forms.Form):
    """A pasted list of people."""

    who = forms.CharField(
        label=_("Phones, e-mails, numbers or names, one a line"),
        max_length=LONG_LIST,
        widget=forms.Textarea(attrs={"rows": 6, "class": "form-control"}),
        error_messages={"required": _("Paste at least one line.")},
    )

    def clean_who(self) -> str:
        """Refuse a list too long for one go."""
        text = str(self.cleaned_data["who"])
        lines = len(lines_of(text))
        if lines > LINES_AT_ONCE:
            problem = _("Lines in the list: %(number)s, at most %(most)s fit at once. Paste it in parts.")
            raise forms.ValidationError(problem % {"number": lines, "most": LINES_AT_ONCE}, code="long")
        return text


def ask_kind(form: forms.BaseForm, kinds: Sequence[tuple[Any, Any]]) -> None:
    """Offer the kinds, none of them chosen beforehand."""
    field = form.fields["kind"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", _("Choose one")), *kinds]


def offer_points(form: "FearForm | TalkForm") -> None:
    """Offer the touchpoints of the map, and the one chosen before if it is off the map by now."""
    field = form.fields["touchpoint"]
    if isinstance(field, forms.ModelChoiceField):
        offered = Touchpoint.objects.filter(Q(is_archived=False) | Q(pk=form.instance.touchpoint_id))
        field.queryset, field.empty_label = offered.in_map_order(), _("nowhere in particular")


def limit_number(form: forms.BaseForm, name: str) -> None:
    """Refuse a count of people no firm has."""
    field = form.fields[name]
    if isinstance(field, forms.IntegerField):
        field.max_value = MOST_PEOPLE
        field.validators.append(MaxValueValidator(MOST_PEOPLE))


def sane_day(day: dt.date, latest: dt.date) -> dt.date:
    """Return the day unless it is long ago by a slip of the finger, or still to come."""
    if day > latest:
        raise forms.ValidationError(_("This day is still to come. Check the year."), code="future")
    if day < FIRST_DAY:
        raise forms.ValidationError(_("This day is too long ago. Check the year."), code="past")
    return day
