"""The form of an experiment: what we do, to whom, by what and when it is judged."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Segment, ValueBand
from common.money import format_cents
from company.models import Branch
from company.queries import the_company
from mailing.enums import TemplateKind
from mailing.queries import LetterDraft, draft_in_force, stray_problem
from metrics.enums import TrialGoal, TrialKind
from metrics.forms.numbers import NumberField
from metrics.models import Trial
from metrics.queries.trials import Wanted
from metrics.services.trials import TrialPlan

KIND = TemplateKind.TRIAL
LETTER_FIELDS = ("subject", "text", "button", "button_url")
MOST_SILENT = 3650


class BandsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # it has no subscript at run time
    """Bands of money brought, named by their upper ends."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a band."""
        if obj.up_to is None:
            return str(_("the highest"))
        return str(_("up to %(end)s") % {"end": format_cents(obj.up_to, the_company().currency)})


class TrialForm(forms.Form):
    """An experiment with its own letter, if it is one."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the experiment"), max_length=120, help_text=_("Only colleagues see it."))
    kind = forms.ChoiceField(label=_("What we do"), choices=TrialKind.choices, initial=TrialKind.LETTER)
    what = forms.CharField(
        label=_("What exactly"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is said by phone or done, so that it is the same for everybody. For a letter the letter is enough."),
    )
    branches = forms.ModelMultipleChoiceField(
        Branch.objects.all(), label=_("Branches"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all.")
    )
    segments = forms.ModelMultipleChoiceField(
        Segment.objects.all(), label=_("Segments"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all.")
    )
    bands = BandsField(
        ValueBand.objects.all(),
        label=_("By money brought"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )
    silent_from = forms.IntegerField(label=_("Silent for at least, days"), min_value=1, max_value=MOST_SILENT, required=False)
    silent_to = forms.IntegerField(label=_("Silent for at most, days"), min_value=1, max_value=MOST_SILENT, required=False)
    held_out_percent = forms.IntegerField(
        label=_("Get nothing, %"),
        min_value=1,
        max_value=90,
        initial=20,
        help_text=_("Chosen by chance, once and for all: by them you see who comes anyway."),
    )
    goal = forms.ChoiceField(label=_("We compare"), choices=TrialGoal.choices, initial=TrialGoal.CAME)
    window_days = forms.IntegerField(label=_("Days after which we look"), min_value=1, max_value=365, initial=30)
    looks = forms.IntegerField(
        label=_("How many times we look"),
        min_value=1,
        max_value=10,
        initial=1,
        help_text=_("Each look before the end asks for a larger difference. Between the looks the figures stay closed."),
    )
    cost = NumberField(label=_("Cost of one action"), most=10**9, zero_allowed=True, required=False)
    locale = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=150, required=False)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 10}), required=False)
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

    def clean_subject(self) -> str:
        """Allow only places of the letter."""
        return self.with_places("subject")

    def clean_text(self) -> str:
        """Allow only places of the letter."""
        return self.with_places("text")

    def clean_button(self) -> str:
        """Allow only places of the letter."""
        return self.with_places("button")

    def with_places(self, name: str) -> str:
        """Return the text of the field, refused if a brace in it is no place; outside letters it does not matter."""
        text: str = self.cleaned_data[name]
        if self.is_letter and (problem := stray_problem(KIND, text)):
            raise forms.ValidationError(problem)
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for the letter or for words on what is done; keep silence and looks in order."""
        data = super().clean() or self.cleaned_data
        needed = ("subject", "text") if self.is_letter else ("what",)
        for name in needed:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Write it: every Client of the group gets the same."))
        if (data.get("silent_from") or 0) > (data.get("silent_to") or MOST_SILENT):
            self.add_error("silent_to", _("This is less than the least silence."))
        if (data.get("looks") or 1) > (data.get("window_days") or MOST_SILENT):
            self.add_error("looks", _("There cannot be more looks than days."))
        return data

    @property
    def is_letter(self) -> bool:
        """Say whether the action typed in is a letter."""
        return self.data.get("kind") == TrialKind.LETTER

    def wanted(self) -> Wanted:
        """Return whom it is for as far as typed; what makes no sense is no limit."""
        self.is_valid()
        data = self.cleaned_data
        chosen = {name: tuple(row.pk for row in data.get(name, ())) for name in ("branches", "segments", "bands")}
        return Wanted(data.get("kind", TrialKind.OTHER), silent_from=data.get("silent_from"), silent_to=data.get("silent_to"), **chosen)

    def letter(self) -> LetterDraft:
        """Return the words as typed, sound or not: a preview shows what there is, but leads nowhere unsound."""
        self.is_valid()
        subject, text, button = (str(self.data.get(name, "")).replace("\r\n", "\n").strip() for name in LETTER_FIELDS[:3])
        return LetterDraft(subject, text, button, self.cleaned_data.get("button_url", ""))

    def plan(self) -> TrialPlan:
        """Return the whole experiment of a valid form."""
        data = self.cleaned_data
        kept = {name: data[name] for name in TrialPlan.__dataclass_fields__ if name in data}
        cents = None if data["cost"] is None else round(data["cost"] * 100)
        kept["locale"] = data["locale"] or settings.LANGUAGE_CODE
        return TrialPlan(letter=self.letter() if self.is_letter else None, cost_cents=cents, **kept)


def new_values() -> dict[str, Any]:
    """Return what a new experiment begins with: the company's text of such a letter, or ours."""
    locale = get_language() or settings.LANGUAGE_CODE
    return letter_values(draft_in_force(KIND, locale)) | {"locale": locale}


def saved_values(trial: Trial) -> dict[str, Any]:
    """Return what is saved."""
    names = ("name", "kind", "what", "silent_from", "silent_to", "held_out_percent", "goal", "window_days", "looks", "request_key")
    own = {name: getattr(trial, name) for name in names}
    chosen = {name: getattr(trial, name).all() for name in ("branches", "segments", "bands")}
    cost = "" if trial.cost_cents is None else f"{trial.cost_cents / 100:.2f}".removesuffix(".00")
    words = new_values()
    if template := trial.template:
        words = {name: getattr(template, name) for name in LETTER_FIELDS} | {"locale": template.locale}
    return own | chosen | words | {"cost": cost}


def letter_values(draft: LetterDraft) -> dict[str, str]:
    """Return the fields of a letter."""
    return {name: getattr(draft, name) for name in LETTER_FIELDS}


class ConclusionForm(forms.Form):
    """What was decided after an experiment."""

    conclusion = forms.CharField(
        label=_("What we decided"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a sentence: what we do from now on, and why."),
    )
