"""Pages for respondents: what a scanner does, what a person does, what may go wrong."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from common.visitors import address_of
from company.models import User
from surveys import limits
from surveys.enums import AnswerChannel, SuspectReason, WaveState
from surveys.models import Answer, Invitation, Wave
from surveys.services import close_wave
from tests.surveys.conftest import make_draft, old_stamp, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> Browser:
    """A fresh phone: no cookies, and CSRF checks on."""
    return Browser(enforce_csrf_checks=True)


@pytest.fixture
def public(irina: Client, owner: User) -> Wave:
    """A running wave with a public link."""
    return start(make_draft(has_public_link=True))


def send(browser: Browser, url: str, token: str, **fields: Any) -> HttpResponse:
    """Post the form of a page shown a while ago."""
    return browser.post(url, {"stamp": old_stamp(token), "website": "", "why": "", "ten": "", **fields})  # type: ignore[return-value]


def test_a_scanner_leaves_no_trace(url: str, invitation: Invitation) -> None:
    before = (Invitation.objects.values().get(), Wave.objects.values().get())
    for score in range(11):
        assert Browser().get(f"{url}?score={score}").status_code == 200
        assert Browser().head(f"{url}?score={score}").status_code == 200
        assert Browser().get(f"{url}?score={score}", headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"}).status_code == 200
    Browser().get(url + "thanks/")
    assert Browser().get(url + "opened/").status_code == 405
    assert not Answer.objects.exists()
    assert (Invitation.objects.values().get(), Wave.objects.values().get()) == before


def test_reading_the_page_writes_nothing(url: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2) as captured:
        Browser().get(url)
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}


def test_a_scanner_that_presses_the_button_is_marked(url: str, phone: Browser) -> None:
    page = phone.get(f"{url}?score=0").content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    assert stamp is not None
    phone.post(url, {"stamp": stamp[1], "score": "0"})
    assert Answer.objects.get().suspect_reason == SuspectReason.TOO_FAST


def test_the_number_of_the_letter_is_chosen_and_nothing_more(url: str) -> None:
    page = Browser().get(f"{url}?score=9").content.decode()
    assert re.findall(r'value="(\d+)" required[^>]* checked', page) == ["9"]


@pytest.mark.parametrize("score", ["11", "-1", "x", "٣", "", "9.0"])
def test_a_strange_number_in_the_address_is_not_chosen(url: str, score: str) -> None:
    assert " checked" not in Browser().get(url, {"score": score}).content.decode()


def test_a_phone_without_cookies_answers(url: str, token: str, phone: Browser) -> None:
    response = send(phone, url, token, score="9", why="Быстро 🌷", ten="Приветливость", call_me="on")
    assert (response.status_code, response["Location"]) == (302, url + "thanks/")
    answer = Answer.objects.get()
    assert (answer.score, answer.why, answer.ten, answer.call_me) == (9, "Быстро 🌷", "Приветливость", True)
    thanks = phone.get(url + "thanks/").content.decode()
    assert "Спасибо, Ирина!" in thanks
    assert "•• 41-07" in thanks


def test_a_critic_is_thanked_in_other_words(url: str, token: str, phone: Browser) -> None:
    send(phone, url, token, score="0")
    assert "Спасибо, что сказали прямо" in phone.get(url + "thanks/").content.decode()


def test_thanks_without_an_answer_lead_to_the_question(url: str, phone: Browser) -> None:
    assert phone.get(url + "thanks/")["Location"] == url


def test_the_same_link_corrects_the_answer(url: str, token: str, phone: Browser) -> None:
    send(phone, url, token, score="3", why="Долго")
    page = phone.get(url).content.decode()
    assert "Вы уже ответили" in page
    assert ">Долго</textarea>" in page
    send(phone, url, token, score="8", why="Позвонили")
    assert [(a.score, a.why) for a in Answer.objects.all()] == [(8, "Позвонили")]


def test_the_number_of_the_letter_wins_over_the_old_answer(url: str, token: str, phone: Browser) -> None:
    send(phone, url, token, score="3")
    assert re.findall(r'value="(\d+)" required[^>]* checked', phone.get(f"{url}?score=9").content.decode()) == ["9"]


@pytest.mark.parametrize("score", ["11", "-1", "", "abc", "9,5", "1" * 5000, "NaN"])
def test_a_wrong_score_keeps_what_was_typed(url: str, token: str, phone: Browser, score: str) -> None:
    response = send(phone, url, token, score=score, why="Курьер «Руслан» 🌷 <b>", ten="Так держать", call_me="on")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Выберите число от 0 до 10." in page
    assert "Курьер «Руслан» 🌷 &lt;b&gt;</textarea>" in page
    assert ">Так держать</textarea>" in page
    assert re.search(r'name="call_me" checked', page)
    assert not Answer.objects.exists()


def test_nothing_sent_at_all_is_refused_kindly(url: str, phone: Browser) -> None:
    assert phone.post(url).status_code == 422
    assert not Answer.objects.exists()


def test_a_long_text_is_kept_and_the_limit_named(url: str, token: str, phone: Browser) -> None:
    text = "ы" * 2001
    response = send(phone, url, token, score="9", why=text)
    assert response.status_code == 422
    assert "Слишком длинно: помещается 2000 знаков, а здесь 2001." in response.content.decode()
    assert text in response.content.decode()


def test_a_million_characters_are_refused_and_kept(url: str, token: str, phone: Browser) -> None:
    text = "x" * 1_000_000
    response = send(phone, url, token, score="9", why=text)
    assert response.status_code == 422
    assert "Текст слишком длинный." in response.content.decode()
    assert text in response.content.decode()
    assert not Answer.objects.exists()


def test_a_null_character_is_refused(url: str, token: str, phone: Browser) -> None:
    assert send(phone, url, token, score="9", why="a\0b").status_code == 422


def test_a_filled_trap_marks_the_answer(url: str, token: str, phone: Browser) -> None:
    send(phone, url, token, score="9", website="https://example.org")
    assert Answer.objects.get().suspect_reason == SuspectReason.HONEYPOT


def test_a_forged_mark_marks_the_answer(url: str, phone: Browser) -> None:
    send(phone, url, "another link", score="9")
    assert Answer.objects.get().suspect_reason == SuspectReason.NO_PAGE


def test_a_machine_that_comes_after_a_person_is_asked_to_press_again(url: str, token: str, phone: Browser) -> None:
    send(phone, url, token, score="9")
    response = phone.post(url, {"stamp": "", "score": "0"})
    assert response.status_code == 422
    assert "нажмите кнопку ещё раз" in response.content.decode()
    assert Answer.objects.get().score == 9


def test_a_forged_link_says_what_to_do(phone: Browser, company: Any) -> None:
    pages = {phone.get(reverse("surveys:answer", args=[token])).content for token in ("forged", "x" * 22)}
    assert len(pages) == 1
    assert "Откройте письмо" in pages.pop().decode()
    for path in ("surveys:answer", "surveys:answer_thanks", "surveys:public_answer"):
        assert phone.get(reverse(path, args=["forged"])).status_code == 404
    assert phone.post(reverse("surveys:answer", args=["forged"]), {"score": "9"}).status_code == 404


def test_a_closed_wave_says_whether_the_answer_was_received(url: str, token: str, wave: Wave, owner: User, phone: Browser) -> None:
    send(phone, url, token, score="7")
    close_wave(wave=wave, actor=owner, now=timezone.now())
    for response in (phone.get(url), send(phone, url, token, score="0")):
        assert response.status_code == 410
        assert "вы поставили 7" in response.content.decode()
    assert Answer.objects.get().score == 7


def test_a_wave_whose_time_is_over_takes_nothing_before_the_task_closes_it(url: str, token: str, wave: Wave, phone: Browser) -> None:
    Wave.objects.filter(pk=wave.pk).update(starts_at=timezone.now() - dt.timedelta(days=2), closes_at=timezone.now())
    assert Wave.objects.get(pk=wave.pk).state == WaveState.RUNNING
    assert send(phone, url, token, score="7").status_code == 410
    assert not Answer.objects.exists()


def test_opening_is_told_by_the_page_itself(url: str, invitation: Invitation, phone: Browser) -> None:
    assert 'data-opened="' in phone.get(url).content.decode()
    assert phone.post(url + "opened/").status_code == 204
    invitation.refresh_from_db()
    assert invitation.opened_at is not None
    assert phone.post(reverse("surveys:answer_opened", args=["forged"])).status_code == 204


def test_anybody_answers_by_the_public_link(public: Wave, phone: Browser) -> None:
    url = reverse("surveys:public_answer", args=[public.public_token])
    assert "Перезвоните" not in phone.get(url).content.decode()
    response = send(phone, url, public.public_token, score="10")
    answer = Answer.objects.get()
    assert (answer.channel, answer.client, answer.suspect_reason) == (AnswerChannel.PUBLIC, None, "")
    assert "Спасибо!" in phone.get(response["Location"]).content.decode()
    assert phone.get(reverse("surveys:public_thanks", args=["forged", answer.submission_key])).status_code == 404


def test_a_public_page_without_its_mark_is_asked_again(public: Wave, phone: Browser) -> None:
    response = phone.post(reverse("surveys:public_answer", args=[public.public_token]), {"score": "9", "why": "Слова"})
    assert response.status_code == 422
    assert ">Слова</textarea>" in response.content.decode()
    assert not Answer.objects.exists()


def test_a_public_link_that_was_not_opened_does_not_exist(wave: Wave, phone: Browser) -> None:
    assert phone.get(reverse("surveys:public_answer", args=[wave.public_token])).status_code == 404


def test_a_draft_has_no_public_page(irina: Client, phone: Browser) -> None:
    draft = make_draft(has_public_link=True)
    assert phone.get(reverse("surveys:public_answer", args=[draft.public_token])).status_code == 404


def test_too_many_answers_from_one_address_wait(public: Wave, phone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "POSTS_IN_WINDOW", 3)
    url = reverse("surveys:public_answer", args=[public.public_token])
    statuses = [send(phone, url, public.public_token, score="9", why="Слова").status_code for _ in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    assert Answer.objects.count() == 3
    other = phone.post(url, {"stamp": old_stamp(public.public_token), "score": "9"}, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 302


def test_behind_a_proxy_a_forged_address_does_not_reset_the_limit(rf: Any, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = rf.post("/", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.7"})
    assert address_of(request) == "192.0.2.7"
    settings.SECURE_PROXY_SSL_HEADER = None
    assert address_of(request) == "127.0.0.1"


def test_headers_keep_the_address_private(url: str, token: str, phone: Browser) -> None:
    for response in (phone.get(url), send(phone, url, token, score="9"), phone.get(url + "thanks/"), phone.post(url + "opened/")):
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_the_page_is_light_and_needs_neither_script_nor_cookie(url: str) -> None:
    browser = Browser()
    page = browser.get(url).content
    assert len(page) < 30 * 1024
    assert not browser.cookies
    assert page.index(b"css/public.css") < page.index(b"css/surveys_public.css")
    assert b" style=" not in page
    assert b"bootstrap.bundle" not in page


def test_the_page_speaks_the_language_of_the_wave(irina: Client, owner: User, phone: Browser) -> None:
    wave = start(make_draft(locale="en", has_public_link=True))
    response = phone.get(reverse("surveys:public_answer", args=[wave.public_token]), headers={"Accept-Language": "ru"})
    assert response["Content-Language"] == "en"
    assert "How likely are you to recommend us" in response.content.decode()
    assert "Насколько" not in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_fifty_posts_of_one_form_are_one_answer(url: str, token: str) -> None:
    stamp = old_stamp(token)

    def press(_number: int) -> int:
        try:
            return Browser().post(url, {"stamp": stamp, "score": "9", "why": "Спасибо"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(press, range(50))) == {302}
    answer = Answer.objects.get()
    assert (answer.score, answer.corrected_at) == (9, None)
