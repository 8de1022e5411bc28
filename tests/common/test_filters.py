"""Filters that templates use without loading them."""

from fractions import Fraction

from django.utils import translation

from common.templatetags.mayak import decimal, memorable, times


def test_memorable_keeps_three_digits_of_whole_money() -> None:
    assert memorable(4_861_550) == 4_860_000
    assert memorable(-61_249_900) == -61_200_000
    assert memorable(12_300) == 12_300
    assert memorable(None) is None


def test_decimal_follows_the_language_and_drops_idle_zeros() -> None:
    with translation.override("ru"):
        assert decimal(Fraction(21, 5)) == "4,2"
        assert decimal(5) == "5"
    with translation.override("en"):
        assert decimal(0.75, 2) == "0.75"


def test_times_repeats() -> None:
    assert list(times(3)) == [0, 1, 2]
