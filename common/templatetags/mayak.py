"""Filters and tags every template has without loading them."""

import datetime as dt
import re
from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor
from typing import Any

import phonenumbers
from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from common.money import MINUS, NBSP, format_cents, group_digits
from common.numbers import round_significant
from common.proportions import score_axis
from common.typography import month_words, no_break

register = template.Library()

PLAIN_NUMBER = re.compile(r"(\d{4,15})((?:[.,]\d+)?)")
# Each name stands for a tone, an icon and a word.
CHIPS = {
    "rising": ("pos", "trending-up", _("rising")),
    "stable": ("", "move-right", _("stable")),
    "falling": ("neg", "trending-down", _("falling")),
    "wow": ("pos", "star", _("wow")),
    "ok": ("data", "equal", _("ok")),
    "awful": ("neg", "thumbs-down", _("awful")),
    "promoter": ("pos", "smile", _("fan")),
    "passive": ("pas", "meh", _("neutral")),
    "detractor": ("neg", "frown", _("critic")),
    "running": ("info", "radio", _("under way")),
    "start": ("beam", "flag", _("start here")),
}


@register.filter
def grouped(number: int | None) -> str:
    """Write a whole number in groups of three digits."""
    return "" if number is None else group_digits(int(number))


@register.filter
def money(cents: int | None, currency: str = "RUB") -> str:
    """Write minor units as whole money: `{{ cents|money:company.currency }}`."""
    return "" if cents is None else format_cents(int(cents), currency)


@register.filter
def exact_money(cents: int | None, currency: str = "RUB") -> str:
    """Write minor units to the kopeck where there are any: `{{ cents|exact_money:company.currency }}`."""
    return "" if cents is None else format_cents(int(cents), currency, exact=True)


@register.filter
def memorable(cents: int | None) -> int | None:
    """Round minor units to three significant digits of whole money, as headlines show it: 48 615 ₽ becomes 48 600 ₽."""
    return None if cents is None else round_significant(round(cents / 100)) * 100


@register.filter
def decimal(number: float | Fraction | None, digits: int = 1) -> str:
    """Write a number with a few decimals the way the language does, without idle zeros: 4,2 or 5."""
    if number is None:
        return ""
    text = f"{float(number):z.{digits}f}"
    return number_format(text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


@register.filter
def typed(number: object) -> str:
    """Group the digits of a number as somebody typed it: 2315 becomes 2 315; `1/3` stays."""
    text = "" if number is None else str(number)
    found = PLAIN_NUMBER.fullmatch(text)
    return f"{group_digits(int(found[1]))}{found[2]}" if found else text


@register.filter
def times(count: int) -> range:
    """Let a template repeat something so many times."""
    return range(count)


@register.filter
def signed(number: float | None) -> str:
    """Write a number with its sign, as NPS is written: +42, −3, 0."""
    if number is None:
        return ""
    whole = round(number)
    return f"+{whole}" if whole > 0 else str(whole).replace("-", MINUS)


@register.filter
def signed_decimal(number: float | None) -> str:
    """Write a number with its sign and always one decimal, as parts of NPS are written: +3,4, −0,5, +6,0, 0."""
    if number is None:
        return ""
    tenths = round(number, 1)
    return number_format(f"{tenths:+.1f}").replace("-", MINUS) if tenths else "0"


@register.filter
def points(share: float | None) -> str:
    """Write a difference of two shares in percentage points: +3,4, −0,5."""
    return "" if share is None else signed_decimal(100 * share)


@register.filter
def signed_money(cents: float | None, currency: str = "RUB") -> str:
    """Write a difference of money with its sign, in whole units: +12 500 ₽, −300 ₽."""
    if cents is None:
        return ""
    text = format_cents(abs(round(cents)), currency)
    return text if text == format_cents(0, currency) else ("+" if cents > 0 else MINUS) + text


@register.filter
def percent(share: float | None) -> str:
    """Write a share from 0 to 1 as whole percent."""
    return "" if share is None else f"{round(share * 100)}{NBSP}%"


@register.filter
def phone(number: str) -> str:
    """Write an E.164 number as people read it; anything else stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


@register.filter
def unlocalized(value: Any) -> str:
    """Write a number for an attribute: with a point, without groups, whatever the language."""
    return str(value)


@register.filter
def typo(text: Any) -> Any:
    """Keep together what must not break: numbers and units, short prepositions, dashes."""
    return no_break(text)


@register.filter
def month(day: dt.date) -> str:
    """Write a month with its year as it stands inside a sentence."""
    return month_words(day)


@register.inclusion_tag("_components/chip.html")
def chip(kind: str, label: str = "") -> dict[str, Any]:
    """Draw a usual chip by its name, with its usual word or another."""
    tone, icon, word = CHIPS[kind]
    return {"tone": tone, "icon": icon, "label": label or word}


@register.inclusion_tag("_components/stack.html")
def stack(parts: Iterable[tuple[str, float]], label: str) -> dict[str, Any]:
    """Draw parts of a whole; parts are (tone, number)."""
    known = [(tone, number) for tone, number in parts if number]
    total, start, drawn = sum(number for _tone, number in known), 0.0, []
    for tone, number in known:
        drawn.append({"tone": tone, "x": f"{100 * start / total:.3f}", "width": f"{100 * number / total:.3f}"})
        start += number
    return {"parts": drawn, "label": label}


def axis_near(numbers: Iterable[float], least: float, most: float) -> tuple[float, float]:
    """Return the ends of an axis in whole tens round the numbers, with some air beside them."""
    known = list(numbers)
    return max(least, floor((min(known) - 5) / 10) * 10), min(most, ceil((max(known) + 5) / 10) * 10)


@register.inclusion_tag("_components/interval.html")
def interval(value: float, low: float, high: float, label: str, **options: Any) -> dict[str, Any]:
    """Draw a figure with its interval; what is outside the axis is cut to its ends. Options: reference, tone, least, most, is_near.

    Without ends the axis is the shortest of -100, -50, 0, 50, 100 that holds all and zero; `is_near` cuts it to the tens round the figures.
    """
    reference = options.get("reference")
    if reference == "":  # a first wave has nothing before it: so Django hands a missing variable over
        reference = None
    known = [low, high] if reference is None else [low, high, reference]
    ends = axis_near(known, -100, 100) if options.get("is_near") else score_axis(known)
    least, most = options.get("least", ends[0]), options.get("most", ends[1])

    def place(number: float) -> float:
        return float(100 * (min(max(number, least), most) - least) / (most - least))

    return {
        "label": label,
        "tone": options.get("tone", ""),
        "value": f"{place(value):.2f}",
        "low": f"{place(low):.2f}",
        "width": f"{place(high) - place(low):.2f}",
        "reference": "" if reference is None else f"{place(reference):.2f}",
        "zero": f"{place(0):.2f}" if least < 0 < most else "",
    }


@register.inclusion_tag("_components/band.html")
def band(low: float, high: float, label: str, least: float = -100, most: float = 100) -> dict[str, str]:
    """Draw a band that stands in the place of a number."""
    start, end = (100 * (number - least) / (most - least) for number in (low, high))
    return {"label": label, "low": f"{start:.2f}", "width": f"{end - start:.2f}"}


@register.inclusion_tag("_components/interval_axis.html")
def interval_axis(least: int, most: int) -> dict[str, Any]:
    """Write the ends of the axis that intervals below share, and zero between them."""
    return {"least": signed(least), "most": signed(most), "zero": f"{100 * -least / (most - least):.2f}" if least < 0 < most else ""}
