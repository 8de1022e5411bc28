"""Letters from templates: both parts, nothing unfilled, Outlook's button, the places of each kind only."""

import datetime as dt
import email
import email.policy
import re
from typing import Any

import pytest
from django.utils import timezone

from company.models import Company, User
from mailing.composing import compose
from mailing.enums import TemplateKind
from mailing.links import PersonalLink
from mailing.models import Letter, LetterLink, LetterTemplate, Message
from mailing.rendering import rendered
from mailing.services import Recipient, letter_of, plan_wave
from mailing.templates import PLACEHOLDERS, LetterDraft, built_in, names_of

pytestmark = pytest.mark.django_db
LARGEST = 102 * 1024  # Gmail cuts a letter longer than this
KINDS = [(kind, locale) for kind in TemplateKind for locale in ("ru", "en")]


def message_of(letter: Letter, kind: TemplateKind, **values: str) -> Message:
    """Plan one message with every place of the kind filled in."""
    context = {name: f"[{name}]" for name in names_of(kind) if name != "url"} | values
    recipient = Recipient("irina@example.org", "Ирина", "1", context, PersonalLink("mailing:unsubscribe", "test", "1"))
    now = timezone.now()
    wave = plan_wave(
        kind=kind,
        occurrence_key=str(letter.pk),
        letter=letter,
        recipients=[recipient],
        not_before=now,
        window_end=now + dt.timedelta(days=1),
        actor=None,
    )
    return wave.messages.get()


def parts_of(message: Message, letter: Letter) -> tuple[Any, str, str]:
    """Return the letter as a mail program reads it, its plain part and its HTML part."""
    mail = email.message_from_bytes(rendered(message, letter), policy=email.policy.default)
    texts = [part.get_content() for part in mail.iter_parts()]
    return mail, texts[0], texts[1]


def body_of(html: str) -> str:
    """Return what stands after the styles, where braces would be seen."""
    return html.split("</style>", 1)[1]


@pytest.mark.parametrize(("kind", "locale"), KINDS)
def test_a_built_in_letter_is_whole(owner: User, kind: TemplateKind, locale: str) -> None:
    letter = letter_of(kind=kind, locale=locale, name="Letter", actor=owner)
    mail, text, html = parts_of(message_of(letter, kind), letter)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert re.findall(r"[{}]", text + body_of(html) + mail["Subject"]) == []
    assert len(rendered(message_of(letter, kind), letter)) < LARGEST
    assert "List-Unsubscribe" in mail


@pytest.mark.parametrize("kind", TemplateKind)
def test_our_texts_hold_only_places_of_their_kind(kind: TemplateKind) -> None:
    draft = built_in(kind, "ru")
    used = set(re.findall(r"\{(\w+)\}", draft.subject + draft.text + draft.button))
    assert used - {place.name for place in PLACEHOLDERS[kind]} == set()


def test_the_russian_text_is_russian() -> None:
    assert built_in(TemplateKind.PROMISE_KEPT, "ru").subject == "Вы просили, мы сделали"


def test_the_button_is_a_cell_with_its_own_colour(company: Company) -> None:
    letter = letter_of(kind=TemplateKind.SECOND_SCORE, locale="ru", name="Letter", actor=None)
    assert re.search(r'<td [^>]*bgcolor="#2f5f8f"[^>]*mso-padding-alt:14px 28px"><a href="\{url\}"', letter.html)
    assert "<img" not in letter.html


def test_clients_can_unsubscribe_and_colleagues_see_no_such_line(company: Company) -> None:
    for_client = letter_of(kind=TemplateKind.PROMISE_KEPT, locale="ru", name="Letter", actor=None)
    for_colleague = letter_of(kind=TemplateKind.CASE_ALERT, locale="ru", name="Letter", actor=None)
    assert ["{unsubscribe_url}" in part for part in (for_client.html, for_client.text)] == [True, True]
    assert ["{unsubscribe_url}" in part for part in (for_colleague.html, for_colleague.text)] == [False, False]


def test_the_owner_signs_letters_to_clients_only(owner: User) -> None:
    assert "owner person" in letter_of(kind=TemplateKind.SECOND_SCORE, locale="ru", name="Letter", actor=None).text
    assert "owner person" not in letter_of(kind=TemplateKind.CASE_LATE, locale="ru", name="Letter", actor=None).text


def test_the_newest_template_is_in_force_and_another_series_is_not(company: Company) -> None:
    for subject, series in (("Первый", ""), ("Второй", ""), ("Чужой", "reminder-1")):
        LetterTemplate.objects.create(kind=TemplateKind.SECOND_SCORE, locale="ru", subject=subject, text="{greeting}", series=series)
    letter = letter_of(kind=TemplateKind.SECOND_SCORE, locale="ru", name="Letter", actor=None)
    assert (letter.subject, letter.template and letter.template.subject) == ("Второй", "Второй")


def test_subject_and_text_given_stand_in_for_the_template(company: Company) -> None:
    letter = letter_of(kind=TemplateKind.SECOND_SCORE, locale="ru", name="Letter", actor=None, subject="Тема", text="{greeting}\nДа.")
    assert (letter.subject, letter.text.splitlines()[:2]) == ("Тема", ["{greeting}", "Да."])


def test_stray_braces_become_brackets_and_markup_is_escaped(company: Company) -> None:
    draft = LetterDraft("{nmae} }", "{greeting} {client} <b>{</b>", "{url} Да", "")
    parts = compose(TemplateKind.SECOND_SCORE, "ru", draft)
    assert parts.subject == "(nmae) )"
    assert "{greeting} (client) &lt;b&gt;(&lt;/b&gt;" in parts.html
    assert ">(url) Да</a>" in parts.html


def test_a_company_name_with_braces_stays_harmless(company: Company) -> None:
    Company.objects.update(name="{Лён}")
    letter = letter_of(kind=TemplateKind.VISIT_REMINDER, locale="ru", name="Letter", actor=None, text="{company} ждёт")
    assert re.findall(r"\{\w+\}", letter.text) == ["{unsubscribe_url}"]


def test_values_are_escaped_in_html_and_plain_in_text(company: Company) -> None:
    letter = letter_of(kind=TemplateKind.PROMISE_KEPT, locale="ru", name="Letter", actor=None)
    _mail, text, html = parts_of(message_of(letter, TemplateKind.PROMISE_KEPT, words='<b>"Да"</b>'), letter)
    assert '<b>"Да"</b>' in text
    assert "&lt;b&gt;&quot;Да&quot;&lt;/b&gt;" in html


def test_a_visit_reminder_counts_the_clicks_of_its_address(company: Company) -> None:
    template = LetterTemplate.objects.create(
        kind=TemplateKind.VISIT_REMINDER,
        locale="ru",
        subject="Пора",
        text="{url}",
        button="Записаться",
        button_url="https://example.org/book",
    )
    letter = letter_of(kind=TemplateKind.VISIT_REMINDER, locale="ru", name="Letter", actor=None, template=template)
    _mail, text, html = parts_of(message_of(letter, TemplateKind.VISIT_REMINDER), letter)
    assert list(LetterLink.objects.values_list("letter", "number", "label", "url")) == [
        (letter.pk, 1, "Записаться", "https://example.org/book")
    ]
    assert "example.org/book" not in text + html
    assert [part.count("/mail/go/") for part in (text, html)] == [2, 3]


def test_a_visit_reminder_without_an_address_has_no_button(company: Company) -> None:
    letter = letter_of(kind=TemplateKind.VISIT_REMINDER, locale="ru", name="Letter", actor=None)
    _mail, text, html = parts_of(message_of(letter, TemplateKind.VISIT_REMINDER), letter)
    assert LetterLink.objects.count() == 0
    assert "Выбрать время" not in text + html
