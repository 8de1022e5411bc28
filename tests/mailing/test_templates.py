"""The company's own wording: only allowed places, versions kept, previews and tests that save nothing."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from company.models import Company, User
from mailing.enums import TemplateKind
from mailing.formulas.calls import Silence, silence_of
from mailing.formulas.placeholders import Stray, neutral, strays
from mailing.models import LetterTemplate, Message
from mailing.queries import draft_in_force
from mailing.services import Recipient, letter_of, plan_wave, restore_template
from mailing.templates import OWN_LINK, built_in, call_problem

pytestmark = pytest.mark.django_db
EDIT = "/mail/templates/promise_kept/ru/"
VISIT = "/mail/templates/visit_reminder/ru/"


def words(**changes: Any) -> dict[str, Any]:
    """Return a sound form."""
    return {
        "subject": "Сделали",
        "text": "{greeting}\r\n\r\nГотово: {promise}",
        "button": "Оценить",
        "request_key": str(uuid.uuid4()),
    } | changes


def test_a_manager_rewords_a_letter_and_every_version_is_kept(as_manager: Browser, manager: User) -> None:
    assert as_manager.post(EDIT, words())["Location"] == EDIT
    as_manager.post(EDIT, words(subject="Сделали ещё"))
    as_manager.post(EDIT, words(subject="Сделали ещё"))
    found = LetterTemplate.objects.values_list("subject", "text", "created_by")
    assert list(found) == [
        ("Сделали ещё", "{greeting}\n\nГотово: {promise}", manager.pk),
        ("Сделали", "{greeting}\n\nГотово: {promise}", manager.pk),
    ]


@pytest.mark.parametrize(
    ("changes", "piece"),
    [
        ({"text": "{greeting}\r\nИ {nmae}!"}, "Строка 2: «{nmae}»"),
        ({"text": "Да { нет"}, "Строка 1: «Да { нет»"),
        ({"subject": "{client} пишет"}, "Строка 1: «{client}»"),
        ({"button": "Оценить {url}"}, "Строка 1: «{url}»"),
        ({"subject": ""}, "Обязательное поле"),
    ],
)
def test_what_is_no_place_is_refused_where_it_stands(as_manager: Browser, changes: dict[str, str], piece: str) -> None:
    answer = as_manager.post(EDIT, words(**changes))
    assert answer.status_code == 422
    assert piece in answer.content.decode()
    assert LetterTemplate.objects.count() == 0


def test_an_address_that_is_none_is_refused(as_manager: Browser) -> None:
    answer = as_manager.post(VISIT, words(text="Пора", button_url="javascript:alert(1)"))
    assert (answer.status_code, LetterTemplate.objects.count()) == (422, 0)


def test_only_a_letter_without_own_links_asks_where_its_button_leads(as_manager: Browser) -> None:
    assert "button_url" in as_manager.get(VISIT).content.decode()
    assert "button_url" not in as_manager.get(EDIT).content.decode()
    as_manager.post(EDIT, words(button_url="https://example.org"))
    assert LetterTemplate.objects.get().button_url == ""


def test_an_older_version_and_our_own_text_can_be_put_in_force(as_manager: Browser, manager: User) -> None:
    as_manager.post(EDIT, words())
    first = LetterTemplate.objects.get()
    as_manager.post(EDIT, words(subject="Иначе"))
    as_manager.post(f"/mail/templates/{first.pk}/restore/")
    assert draft_in_force(TemplateKind.PROMISE_KEPT, "ru").subject == "Сделали"
    as_manager.post(f"{EDIT}reset/")
    assert draft_in_force(TemplateKind.PROMISE_KEPT, "ru") == built_in(TemplateKind.PROMISE_KEPT, "ru")
    assert LetterTemplate.objects.count() == 4


def test_restoring_keeps_to_the_series(manager: User) -> None:
    template = LetterTemplate.objects.create(kind=TemplateKind.VISIT_REMINDER, locale="ru", subject="Раз", text="Да", series="r-1")
    LetterTemplate.objects.create(kind=TemplateKind.VISIT_REMINDER, locale="ru", subject="Два", text="Да", series="r-1")
    assert restore_template(template=template, actor=manager).series == "r-1"
    assert draft_in_force(TemplateKind.VISIT_REMINDER, "ru").subject == "Пора увидеться снова"


def test_a_version_of_a_series_is_not_restored_here(as_manager: Browser) -> None:
    template = LetterTemplate.objects.create(kind=TemplateKind.VISIT_REMINDER, locale="ru", subject="Раз", text="Да", series="r-1")
    assert as_manager.post(f"/mail/templates/{template.pk}/restore/").status_code == 404


@pytest.mark.parametrize("path", ["/mail/templates/no_such/ru/", "/mail/templates/promise_kept/xx/", "/mail/templates/no_such/ru/preview/"])
def test_an_unknown_letter_is_not_found(as_manager: Browser, path: str) -> None:
    assert as_manager.get(path).status_code == 404


def test_a_preview_shows_what_was_typed_and_saves_nothing(as_manager: Browser) -> None:
    answer = as_manager.post(f"{EDIT}preview/", words(text="{greeting} <b>{nmae}</b>"))
    page = answer.content.decode()
    assert "Здравствуйте, Ирина! &lt;b&gt;(nmae)&lt;/b&gt;" in page
    assert LetterTemplate.objects.count() == 0
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_preview_can_be_that_of_a_real_recipient(as_manager: Browser, company: Company) -> None:
    letter = letter_of(kind=TemplateKind.PROMISE_KEPT, locale="ru", name="Letter", actor=None)
    now = timezone.now()
    context = {
        "greeting": "Здравствуйте, Павел!",
        "promise": "вторая касса",
        "words": "Долго",
        "name": "Павел",
        "url": "https://secret.example.org/1",
    }
    plan_wave(
        kind=TemplateKind.PROMISE_KEPT,
        occurrence_key="1",
        letter=letter,
        recipients=[Recipient("pavel@example.org", "Павел Орлов", "1", context)],
        not_before=now,
        window_end=now + dt.timedelta(days=1),
        actor=None,
    )
    assert "Павел Орлов · pavel@example.org" in as_manager.get(EDIT).content.decode()
    page = as_manager.post(f"{EDIT}preview/", words(seen_by=Message.objects.get().pk)).content.decode()
    assert "Здравствуйте, Павел!" in page
    assert "secret.example.org" not in page


def test_a_test_letter_goes_to_the_manager_once(as_manager: Browser, manager: User) -> None:
    form = words()
    answers = [as_manager.post(f"{EDIT}test/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert list(Message.objects.values_list("to_address", "wave__kind")) == [(manager.email, "letter_test")]
    assert LetterTemplate.objects.count() == 0
    assert "Готово: {promise}" in answers[0].content.decode()


def test_what_was_sent_as_a_test_can_be_saved_from_the_same_page(as_manager: Browser) -> None:
    page = as_manager.post(f"{EDIT}test/", words()).content.decode()
    assert f'<form method="post" action="{EDIT}"' in page
    assert "слова Маяка" in page  # nothing is saved yet


def test_an_unsound_test_is_refused_with_what_was_typed(as_manager: Browser) -> None:
    answer = as_manager.post(f"{EDIT}test/", words(text="{nmae}"))
    assert (answer.status_code, Message.objects.count()) == (422, 0)


def test_the_list_flags_letters_that_call_to_nothing(as_manager: Browser, django_assert_num_queries: Any) -> None:
    page = as_manager.get("/mail/templates/").content.decode()
    # Reminders of a visit, letters of experiments, second calls and thanks, in both languages: no address yet.
    assert page.count("ни к чему не зовёт") == 8
    as_manager.post(EDIT, words(button=""), follow=True)
    assert as_manager.get("/mail/templates/").content.decode().count("ни к чему не зовёт") == 9
    with django_assert_num_queries(5):
        as_manager.get("/mail/templates/")


def test_saving_a_letter_that_calls_to_nothing_says_so(as_manager: Browser) -> None:
    page = as_manager.post(EDIT, words(button="Подробнее"), follow=True).content.decode()
    assert "кнопка не говорит, что сделать" in page


@pytest.mark.parametrize(
    ("button", "has_address", "problem"),
    [
        ("", True, Silence.NO_BUTTON),
        ("  ", True, Silence.NO_BUTTON),
        ("Записаться", False, Silence.NO_ADDRESS),
        ("Подробнее", True, Silence.NO_VERB),
        ("Наш сайт", True, Silence.NO_VERB),
        ("Записаться", True, None),
        ("Да, запишите меня", True, None),
        ("Хочу прийти", True, None),
        ("Book a day", True, None),
    ],
)
def test_a_call_needs_words_an_address_and_a_verb(button: str, has_address: bool, problem: Silence | None) -> None:
    assert silence_of(button, has_address=has_address) == problem


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("kind", sorted(OWN_LINK))
def test_our_own_letters_call_to_something(kind: TemplateKind, locale: str) -> None:
    assert call_problem(kind, built_in(kind, locale)) == ""


@pytest.mark.parametrize(
    ("text", "found", "left"),
    [
        ("{name}, {url}", [], "{name}, {url}"),
        ("{Name} {}", [Stray(1, "{Name}"), Stray(1, "{}")], "(Name) ()"),
        ("a\n}{name}{", [Stray(2, "}{name}{"), Stray(2, "}{name}{")], "a\n){name}("),
        ("{na\nme}", [Stray(1, "{na"), Stray(2, "me}")], "(na\nme)"),
    ],
)
def test_braces(text: str, found: list[Stray], left: str) -> None:
    assert strays(text, ["name", "url"]) == found
    assert neutral(text, ["name", "url"]) == left
