"""The form of a visit reminder: whose turn it is, when, and the letter."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.enums import ReminderTiming
from clients.models import Segment, VisitReminder
from clients.services import ReminderDraft
from mailing.enums import TemplateKind
from mailing.queries import LetterDraft, draft_in_force, stray_problem

KIND = TemplateKind.VISIT_REMINDER
LETTER_FIELDS = ("subject", "text", "button", "button_url")


class ReminderForm(forms.Form):
    """A reminder with its own letter."""

    name = forms.CharField(label=_("Name of the reminder"), max_length=80, help_text=_("Only colleagues see it."))
    segments = forms.ModelMultipleChoiceField(
        Segment.objects.all(),
        label=_("Segments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all Clients."),
    )
    product = forms.CharField(
        label=_("What was bought contains"), max_length=80, required=False, help_text=_("A word from the last purchase, such as “haircut”.")
    )
    timing = forms.ChoiceField(label=_("When"), choices=ReminderTiming.choices, initial=ReminderTiming.FIXED)
    after_days = forms.IntegerField(label=_("Days after the last purchase"), min_value=1, max_value=1000, required=False)
    held_out_percent = forms.IntegerField(
        label=_("Get no letter, %"),
        min_value=0,
        max_value=50,
        initial=10,
        help_text=_("A share of Clients gets no letter: by them you see how many come of their own accord."),
    )
    locale = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 10}))
    button = forms.CharField(
        label=_("Words on the button"), max_length=60, required=False, help_text=_("A verb: what the reader is asked to do.")
    )
    button_url = forms.URLField(
        label=_("Where the button leads"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=_("A page where one can book, order or call. We count who followed it."),
    )

    @classmethod
    def opened(cls, reminder: VisitReminder | None, data: Any) -> "ReminderForm":
        """Return the form of a saved reminder, or of a new one with our text in it."""
        return cls(data, initial=saved_values(reminder) if reminder else new_values())

    def clean_after_days(self) -> int | None:
        """Ask for days where they count; the own rhythm needs none."""
        days: int | None = self.cleaned_data["after_days"]
        if self.cleaned_data.get("timing") == ReminderTiming.RHYTHM:
            return None
        if days is None:
            raise forms.ValidationError(_("Say after how many days."))
        return days

    def clean_subject(self) -> str:
        """Allow only places of the letter."""
        return self.with_places("subject")

    def clean_text(self) -> str:
        """Allow only places of the letter."""
        return self.with_places("text")

    def clean_button(self) -> str:
        """Allow only places of the letter; on the button there is none that helps."""
        return self.with_places("button")

    def with_places(self, name: str) -> str:
        """Return the text of the field, refused if a brace in it is no place."""
        text: str = self.cleaned_data[name]
        if problem := stray_problem(KIND, text):
            raise forms.ValidationError(problem)
        return text

    def letter(self) -> LetterDraft:
        """Return the words as typed, sound or not: a preview shows what there is, but leads nowhere unsound."""
        self.is_valid()
        subject, text, button = (str(self.data.get(name, "")).replace("\r\n", "\n").strip() for name in LETTER_FIELDS[:3])
        return LetterDraft(subject, text, button, self.cleaned_data.get("button_url", ""))

    def draft(self) -> ReminderDraft:
        """Return the whole reminder."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in LETTER_FIELDS}
        return ReminderDraft(letter=self.letter(), **data)


def new_values() -> dict[str, Any]:
    """Return what a new reminder begins with: the company's text of the kind, or ours."""
    locale = get_language() or settings.LANGUAGE_CODE
    return letter_values(draft_in_force(KIND, locale)) | {"locale": locale}


def saved_values(reminder: VisitReminder) -> dict[str, Any]:
    """Return what is saved."""
    names = ("name", "product", "timing", "after_days", "held_out_percent")
    own = {name: getattr(reminder, name) for name in names}
    words = {name: getattr(reminder.template, name) for name in LETTER_FIELDS}
    return own | words | {"segments": reminder.segments.all(), "locale": reminder.template.locale}


def letter_values(draft: LetterDraft) -> dict[str, str]:
    """Return the fields of a letter."""
    return {name: getattr(draft, name) for name in LETTER_FIELDS}
