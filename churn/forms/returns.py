"""Forms of campaigns of returning and of their letters."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from churn.enums import ReturnWay
from churn.models import ReturnCampaign, ReturnTurn
from churn.services.return_letters import EditedLetter
from churn.services.returns import ReturnPlan
from touchpoints.models import Action

ONE_LINE = RegexValidator(r"^[^\r\n\t\x00]*$", _("One line only."))


class CampaignForm(forms.Form):
    """What was fixed, in the Clients' words, and how it is told."""

    name = forms.CharField(label=_("Name of the campaign"), max_length=120, help_text=_("Only colleagues see it."))
    fixed = forms.CharField(
        label=_("What we have fixed"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As the Client would say it, such as “couriers come within half an hour”: it goes into every letter."),
    )
    held_out_percent = forms.IntegerField(
        label=_("Are told nothing, %"),
        min_value=0,
        max_value=50,
        initial=20,
        help_text=_("Chosen by chance: by them you see how many come back of their own accord. 0: everybody is told."),
    )
    window_days = forms.IntegerField(
        label=_("Days to come back in"), min_value=7, max_value=365, initial=60, help_text=_("A purchase within these days counts.")
    )
    locale = forms.ChoiceField(label=_("Language of the letters"), choices=settings.LANGUAGES)

    @classmethod
    def of(cls, campaign: ReturnCampaign, data: Any = None) -> "CampaignForm":
        """Return the form of a campaign that has not begun."""
        return cls(data, initial={name: getattr(campaign, name) for name in cls.base_fields})

    def plan(self) -> ReturnPlan:
        """Return what was decided."""
        data = self.cleaned_data
        return ReturnPlan(**{name: data[name] for name in ("name", "fixed", "held_out_percent", "window_days", "locale")})


class NewCampaignForm(CampaignForm):
    """The same with the way that is tried first."""

    way = forms.ChoiceField(
        label=_("Tell them first of all by"),
        choices=ReturnWay.choices,
        initial=ReturnWay.EMAIL,
        help_text=_("Where this way is closed to a Client, another one is taken; you can change it for each."),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def begun(cls, action: Action, data: Any = None) -> "NewCampaignForm":
        """Return the form for a done action."""
        locale = get_language() or settings.LANGUAGE_CODE
        values = {"name": action.title[:120], "fixed": action.evidence[:1000], "request_key": uuid.uuid4(), "locale": locale}
        return cls(data, initial=values)


class LetterForm(forms.Form):
    """One personal letter."""

    subject = forms.CharField(label=_("Subject"), max_length=150, validators=[ONE_LINE])
    letter = forms.CharField(label=_("Letter"), max_length=6000, widget=forms.Textarea(attrs={"rows": 16}))
    postal_address = forms.CharField(
        label=_("Postal address"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As on the envelope, line by line; without it the letter is not printed."),
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, turn: ReturnTurn, data: Any = None) -> "LetterForm":
        """Return the form of a turn; by e-mail there is no postal address to ask for."""
        values = {name: getattr(turn, name) for name in ("subject", "letter", "postal_address")}
        form = cls(data, initial=values | {"version": version_of(turn)})
        if turn.way != ReturnWay.POST:
            del form.fields["postal_address"]
        return form

    def clean_version(self) -> dt.datetime | None:
        """Read when the letter had been saved last."""
        text: str = self.cleaned_data["version"]
        try:
            return dt.datetime.fromisoformat(text).astimezone(dt.UTC) if text else None
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("Open the letter once more.")) from error

    def edited(self, turn: ReturnTurn) -> EditedLetter:
        """Return what the person wrote."""
        data = self.cleaned_data
        letter = data["letter"].replace("\r\n", "\n").strip()
        return EditedLetter(data["subject"], letter, data.get("postal_address", turn.postal_address).replace("\r\n", "\n"), data["version"])


class WayForm(forms.Form):
    """How a Client is told instead."""

    way = forms.ChoiceField(choices=ReturnWay.choices)


class PostedForm(forms.Form):
    """Which printed letters were put into the post."""

    turns = forms.TypedMultipleChoiceField(coerce=int)

    @classmethod
    def of(cls, turns: list[int], data: Any) -> "PostedForm":
        """Return the form over the letters that could be printed."""
        form = cls(data)
        form.fields["turns"].choices = [(pk, pk) for pk in turns]  # type: ignore[attr-defined]  # a choice field
        return form


def version_of(turn: ReturnTurn) -> str:
    """Return when the letter was saved last, as the form carries it."""
    return turn.edited_at.isoformat() if turn.edited_at else ""
