"""The catalogue: texts are found in code and templates, kept apart by app, compiled."""

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from pytest_django.fixtures import Settings

from common import catalogue

PO = """
msgid ""
msgstr ""
"Language: ru\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Save"
msgstr "Сохранить"

msgid "Gone"
msgstr "Ушло"

msgid "%(n)s day"
msgid_plural "%(n)s days"
msgstr[0] "%(n)s день"
msgstr[1] "%(n)s дня"
msgstr[2] "%(n)s дней"

msgctxt "door"
msgid "open"
msgstr "открыта"

#, fuzzy
msgid "Guess"
msgstr "Догадка"
"""


@pytest.fixture
def project(tmp_path: Path, settings: Settings) -> Path:
    """A tiny project with two apps, one template and a catalogue."""
    settings.BASE_DIR, settings.LOCALE_PATHS, settings.LOCAL_APPS = tmp_path, [tmp_path / "locale"], ["common", "shop", "depot"]
    for folder in ("common", "shop", "depot", "templates/shop", "locale/ru/LC_MESSAGES"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "shop/views.py").write_text('_("Save")\npgettext("door", "open")\nngettext("%(n)s day", "%(n)s days", 2)\n')
    (tmp_path / "depot/views.py").write_text('_("Save")\n_("Guess")\n')
    (tmp_path / "templates/shop/page.html").write_text("{% load i18n %}<p>\n  {% translate \"Words\" %}\n</p>{{ _('More') }}")
    (tmp_path / "locale/ru/LC_MESSAGES/shop.po").write_text(PO)
    return tmp_path


def keys() -> set[str]:
    return {key for key, _context in catalogue.extracted()}


def test_texts_are_found_in_code_and_templates(project: Path) -> None:
    assert keys() == {"Save", "open", "%(n)s day", "Guess", "Words", "More"}


def test_a_text_of_two_apps_is_common(project: Path) -> None:
    assert {key: owner for (key, _context), (owner, _message) in catalogue.extracted().items() if key in {"Save", "Words"}} == {
        "Save": "common",
        "Words": "shop",
    }


def test_guesses_and_the_untranslated_are_missing(project: Path) -> None:
    assert sorted(key for key, _context in catalogue.missing()) == ["Guess", "More", "Words"]


def test_update_keeps_translations_moves_them_and_drops_what_is_gone(project: Path) -> None:
    catalogue.update()
    shop, common = ((project / "locale/ru/LC_MESSAGES" / name).read_text() for name in ("shop.po", "common.po"))
    assert ("Сохранить" in common, "Сохранить" in shop, "Ушло" in shop, "открыта" in shop) == (True, False, False, True)
    assert catalogue.update() == catalogue.missing()
    assert (project / "locale/ru/LC_MESSAGES/shop.po").read_text() == shop


def test_compiled_file_speaks_russian_with_its_plurals(project: Path) -> None:
    catalogue.compile_messages()
    with (project / "locale/ru/LC_MESSAGES/django.mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("Save") == "Сохранить"
    assert texts.pgettext("door", "open") == "открыта"
    assert [texts.ngettext("%(n)s day", "%(n)s days", n) for n in (1, 2, 5, 21)] == ["%(n)s день", "%(n)s дня", "%(n)s дней", "%(n)s день"]


@pytest.mark.parametrize(
    ("message", "complete"),
    [
        (Message("a", "б"), True),
        (Message("a", ""), False),
        (Message(("a", "b"), ("1", "2", "3")), True),
        (Message(("a", "b"), ("1", "2")), False),
        (Message(("a", "b"), ("1", "", "3")), False),
    ],
)
def test_complete_means_every_plural(message: Message, complete: bool) -> None:
    assert catalogue.is_complete(message) is complete
