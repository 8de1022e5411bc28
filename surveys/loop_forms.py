"""Forms of rules, cases and promises."""

import datetime as dt
import re
import uuid
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.money import format_cents
from common.numbers import NumberError, parse_cents
from company.models import User
from surveys.enums import CaseOutcome
from surveys.models import SurveySettings
from surveys.services import PromisePlan, PromiseWords
from touchpoints.models import Touchpoint

PLACE = re.compile(r"\{([^{}\n]*)\}|[{}]")
PLACES = ("greeting", "name", "promise", "words", "company", "url")
TOO_LONG = _("Too long: %(limit_value)d characters fit, there are %(show_value)d.")
MAX_TEXT = 2_000
MAX_DAYS, MAX_HOURS = 3650, 240


class MoneyField(forms.Field):
    """An amount as people type it; gives minor units or None."""

    def to_python(self, value: Any) -> int | None:
        """Read the amount."""
        text = (value or "").strip()
        if not text:
            return None
        try:
            cents = parse_cents(text)
        except NumberError as error:
            raise forms.ValidationError(_("This is not an amount. Write it like 12 500 or 990,50."), code="amount") from error
        if cents < 0:
            raise forms.ValidationError(_("An amount here cannot be below zero."), code="negative")
        return cents

    def prepare_value(self, value: Any) -> Any:
        """Show saved minor units the way people type money."""
        return format_cents(value, "", exact=True).strip() if isinstance(value, int) else value


def colleagues() -> Any:
    """Return users who may sign in."""
    return User.objects.filter(is_active=True)


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """The rules of surveys and cases."""

    rest_days = forms.IntegerField(
        min_value=0,
        max_value=MAX_DAYS,
        label=_("Leave a person in peace after any survey, days"),
        help_text=_("Whatever the survey: nobody gets a letter sooner. A wave may ask for a longer rest."),
    )
    case_hours = forms.IntegerField(
        min_value=1, max_value=MAX_HOURS, label=_("Working hours to close a case"), help_text=_("16 hours are about two working days.")
    )
    work_days = forms.TypedMultipleChoiceField(
        choices=[(number, name) for number, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        label=_("Working days"),
        error_messages={"required": _("Leave at least one working day: deadlines are counted in them.")},
    )
    work_from = forms.IntegerField(min_value=0, max_value=23, label=_("Work begins, o'clock"))
    work_to = forms.IntegerField(min_value=1, max_value=24, label=_("Work ends, o'clock"))
    case_owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label=_("Who gets the cases"),
        empty_label=_("the most senior manager"),
        help_text=_("A late case climbs to the owner."),
    )
    silent_from_cents = MoneyField(
        required=False,
        label=_("Silence of a Client worth this much opens a case"),
        help_text=_("Counted by all purchases. Empty: silence opens no cases."),
    )

    class Meta:
        model = SurveySettings
        fields: ClassVar = [
            "rest_days",
            "reminders_break_rest",
            "case_hours",
            "work_days",
            "work_from",
            "work_to",
            "case_owner",
            "silent_from_cents",
            "badge_is_on",
        ]
        labels: ClassVar = {
            "reminders_break_rest": _("A reminder begins the rest anew"),
            "badge_is_on": _("Show the badge with our NPS on our site"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["case_owner"]
        people.queryset = colleagues()

    def clean(self) -> dict[str, Any]:
        """Refuse a working day without hours."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("work_from"), cleaned.get("work_to")
        if begins is not None and ends is not None and begins >= ends:
            self.add_error("work_to", _("The working day ends before it begins: choose a later hour."))
        return cleaned


class NoteForm(forms.Form):
    """One line of a case's log."""

    text = forms.CharField(
        max_length=MAX_TEXT,
        label=_("What happened"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what happened: one line is enough.")},
    )


class AssignForm(forms.Form):
    """Who gets the case."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who talks to the Client"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = colleagues()


class CloseForm(forms.Form):
    """What came of a case."""

    outcome = forms.ChoiceField(
        choices=[(value, capfirst(label)) for value, label in CaseOutcome.choices],
        label=_("Outcome"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    note = forms.CharField(
        max_length=MAX_TEXT,
        label=_("What the Client said and what we do"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in one line what the Client said and what we do: without it nobody learns from the case.")},
    )


class SecondScoreForm(forms.Form):
    """The score given again, with words or without."""

    score = forms.IntegerField(
        min_value=0,
        max_value=10,
        label=_("Second score, 0 to 10"),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Choose a number from 0 to 10.")),
    )
    comment = forms.CharField(
        max_length=MAX_TEXT, required=False, label=_("In the Client's words"), error_messages={"max_length": TOO_LONG}
    )


class WordsForm(forms.Form):
    """What is promised and the letter about it."""

    wording = forms.CharField(
        max_length=300,
        label=_("What we promise, in the Clients' words"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the letter: write it so that those who asked know it again."),
    )
    locale = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of the letter"))
    subject = forms.CharField(max_length=150, label=_("Subject of the letter"))
    text = forms.CharField(max_length=3_000, label=_("What the letter says"), widget=forms.Textarea(attrs={"rows": 8}))

    def clean_subject(self) -> str:
        """Keep the subject on one line and refuse unknown places."""
        return known_places(" ".join(str(self.cleaned_data["subject"]).split()))

    def clean_text(self) -> str:
        """Refuse unknown places."""
        return known_places(str(self.cleaned_data["text"]))

    def words(self) -> PromiseWords:
        """Return the checked words."""
        return PromiseWords(**{name: self.cleaned_data[name] for name in ("wording", "subject", "text", "locale")})


def known_places(text: str) -> str:
    """Refuse a place in braces that the letter cannot fill."""
    if unknown := [found[0] for found in PLACE.finditer(text) if found[1] not in PLACES]:
        places = ", ".join(f"{{{name}}}" for name in PLACES)
        message = _("The letter knows no %(name)s. Places it can fill: %(places)s.")
        raise forms.ValidationError(message, params={"name": unknown[0], "places": places})
    return text


class PromiseForm(WordsForm):
    """A new promise: the words, and who keeps it by when."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who keeps the promise"), empty_label=None)
    due_on = forms.DateField(label=_("By when"), widget=day_input())
    cost = MoneyField(required=False, label=_("What it costs"))
    touchpoints = forms.ModelMultipleChoiceField(
        Touchpoint.objects.none(), required=False, label=_("Where the Client meets it"), widget=forms.CheckboxSelectMultiple
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people, points = cast("Any", self.fields["owner"]), cast("Any", self.fields["touchpoints"])
        people.queryset, points.queryset = colleagues(), Touchpoint.objects.active().in_map_order()
        self.fields["key"].initial = uuid.uuid4

    def clean_due_on(self) -> dt.date:
        """Refuse a day that is over."""
        day: dt.date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or later."))
        return day

    def plan(self) -> PromisePlan:
        """Return who, when and where."""
        chosen = self.cleaned_data
        return PromisePlan(chosen["owner"], chosen["due_on"], chosen["cost"], tuple(chosen["touchpoints"]))

    @property
    def request_key(self) -> uuid.UUID:
        """What makes the form sent twice one promise."""
        return self.cleaned_data["key"] or uuid.uuid4()
