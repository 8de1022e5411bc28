"""Russian and English typography for texts people wrote: what belongs together stays on one line."""

import datetime as dt
import re
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeData, mark_safe
from django.utils.translation import get_language

NBSP = "\u00a0"
SHORT = "а|без|в|во|для|до|за|и|из|из-за|из-под|к|ко|на|над|не|ни|но|о|об|обо|от|по|под|при|про|с|со|у|я|a|an|at|by|for|in|of|on|or|the|to"
RULES = [
    (re.compile(r"(?<=\d)[ \u202f\u2009](?=\d{3}(?!\d))"), NBSP),
    (re.compile(r"(?<=\d)[ \u202f\u2009](?=[₽%€$₸×№]|руб|тыс|млн|млрд|кг|см|мм|км|мин|ч\b|дн)"), NBSP),
    (re.compile(r"(?<=тыс|млн)[ \u202f\u2009](?=[₽€$₸])|(?<=млрд)[ \u202f\u2009](?=[₽€$₸])"), NBSP),
    (re.compile(r"(?<=№)[ ]?(?=\d)"), NBSP),
    (re.compile(rf"(?i)(?<![\w\u00a0-])({SHORT})[ ](?=\S)"), rf"\1{NBSP}"),
    (re.compile(rf"(?i)(?<=\u00a0)({SHORT})[ ](?=\S)"), rf"\1{NBSP}"),
    (re.compile(r"[ ](?=[—–−] )"), NBSP),
    (re.compile(r"(?<=[А-ЯЁ]\.)[ ](?=[А-ЯЁ])"), NBSP),
]


def no_break(text: Any) -> Any:
    """Put no-break spaces into numbers, before units, after short words and before a dash; safe HTML stays safe.

    >>> no_break("от 48 600 ₽ — в год").replace(NBSP, "~")
    'от~48~600~₽~— в~год'
    """
    result = str(text)
    for pattern, replacement in RULES:
        result = pattern.sub(replacement, result)
    return mark_safe(result) if isinstance(text, SafeData) else result  # noqa: S308 - only spaces have changed


def month_words(day: dt.date, *, short: bool = False) -> str:
    """Write a month as it stands inside a sentence: «ноябрь 2026», but `November 2026`; short: «ноя 2026», `Nov 2026`."""
    text = date_format(day, "M Y" if short else "F Y")
    return text.lower() if get_language() == "ru" else text
