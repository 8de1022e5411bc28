"""What an employee sends: a score with two texts, ten ratings, or one of several options; and the printed code it may come with."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.tokens import keyed_hash
from surveys.enums import Motive, StaffSurveyKind
from surveys.formulas.ballots import MAX_TEXT, Vote
from surveys.models import StaffWave
from surveys.models.staff import WITH_OPTIONS
from surveys.rating_forms import PREFIX, RatingRow, RatingsForm

MAX_BYTES = 64 * 1024
ORDER = "order"
CHANCE = random.SystemRandom()
TEXT_TOO_LONG = _("Too long: %(limit_value)d characters fit, there are %(show_value)d.")
NO_SCORE = _("Choose a number from 0 to 10.")
NO_CHOICE = _("Choose one statement.")
Sent = Mapping[str, str] | None


class WordsField(forms.CharField):
    """A text counted as the writer sees it: a new line is one character, however the browser sends it."""

    def to_python(self, value: Any) -> str:
        """Return the text with plain ends of lines."""
        return str(super().to_python(str(value or "").replace("\r\n", "\n")))


class ScoreVoteForm(forms.Form):
    """The three questions about the company as an employer."""

    score = forms.IntegerField(
        min_value=0, max_value=10, error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NO_SCORE)
    )
    why = WordsField(max_length=MAX_TEXT, required=False, error_messages={"max_length": TEXT_TOO_LONG})
    ten = WordsField(max_length=MAX_TEXT, required=False, error_messages={"max_length": TEXT_TOO_LONG})

    @property
    def chosen(self) -> str:
        """The number chosen so far."""
        return str(value) if (value := self["score"].value()) is not None else ""

    def vote(self) -> Vote:
        """Return the checked answer."""
        return Vote(**self.cleaned_data)


class MotivesVoteForm(RatingsForm):
    """Ten ratings, in an order of chance so that no motive gains by standing first; the order comes back with the answer."""

    def __init__(self, data: Sent = None) -> None:
        super().__init__(data)
        self.order = kept_order(data, [motive.value for motive in Motive])

    def shuffled_rows(self) -> list[RatingRow]:
        """Return the motives in the order of this page."""
        rows = {row.name: row for row in self.rows()}
        return [rows[PREFIX + value] for value in self.order]

    def vote(self) -> Vote:
        """Return the checked answer."""
        return Vote(ratings=self.ratings())


@dataclass(frozen=True)
class Statement:
    """One option of a pulse or a vote; what stands for it in the form does not tell its number."""

    value: str
    text: str


class ChoiceVoteForm(forms.Form):
    """One option of several, in an order of chance that comes back with the answer: none gains by standing first."""

    choice = forms.ChoiceField(error_messages={"required": NO_CHOICE, "invalid_choice": NO_CHOICE})

    def __init__(self, data: Sent = None, *, wave: StaffWave) -> None:
        super().__init__(data)
        self.signs = [sign_of(wave, number) for number in range(len(wave.options))]
        self.order = kept_order(data, self.signs)
        texts = dict(zip(self.signs, wave.options, strict=True))
        self.statements = [Statement(value, texts[value]) for value in self.order]
        field = self.fields["choice"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(value, value) for value in self.signs]

    def vote(self) -> Vote:
        """Return the checked answer."""
        return Vote(choice=self.signs.index(self.cleaned_data["choice"]))


class CodeForm(forms.Form):
    """A printed code, however it is typed."""

    code = forms.CharField(max_length=60, error_messages={"required": _("Type the code from your card.")})


VoteForm = ScoreVoteForm | MotivesVoteForm | ChoiceVoteForm


def vote_form(wave: StaffWave, data: Sent = None) -> VoteForm:
    """Return the form for what the wave asks."""
    if wave.kind == StaffSurveyKind.MOTIVES:
        return MotivesVoteForm(data)
    return ChoiceVoteForm(data, wave=wave) if wave.kind in WITH_OPTIONS else ScoreVoteForm(data)


def sign_of(wave: StaffWave, number: int) -> str:
    """Return what stands for an option in the page: the same for all readers, telling nothing about its number."""
    return keyed_hash("pulse statement", f"{wave.public_token}:{number}").hex()[:12]


def kept_order(data: Sent, names: Sequence[str]) -> list[str]:
    """Return the order the page was sent with; a new one by chance for a new page or a spoilt form."""
    sent = (data or {}).get(ORDER, "").split(",")
    return sent if sorted(sent) == sorted(names) else CHANCE.sample(list(names), len(names))
