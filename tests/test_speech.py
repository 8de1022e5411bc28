"""The company's word everywhere: every text of Mayak, said in three words and both languages."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django import forms
from django.apps import apps
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.urls import get_resolver
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from clients.right_forms import BillImportForm
from common import catalogue
from common.speech import per_word, say
from company.formulas.morphology import word_forms_of
from company.formulas.respeaking import respeak
from company.formulas.words import CLIENT, RUSSIAN_KEYS, forms_in
from company.models import Company
from company.queries import the_company
from metrics.forms.chain_import import ChainImportForm

ROOT = Path(settings.BASE_DIR)
WORDS = {"Гость": ("", ""), "Пациент": ("", ""), "Жилец": ("Occupant", "Occupants")}
LEFT = {"ru": re.compile(r"(?<!\w)Клиент(?:а|у|ом|е|ы|ов|ам|ами|ах)?(?![\w-])"), "en": re.compile(r"(?<![\w{(])Clients?(?![\w-])")}
LITERAL = re.compile(r"(?<!_\()(?<!_\(\\)\"([^\"]*\b(?:Client|Клиент)[^\"]*)\"")
CATALOGUES = ["catalogue.json", "standards.json", "starters.json"]


@pytest.fixture(params=WORDS)
def word(request: pytest.FixtureRequest, db: None) -> dict[str, dict[str, str]]:
    """A word the company has chosen, heard by this process."""
    Company.objects.create(name="Лён", word_forms=word_forms_of(request.param, *WORDS[request.param]))
    return dict(the_company().word_forms)


@cache
def entries() -> list[Any]:
    """Return every message of the catalogues."""
    found: list[Any] = []
    for path in sorted(catalogue.folder().glob("*.po")):
        with path.open("rb") as file:
            found += [message for message in read_po(file, locale="ru") if message.id]
    return found


def translated(message: Any) -> list[str]:
    """Return everything a message may say in the language in use."""
    if isinstance(message.id, str):
        return [pgettext(message.context, message.id) if message.context else gettext(message.id)]
    one, many = message.id
    return [npgettext(message.context, one, many, n) if message.context else ngettext(one, many, n) for n in (1, 2, 5)]


def in_russian(message: Any) -> list[str]:
    """Return what the file says in Russian."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def in_english(message: Any) -> list[str]:
    """Return what the sources say for one, two and five."""
    return [message.id] if isinstance(message.id, str) else [message.id[0], message.id[1], message.id[1]]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_message_speaks_the_word(word: dict[str, dict[str, str]], language: str) -> None:
    with translation.override(language):
        said = [(message, text) for message in entries() for text in translated(message)]
    assert [text for _message, text in said if LEFT[language].search(text)] == []
    assert len(said) > 5000


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_form_of_a_message_is_the_right_one(word: dict[str, dict[str, str]], language: str) -> None:
    """What is said is what a person would write by the table: form by form, beside the text with «Клиент»."""
    table = dict(zip(forms_in(CLIENT, "ru").values(), forms_in(word, "ru").values(), strict=True)) if language == "ru" else {}
    table |= dict(zip(CLIENT["en"].values(), word["en"].values(), strict=True)) if language == "en" else {}
    place = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(table, key=len, reverse=True))})(?![\w-])")
    wrong = []
    with translation.override(language):
        for message in entries():
            plain = in_russian(message) if language == "ru" else in_english(message)
            for before, after in zip(plain, translated(message), strict=True):
                by_hand = place.sub(lambda found: table[found[0]], before)
                if by_hand != after and loose(by_hand) != loose(after):
                    wrong.append((before, after))
    assert wrong == []


def loose(text: str) -> str:
    """Return a text without what may change before the word: о and об, a and an."""
    return re.sub(r"\b([оа])б?(?=\s)|\b([Aa])n?(?=\s)", lambda found: found[0][:1].lower(), text, flags=re.IGNORECASE)


def test_an_ordinary_word_stays_where_it_is_no_client(word: dict[str, dict[str, str]]) -> None:
    with translation.override("ru"):
        assert [gettext("Save"), gettext("mystery guest")] == ["Сохранить", "тайный гость"]


def test_back_to_client_exactly(word: dict[str, dict[str, str]]) -> None:
    Company.objects.update(word_forms={})
    the_company()
    with translation.override("ru"):
        said = [translated(message) for message in entries()]
    assert said == [in_russian(message) for message in entries()]


def test_a_message_with_a_context_and_no_translation_is_said_too(word: dict[str, dict[str, str]]) -> None:
    with translation.override("en"):
        assert pgettext("nobody knows", "Clients") == word["en"]["clients"]


def literals(path: Path) -> Iterator[str]:
    """Yield the words of a template that no catalogue knows."""
    silent = ""
    for token in Lexer(path.read_text()).tokenize():
        tag = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents.split() else ""
        if silent:
            silent = "" if tag == f"end{silent}" else silent
        elif tag in {"blocktranslate", "blocktrans", "comment"}:
            silent = tag
        elif token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type != TokenType.COMMENT and tag not in {"translate", "trans"}:
            yield from LITERAL.findall(token.contents)


def test_no_template_speaks_past_the_catalogue() -> None:
    paths = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".xml"})
    said = [(path.name, text.strip()) for path in paths for text in literals(path) if LEFT["ru"].search(text) or LEFT["en"].search(text)]
    assert said == []
    assert len(paths) > 300


def test_no_script_and_no_print_speaks_past_the_catalogue() -> None:
    paths = [*(ROOT / "static" / "js").glob("*.js"), *(ROOT / "templates").rglob("*.typ")]
    lines = [line for path in paths for line in path.read_text().splitlines() if not line.lstrip().startswith(("//", "*", "/*"))]
    assert [line for line in lines if LEFT["ru"].search(line) or LEFT["en"].search(line)] == []


def labels() -> Iterator[Any]:
    """Yield every label, hint and choice of every model and form."""
    for model in apps.get_models():
        # Plain strings are notes for those who read the model; no page shows them.
        shown = [model._meta.verbose_name, model._meta.verbose_name_plural]
        for field in model._meta.fields:
            shown += [field.verbose_name, field.help_text, *(label for _value, label in field.flatchoices)]
        yield from (label for label in shown if isinstance(label, Promise))
    assert get_resolver().url_patterns, "reading the addresses loads every form"
    ours = {form for form in subclasses(forms.BaseForm) if form.__module__.partition(".")[0] in settings.LOCAL_APPS}
    for form in sorted(ours, key=lambda found: f"{found.__module__}.{found.__qualname__}"):
        for field in getattr(form, "base_fields", {}).values():
            yield from (field.label, field.help_text, *field.error_messages.values())
            yield from (choice[1] for choice in getattr(field, "choices", ()) if isinstance(choice, tuple))


def subclasses(parent: type[Any]) -> Iterator[type[Any]]:
    """Yield all classes below one."""
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_label_speaks_the_word(word: dict[str, dict[str, str]], language: str) -> None:
    with translation.override(language):
        said = [str(label) for label in labels() if isinstance(label, str | Promise)]
    # Among the words on offer «Клиент» stands as itself.
    assert {text for text in said if LEFT["ru"].search(text) or LEFT["en"].search(text)} - {"Клиент"} == set()
    assert len(said) > 1500


@pytest.mark.parametrize("name", CATALOGUES)
def test_ready_catalogues_speak_the_word(word: dict[str, dict[str, str]], name: str) -> None:
    content = json.loads((ROOT / "touchpoints" / name).read_text())
    texts = {language: [text for row in rows_of(content) for text in texts_of(row.get(language, []))] for language in LEFT}
    assert [said for language, lines in texts.items() for line in lines if LEFT[language].search(said := say(line, language))] == []
    assert [say(line, "ru") for line in texts["ru"]] == [respeak(line, CLIENT, word) for line in texts["ru"]]


def test_examples_of_tables_speak_the_word_and_are_understood(word: dict[str, dict[str, str]]) -> None:
    example = BillImportForm().fields["text"].widget.attrs["placeholder"]
    assert str(example).startswith(f"{word['ru']['client']}\t")
    with translation.override("ru"):
        told = ChainImportForm({"text": str(ChainImportForm().fields["text"].widget.attrs["placeholder"])})
        told.is_valid()
    assert word["ru"]["clients"] in told.data["text"]
    assert told.contents is not None
    assert told.contents.ignored == []


def rows_of(content: Any) -> list[dict[str, Any]]:
    """Return the rows of a file, whatever holds them."""
    if isinstance(content, dict) and "ru" in content:
        return [content]
    inner = content.values() if isinstance(content, dict) else content
    return [row for part in inner if isinstance(part, list | dict) for row in rows_of(part)]


def texts_of(cell: Any) -> list[str]:
    """Return the texts of one language of a row."""
    return [cell] if isinstance(cell, str) else list(cell)


def test_what_is_remembered_is_forgotten_with_the_word(db: None) -> None:
    headings = per_word(lambda: gettext("Clients"))
    company = Company.objects.create(name="Лён")
    with translation.override("ru"):
        the_company()
        assert headings() == "Клиенты"
        company.word_forms = word_forms_of("Гость")
        company.save()
        assert headings() == "Клиенты"
        the_company()
        assert headings() == "Гости"


def test_the_three_words_have_all_forms(word: dict[str, dict[str, str]]) -> None:
    assert set(word["ru"]) == set(RUSSIAN_KEYS)
    assert all(form[0].isupper() for form in word["ru"].values())
