"""Money for people."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common.money import MINUS, NBSP, format_cents, group_digits
from common.numbers import parse_cents


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (7, "7"), (999, "999"), (1000, "1~000"), (2138, "2~138"), (1234567, "1~234~567"), (-1234, "−1~234")]
)
def test_digits_are_grouped(number: int, text: str) -> None:
    assert group_digits(number).replace(NBSP, "~") == text


@pytest.mark.parametrize(
    ("cents", "text"),
    [(4860000, "48~600~₽"), (4861550, "48~616~₽"), (-61200000, "−612~000~₽"), (50, "1~₽"), (49, "0~₽"), (-49, "0~₽"), (0, "0~₽")],
)
def test_whole_money(cents: int, text: str) -> None:
    assert format_cents(cents).replace(NBSP, "~") == text


@pytest.mark.parametrize(
    ("cents", "text"), [(4861550, "48~615,50~₽"), (4861500, "48~615~₽"), (-5, f"{MINUS}0,05~₽"), (100, "1~₽"), (-12345, f"{MINUS}123,45~₽")]
)
def test_exact_money(cents: int, text: str) -> None:
    assert format_cents(cents, exact=True).replace(NBSP, "~") == text


def test_the_decimal_mark_is_that_of_the_language() -> None:
    with translation.override("en"):
        assert format_cents(4861550, exact=True).replace(NBSP, "~") == "48~615.50~₽"


@pytest.mark.parametrize(("currency", "sign"), [("EUR", "€"), ("USD", "$"), ("KZT", "₸"), ("BYN", "Br"), ("XXX", "XXX")])
def test_currency_sign(currency: str, sign: str) -> None:
    assert format_cents(100, currency) == f"1{NBSP}{sign}"


@given(st.integers(-(10**13), 10**13))
def test_exact_money_can_be_read_back(cents: int) -> None:
    assert parse_cents(format_cents(cents, exact=True)) == cents
