"""Forms of waves and of surveys that repeat: whom to ask, what to write, when letters leave, reminders."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Channel, Segment, ValueBand
from clients.queries import value_bands
from common.money import format_cents
from company.models import Branch
from company.queries import the_company
from surveys.enums import Rhythm, SurveyAudience
from surveys.models import Reminder, SavedAudience, Survey, Wave
from surveys.models.waves import MOST_REMINDERS
from surveys.queries import Audience
from surveys.services import ReminderDraft, SurveyDraft, WaveDraft

WORK_FROM, WORK_TO = 9, 20
USUAL_PAUSE = 5
REMINDER_NUMBERS = range(1, MOST_REMINDERS + 1)


def band_names(bands: list[ValueBand], currency: str) -> dict[int, str]:
    """Name the bands by their ends."""
    names: dict[int, str] = {}
    lower = 0
    for band in bands:
        low = format_cents(lower, currency)
        if band.up_to is None:
            names[band.pk] = gettext("from %(low)s") % {"low": low}
        else:
            high = format_cents(band.up_to, currency)
            names[band.pk] = f"{low} – {high}" if lower else gettext("up to %(high)s") % {"high": high}
            lower = band.up_to
    return names


def ticks(queryset: Any, label: Any) -> Any:
    """Return a list to tick in; nothing ticked is no limit."""
    return forms.ModelMultipleChoiceField(queryset, required=False, widget=forms.CheckboxSelectMultiple, label=label)


def hours(first: int, last: int) -> list[tuple[int, str]]:
    """Return o'clocks to choose from."""
    return [(hour, f"{hour}:00") for hour in range(first, last + 1)]


class AudienceForm(forms.Form):
    """Whom to ask; nothing chosen means no limit."""

    audience = forms.ChoiceField(choices=SurveyAudience.choices, required=False, label=_("Who is asked"), widget=forms.RadioSelect)
    branches = ticks(Branch.objects.all(), _("Branches"))
    segments = ticks(Segment.objects.all(), _("Segments"))
    bands = ticks(ValueBand.objects.all(), _("Value bands"))
    channels = ticks(Channel.objects.all(), _("Where they came from"))
    active_within_days = forms.IntegerField(
        min_value=1, max_value=3650, required=False, label=_("Bought within, days"), help_text=_("Empty: whenever they bought.")
    )
    rest_days = forms.IntegerField(
        min_value=0,
        max_value=3650,
        initial=90,
        label=_("Leave in peace for, days"),
        help_text=_("Who was asked within these days is left out."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = band_names(value_bands(), the_company().currency)
        bands: Any = self.fields["bands"]
        bands.label_from_instance = lambda band: names[band.pk]

    def clean_audience(self) -> str:
        """Take Clients where nothing is said."""
        return self.cleaned_data["audience"] or SurveyAudience.CLIENTS.value

    def lists(self) -> dict[str, Any]:
        """Return the checked lists and limits that choose Clients."""
        names = ("branches", "segments", "bands", "channels")
        chosen = self.cleaned_data
        return {name: tuple(chosen[name]) for name in names} | {"active_within_days": chosen["active_within_days"]}

    def asked(self, survey: Survey | None = None) -> Audience:
        """Return the checked audience; days of rest of a survey that repeats concern its own letters."""
        chosen = self.cleaned_data
        own = {"rest_days": chosen["rest_days"], "survey_id": survey.pk if survey else None}
        return Audience(kind=SurveyAudience(chosen["audience"]), **self.lists(), **own)


class PlanForm(AudienceForm):
    """What a wave and a survey that makes waves have in common."""

    name = forms.CharField(max_length=120, label=_("Name of the wave"), help_text=_("Only you see it."))
    locale = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of the letter"))
    subject = forms.CharField(
        max_length=150, label=_("Subject of the letter"), help_text=_("{name} becomes the first name where we are sure of it.")
    )
    intro = forms.CharField(max_length=1_000, required=False, label=_("Text above the scale"), widget=forms.Textarea(attrs={"rows": 3}))
    spread_days = forms.IntegerField(
        min_value=1,
        max_value=60,
        required=False,
        label=_("Spread over, days"),
        help_text=_("1: everybody at once. With more days calls come in evenly, and each letter leaves at its own hour."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        choices=[(number, capfirst(str(name))) for number, name in WEEKDAYS_ABBR.items()],
        widget=forms.CheckboxSelectMultiple,
        label=_("Days of the week"),
    )
    hour_from = forms.TypedChoiceField(coerce=int, required=False, choices=hours(0, 23), label=_("Not before"))
    hour_to = forms.TypedChoiceField(
        coerce=int, required=False, choices=hours(1, 24), label=_("Not after"), help_text=_("By the recipient's clock.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in REMINDER_NUMBERS:
            self.fields.update(reminder_fields(number))
        self.fields["saved"] = forms.ModelChoiceField(
            SavedAudience.objects.all(), required=False, label=_("Saved audience"), empty_label=gettext("not chosen")
        )
        self.fields["save_as"] = forms.CharField(max_length=80, required=False, label=_("Save these under the name"))

    def clean_subject(self) -> str:
        """Keep the subject on one line."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_spread_days(self) -> int:
        """Take one day where nothing is said."""
        return self.cleaned_data["spread_days"] or 1

    def clean_hour_from(self) -> int:
        """Take waking hours where nothing is said."""
        chosen = self.cleaned_data["hour_from"]
        return WORK_FROM if chosen == "" else int(chosen)

    def clean_hour_to(self) -> int:
        """Take waking hours where nothing is said."""
        return self.cleaned_data["hour_to"] or WORK_TO

    def clean_weekdays(self) -> list[int]:
        """Take every day where none is ticked: no day at all would mean no letter."""
        return self.cleaned_data["weekdays"] or list(range(7))

    def clean(self) -> dict[str, Any]:
        """Refuse hours in the wrong order and reminders with a text and no subject."""
        chosen = super().clean() or self.cleaned_data
        if "hour_from" in chosen and "hour_to" in chosen and chosen["hour_from"] >= chosen["hour_to"]:
            self.add_error("hour_to", _("Letters cannot stop before they begin: choose a later hour."))
        for number in REMINDER_NUMBERS:
            if chosen.get(f"reminder{number}_intro") and not chosen.get(f"reminder{number}_subject"):
                self.add_error(f"reminder{number}_subject", _("Write the subject, or empty the text: the reminder is not sent then."))
        return chosen

    def reminders(self) -> list[ReminderDraft]:
        """Return the reminders that have a subject."""
        chosen = self.cleaned_data
        return [
            ReminderDraft(
                after_days=chosen[f"reminder{number}_after"] or USUAL_PAUSE,
                subject=" ".join(chosen[f"reminder{number}_subject"].split()),
                intro=chosen[f"reminder{number}_intro"],
            )
            for number in REMINDER_NUMBERS
            if chosen[f"reminder{number}_subject"].strip()
        ]

    def reminder_rows(self) -> list[dict[str, Any]]:
        """Return the fields of each reminder, and whether they are unfolded."""
        names = ("after", "subject", "intro")
        rows = [{name: self[f"reminder{number}_{name}"] for name in names} for number in REMINDER_NUMBERS]
        return [{**row, "is_open": bool(row["subject"].value() or any(field.errors for field in row.values()))} for row in rows]

    def plan(self) -> dict[str, Any]:
        """Return what waves and surveys have in common, checked."""
        names = ("name", "locale", "subject", "intro", "audience", "rest_days", "spread_days", "weekdays", "hour_from", "hour_to")
        return {name: self.cleaned_data[name] for name in names} | self.lists() | {"reminders": self.reminders()}


def reminder_fields(number: int) -> dict[str, forms.Field]:
    """Return the fields of one reminder."""
    return {
        f"reminder{number}_after": forms.IntegerField(
            min_value=1, max_value=60, required=False, initial=USUAL_PAUSE, label=_("Days after the letter before")
        ),
        f"reminder{number}_subject": forms.CharField(max_length=150, required=False, label=_("Subject of the reminder")),
        f"reminder{number}_intro": forms.CharField(
            max_length=1_000, required=False, label=_("Text above the scale"), widget=forms.Textarea(attrs={"rows": 2})
        ),
    }


class WaveForm(PlanForm):
    """A draft of a wave, in one calm form."""

    closes_on = forms.DateField(
        label=_("Last day for answers"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("After it the links close."),
    )
    has_public_link = forms.BooleanField(
        required=False, label=_("Open a public link too"), help_text=_("Anybody can answer by it. Its score is shown apart.")
    )

    def clean_closes_on(self) -> dt.date:
        """Refuse a day that leaves no time to answer."""
        day: dt.date = self.cleaned_data["closes_on"]
        today = timezone.localdate()
        if not today < day <= today + dt.timedelta(days=366):
            raise forms.ValidationError(_("Choose a day from tomorrow on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse letters spread beyond the last day."""
        chosen = super().clean()
        days = (chosen["closes_on"] - timezone.localdate()).days if "closes_on" in chosen else 0
        if days and chosen.get("spread_days", 1) > days:
            self.add_error("spread_days", _("The letters would leave after the last day for answers: spread them over fewer days."))
        return chosen

    def draft(self) -> WaveDraft:
        """Return the checked draft."""
        chosen = self.cleaned_data
        return WaveDraft(**self.plan(), closes_at=end_of_day(chosen["closes_on"]), has_public_link=chosen["has_public_link"])


class SurveyForm(PlanForm):
    """A survey that makes waves by itself."""

    rhythm = forms.ChoiceField(choices=Rhythm.choices, label=_("How often"), widget=forms.RadioSelect)
    next_on = forms.DateField(
        required=False,
        label=_("Next wave on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The letters leave by themselves on this day and every turn after it."),
    )
    after_days = forms.IntegerField(min_value=1, max_value=365, required=False, label=_("Days after a purchase"))
    open_days = forms.IntegerField(min_value=1, max_value=366, initial=14, label=_("Answers are taken for, days"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the survey")
        self.fields["name"].help_text = _("Each wave is called by it and its month.")

    def clean(self) -> dict[str, Any]:
        """Ask for what the rhythm needs and forget what it does not."""
        chosen = super().clean()
        rhythm = chosen.get("rhythm")
        needs_day, needs_days = rhythm not in {*Rhythm.rolling(), None}, rhythm == Rhythm.AFTER_PURCHASE
        if needs_day and "next_on" in chosen and (chosen["next_on"] is None or chosen["next_on"] < timezone.localdate()):
            self.add_error("next_on", _("Choose the day of the next wave: today or later."))
        if needs_days and "after_days" in chosen and chosen["after_days"] is None:
            self.add_error("after_days", _("Say how many days after a purchase to ask."))
        if needs_days and chosen.get("audience") in SurveyAudience.others():
            self.add_error("audience", _("They buy nothing: ask Clients, or choose another rhythm."))
        chosen["next_on"] = chosen.get("next_on") if needs_day else None
        chosen["after_days"] = chosen.get("after_days") if needs_days else None
        return chosen

    def draft(self) -> SurveyDraft:
        """Return the checked draft."""
        return SurveyDraft(**self.plan(), **{name: self.cleaned_data[name] for name in ("rhythm", "next_on", "after_days", "open_days")})


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the midnight that ends the day in the company's time zone."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def list_values(source: Wave | Survey | SavedAudience) -> dict[str, Any]:
    """Return whom a wave, a survey or a saved audience is for, as first values of a form."""
    lists = {name: getattr(source, name).all() for name in ("branches", "segments", "bands", "channels")}
    return lists | {"active_within_days": source.active_within_days}


def plan_values(plan: Wave | Survey) -> dict[str, Any]:
    """Return what waves and surveys have in common as first values of a form."""
    names = ("name", "audience", "subject", "intro", "rest_days", "spread_days", "weekdays", "hour_from", "hour_to")
    values = {name: getattr(plan, name) for name in names} | list_values(plan)
    for reminder in plan.reminders.all():
        values |= reminder_values(reminder)
    return values


def reminder_values(reminder: Reminder) -> dict[str, Any]:
    """Return a reminder as first values."""
    start = f"reminder{reminder.number}_"
    return {f"{start}after": reminder.after_days, f"{start}subject": reminder.subject, f"{start}intro": reminder.intro}


def wave_values(wave: Wave) -> dict[str, Any]:
    """Return a wave as the first values of its form."""
    return plan_values(wave) | {
        "locale": wave.questionnaire.locale,
        "closes_on": timezone.localdate(wave.closes_at - dt.timedelta(seconds=1)),
        "has_public_link": wave.has_public_link,
    }


def survey_values(survey: Survey) -> dict[str, Any]:
    """Return a survey as the first values of its form."""
    return plan_values(survey) | {name: getattr(survey, name) for name in ("locale", "rhythm", "next_on", "after_days", "open_days")}
