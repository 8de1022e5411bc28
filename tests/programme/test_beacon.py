"""The beacon: collect words without names, sort them, publish, welcome, ask who knows it."""

import datetime as dt
import io
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from common.stamps import new_stamp
from company.models import Employee, User
from mailing.models import MailWave, Message
from programme.beacon_prints import beacon_pdf, call_pdf
from programme.formulas.likeness import common_words, likeness, piles_of, weights_of
from programme.models import BeaconRound, BeaconVariant, BeaconVersion, BeaconWelcome
from programme.queries.beacon import beacon_in_force, newcomers, piles, pulse_state
from programme.services import beacon as services
from surveys.enums import StaffSurveyKind, WaveState
from surveys.models import StaffWave

pytestmark = pytest.mark.usefixtures("company_clock")
NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
WORDS = "Клиент уходит с решённой задачей"


def url(view: str, *args: object) -> str:
    return reverse(f"programme:{view}", args=args)


def publish(actor: User, text: str = WORDS, based_on: int = 0, meaning: str = "") -> BeaconVersion:
    return services.publish_beacon(text=text, meaning=meaning, based_on=based_on, actor=actor, now=NOW)


def collect(actor: User, *texts: str) -> BeaconRound:
    collection = services.start_round(actor=actor, now=NOW)
    for text in texts:
        services.offer_variant(collection=collection, text=text, key=uuid.uuid4(), now=NOW)
    return collection


def test_sentences_that_say_the_same_lie_in_one_pile() -> None:
    texts = [
        "Помогаем Клиенту решить его задачу",
        "Держим слово, даже когда невыгодно",
        "Решаем задачи Клиентов",
        "Каждый Клиент уходит с решённой задачей",
        "Сдержать слово важнее выгоды: держим слово",
    ]
    found = piles_of(texts)
    assert found == [1, 2, 1, 1, 2]
    assert common_words([texts[1], texts[4], texts[2]])[:2] == ["держать", "слово"]


def test_likeness_is_one_for_the_same_words_and_nothing_for_others() -> None:
    one, same, other, empty = weights_of([frozenset({"слово", "дело"}), frozenset({"дело", "слово"}), frozenset({"цена"}), frozenset()])
    assert likeness(one, same) == pytest.approx(1)
    assert likeness(one, other) == likeness(one, empty) == 0
    assert (piles_of([]), piles_of(["Слово"]), piles_of(["и", "но"])) == ([], [1], [1, 2])


def test_a_variant_keeps_neither_who_nor_when(manager: User) -> None:
    collection = collect(manager, "Помогаем, а не продаём")
    kept = {field.name for field in BeaconVariant._meta.get_fields()}
    assert kept == {"id", "round", "text", "pile", "is_shortlisted"}
    assert collection.variants.get().pk.version == 4


def test_a_form_sent_twice_is_one_variant_and_a_closed_link_takes_none(manager: User) -> None:
    collection, key = collect(manager), uuid.uuid4()
    for _time in range(2):
        services.offer_variant(collection=collection, text="Помогаем", key=key, now=NOW)
    assert collection.variants.count() == 1
    services.set_round_open(collection=collection, is_open=False, actor=manager)
    with pytest.raises(services.RoundClosedError):
        services.offer_variant(collection=collection, text="Ещё", key=uuid.uuid4(), now=NOW)
    assert collection.variants.count() == 1


def test_a_flood_is_refused_by_the_link_alone(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_IN_WINDOW", 2)
    collection = collect(manager, "Раз слово", "Два слова")
    with pytest.raises(services.TooManyError):
        services.offer_variant(collection=collection, text="Три слова", key=uuid.uuid4(), now=NOW)
    assert collection.variants.count() == 2


def test_one_round_is_under_way_at_a_time(manager: User) -> None:
    collection = collect(manager)
    services.set_round_open(collection=collection, is_open=False, actor=manager)
    assert services.start_round(actor=manager, now=NOW) == collection
    collection.refresh_from_db()
    assert collection.is_open
    with pytest.raises(IntegrityError), transaction.atomic():
        BeaconRound.objects.create()


def test_a_phone_without_cookies_sends_a_sentence(manager: User) -> None:
    collection, browser = collect(manager), Browser(enforce_csrf_checks=True)
    address = url("beacon_say", collection.token)
    page = browser.get(address)
    assert (page.status_code, page["Referrer-Policy"], page.cookies.keys()) == (200, "no-referrer", {}.keys())
    stamp = page.context["stamp"]
    sent = browser.post(address, {"stamp": stamp, "text": "  Помогаем,\nа не продаём "})
    assert (sent.status_code, sent["Location"]) == (302, f"{address}?said=1")
    assert [variant.text for variant in collection.variants.all()] == ["Помогаем, а не продаём"]
    assert browser.get(f"{address}?said=1").status_code == 200


@pytest.mark.parametrize(("text", "stamp"), [("", "good"), ("а", "good"), ("ы" * 301, "good"), ("Помогаем", "forged")])
def test_what_cannot_be_taken_comes_back_as_typed(manager: User, text: str, stamp: str) -> None:
    collection = collect(manager)
    mark = new_stamp("programme.beacon", collection.token, timezone.now()) if stamp == "good" else "x"
    answer = Browser().post(url("beacon_say", collection.token), {"stamp": mark, "text": text})
    assert (answer.status_code, collection.variants.count()) == (422, 0)
    assert text in answer.content.decode()


def test_a_closed_and_an_unknown_link_say_so(manager: User) -> None:
    collection = collect(manager)
    services.set_round_open(collection=collection, is_open=False, actor=manager)
    assert Browser().get(url("beacon_say", collection.token)).status_code == 410
    assert Browser().get(url("beacon_say", "nobody")).status_code == 404


def test_a_manager_groups_moves_and_shortlists(as_manager: Browser, manager: User) -> None:
    collection = collect(manager, "Решаем задачи Клиентов", "Помогаем Клиенту решить задачу", "Держим слово")
    assert [pile.number for pile in piles(collection)] == [None]
    as_manager.post(url("beacon_group"))
    assert [(pile.number, len(pile.variants)) for pile in piles(collection)] == [(1, 2), (2, 1)]
    one = collection.variants.get(text="Держим слово")
    fields = {f"pile-{each.pk}": each.pile for each in collection.variants.all()} | {f"pile-{one.pk}": 1, f"short-{one.pk}": "on"}
    assert as_manager.post(url("beacon_sort"), fields).status_code == 302
    assert [(pile.number, len(pile.variants)) for pile in piles(collection)] == [(1, 3)]
    assert list(collection.variants.filter(is_shortlisted=True)) == [one]
    assert as_manager.post(url("beacon_sort"), fields | {f"pile-{one.pk}": 100}).status_code == 422
    as_manager.post(url("beacon_remove", one.pk))
    assert collection.variants.count() == 2


def test_publishing_numbers_versions_and_ends_the_collection(as_manager: Browser, manager: User) -> None:
    collection = collect(manager, WORDS)
    answer = as_manager.post(url("beacon_edit"), {"text": f" {WORDS} ", "meaning": "Пример.", "based_on": 0})
    assert answer["Location"] == url("beacon")
    version = beacon_in_force()
    assert version is not None
    assert (version.number, version.text, version.meaning, version.published_by) == (1, WORDS, "Пример.", manager)
    collection.refresh_from_db()
    assert (collection.is_open, collection.is_over) == (False, True)
    assert as_manager.post(url("beacon_edit"), {"text": "Другое", "based_on": 0}).status_code == 422
    assert as_manager.post(url("beacon_edit"), {"text": WORDS, "meaning": "Пример.", "based_on": 1}).status_code == 422
    assert as_manager.post(url("beacon_edit"), {"text": " ", "based_on": 1}).status_code == 422
    assert BeaconVersion.objects.count() == 1


def test_the_database_refuses_a_version_without_words_or_number(manager: User) -> None:
    for number, text in [(0, "Слова"), (1, "")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            BeaconVersion.objects.create(number=number, text=text, published_by=manager)


def test_staff_read_the_definition_and_not_who_offers_what(as_staff: Browser, manager: User) -> None:
    version = publish(manager)
    collect(manager, "Тайное слово коллеги")
    page = as_staff.get(url("beacon")).content.decode()
    assert version.text in page
    assert "Тайное слово коллеги" not in page
    assert version.text in as_staff.get(url("beacon_panel")).content.decode()


def test_prints_hold_the_words_on_one_page_of_either_size(manager: User) -> None:
    version = publish(manager, meaning="Перезваниваем в тот же день.")
    for paper, width in [("a4", 595), ("a5", 420)]:
        pages = PdfReader(io.BytesIO(beacon_pdf(version, paper))).pages
        assert (len(pages), round(float(pages[0].mediabox.width))) == (1, width)
        assert "решённой" in pages[0].extract_text().replace("\n", " ")
    assert len(PdfReader(io.BytesIO(call_pdf(collect(manager)))).pages) == 1


def test_the_longest_words_still_fit_one_page(manager: User) -> None:
    version = publish(manager, text="Щёлочь " * 42, meaning="Объяснение " * 80)
    assert [len(PdfReader(io.BytesIO(beacon_pdf(version, paper))).pages) for paper in ("a4", "a5")] == [1, 1]


def test_a_print_needs_a_version_and_a_known_paper(as_staff: Browser, manager: User) -> None:
    assert as_staff.get(url("beacon_print")).status_code == 404
    publish(manager)
    assert as_staff.get(url("beacon_print"), {"paper": "a3"}).status_code == 404
    assert as_staff.get(url("beacon_print"), {"paper": "a5"})["Content-Type"] == "application/pdf"


def test_a_newcomer_gets_the_letter_once(manager: User) -> None:
    hired = Employee.objects.create(name="Ира Лунина", email="ira@example.org", hired_on=NOW.date() - dt.timedelta(days=3))
    assert not services.welcome_newcomer(employee=hired, actor=manager, now=NOW)
    version = publish(manager)
    assert list(newcomers(NOW.date())) == [hired]
    assert services.welcome_newcomer(employee=hired, actor=manager, now=NOW)
    assert not services.welcome_newcomer(employee=hired, actor=manager, now=NOW)
    message = Message.objects.get()
    assert (message.to_address, message.context["beacon"]) == ("ira@example.org", WORDS)
    assert BeaconWelcome.objects.get().version == version
    assert not newcomers(NOW.date()).exists()


@pytest.mark.parametrize(("email", "days"), [("", 3), ("ira@example.org", 200), ("ira@example.org", -5)])
def test_no_letter_without_an_address_nor_to_those_long_here_or_yet_to_come(manager: User, email: str, days: int) -> None:
    publish(manager)
    person = Employee.objects.create(name="Ира", email=email, hired_on=NOW.date() - dt.timedelta(days=days))
    assert not services.welcome_newcomer(employee=person, actor=manager, now=NOW)
    assert not MailWave.objects.exists()


def test_the_pulse_is_one_draft_with_our_words_first_and_variants_of_colleagues(manager: User) -> None:
    collection = collect(manager, "Держим слово", "Отвечаем быстро", WORDS.upper())
    collection.variants.filter(text="Держим слово").update(is_shortlisted=True)
    version = publish(manager)
    draft = services.draft_pulse(version=version, actor=manager, now=NOW)
    assert (draft.kind, draft.state, draft.slices, draft.threshold) == (StaffSurveyKind.PULSE, WaveState.DRAFT, ["branch"], 5)
    assert draft.options[:3] == [WORDS, "Держим слово", "Отвечаем быстро"]
    assert len(draft.options) == len({option.casefold() for option in draft.options}) == 4
    assert services.draft_pulse(version=version, actor=manager, now=NOW) == draft
    assert StaffWave.objects.count() == 1
    state = pulse_state(version, NOW)
    assert (state.running, state.last, state.known, state.is_due) == (draft, None, None, False)


def test_a_pulse_of_earlier_words_says_nothing_about_the_new_ones(manager: User) -> None:
    first = publish(manager)
    services.draft_pulse(version=first, actor=manager, now=NOW)
    second = publish(manager, text="Держим слово", based_on=1)
    state = pulse_state(second, NOW)
    assert (state.running, state.last, state.is_due) == (None, None, True)


def test_pages_open_empty_and_full(as_manager: Browser, manager: User) -> None:
    for view in ("beacon", "beacon_edit", "beacon_panel"):
        assert as_manager.get(url(view)).status_code == 200
    assert as_manager.get(url("beacon_sort")).status_code == 404
    assert as_manager.post(url("beacon_pulse")).status_code == 404
    assert as_manager.post(url("beacon_start"))["Location"] == url("beacon")
    assert as_manager.get(url("beacon_sort")).status_code == 200
    collect(manager, "Держим слово")
    assert as_manager.get(url("beacon_call"))["Content-Type"] == "application/pdf"
    assert as_manager.get(url("beacon_sort")).status_code == 200
    assert as_manager.post(url("beacon_close"))["Location"] == url("beacon_sort")
    version = publish(manager)
    person = Employee.objects.create(name="Ира", email="ira@example.org", hired_on=timezone.now().date() - dt.timedelta(days=2))
    assert version.text in as_manager.get(url("beacon")).content.decode()
    assert as_manager.post(url("beacon_welcome", person.pk))["Location"] == url("beacon")
    draft = as_manager.post(url("beacon_pulse"))
    assert draft["Location"] == reverse("surveys:staff_detail", args=[StaffWave.objects.get().pk])
