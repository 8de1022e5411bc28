"""Fields and widgets that several forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import format_cents
from common.numbers import NumberError, parse_cents
from company.models import User


class LinesField(forms.CharField):
    """A text of several lines, as long as the browser counts it: on its way a line's end becomes two characters."""

    def to_python(self, value: Any) -> str:
        """Give every line's end one character again."""
        return str(super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value))


class MoneyField(forms.Field):
    """An amount as people type it; gives minor units or None."""

    def to_python(self, value: Any) -> int | None:
        """Read the amount."""
        text = (value or "").strip()
        if not text:
            return None
        try:
            cents = parse_cents(text)
        except NumberError as error:
            raise forms.ValidationError(_("This is not an amount. Write it like 12 500 or 990,50."), code="amount") from error
        if cents < 0:
            raise forms.ValidationError(_("A cost cannot be below zero."), code="negative")
        return cents

    def prepare_value(self, value: Any) -> Any:
        """Show saved minor units the way people type money."""
        return format_cents(value, "", exact=True).strip() if isinstance(value, int) else value


def day_input() -> forms.DateInput:
    """Return the browser's own date picker."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def colleagues() -> Any:
    """Return users who may sign in."""
    return User.objects.filter(is_active=True)


class FilterForm(forms.Form):
    """What of a list to show; a value nobody knows counts as not given."""

    def value(self, name: str) -> Any:
        """Return what was asked for, None when nothing sensible was."""
        self.is_valid()
        return self.cleaned_data.get(name)
