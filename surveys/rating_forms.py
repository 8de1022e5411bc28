"""Ten ratings of what moves people, 1 to 10: employees give them, managers guess them."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.enums import Motive

LEAST, MOST = 1, 10
PREFIX = "rating_"
UNRATED = _("Choose a number from 1 to 10.")


@dataclass(frozen=True)
class RatingRow:
    """One motive as `surveys/_ratings.html` draws it."""

    name: str
    label: str | Promise
    value: str
    error: str


class RatingsForm(forms.Form):
    """Ten fields `rating_<motive>`; all are asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), UNRATED)
        for motive in Motive:
            field = forms.IntegerField(min_value=LEAST, max_value=MOST, label=motive.label, error_messages=errors)
            self.fields[PREFIX + motive.value] = field

    def rows(self) -> list[RatingRow]:
        """Return the motives with what was chosen and what is wrong."""
        bound = [(motive, self[PREFIX + motive.value]) for motive in Motive]
        return [RatingRow(field.name, motive.label, str(field.value() or ""), field_error(field)) for motive, field in bound]

    def ratings(self) -> tuple[int, ...]:
        """Return the checked ratings in the order of `Motive`."""
        return tuple(self.cleaned_data[PREFIX + motive.value] for motive in Motive)


def field_error(field: forms.BoundField) -> str:
    """Return what is wrong with a field, if anything is."""
    return str(field.errors[0]) if field.errors else ""
