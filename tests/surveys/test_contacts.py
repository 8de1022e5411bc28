"""Partners and candidates: kept, pasted in, asked, answering."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from common.sheets import xlsx_bytes
from common.tokens import token_hash
from company.models import User
from mailing.services import suppress
from surveys.contact_lines import ContactLine, read_lines
from surveys.enums import AnswerChannel, SkipReason, SurveyAudience, WaveState
from surveys.links import contact_link
from surveys.models import Answer, Contact, Invitation, Wave
from surveys.queries import contact_counts
from surveys.services import add_contacts, default_questionnaire
from tests.surveys.conftest import make_draft, old_stamp

pytestmark = pytest.mark.django_db


def make_contact(name: str = "Полина Орлова", **fields: Any) -> Contact:
    """Save a partner."""
    return Contact.objects.create(**{"kind": "partners", "name": name, "email": "polina@example.org", **fields})


def page_of(browser: Browser, name: str, /, *args: Any, query: str = "") -> str:
    """Return a page's text."""
    return str(browser.get(reverse(f"surveys:{name}", args=args) + query).content.decode())


def press(browser: Browser, name: str, /, *args: Any, **data: Any) -> Any:
    """Send a form."""
    return browser.post(reverse(f"surveys:{name}", args=args), data)


# --- lines -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (
            "Полина Орлова; POLINA@example.org; 8 (903) 555-41-07; опт",
            ("Полина Орлова", "polina@example.org", "+79035554107", "опт"),
        ),
        ("polina@example.org\tПолина Орлова", ("Полина Орлова", "polina@example.org", "", "")),
        ("Полина Орлова, +7 903 555-41-07", ("Полина Орлова", "", "+79035554107", "")),
        ('"ООО «Луч», Орлова";polina@example.org;;опт;с 2019 года', ("ООО «Луч», Орлова", "polina@example.org", "", "опт, с 2019 года")),
        ("polina@example.org", ("polina@example.org", "polina@example.org", "", "")),
        ("  Егор\u00a0Зимин  ;8 903 555 41 07", ("Егор Зимин", "", "+79035554107", "")),
    ],
)
def test_a_line_is_read_whatever_the_order(line: str, read: tuple[str, str, str, str]) -> None:
    assert read_lines(line, "RUB").contacts == [ContactLine(*read)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Полина Орлова; polina@", "Нет домена"),
        ("Полина Орлова", "Нет ни почты, ни телефона: спросить будет нечем."),
        ("Полина; 12345678", "Не хватает 2 цифр"),
        ("п" * 161 + "; polina@example.org", "Слишком длинно: в имя входит 160 знаков, в примечание 300."),
    ],
)
def test_a_wrong_line_says_what_is_wrong(line: str, reason: str) -> None:
    reading = read_lines(f"Имя;E-mail\n\n{line}", "RUB")
    assert reading.contacts == []
    assert [(bad.number, bad.reason) for bad in reading.bad] == [(3, reason)]


def test_a_header_and_repeated_lines_are_passed_over() -> None:
    reading = read_lines("Имя;Почта\nПолина;polina@example.org\nПолина;polina@example.org\n\n", "RUB")
    assert [line.name for line in reading.contacts] == ["Полина"]
    assert reading.bad == []


# --- many at once ------------------------------------------------------------------------------------------------------------


def test_the_same_text_twice_adds_nobody(owner: User) -> None:
    lines = [ContactLine("Полина", "polina@example.org"), ContactLine("Егор", phone="+79035554107")]
    assert add_contacts(kind=SurveyAudience.PARTNERS, lines=lines, actor=owner) == (2, 0)
    again = [*lines, ContactLine("Полина О.", "polina@example.org")]
    assert add_contacts(kind=SurveyAudience.PARTNERS, lines=again, actor=owner) == (0, 3)
    assert add_contacts(kind=SurveyAudience.CANDIDATES, lines=lines, actor=owner) == (2, 0)
    assert contact_counts() == [(SurveyAudience.PARTNERS, 2), (SurveyAudience.CANDIDATES, 2)]


def test_pasted_lines_are_loaded(as_manager: Browser, manager: User) -> None:
    response = press(as_manager, "contact_import", kind="candidates", text="Егор Зимин; egor@example.org\nЛев Юрин; lev@example.org")
    assert response["Location"] == reverse("surveys:contact_list") + "?kind=candidates"
    assert list(Contact.objects.values_list("name", "kind", "created_by")) == [
        ("Егор Зимин", "candidates", manager.pk),
        ("Лев Юрин", "candidates", manager.pk),
    ]


def test_a_mistake_loads_nothing_and_loses_nothing_typed(as_manager: Browser) -> None:
    text = "Егор Зимин; egor@example.org\nПросто Имя"
    response = press(as_manager, "contact_import", kind="partners", text=text)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Просто Имя" in page
    assert "egor@example.org" in page
    assert not Contact.objects.exists()
    assert press(as_manager, "contact_import", kind="partners", text=text, skip_bad="on").status_code == 302
    assert Contact.objects.get().name == "Егор Зимин"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("list.csv", "ФИО;Почта\nЕгор Зимин;egor@example.org\n".encode("cp1251")),
        ("list.xlsx", xlsx_bytes(["ФИО", "Почта"], [["Егор Зимин", "egor@example.org"]])),
        ("bare.csv", "Егор Зимин;egor@example.org\n".encode()),
    ],
)
def test_a_file_becomes_lines(as_manager: Browser, name: str, body: bytes) -> None:
    response = press(as_manager, "contact_import", kind="partners", file=SimpleUploadedFile(name, body))
    assert response.status_code == 302, response.content.decode()
    assert list(Contact.objects.values_list("name", "email")) == [("Егор Зимин", "egor@example.org")]


def test_a_file_with_mistakes_comes_back_as_text_to_mend(as_manager: Browser) -> None:
    body = "ФИО;Почта\nЕгор Зимин;egor@example.org\nЛев Юрин;\n".encode()
    response = press(as_manager, "contact_import", kind="partners", file=SimpleUploadedFile("list.csv", body))
    assert response.status_code == 422
    assert "Егор Зимин\tegor@example.org\nЛев Юрин" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("photo.csv", b"\x89PNG\r\n\x1a\n0000", "Это не таблица"),
        ("list.docx", b"PK\x03\x04 broken", "Файл повреждён"),
        ("empty.csv", b"\n", "Файл пустой"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(as_manager: Browser, name: str, body: bytes, message: str) -> None:
    response = press(as_manager, "contact_import", kind="partners", file=SimpleUploadedFile(name, body))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Contact.objects.exists()


def test_nothing_to_load_is_said(as_manager: Browser) -> None:
    assert "Вставьте строки или выберите файл" in press(as_manager, "contact_import", kind="partners").content.decode()


# --- the list and the card ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions_of_any_length(as_manager: Browser, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_contact(f"Партнёр {number}", email=f"p{number}@example.org")
    with django_assert_num_queries(7):
        assert page_of(as_manager, "contact_list").count("Партнёр ") == count


def test_the_list_marks_who_unsubscribed(as_manager: Browser) -> None:
    make_contact()
    assert "отписка" not in page_of(as_manager, "contact_list")
    suppress(address="polina@example.org", reason="unsubscribed", source="test")
    assert "отписка" in page_of(as_manager, "contact_list")


def test_empty_lists_say_what_to_do(as_manager: Browser) -> None:
    assert "Партнёров ещё нет" in page_of(as_manager, "contact_list")
    assert "Кандидатов ещё нет" in page_of(as_manager, "contact_list", query="?kind=candidates")
    assert "Никто не подошёл" in page_of(as_manager, "contact_list", query="?q=zzz")


def test_a_contact_is_added_changed_and_forgotten(as_manager: Browser, manager: User) -> None:
    values = {"kind": "partners", "name": "Полина", "email": "Polina@example.org", "phone": "8 903 555-41-07"}
    assert press(as_manager, "contact_create", **values).status_code == 302
    contact = Contact.objects.get()
    assert (contact.email, contact.phone, contact.created_by) == ("polina@example.org", "+79035554107", manager)
    assert press(as_manager, "contact_edit", contact.pk, **values | {"name": "Полина О.", "do_not_call": "on"}).status_code == 302
    contact.refresh_from_db()
    assert (contact.name, contact.do_not_call, contact.created_by) == ("Полина О.", True, manager)
    assert press(as_manager, "contact_delete", contact.pk).status_code == 302
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"phone": "123"}, "Это не телефон"),
        ({"email": "", "phone": ""}, "Нужны почта или телефон"),
        ({"email": "taken@example.org"}, "уже есть здесь"),
        ({"kind": "clients"}, "Выберите корректный вариант"),
        ({"name": ""}, "Обязательное поле"),
    ],
)
def test_a_wrong_card_comes_back_whole(as_manager: Browser, changes: dict[str, str], message: str) -> None:
    make_contact("Другая", email="Taken@example.org")
    values = {"kind": "partners", "name": "Полина", "email": "polina@example.org", "phone": "", "note": "опт", **changes}
    response = press(as_manager, "contact_create", **values)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert "опт" in response.content.decode()
    assert Contact.objects.count() == 1


def test_a_contact_is_no_client_and_has_one_address_per_kind() -> None:
    make_contact()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_contact(email="POLINA@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(kind="clients", name="Клиент")
    make_contact(kind="candidates")


# --- answering ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def candidate_wave(company: Any) -> Wave:
    """A running wave of candidates."""
    wave = make_draft(name="Кандидаты")
    now = timezone.now()
    questionnaire = default_questionnaire("ru", SurveyAudience.CANDIDATES)
    Wave.objects.filter(pk=wave.pk).update(
        audience=SurveyAudience.CANDIDATES, questionnaire=questionnaire, state=WaveState.RUNNING, starts_at=now - dt.timedelta(days=1)
    )
    return Wave.objects.get(pk=wave.pk)


def invite(wave: Wave, contact: Contact) -> str:
    """Invite a contact; return the token of the link."""
    token = contact_link(wave.public_token, contact.pk).token
    Invitation.objects.create(wave=wave, contact=contact, token_hash=token_hash(token))
    return token


def test_a_candidate_answers_by_a_personal_link(candidate_wave: Wave) -> None:
    contact = make_contact("Егор Зимин", kind="candidates")
    url = reverse("surveys:answer", args=[token := invite(candidate_wave, contact)])
    page = Browser().get(url).content.decode()
    assert "вы посоветуете другу работать у нас?" in page.replace("\xa0", " ")
    Browser().post(url, {"score": "4", "why": "Не перезвонили", "stamp": old_stamp(token)})
    answer = Answer.objects.get()
    assert (answer.contact, answer.client, answer.score, answer.channel) == (contact, None, 4, AnswerChannel.EMAIL)
    assert "Не перезвонили" in Browser().get(url).content.decode()
    assert Browser().get(reverse("surveys:answer_thanks", args=[token])).status_code == 200


def test_an_answer_outlives_its_contact_without_a_name(candidate_wave: Wave, owner: User) -> None:
    contact = make_contact(kind="candidates")
    invite(candidate_wave, contact)
    answer = Answer.objects.create(
        wave=candidate_wave, contact=contact, score=9, channel=AnswerChannel.EMAIL, submission_key="5f0c1c1e-0000-4000-8000-000000000001"
    )
    contact.delete()
    answer.refresh_from_db()
    assert (answer.contact, answer.score) == (None, 9)


def test_links_for_those_without_an_address_are_their_own(as_manager: Browser, candidate_wave: Wave) -> None:
    contact = make_contact("Егор Зимин", kind="candidates", email="", phone="+79035554107")
    token = contact_link(candidate_wave.public_token, contact.pk).token
    Invitation.objects.create(wave=candidate_wave, contact=contact, token_hash=token_hash(token), skip_reason=SkipReason.NO_EMAIL)
    response = as_manager.get(reverse("surveys:wave_links", args=[candidate_wave.pk]) + "?format=csv")
    assert token in response.content.decode("utf-8-sig")
