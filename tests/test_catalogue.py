"""The Russian texts: complete, with the same placeholders, and «Клиент» always with a capital letter."""

import re
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings

from common import catalogue

ROOT = Path(settings.BASE_DIR)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(%[sd])|\{(\w*)\}")
LOWER_CASE_CLIENT = re.compile(r"\bклиент(?:|а|у|ом|е|ы|ов|ам|ами|ах)\b")


def messages() -> list[Message]:
    """Return every message of every file."""
    found: list[Message] = []
    for path in sorted(catalogue.folder().glob("*.po")):
        with path.open("rb") as file:
            found += [message for message in read_po(file, locale="ru") if message.id]
    return found


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the singular and plural forms of a text."""
    return [text] if isinstance(text, str) else list(text or [])


def placeholders(text: str) -> set[str]:
    """Return what is filled in at run time; the company's word may stand in another case or number."""
    text = re.sub(r"\{clients?(?:_\w+)?\}", "{client}", text)
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def test_every_text_has_its_russian() -> None:
    assert catalogue.missing() == []


def test_no_translation_is_a_guess() -> None:
    assert [message.id for message in messages() if message.fuzzy] == []


def test_translations_fill_in_the_same_things() -> None:
    wrong = [
        (form, theirs)
        for message in messages()
        for form in filter(None, forms(message.string))
        if placeholders(form) != (theirs := set().union(*map(placeholders, forms(message.id)))) and not optional(form, theirs)
    ]
    assert wrong == []


def optional(form: str, theirs: set[str]) -> bool:
    """Say whether only the counted number is left out, as "one Client" may do."""
    return placeholders(form) < theirs and len(theirs - placeholders(form)) == 1


def test_client_is_capitalised() -> None:
    texts = {form for message in messages() for form in forms(message.string)}
    texts |= {line.strip() for path in (ROOT / "templates").rglob("*") if path.is_file() for line in path.read_text().splitlines()}
    assert sorted(text for text in texts if LOWER_CASE_CLIENT.search(text)) == []


def test_no_text_with_a_percent_sign_stands_outside_of_translate() -> None:
    """Django asks for a literal with doubled percent signs, which only {% translate %} takes back: it would stay English, with %%."""
    literal = re.compile(r'_\("[^"]*%[^"]*"\)')
    assert [path.name for path in sorted((ROOT / "templates").rglob("*.html")) if literal.search(path.read_text())] == []
