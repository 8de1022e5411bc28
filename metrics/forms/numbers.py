"""Numbers as people type them."""

from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.numbers import NumberError, parse_fraction, without_currency

MESSAGES = {
    "not_a_number": _("This is not a number. Write it like 4.2 or 1/3"),
    "zero_divisor": _("Nothing can be divided by zero. Write, say, 1/3"),
    "not_positive": _("A number above zero is needed"),
    "negative": _("A number from zero up is needed"),
    "too_large": _("This is too much. Check the number of zeros"),
}


class NumberField(forms.CharField):
    """A number or a fraction as people write it; cleans to a Fraction, or to None when empty and not required."""

    not_a_number = MESSAGES["not_a_number"]

    def __init__(self, *, most: int, zero_allowed: bool = False, **options: Any) -> None:
        super().__init__(max_length=30, **options)
        self.most, self.zero_allowed = most, zero_allowed
        self.error_messages["required"] = _("Write a number here")

    def problem(self, code: str) -> ValidationError:
        """Say what is wrong with a number and what to do."""
        return ValidationError(self.not_a_number if code == "not_a_number" else MESSAGES[code], code=code)

    def clean(self, value: Any) -> Fraction | None:
        """Read the number and hold its limits."""
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_fraction(without_currency(text))
        except NumberError as error:
            raise self.problem(error.code) from error
        if number < 0 or (number == 0 and not self.zero_allowed):
            raise self.problem("negative" if self.zero_allowed else "not_positive")
        if number > self.most:
            raise self.problem("too_large")
        return number
