"""How many people hear of us, and which share of them is assumed to act."""

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.forms.numbers import NumberField
from metrics.models import TalkSettings

MOST = 100


class TalkSettingsForm(forms.Form):
    """The company's own numbers of word of mouth."""

    fan_tells = forms.IntegerField(label=_("A pleased person tells"), min_value=0, max_value=MOST)
    critic_tells = forms.IntegerField(label=_("A displeased person tells"), min_value=0, max_value=MOST)
    acts_percent = NumberField(
        label=_("Of those who heard act on it, %"),
        most=100,
        zero_allowed=True,
        required=False,
        help_text=_("Your assumption, nobody has measured it. Empty: nothing is counted from it."),
    )

    @classmethod
    def of(cls, settings: TalkSettings) -> "TalkSettingsForm":
        """Fill the form with what is in force."""
        percent = settings.acts_percent
        shown = "" if percent is None else f"{percent.normalize():f}"
        return cls(initial={"fan_tells": settings.fan_tells, "critic_tells": settings.critic_tells, "acts_percent": shown})
