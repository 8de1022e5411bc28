"""Numbers exactly as people type them."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.numbers import NumberError, parse_cents, parse_fraction, parse_positive, round_half_even, round_significant


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1/3", Fraction(1, 3)),
        ("0,33", Fraction(33, 100)),
        ("0.33", Fraction(33, 100)),
        ("1 250,50", Fraction(2501, 2)),
        ("1\u00a0250,50", Fraction(2501, 2)),
        ("1\u202f250,50", Fraction(2501, 2)),
        ("1'250.50", Fraction(2501, 2)),
        (" 4 ", Fraction(4)),
        ("+4", Fraction(4)),
        ("-3", Fraction(-3)),
        ("−3", Fraction(-3)),
        ("–3", Fraction(-3)),
        ("-1 / 2", Fraction(-1, 2)),
        ("0", Fraction(0)),
    ],
)
def test_number_is_read_exactly(text: str, number: Fraction) -> None:
    assert parse_fraction(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1/0", "zero_divisor"),
        ("abc", "not_a_number"),
        ("", "not_a_number"),
        (" ", "not_a_number"),
        ("1,2,3", "not_a_number"),
        ("1.250,50", "not_a_number"),
        ("1/2/3", "not_a_number"),
        ("1e5", "not_a_number"),
        ("NaN", "not_a_number"),
        ("∞", "not_a_number"),
        ("--3", "not_a_number"),
        ("5%", "not_a_number"),
        ("9" * 19, "not_a_number"),
        ("1/-2", "not_a_number"),
        (",5", "not_a_number"),
    ],
)
def test_text_that_is_no_number_says_why(text: str, code: str) -> None:
    with pytest.raises(NumberError) as refusal:
        parse_fraction(text)
    assert refusal.value.code == code


@pytest.mark.parametrize("text", ["0", "-3", "−1/2"])
def test_positive_refuses_zero_and_below(text: str) -> None:
    with pytest.raises(NumberError) as refusal:
        parse_positive(text)
    assert refusal.value.code == "not_positive"


def test_positive_keeps_the_fraction() -> None:
    assert parse_positive("1/3") == Fraction(1, 3)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 250,50", 125050),
        ("1250.5 ₽", 125050),
        ("48 600 руб.", 4860000),
        ("100 р.", 10000),
        ("$5", 500),
        ("12.345", 1234),
        ("12.355", 1236),
        ("1/3", 33),
        ("-5", -500),
        ("100000000000", 10**13),
    ],
)
def test_money_is_read_as_minor_units(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


def test_huge_money_is_refused() -> None:
    with pytest.raises(NumberError) as refusal:
        parse_cents("100000000000,01")
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("number", "rounded"), [(Fraction(1, 2), 0), (Fraction(3, 2), 2), (Fraction(5, 2), 2), (Fraction(-1, 2), 0), (Fraction(2, 3), 1)]
)
def test_halves_go_to_the_even_number(number: Fraction, rounded: int) -> None:
    assert round_half_even(number) == rounded


@pytest.mark.parametrize(
    ("number", "rounded"), [(4861500, 4860000), (4865000, 4870000), (999, 999), (0, 0), (1, 1), (99960, 100000), (-4861500, -4860000)]
)
def test_three_significant_digits(number: int, rounded: int) -> None:
    assert round_significant(number) == rounded


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.integers(1, 10**12 - 1))
def test_any_fraction_survives_being_written(top: int, bottom: int) -> None:
    assert parse_fraction(f"{top}/{bottom}") == Fraction(top, bottom)


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from([",", "."]), st.sampled_from(["", " ", "\u00a0"]))
def test_any_amount_survives_being_written(amount: Decimal, mark: str, space: str) -> None:
    written = f"{amount:,.2f}".replace(",", space).replace(".", mark)
    assert parse_cents(written) == int(amount * 100)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with suppress(NumberError):
        assert isinstance(parse_fraction(text), Fraction)


@given(st.integers(-(10**15), 10**15))
def test_rounding_to_three_digits_stays_within_half_a_step(number: int) -> None:
    step = 10 ** max(len(str(abs(number))) - 3, 0)
    assert abs(round_significant(number) - number) * 2 <= step
