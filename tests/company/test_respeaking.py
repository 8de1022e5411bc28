"""Texts said with another word: case, number, and what stands before it."""

import pytest

from company.formulas.morphology import word_forms_of
from company.formulas.respeaking import agrees, is_same_word, respeak, rules_of
from company.formulas.words import CLIENT, READY

GUEST, PATIENT, SUBSCRIBER = word_forms_of("Гость"), word_forms_of("Пациент"), word_forms_of("Абонент")
STUDENT = word_forms_of("Студент", "Student")
OWNER = word_forms_of("Владелец", "Owner")
CITIZEN = word_forms_of("Житель", "Person", "People")
BOSS = word_forms_of("Босс", "Boss", "Bosses")


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("5 Клиентов", GUEST, "5 Гостей"),
        ("У Клиента новый адрес", PATIENT, "У Пациента новый адрес"),
        ("Спросили о Клиенте, о Клиентах", SUBSCRIBER, "Спросили об Абоненте, об Абонентах"),
        ("О\u00a0Клиенте", SUBSCRIBER, "Об\u00a0Абоненте"),
        ("о Клиенте", GUEST, "о Госте"),
        ("Поговорить с Клиентом", STUDENT, "Поговорить со Студентом"),
        ("Вера в Клиента", OWNER, "Вера во Владельца"),
        ("с Клиентом", CITIZEN, "с Жителем"),
        ("«Клиент»: Клиенту, Клиентам.", GUEST, "«Гость»: Гостю, Гостям."),
        ("VIP-Клиент и Клиентами", GUEST, "VIP-Гость и Гостями"),
        ("Клиентоцентричность, Клиентский, Клиент-сервер", GUEST, "Клиентоцентричность, Клиентский, Клиент-сервер"),
        ("%(client)s, {client}, клиент", GUEST, "%(client)s, {client}, клиент"),
        ("5 Clients", GUEST, "5 Guests"),
        ("A Client's card, a Client", OWNER, "An Owner's card, an Owner"),
        ("A Client", word_forms_of("Пользователь"), "A User"),
        ("a new Client", OWNER, "a new Owner"),
        ("Clients' words", CITIZEN, "People's words"),
        ("the Client’s words, “Clients”", BOSS, "the Boss’s words, “Bosses”"),
        ("Client-server, Clientele", GUEST, "Client-server, Clientele"),
    ],
)
def test_a_text_is_said_in_the_right_form(text: str, word: dict[str, dict[str, str]], said: str) -> None:
    assert respeak(text, CLIENT, word) == said


@pytest.mark.parametrize("word", READY)
def test_every_ready_word_goes_there_and_back(word: str) -> None:
    text = (
        "О Клиенте и с Клиентом: Клиент, Клиента, Клиенту; Клиенты, Клиентов, Клиентам, Клиентами, Клиентах. "
        "A Client, Clients' and Client's."
    )
    forms = word_forms_of(word)
    assert respeak(respeak(text, CLIENT, forms), forms, CLIENT) == text


@pytest.mark.parametrize(
    ("english", "with_article"), [("Hour", "an Hour"), ("European", "a European"), ("Unit", "a Unit"), ("Usher", "an Usher")]
)
def test_the_article_follows_the_sound(english: str, with_article: str) -> None:
    assert respeak("a Client", CLIENT, word_forms_of("Гость", english)) == with_article


def test_one_saved_word_gives_way_to_another() -> None:
    assert respeak("Рады Гостям! Со Студентом", GUEST, STUDENT) == "Рады Студентам! Со Студентом"


def test_client_needs_no_rules() -> None:
    assert (rules_of({}), rules_of(CLIENT)) == ({}, {})
    assert is_same_word({}, CLIENT)


def test_sentences_do_not_agree_with_a_feminine_word() -> None:
    feminine = word_forms_of("Покупательница", "Lady", "Ladies")
    assert not agrees(feminine["ru"])
    assert set(rules_of(feminine)) == {"en"}
