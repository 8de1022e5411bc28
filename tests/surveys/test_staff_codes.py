"""Printed codes: the same every time, easy to type, hard to guess."""

import re
import uuid

import pytest

from surveys.staff_codes import ALPHABET, LOOKALIKES, code_of, tidy_code

TICKET = uuid.UUID(int=7)


def test_a_code_is_the_same_every_time_and_of_one_shape() -> None:
    codes = [code_of(uuid.UUID(int=number)) for number in range(500)]
    assert codes == [code_of(uuid.UUID(int=number)) for number in range(500)]
    assert len(set(codes)) == 500
    assert all(re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", code) for code in codes)
    assert set("".join(codes)) == {*ALPHABET, "-"}


def test_another_installation_has_other_codes(settings: object) -> None:
    ours = code_of(TICKET)
    settings.SECRET_KEY = "another key"  # type: ignore[attr-defined]
    assert code_of(TICKET) != ours


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f"  {code}\n", lambda code: code[::1]])
def test_a_code_is_read_however_it_is_typed(change: object) -> None:
    assert tidy_code(change(code_of(TICKET))) == code_of(TICKET).replace("-", "")  # type: ignore[operator]


def test_letters_that_look_alike_are_put_right() -> None:
    assert tidy_code("oO iI lL") == "001111"
    assert tidy_code("авек мнор стухз") == "ABEKMH0PCTYX3"
    assert {chr(int(letter)) for letter in LOOKALIKES.values()} <= set(ALPHABET)


@pytest.mark.parametrize("text", ["", "   ", "жжж", "-—/"])
def test_nonsense_is_an_empty_code(text: str) -> None:
    assert tidy_code(text) == ""
