"""Saved texts after the company has chosen another word."""

import datetime as dt
import re

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from churn.models import ScriptVersion
from churn.services import save_script
from company.formulas.morphology import word_forms_of
from company.formulas.words import CLIENT
from company.models import Company, User
from company.services import choose_word, save_word_forms
from mailing.enums import TemplateKind
from mailing.models import LetterTemplate
from programme.enums import KitKind, SurpriseKind
from programme.formulas.old_word import NewWord, changes_between
from programme.models import BeaconVersion, MannersVersion, Playbook, PlaybookVersion, SellerKit
from programme.queries.old_word import old_texts
from programme.services.beacon import publish_beacon
from programme.services.manners import publish_manners
from programme.services.old_word import replace_old_word
from programme.services.playbooks import write_playbook
from programme.services.sellers import save_kit
from surveys.models import Questionnaire
from surveys.services import Wording, save_questionnaire, wording_in_force

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
GUEST, PATIENT, SUBSCRIBER = word_forms_of("Гость"), word_forms_of("Пациент"), word_forms_of("Абонент")
WORKER = word_forms_of("Рабочий", "Worker")
MEMO = {"title": "Жалоба", "trigger": "Клиент зол", "first_hour": "Слушать", "decides": "Старший", "tell": "", "afterwards": "О Клиенте"}


@pytest.fixture
def texts(company: Company, owner: User) -> None:
    """One saved text of every kind."""
    LetterTemplate.objects.create(
        kind=TemplateKind.WIN_BACK, locale="ru", subject="Дорогой Клиент", text="Пишем Клиентам, {name}!", button="Ответить"
    )
    words = wording_in_force("ru")
    save_questionnaire(
        locale="ru", wording=Wording(**{**vars(words), "why_question": "Что для Вас значит быть нашим Клиентом?"}), actor=owner
    )
    save_script(steps=[{"title": "Начало", "say": "Спросить о Клиенте и о Клиентах"}, {"title": "Конец", "say": "Спасибо"}], actor=owner)
    publish_manners(intro="", text="Клиентов слышим.\nСразу.", change_note="", asks_again=True, based_on=0, actor=owner, now=NOW)
    publish_beacon(text="Думаем Клиентами", meaning="", based_on=0, actor=owner, now=NOW)
    write_playbook(kind=SurpriseKind.BAD, words=MEMO, actor=owner, now=NOW)
    save_kit(kind=KitKind.CLIENT, speech="A Client's friend is a Client", told="Спасибо", actor=owner)


@pytest.mark.parametrize(
    ("former", "current", "before", "after"),
    [
        ([CLIENT], GUEST, "О Клиенте и с Клиентами: Клиентов 5", "О Госте и с Гостями: Гостей 5"),
        ([CLIENT, GUEST], PATIENT, "Клиентам и Гостям, о Госте", "Пациентам и Пациентам, о Пациенте"),
        ([PATIENT], SUBSCRIBER, "о Пациентах, a Patient's card", "об Абонентах, a Subscriber's card"),
        ([GUEST], CLIENT, "Гостем быть хорошо, гостям рады", "Клиентом быть хорошо, гостям рады"),
        (
            [CLIENT],
            GUEST,
            "https://x.ru/Клиент и `Client` и Client@x.ru, клиентский",
            "https://x.ru/Клиент и `Client` и Client@x.ru, клиентский",
        ),
        ([CLIENT], word_forms_of("Гостья", "Guest"), "Клиентам, Clients", "Клиентам, Guests"),
    ],
)
def test_a_text_is_said_with_the_new_word(
    former: list[dict[str, dict[str, str]]], current: dict[str, dict[str, str]], before: str, after: str
) -> None:
    assert NewWord(former, current).said(before) == after


def test_a_form_of_two_cases_is_doubtful() -> None:
    word = NewWord([WORKER], GUEST)
    assert (word.is_doubtful("Пять Рабочих"), word.is_doubtful("Рабочий пришёл")) == (True, False)


def test_a_place_is_shown_before_and_after() -> None:
    (change,) = changes_between("Говорим о Клиенте вслух.\n\nКлиентка молчит", "Говорим об Абоненте вслух.\n\nКлиентка молчит")
    assert (change.context.before, change.context.word, change.context.after) == ("Говорим ", "о Клиенте", " вслух. Клиентка молчит")
    assert change.becomes == "об Абоненте"


@pytest.mark.usefixtures("company")
def test_words_spoken_before_are_remembered_once(owner: User) -> None:
    for word in ("гость", "пациент", "гость"):
        choose_word(word=word, actor=owner)
    company = Company.objects.get()
    assert [word["ru"]["client"] for word in company.former_words] == ["Клиент", "Пациент"]
    save_word_forms(forms=company.word_forms, actor=owner)
    assert Company.objects.get().former_words == company.former_words
    choose_word(word="клиент", actor=owner)
    assert [word["ru"]["client"] for word in Company.objects.get().former_words] == ["Пациент", "Гость"]


@pytest.mark.usefixtures("texts")
def test_every_kind_is_replaced_as_a_new_version(owner: User) -> None:
    assert old_texts() == []
    choose_word(word="гость", actor=owner)
    found = old_texts()
    assert {text.saved.key[0] for text in found} == {"letter", "survey", "script", "manners", "beacon", "playbook", "kit"}
    assert replace_old_word(taken={text.fingerprint for text in found}, actor=owner, now=NOW) == len(found)
    assert old_texts() == []
    letter = LetterTemplate.objects.first()
    assert letter
    assert (letter.subject, letter.text, letter.button) == ("Дорогой Гость", "Пишем Гостям, {name}!", "Ответить")
    assert LetterTemplate.objects.count() == 2
    assert Questionnaire.objects.order_by("-id")[0].why_question == "Что для Вас значит быть нашим Гостем?"
    assert ScriptVersion.objects.order_by("-id")[0].steps[0]["say"] == "Спросить о Госте и о Гостях"
    assert (MannersVersion.objects.order_by("-id")[0].text, MannersVersion.objects.order_by("-id")[0].asks_again) == (
        "Гостей слышим.\nСразу.",
        False,
    )
    assert list(BeaconVersion.objects.order_by("id").values_list("text", flat=True)) == ["Думаем Клиентами", "Думаем Гостями"]
    assert list(PlaybookVersion.objects.order_by("number").values_list("words__trigger", flat=True)) == ["Клиент зол", "Гость зол"]
    assert SellerKit.objects.get().speech == "A Guest's friend is a Guest"


@pytest.mark.usefixtures("texts")
def test_only_what_is_ticked_and_still_the_same_is_replaced(owner: User) -> None:
    choose_word(word="гость", actor=owner)
    taken = {text.fingerprint for text in old_texts() if text.saved.key[0] in {"kit", "beacon"}}
    SellerKit.objects.update(told="Спасибо, Клиент")
    assert replace_old_word(taken=taken, actor=owner, now=NOW) == 1
    assert SellerKit.objects.get().speech == "A Client's friend is a Client"
    assert Playbook.objects.get().trigger == "Клиент зол"


@pytest.mark.usefixtures("texts")
def test_a_text_that_would_outgrow_its_place_stays(owner: User, as_owner: Browser) -> None:
    SellerKit.objects.update(speech="Клиент " + "я" * 593)
    choose_word(word="покупатель", actor=owner)
    (kit,) = [text for text in old_texts() if text.saved.key[0] == "kit"]
    assert kit.too_long_by == 4
    assert replace_old_word(taken={kit.fingerprint}, actor=owner, now=NOW) == 0
    assert SellerKit.objects.get().speech.startswith("Клиент")
    assert kit.fingerprint not in as_owner.get(reverse("programme:old_word")).content.decode()


@pytest.mark.usefixtures("texts")
def test_two_memos_never_get_one_title(owner: User) -> None:
    for title in ("Зол Клиент", "Зол Гость"):
        write_playbook(kind=SurpriseKind.BAD, words=MEMO | {"title": title}, actor=owner, now=timezone.now())
    choose_word(word="гость", actor=owner)
    chosen = {text.fingerprint for text in old_texts() if text.saved.key[0] == "playbook"}
    assert replace_old_word(taken=chosen, actor=owner, now=NOW) == 2
    assert set(Playbook.objects.values_list("title", flat=True)) == {"Жалоба", "Зол Клиент", "Зол Гость"}


@pytest.mark.usefixtures("texts")
def test_the_page_of_the_word_counts_them_and_one_press_replaces(as_owner: Browser, owner: User) -> None:
    assert reverse("programme:old_word_panel") in as_owner.get(reverse("company:word")).content.decode()
    assert as_owner.get(reverse("programme:old_word_panel")).content.decode().strip() == ""
    choose_word(word="гость", actor=owner)
    count = len(old_texts())
    assert f"{count} сохранённых" in as_owner.get(reverse("programme:old_word_panel"), headers={"accept-language": "ru"}).content.decode()
    page = as_owner.get(reverse("programme:old_word")).content.decode()
    assert len(re.findall(r'name="take" value="\w{32}" checked>', page)) == count
    assert "<del" in page
    as_owner.post(reverse("programme:old_word"), {"take": [text.fingerprint for text in old_texts()]})
    assert old_texts() == []
    assert '<form method="post">' not in as_owner.get(reverse("programme:old_word")).content.decode()


@pytest.mark.usefixtures("texts")
def test_a_manager_replaces_nothing(as_manager: Browser, owner: User) -> None:
    choose_word(word="гость", actor=owner)
    taken = [text.fingerprint for text in old_texts()]
    assert as_manager.post(reverse("programme:old_word"), {"take": taken}).status_code == 403
    assert len(old_texts()) == len(taken)
