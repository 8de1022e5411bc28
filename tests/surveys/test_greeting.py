"""First names are used only where they surely are first names."""

import pytest

from surveys.greeting import addressed, first_name


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ольга Мельник", "Ольга"),
        ("Мельник Ольга", "Ольга"),
        ("Петров Пётр Петрович", "Пётр"),
        ("Анна-Мария Кузнецова", "Анна-Мария"),
        ("John Smith", "John"),
        ("Роза Лилия", ""),
        ("ООО «Луч»", ""),
        ("Acme Ltd", ""),
        ("ирина", ""),
        ("Ирина 🌷", ""),
        ("", ""),
    ],
)
def test_first_name(name: str, found: str) -> None:
    assert first_name(name) == found


def test_the_question_begins_with_the_name() -> None:
    assert addressed("Ирина", "Посоветуете нас?") == "Ирина, посоветуете нас?"
    assert addressed("", "Посоветуете нас?") == "Посоветуете нас?"
    assert addressed("Ирина", "ООО «Луч» вам по душе?") == "Ирина, ООО «Луч» вам по душе?"
