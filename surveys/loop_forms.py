"""Forms of rules, cases and promises."""

from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from common.money import format_cents
from common.numbers import NumberError, parse_cents
from company.models import User
from surveys.models import SurveySettings

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
        min_value=1, max_value=MAX_HOURS, label=_("Working hours to close a case"), help_text=_("16 hours are two working days.")
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
