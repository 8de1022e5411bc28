"""Forms of surveys: the answer, the wave, the wording, the action that follows from a comment."""

import datetime as dt
from dataclasses import fields
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clients.models import Segment, ValueBand
from common.money import format_cents
from company.models import Branch, User
from company.queries import the_company
from surveys.models import Questionnaire, Wave
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


class BandsField(forms.ModelMultipleChoiceField):
    """Value bands, named by their ends."""

    def label_from_instance(self, obj: Any) -> str:
        """Write `50 000 ₽ – 150 000 ₽`."""
        currency = the_company().currency
        lower = ValueBand.objects.filter(up_to__lt=obj.up_to) if obj.up_to else ValueBand.objects.exclude(up_to=None)
        below = lower.order_by("-up_to").values_list("up_to", flat=True).first()
        if obj.up_to is None:
            return format_lazy(_("from {money}"), money=format_cents(below or 0, currency))
        if below is None:
            return format_lazy(_("up to {money}"), money=format_cents(obj.up_to, currency))
        return f"{format_cents(below, currency)} – {format_cents(obj.up_to, currency)}"


class AudienceForm(forms.Form):
    """Whom to ask; nothing chosen means no limit."""

    branches = forms.ModelMultipleChoiceField(
        Branch.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Branches")
    )
    segments = forms.ModelMultipleChoiceField(
        Segment.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Segments")
    )
    bands = BandsField(ValueBand.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Value bands"))
    active_within_days = forms.IntegerField(
        min_value=1, max_value=3650, required=False, label=_("Bought within, days"), help_text=_("Empty: whenever they bought.")
    )
    rest_days = forms.IntegerField(
        min_value=0, max_value=3650, initial=90, label=_("Leave in peace for, days"), help_text=_("Who was asked within these days is left out.")
    )

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
    subject = forms.CharField(max_length=150, label=_("Subject of the letter"), help_text=_("{name} becomes the first name where we are sure of it."))
    intro = forms.CharField(
        max_length=1_000, required=False, label=_("Text above the scale"), widget=forms.Textarea(attrs={"rows": 3})
    )
    closes_on = forms.DateField(
        label=_("Last day for answers"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=_("After it the links close.")
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


class QuestionnaireForm(forms.ModelForm[Questionnaire]):
    """The wording of the questions."""

    class Meta:
        model = Questionnaire
        fields: ClassVar = [field.name for field in fields(Wording)]

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
