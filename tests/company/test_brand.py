"""The company's colour stays readable under white text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.formulas.brand import TEXT_CONTRAST, WHITE, brand_of, contrast, rgb


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)


def test_contrast_of_the_default_colour_is_as_designed() -> None:
    assert contrast(rgb("#2F5F8F"), WHITE) == pytest.approx(6.66, abs=0.01)


def test_readable_colour_is_kept() -> None:
    assert brand_of("#2F5F8F").base == "#2f5f8f"


def test_pale_colour_is_darkened() -> None:
    assert contrast(rgb(brand_of("#FFE000").base), WHITE) >= TEXT_CONTRAST


@given(st.integers(0, 0xFFFFFF))
def test_white_text_is_readable_on_any_brand(number: int) -> None:
    brand = brand_of(f"#{number:06x}")
    assert contrast(rgb(brand.base), WHITE) >= TEXT_CONTRAST
    assert contrast(rgb(brand.hover), WHITE) >= TEXT_CONTRAST
