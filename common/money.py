"""Money for people: whole roubles in headings, kopecks where they matter, no-break spaces inside."""

from django.utils.formats import get_format

NBSP = "\u00a0"
MINUS = "\u2212"
SIGNS = {"RUB": "₽", "BYN": "Br", "KZT": "₸", "EUR": "€", "USD": "$"}


def group_digits(number: int) -> str:
    """Write a whole number with groups of three digits and a true minus.

    >>> group_digits(-1234567).replace(NBSP, " ")
    '−1 234 567'
    """
    sign = MINUS if number < 0 else ""
    digits = f"{abs(number):,}".replace(",", NBSP)
    return sign + digits


def format_cents(cents: int, currency: str = "RUB", *, exact: bool = False) -> str:
    """Write minor units as money: `48 600 ₽`; exactly, `48 615,50 ₽`, in English `48 615.50 ₽`."""
    sign = SIGNS.get(currency, currency)
    if not exact:
        whole = (abs(cents) + 50) // 100
        return group_digits(-whole if cents < 0 else whole) + NBSP + sign
    whole, rest = divmod(abs(cents), 100)
    text = group_digits(whole) + (f"{get_format('DECIMAL_SEPARATOR')}{rest:02d}" if rest else "")
    return (MINUS if cents < 0 else "") + text + NBSP + sign
