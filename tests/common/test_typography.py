"""What belongs together does not break."""

import datetime as dt

import pytest
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from common.typography import NBSP, month_words, no_break


@pytest.mark.parametrize(
    ("plain", "kept"),
    [
        ("48 600 ₽", "48~600~₽"),
        ("83 %", "83~%"),
        ("7,3 млн ₽", "7,3~млн~₽"),
        ("ушла в июне", "ушла в~июне"),
        ("и в доме", "и~в~доме"),
        ("Маяк — это просто", "Маяк~— это просто"),
        ("А. С. Пушкин", "А.~С.~Пушкин"),
        ("№ 5", "№~5"),
        ("из 2 138 строк", "из~2~138 строк"),
        ("слово", "слово"),
        ("", ""),
    ],
)
def test_rules(plain: str, kept: str) -> None:
    assert no_break(plain).replace(NBSP, "~") == kept


def test_safe_text_stays_safe_and_plain_text_plain() -> None:
    assert isinstance(no_break(mark_safe("<b>5 %</b>")), SafeString)
    assert not isinstance(no_break("<b>5 %</b>"), SafeString)


def test_twice_is_once() -> None:
    once = no_break("от 48 600 ₽ — в год")
    assert no_break(once) == once


@pytest.mark.parametrize(("language", "whole", "short"), [("ru", "ноябрь 2026", "ноя 2026"), ("en", "November 2026", "Nov 2026")])
def test_a_month_inside_a_sentence_is_small_only_in_russian(language: str, whole: str, short: str) -> None:
    day = dt.date(2026, 11, 23)
    with translation.override(language):
        assert (month_words(day), month_words(day, short=True)) == (whole, short)
