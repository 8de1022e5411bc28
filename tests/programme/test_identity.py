"""How a person is found in free texts."""

import pytest

from programme.formulas.identity import Identity, identity

ANNA = identity(names=["Анна Семёнова"], phones=["+79161234567"], emails=["anna@example.org"], numbers=["77", "К-10077"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("звонила Анна Семёнова, просила", "звонила —, просила"),
        ("говорили с Анной Семеновой", "говорили с —"),
        ("Семёновой Анне отдали", "— отдали"),
        ("Анна пришла", "Анна пришла"),
        ("Жанна Семёнова", "Жанна Семёнова"),
        ("тел. 8 (916) 123-45-67, вечером", "тел. —, вечером"),
        ("+7 916 123 45 67", "—"),
        ("пишите ANNA@example.org", "пишите —"),
        ("карта К-10077 и 77 рублей", "карта — и 77 рублей"),
    ],
)
def test_what_is_struck_out(text: str, left: str) -> None:
    assert ANNA.struck(text) == left


def test_a_single_word_is_no_name_to_look_for() -> None:
    assert identity(names=["Анна"]).pattern == ""
    assert Identity().struck("Анна") == "Анна"
