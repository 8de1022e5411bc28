"""The form of an anonymous survey of employees: short, one for each kind, with words to begin from."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.typography import month_words
from company.models import Branch
from mailing.enums import TemplateKind
from mailing.queries import draft_in_force, stray_problem
from surveys.enums import RemindWhom, StaffSlice, StaffSurveyKind
from surveys.models import StaffWave
from surveys.models.staff import (
    FEWEST_OPTIONS,
    LEAST_COMMENT_THRESHOLD,
    LEAST_THRESHOLD,
    MOST_OPTIONS,
    by_branch,
    usual_reminders,
)
from surveys.plan_forms import end_of_day
from surveys.queries import last_staff_wave
from surveys.services import StaffDraft
from surveys.staff_wordings import usual_wording

OPEN_DAYS = dt.timedelta(days=14)
MOST_REMINDERS, LATEST_REMINDER = 3, 60
MOST_OTHERS, LONGEST_OPTION = 5, 300
NUMBERS = re.compile(r"[\s,;]+")
QUESTIONS = {
    StaffSurveyKind.ENPS: ("question", "why_question", "ten_question"),
    StaffSurveyKind.MOTIVES: ("question",),
    StaffSurveyKind.PULSE: ("question", "ours", "others"),
    StaffSurveyKind.VOTE: ("question", "variants"),
}


class StaffForm(forms.Form):
    """What a manager decides before employees are asked; fields of other kinds are not in it."""

    name = forms.CharField(max_length=120, label=_("Name of the survey"), help_text=_("Colleagues who manage see it."))
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Branches asked"),
        help_text=_("None ticked: everybody who works here."),
    )
    question = forms.CharField(max_length=300, label=_("Question"))
    why_question = forms.CharField(max_length=300, label=_("Reason question"))
    ten_question = forms.CharField(max_length=300, label=_("Question about a 10"))
    ours = forms.CharField(max_length=300, label=_("Our own statement"), help_text=_("Readers see all statements in a random order."))
    others = forms.CharField(
        max_length=2_000,
        label=_("Other statements, one per line"),
        help_text=_("From one to five."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    variants = forms.CharField(
        max_length=2_000,
        label=_("What to choose from, one per line"),
        help_text=_("From two to six. Everybody reads them in a random order of their own."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    slices = forms.MultipleChoiceField(
        choices=StaffSlice.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Results by"),
        help_text=_("The fewer slices, the more groups can be shown."),
    )
    threshold = forms.IntegerField(
        min_value=LEAST_THRESHOLD,
        max_value=1_000,
        label=_("Show a group from, answers"),
        error_messages={"min_value": _("A group of fewer than 5 is never shown.")},
    )
    comment_threshold = forms.IntegerField(
        min_value=LEAST_COMMENT_THRESHOLD,
        max_value=1_000,
        label=_("Show comments from, answers"),
        error_messages={"min_value": _("Comments are never shown below 10 answers.")},
    )
    locale = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of the survey"))
    subject = forms.CharField(max_length=150, label=_("Subject of the letter"))
    intro = forms.CharField(max_length=4_000, label=_("Text of the letter"), widget=forms.Textarea(attrs={"rows": 9}))
    closes_on = forms.DateField(
        label=_("Last day for answers"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Results appear after it, all at once."),
    )
    reminder_days = forms.CharField(
        max_length=40, required=False, label=_("Remind on day"), help_text=_("Days after the start, such as 3, 7. Empty: no reminders.")
    )
    remind_whom = forms.ChoiceField(choices=RemindWhom.choices, widget=forms.RadioSelect, label=_("Reminders go to"))

    def __init__(self, *args: Any, kind: StaffSurveyKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in {name for names in QUESTIONS.values() for name in names} - set(QUESTIONS[kind]):
            del self.fields[name]
        if kind != StaffSurveyKind.ENPS:
            del self.fields["comment_threshold"]
        if kind == StaffSurveyKind.VOTE:
            del self.fields["slices"]
        if kind == StaffSurveyKind.VOTE or not Branch.objects.exists():
            del self.fields["branches"]

    def questions(self) -> list[forms.BoundField]:
        """Return the fields that say what is asked."""
        return [self[name] for name in QUESTIONS[self.kind]]

    def clean_subject(self) -> str:
        """Keep the subject on one line, with places of the letter only."""
        return with_places(" ".join(str(self.cleaned_data["subject"]).split()))

    def clean_intro(self) -> str:
        """Allow only places of the letter."""
        return with_places(str(self.cleaned_data["intro"]).replace("\r\n", "\n"))

    def clean_question(self) -> str:
        """Refuse places of the letter; the firm's name is filled in here too."""
        text = str(self.cleaned_data["question"])
        without_places(text.replace("{company}", ""))
        return text

    def clean_why_question(self) -> str:
        """Refuse places of the letter."""
        return without_places(str(self.cleaned_data["why_question"]))

    def clean_ten_question(self) -> str:
        """Refuse places of the letter."""
        return without_places(str(self.cleaned_data["ten_question"]))

    def clean_closes_on(self) -> dt.date:
        """Refuse a day that leaves no time to answer."""
        day: dt.date = self.cleaned_data["closes_on"]
        today = timezone.localdate()
        if not today < day <= today + dt.timedelta(days=366):
            raise forms.ValidationError(_("Choose a day from tomorrow on, within a year."))
        return day

    def clean_ours(self) -> str:
        """Refuse places of the letter."""
        return without_places(str(self.cleaned_data["ours"]))

    def clean_others(self) -> list[str]:
        """Return the lines that hold anything."""
        found = lines_of(str(self.cleaned_data["others"]))
        if not 1 <= len(found) <= MOST_OTHERS or max(map(len, found)) > LONGEST_OPTION:
            raise forms.ValidationError(_("Write from one to five statements, each on its own line, up to 300 characters."))
        return found

    def clean_variants(self) -> list[str]:
        """Return the lines that hold anything."""
        found = lines_of(str(self.cleaned_data["variants"]))
        if not FEWEST_OPTIONS <= len(found) <= MOST_OPTIONS or max(map(len, found)) > LONGEST_OPTION:
            raise forms.ValidationError(_("Write from two to six variants, each on its own line, up to 300 characters."))
        return found

    def clean_reminder_days(self) -> list[int]:
        """Return the days in order."""
        parts = [part for part in NUMBERS.split(str(self.cleaned_data["reminder_days"])) if part]
        days = sorted({int(part) for part in parts if part.isascii() and part.isdigit()})
        if len(days) != len(parts) or len(days) > MOST_REMINDERS or any(not 1 <= day <= LATEST_REMINDER for day in days):
            raise forms.ValidationError(_("Write up to three different days from 1 to 60, such as 3, 7."))
        return days

    def clean(self) -> dict[str, Any]:
        """Refuse reminders after the end, comments shown sooner than scores, and statements that are the same."""
        chosen = super().clean() or self.cleaned_data
        open_days = (chosen["closes_on"] - timezone.localdate()).days if "closes_on" in chosen else LATEST_REMINDER
        if any(day > open_days for day in chosen.get("reminder_days", [])):
            self.add_error("reminder_days", _("A reminder would come after the last day for answers."))
        if chosen.get("comment_threshold", 0) and chosen.get("threshold", 0) > chosen["comment_threshold"]:
            self.add_error("comment_threshold", _("Comments need at least as many answers as scores."))
        field = "variants" if self.kind == StaffSurveyKind.VOTE else "others"
        statements = self.options(chosen)
        if len({statement.casefold() for statement in statements}) < len(statements):
            self.add_error(field, _("Two statements are the same: nobody could tell them apart."))
        return chosen

    def options(self, chosen: dict[str, Any]) -> tuple[str, ...]:
        """Return what the survey lets choose among, as far as it is filled in."""
        if self.kind == StaffSurveyKind.PULSE:
            return (chosen.get("ours", ""), *chosen.get("others", ()))
        return tuple(chosen.get("variants", ()))

    def draft(self) -> StaffDraft:
        """Return the checked draft."""
        chosen = self.cleaned_data
        same = ("name", "locale", "threshold", "question", "subject", "intro", "reminder_days")
        least = max(LEAST_COMMENT_THRESHOLD, chosen["threshold"])
        return StaffDraft(
            kind=self.kind,
            **{name: chosen[name] for name in same},
            slices=chosen.get("slices", []),
            branches=tuple(chosen.get("branches", ())),
            comment_threshold=chosen.get("comment_threshold", least),
            why_question=chosen.get("why_question", ""),
            ten_question=chosen.get("ten_question", ""),
            options=self.options(chosen),
            closes_at=end_of_day(chosen["closes_on"]),
            remind_whom=RemindWhom(chosen["remind_whom"]),
        )


def lines_of(text: str) -> list[str]:
    """Return the lines that hold anything, without needless spaces; refused if a brace is in them."""
    lines = [" ".join(line.split()) for line in without_places(text).splitlines()]
    return [line for line in lines if line]


def with_places(text: str) -> str:
    """Return the text, refused if a brace in it is no place of the letter."""
    if problem := stray_problem(TemplateKind.STAFF_SURVEY, text):
        raise forms.ValidationError(problem)
    return text


def without_places(text: str) -> str:
    """Return a question, refused if it has a brace: people would read it as it stands."""
    if "{" in text or "}" in text:
        raise forms.ValidationError(_("Nothing is filled in here: people would see the braces. Write the words themselves."))
    return text


def staff_values(wave: StaffWave) -> dict[str, Any]:
    """Return a survey as first values of its form."""
    same = ("name", "locale", "slices", "threshold", "comment_threshold", "question", "why_question", "ten_question", "subject", "intro")
    return {name: getattr(wave, name) for name in same} | {
        "branches": wave.branches.all(),
        "ours": wave.options[0] if wave.options else "",
        "others": "\n".join(wave.options[1:]),
        "variants": "\n".join(wave.options),
        "closes_on": timezone.localdate(wave.closes_at - dt.timedelta(seconds=1)),
        "reminder_days": ", ".join(map(str, wave.reminder_days)),
        "remind_whom": wave.remind_whom,
    }


def first_staff_values(kind: StaffSurveyKind, locale: str) -> dict[str, Any]:
    """Return what a new survey begins with: the last one of its kind in the language, else our own words; a fresh name and date."""
    last, today = last_staff_wave(kind, locale), timezone.localdate()
    known = staff_values(last) if last else usual_values(kind, locale)
    month = month_words(today)
    return known | {
        "name": f"{last.name.partition(',')[0] if last else usual_wording(kind, locale).name}, {month}",
        "closes_on": today + OPEN_DAYS,
    }


def usual_values(kind: StaffSurveyKind, locale: str) -> dict[str, Any]:
    """Return the first values of the first survey of a kind."""
    words, letter = usual_wording(kind, locale), draft_in_force(TemplateKind.STAFF_SURVEY, locale)
    return {
        "locale": locale,
        "slices": by_branch(),
        "threshold": LEAST_THRESHOLD,
        "comment_threshold": LEAST_COMMENT_THRESHOLD,
        "question": words.question,
        "why_question": words.why_question,
        "ten_question": words.ten_question,
        "ours": words.options[0] if words.options else "",
        "others": "\n".join(words.options[1:]),
        "variants": "\n".join(words.options),
        "subject": letter.subject,
        "intro": letter.text,
        "reminder_days": ", ".join(map(str, usual_reminders())),
        "remind_whom": RemindWhom.EVERYBODY,
    }
