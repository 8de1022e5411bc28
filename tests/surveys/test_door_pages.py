"""Pages of doors: a code on the table, a tablet, the widget, and what managers see."""

import datetime as dt
import io
import json
import re
import uuid
from typing import Any

import pytest
import zxingcpp
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from company.models import Branch, Company, User
from surveys import limits
from surveys.enums import DoorKind, Rhythm, SuspectReason
from surveys.links import door_url
from surveys.models import Answer, Door, Questionnaire, Survey, Wave
from surveys.services import create_always_survey, ensure_rolling_wave, open_door
from tests.surveys.conftest import old_stamp
from tests.surveys.test_doors import make_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def always(company: Company) -> Survey:
    """A survey open all the time."""
    return create_always_survey(locale="ru", actor=None)


@pytest.fixture
def code(always: Survey) -> Door:
    """A code on a table."""
    return make_door(always, DoorKind.QR, branch=Branch.objects.create(name="Центр"))


@pytest.fixture
def tablet(always: Survey) -> Door:
    """A tablet at the till."""
    return make_door(always, DoorKind.KIOSK)


@pytest.fixture
def widget(always: Survey) -> Door:
    """A widget of the site."""
    return make_door(always, DoorKind.WIDGET)


@pytest.fixture
def phone() -> Browser:
    """A fresh phone: no cookies, and CSRF checks on."""
    return Browser(enforce_csrf_checks=True)


def path_of(door: Door) -> str:
    """Return the path behind a door."""
    view = {"qr": "door_answer", "kiosk": "kiosk", "widget": "widget_answer"}[door.kind]
    return reverse(f"surveys:{view}", args=[door.token])


def send(browser: Browser, door: Door, **fields: Any) -> Any:
    """Post the form of a page shown a while ago."""
    return browser.post(path_of(door), {"stamp": old_stamp(door.token), "why": "", "ten": "", **fields})


@pytest.mark.parametrize("kind", list(DoorKind))
def test_looking_changes_nothing(always: Survey, kind: DoorKind, phone: Browser) -> None:
    door = make_door(always, kind)
    for method in (phone.get, phone.head):
        assert method(path_of(door)).status_code == 200
    assert (Wave.objects.count(), Questionnaire.objects.count(), Answer.objects.count()) == (0, 0, 0)
    assert not phone.cookies


def test_an_answer_by_a_code(code: Door, phone: Browser) -> None:
    response = send(phone, code, score="0", why="Долго ждал")
    answer = Answer.objects.get()
    assert response["Location"] == reverse("surveys:door_thanks", args=[code.token, answer.submission_key])
    assert (answer.score, answer.why, answer.channel, answer.door, answer.branch) == (0, "Долго ждал", "qr", code, code.branch)
    assert "Спасибо" in phone.get(response["Location"]).content.decode()
    assert not phone.cookies


def test_the_same_page_sent_twice_is_one_answer(code: Door, phone: Browser) -> None:
    stamp = old_stamp(code.token)
    for score in ("3", "9"):
        phone.post(path_of(code), {"stamp": stamp, "score": score})
    assert Answer.objects.get().score == 9


def test_a_mark_of_another_door_opens_nothing(code: Door, tablet: Door, phone: Browser) -> None:
    response = phone.post(path_of(code), {"stamp": old_stamp(tablet.token), "score": "9"})
    assert response.status_code == 422
    assert not Answer.objects.exists()


@pytest.mark.parametrize("kind", list(DoorKind))
def test_a_closed_door_says_so(always: Survey, kind: DoorKind, phone: Browser, owner: User) -> None:
    door = make_door(always, kind)
    open_door(door=door, is_open=False, actor=owner)
    assert phone.get(path_of(door)).status_code == 410
    assert send(phone, door, score="9").status_code == 410
    assert not Answer.objects.exists()


@pytest.mark.parametrize("kind", list(DoorKind))
def test_an_address_opens_only_its_own_kind_of_door(always: Survey, kind: DoorKind, phone: Browser) -> None:
    door = make_door(always, kind)
    others = [DoorKind.QR, DoorKind.KIOSK, DoorKind.WIDGET]
    for other in others:
        expected = 200 if other == kind else 404
        assert phone.get(path_of(Door(kind=other, token=door.token))).status_code == expected


def test_a_survey_without_an_open_wave_takes_nothing(company: Company, phone: Browser) -> None:
    survey = Survey.objects.create(name="Квартал", rhythm=Rhythm.QUARTERLY, next_on=timezone.localdate())
    assert phone.get(path_of(make_door(survey, DoorKind.QR))).status_code == 410


def test_partners_are_asked_as_partners_before_the_first_answer_too(company: Company, phone: Browser) -> None:
    survey = Survey.objects.create(name="Партнёры", rhythm=Rhythm.ALWAYS, audience="partners")
    assert "как партнёра" in phone.get(path_of(make_door(survey, DoorKind.QR))).content.decode()


def test_one_network_cannot_flood_a_code(code: Door, phone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "POSTS_IN_WINDOW", 1)
    assert [send(phone, code, score="9").status_code for _ in range(2)] == [302, 429]
    assert Answer.objects.count() == 1


def test_a_tablet_is_limited_by_its_door_and_not_by_its_network(always: Survey, phone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "POSTS_IN_WINDOW", 1)
    monkeypatch.setattr(limits, "TABLET_POSTS_IN_WINDOW", 2)
    one, other = make_door(always), make_door(always)
    assert [send(phone, one, score="9").status_code for _ in range(3)] == [302, 302, 429]
    assert send(phone, other, score="9").status_code == 302


def test_a_tablet_without_scripts_comes_back_by_itself(tablet: Door, phone: Browser) -> None:
    response = send(phone, tablet, score="9", why="Быстро")
    thanks = phone.get(response["Location"]).content.decode()
    assert f'content="8;url={path_of(tablet)}"' in thanks
    assert Answer.objects.get().channel == "kiosk"


def test_a_script_of_a_tablet_sends_each_answer_under_its_own_key(tablet: Door, phone: Browser) -> None:
    stamp, key = old_stamp(tablet.token), str(uuid.uuid4())
    for _attempt in range(3):
        response = phone.post(path_of(tablet), {"stamp": stamp, "score": "9", "key": key, "age": "0"})
        assert json.loads(response.content)["saved"] == key
    phone.post(path_of(tablet), {"stamp": stamp, "score": "2", "key": str(uuid.uuid4()), "age": "0"})
    assert sorted(Answer.objects.values_list("score", flat=True)) == [2, 9]
    assert set(Answer.objects.values_list("suspect_reason", flat=True)) == {""}


def test_a_key_cannot_reach_an_answer_of_another_tablet(always: Survey, phone: Browser) -> None:
    key = str(uuid.uuid4())
    for door, score in ((make_door(always), "9"), (make_door(always), "1")):
        send(phone, door, score=score, key=key)
    assert sorted(Answer.objects.values_list("score", flat=True)) == [1, 9]


def test_an_answer_that_waited_keeps_its_time(tablet: Door, phone: Browser) -> None:
    send(phone, tablet, score="9", key=str(uuid.uuid4()), age="3600")
    waited = timezone.now() - Answer.objects.get().answered_at
    assert dt.timedelta(minutes=59) < waited < dt.timedelta(minutes=61)


@pytest.mark.parametrize("age", ["-1", "x", str(31 * 86_400), "9" * 400])
def test_a_strange_age_is_refused(tablet: Door, phone: Browser, age: str) -> None:
    assert send(phone, tablet, score="9", key=str(uuid.uuid4()), age=age).status_code == 422
    assert not Answer.objects.exists()


def test_an_answer_of_a_tablet_with_a_broken_mark_is_kept_apart(tablet: Door, phone: Browser) -> None:
    response = phone.post(path_of(tablet), {"stamp": "x", "score": "9", "key": str(uuid.uuid4())})
    assert (response.status_code, Answer.objects.get().suspect_reason) == (200, SuspectReason.NO_PAGE)
    assert phone.post(path_of(tablet), {"stamp": "x", "score": "9"}).status_code == 422


def test_a_tablet_page_is_light_and_names_waiting_answers(tablet: Door, phone: Browser) -> None:
    page = phone.get(path_of(tablet)).content.decode()
    assert 'data-one="# ответ ждёт связи"' in page
    assert 'data-few="# ответа ждут связи"' in page
    assert 'data-many="# ответов ждут связи"' in page
    assert len(page.encode()) < 30_000


def test_the_widget_is_one_small_script_anybody_may_keep(widget: Door, phone: Browser) -> None:
    response = phone.get(reverse("surveys:widget_script", args=[widget.token]))
    text = response.content.decode()
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/javascript", "public, max-age=600")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(response.content) < 8_192
    assert "__WORDS__" not in text
    assert re.findall(r"innerHTML|\beval\b|document\.cookie|Storage|\.style\b", text) == []
    assert not phone.cookies


def test_a_closed_widget_shows_nothing(widget: Door, phone: Browser, owner: User) -> None:
    open_door(door=widget, is_open=False, actor=owner)
    response = phone.get(reverse("surveys:widget_script", args=[widget.token]))
    assert (response.status_code, response.content.decode()[:2]) == (200, "//")


def test_the_widget_asks_and_answers_across_sites(widget: Door, phone: Browser) -> None:
    texts = phone.get(path_of(widget))
    assert texts["Access-Control-Allow-Origin"] == "*"
    assert not texts.has_header("Access-Control-Allow-Credentials")
    stamp = json.loads(texts.content)["stamp"]
    response = phone.post(path_of(widget), {"stamp": stamp, "score": "9"}, headers={"Origin": "https://shop.example.org"})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (200, "*")
    assert (Answer.objects.get().channel, Answer.objects.get().suspect_reason) == ("widget", "too_fast")
    assert not phone.cookies


@pytest.mark.parametrize("fields", [{"score": "11"}, {"score": ""}, {"score": "9", "stamp": "x"}, {"score": "9", "why": "x" * 40_000}])
def test_the_widget_refuses_in_words(widget: Door, phone: Browser, fields: dict[str, str]) -> None:
    response = send(phone, widget, **fields)
    assert (response.status_code, list(json.loads(response.content))) == (422, ["reason"])
    assert not Answer.objects.exists()


def test_a_manager_opens_a_survey_and_makes_a_code(as_manager: Browser, manager: User) -> None:
    create = reverse("surveys:door_create")
    assert reverse("surveys:door_survey") in as_manager.get(create).content.decode()
    as_manager.post(reverse("surveys:door_survey"))
    survey = Survey.objects.get()
    assert (survey.rhythm, survey.created_by) == (Rhythm.ALWAYS, manager)
    response = as_manager.post(create, {"kind": "qr", "name": "Касса", "survey": survey.pk})
    door = Door.objects.get()
    assert response["Location"] == reverse("surveys:door_detail", args=[door.pk])
    assert (door.name, door.survey, door.created_by, len(door.token)) == ("Касса", survey, manager, 22)


@pytest.mark.parametrize("fields", [{"name": ""}, {"kind": "radio"}, {"survey": "77"}, {"name": "x" * 81}])
def test_a_wrong_form_comes_back(always: Survey, as_manager: Browser, fields: dict[str, str]) -> None:
    sent = {"kind": "qr", "name": "Касса", "survey": always.pk, **fields}
    assert as_manager.post(reverse("surveys:door_create"), sent).status_code == 422
    assert not Door.objects.exists()


def test_a_new_door_is_a_code_a_tablet_or_a_widget_and_nothing_else(always: Survey, as_manager: Browser) -> None:
    form = as_manager.get(reverse("surveys:door_create")).context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == DoorKind.values


def test_a_door_moves_and_keeps_its_address(code: Door, as_manager: Browser) -> None:
    as_manager.post(reverse("surveys:door_edit", args=[code.pk]), {"name": "Зал", "survey": code.survey_id, "kind": "kiosk"})
    moved = Door.objects.get()
    assert (moved.name, moved.kind, moved.token, moved.branch) == ("Зал", "qr", code.token, None)


def test_a_door_closes_and_opens(code: Door, as_manager: Browser) -> None:
    url = reverse("surveys:door_toggle", args=[code.pk])
    states = []
    for to in ("close", "close", "open"):
        as_manager.post(url, {"to": to})
        states.append(Door.objects.get().is_open)
    assert states == [False, False, True]


@pytest.mark.parametrize("name", ["poster.pdf", "tent.pdf"])
def test_prints_hold_the_question_and_the_address(code: Door, as_manager: Browser, name: str) -> None:
    Company.objects.update(name='#panic("Лён")')
    response = as_manager.get(reverse("surveys:door_print", args=[code.pk, name]))
    words = " ".join(PdfReader(io.BytesIO(response.content)).pages[0].extract_text().split())
    assert response["Content-Type"] == "application/pdf"
    assert '#panic("Лён")' in words
    assert "порекомендуете" in words


def test_the_picture_of_the_code_leads_to_the_door(code: Door, as_manager: Browser) -> None:
    response = as_manager.get(reverse("surveys:door_print", args=[code.pk, "code.png"]) + "?download")
    assert response["Content-Disposition"] == f'attachment; filename="mayak-{code.pk}-code.png"'
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(response.content)))] == [door_url(code)]
    assert as_manager.get(reverse("surveys:door_print", args=[code.pk, "code.svg"])).content.startswith(b"<svg")
    assert as_manager.get(reverse("surveys:door_print", args=[code.pk, "code.exe"])).status_code == 404


@pytest.mark.parametrize("kind", list(DoorKind))
def test_the_page_of_a_door_gives_what_to_take_away(always: Survey, as_manager: Browser, kind: DoorKind) -> None:
    door = make_door(always, kind)
    page = as_manager.get(reverse("surveys:door_detail", args=[door.pk])).content.decode()
    assert door_url(door) in page
    assert page.count("btn-beam") == 1
    assert settings.BASE_URL in door_url(door)


def test_the_preview_of_a_widget_sends_nothing(widget: Door, code: Door, as_manager: Browser) -> None:
    page = as_manager.get(reverse("surveys:door_preview", args=[widget.pk])).content.decode()
    assert f'src="{reverse("surveys:widget_script", args=[widget.token])}" data-preview' in page
    assert as_manager.get(reverse("surveys:door_preview", args=[code.pk])).status_code == 404


@pytest.mark.parametrize("doors", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    always: Survey, as_manager: Browser, doors: int, django_assert_num_queries: Any
) -> None:
    for number in range(doors):
        make_door(always, name=f"Касса {number}")
    ensure_rolling_wave(survey=always, now=timezone.now())
    with django_assert_num_queries(4):
        as_manager.get(reverse("surveys:door_list"))
