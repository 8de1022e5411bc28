"""Forms of surveys: the answer, the wave, the wording, the action that follows from a comment."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Segment, ValueBand
from clients.queries import value_bands
from common.money import format_cents
from company.models import Branch, User
from company.queries import the_company
from surveys.models import Wave
from surveys.queries import Audience
from surveys.services import AnswerValues, WaveDraft, Wording

MAX_TEXT = 2_000
MAX_BYTES = 32 * 1024
TOO_LONG = _("Too long: %(limit_value)d characters fit, there are %(show_value)d.")


class AnswerForm(forms.Form):
    """What a respondent sends."""

    score = forms.IntegerField(
        min_value=0,
        max_value=10,
        error_messages={
            "required": _("Choose a number from 0 to 10."),
            "invalid": _("Choose a number from 0 to 10."),
            "min_value": _("Choose a number from 0 to 10."),
            "max_value": _("Choose a number from 0 to 10."),
        },
    )
    why = forms.CharField(max_length=MAX_TEXT, required=False, error_messages={"max_length": TOO_LONG})
    ten = forms.CharField(max_length=MAX_TEXT, required=False, error_messages={"max_length": TOO_LONG})
    call_me = forms.BooleanField(required=False)

    def answer(self) -> AnswerValues:
        """Return the checked values."""
        return AnswerValues(**self.cleaned_data)


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


class AudienceForm(forms.Form):
    """Whom to ask; nothing chosen means no limit."""

    branches = forms.ModelMultipleChoiceField(
        Branch.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Branches")
    )
    segments = forms.ModelMultipleChoiceField(
        Segment.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Segments")
    )
    bands = forms.ModelMultipleChoiceField(
        ValueBand.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Value bands")
    )
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

    def audience(self) -> Audience:
        """Return the checked audience."""
        chosen = self.cleaned_data
        return Audience(
            branches=tuple(chosen["branches"]),
            segments=tuple(chosen["segments"]),
            bands=tuple(chosen["bands"]),
            active_within_days=chosen["active_within_days"],
            rest_days=chosen["rest_days"],
        )


class WaveForm(AudienceForm):
    """A draft of a wave, in one calm form."""

    name = forms.CharField(max_length=120, label=_("Name of the wave"), help_text=_("Only you see it."))
    locale = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of the letter"))
    subject = forms.CharField(
        max_length=150, label=_("Subject of the letter"), help_text=_("{name} becomes the first name where we are sure of it.")
    )
    intro = forms.CharField(max_length=1_000, required=False, label=_("Text above the scale"), widget=forms.Textarea(attrs={"rows": 3}))
    closes_on = forms.DateField(
        label=_("Last day for answers"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("After it the links close."),
    )
    has_public_link = forms.BooleanField(
        required=False, label=_("Open a public link too"), help_text=_("Anybody can answer by it. Its score is shown apart.")
    )

    def clean_subject(self) -> str:
        """Keep the subject on one line."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_closes_on(self) -> dt.date:
        """Refuse a day that leaves no time to answer."""
        day: dt.date = self.cleaned_data["closes_on"]
        today = timezone.localdate()
        if not today < day <= today + dt.timedelta(days=366):
            raise forms.ValidationError(_("Choose a day from tomorrow on, within a year."))
        return day

    def draft(self) -> WaveDraft:
        """Return the checked draft."""
        chosen, audience = self.cleaned_data, self.audience()
        return WaveDraft(
            name=chosen["name"],
            locale=chosen["locale"],
            subject=chosen["subject"],
            intro=chosen["intro"],
            closes_at=end_of_day(chosen["closes_on"]),
            rest_days=audience.rest_days,
            active_within_days=audience.active_within_days,
            has_public_link=chosen["has_public_link"],
            branches=audience.branches,
            segments=audience.segments,
            bands=audience.bands,
        )


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the midnight that ends the day in the company's time zone."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def wave_values(wave: Wave) -> dict[str, Any]:
    """Return a wave as the first values of its form."""
    return {
        "name": wave.name,
        "locale": wave.questionnaire.locale,
        "subject": wave.subject,
        "intro": wave.intro,
        "closes_on": timezone.localdate(wave.closes_at - dt.timedelta(seconds=1)),
        "has_public_link": wave.has_public_link,
        "active_within_days": wave.active_within_days,
        "rest_days": wave.rest_days,
        "branches": wave.branches.all(),
        "segments": wave.segments.all(),
        "bands": wave.bands.all(),
    }


class QuestionnaireForm(forms.Form):
    """The wording of the questions."""

    score_question = forms.CharField(max_length=300, label=_("Score question"))
    low_label = forms.CharField(max_length=80, label=_("Label at 0"))
    high_label = forms.CharField(max_length=80, label=_("Label at 10"))
    why_question = forms.CharField(max_length=300, label=_("Reason question"))
    ten_question = forms.CharField(max_length=300, label=_("Question about a 10"))
    promoter_question = forms.CharField(max_length=300, label=_("The same question for 9 and 10"))

    def wording(self) -> Wording:
        """Return the checked texts."""
        return Wording(**self.cleaned_data)


class CommentActionForm(forms.Form):
    """An action that a comment asks for."""

    title = forms.CharField(max_length=200, label=_("What to do"))
    owner = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Who does it"), empty_label=None)
    due_on = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean_due_on(self) -> dt.date:
        """Refuse a day that is over."""
        day: dt.date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or later."))
        return day
