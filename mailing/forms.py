"""The filter of the list of messages."""

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from mailing.enums import MessageState
from mailing.models import MailWave
from mailing.queries import recent_waves


class WaveChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg] # no generic at run time
    """Waves by the name of their letter and the day they were planned."""

    def label_from_instance(self, obj: MailWave) -> str:
        """Name the wave."""
        return f"{obj.letter.name} · {localtime(obj.created_at):%d.%m.%Y}"


class MessageFilterForm(forms.Form):
    """Which messages to show; a value that makes no sense is as good as none."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=254)
    state = forms.ChoiceField(label=_("Fate"), required=False, choices=[("", _("any")), *MessageState.choices])
    wave = WaveChoiceField(label=_("Wave"), required=False, queryset=recent_waves(), empty_label=_("all waves"))

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen and is valid."""
        self.is_valid()
        return {"q": "", "state": "", "wave": None} | self.cleaned_data
