"""Numbers as people type them: `1/3`, `0,33`, `1 250,50`, with no-break spaces and either decimal mark."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]")
PLAIN = re.compile(r"[+-]?\d{1,18}([.,]\d{1,9})?")
CURRENCY = re.compile(r"(?i)(₽|руб\.?|р\.|rub|usd|eur|[$€₸])")
FRACTION = re.compile(r"([+-]?\d{1,12})/(\d{1,12})")
MINUS_SIGNS = str.maketrans({"−": "-", "–": "-"})


class NumberError(ValueError):
    """A text that is not the number asked for. `code` is one of `not_a_number`, `zero_divisor`, `not_positive`, `too_large`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_fraction(text: str) -> Fraction:
    """Read a number or a fraction exactly as written.

    >>> parse_fraction("1/3")
    Fraction(1, 3)
    >>> parse_fraction("1 250,50")
    Fraction(2501, 2)
    """
    compact = SPACES.sub("", text.translate(MINUS_SIGNS))
    if match := FRACTION.fullmatch(compact):
        if int(match[2]) == 0:
            raise NumberError("zero_divisor")
        return Fraction(int(match[1]), int(match[2]))
    if PLAIN.fullmatch(compact):
        return Fraction(compact.replace(",", "."))
    raise NumberError("not_a_number")


def parse_positive(text: str) -> Fraction:
    """Read a number above zero."""
    number = parse_fraction(text)
    if number <= 0:
        raise NumberError("not_positive")
    return number


def without_currency(text: str) -> str:
    """Take currency signs out."""
    return CURRENCY.sub("", text)


def parse_cents(text: str) -> int:
    """Read an amount of money as minor units, at most 100 billion: `1 250,50` is 125050. Currency signs are allowed."""
    cents = round_half_even(parse_fraction(without_currency(text)) * 100)
    if abs(cents) > 10**13:
        raise NumberError("too_large")
    return cents


def round_half_even(number: Fraction) -> int:
    """Round to a whole number, halves to the even one, without passing through a float."""
    return int((Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal(1), ROUND_HALF_EVEN))


def round_significant(number: int, digits: int = 3) -> int:
    """Round a whole number to so many significant digits: 4 861 500 becomes 4 860 000."""
    excess = len(str(abs(number))) - digits
    if excess <= 0:
        return number
    step: int = 10**excess
    return (number + step // 2) // step * step
