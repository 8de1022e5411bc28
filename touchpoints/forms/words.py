"""How the company calls the three levels."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from touchpoints.enums import Rating
from touchpoints.models import MapSettings

LEVELS = {"awful_word": Rating.AWFUL, "ok_word": Rating.OK, "wow_word": Rating.WOW}


class MapSettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """Three words; an empty one means the usual word."""

    class Meta:
        model = MapSettings
        fields: ClassVar = list(LEVELS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rating in LEVELS.items():
            self.fields[name].widget.attrs["placeholder"] = rating.label

    def clean(self) -> dict[str, Any]:
        """Refuse one word for two levels: nobody could tell them apart."""
        cleaned = super().clean() or {}
        seen: set[str] = set()
        for name, rating in LEVELS.items():
            word = (cleaned.get(name) or str(rating.label)).casefold()
            if word in seen:
                self.add_error(name, _("Another level is called so already. Choose a different word."))
            seen.add(word)
        return cleaned
