"""Phone interviews: whom to call, what is saved, what is refused."""

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, ClientSum
from company.models import Employee, User
from mailing.enums import MessageState
from mailing.models import Message
from surveys.enums import AnswerChannel, InterviewOutcome, SkipReason, SurveyAudience
from surveys.models import Answer, Contact, InterviewAttempt, Invitation, Wave
from surveys.queries import CallFilter, call_counts, to_phone, waves_to_phone
from surveys.services import (
    AlreadyAnsweredError,
    AnswerValues,
    ConsentMissingError,
    Submission,
    WaveClosedError,
    create_always_survey,
    ensure_rolling_wave,
    record_attempt,
    record_interview,
    record_personal_answer,
)
from surveys.stamps import Stamp
from tests.surveys.conftest import make_answer, make_client, make_draft, start

pytestmark = pytest.mark.django_db
VALUES = AnswerValues(9, "Всё вовремя", "Так и держите", call_me=True)


def called(wave: Wave, *, now: dt.datetime | None = None, **changes: Any) -> list[str]:
    """Return the names of those to call."""
    rows = to_phone(CallFilter(wave, **changes), now=now or timezone.now())
    return [str(row.person) for row in rows]


def spent(client: Client, cents: int) -> None:
    """Write down what the Client brought in."""
    day = dt.date(2026, 1, 1)
    ClientSum.objects.create(client=client, n_purchases=1, n_days=1, cents=cents, first_cents=cents, first_day=day, last_day=day)


def by_phone(wave: Wave, client: Client, interviewer: User, **changes: Any) -> Answer:
    """Save an interview."""
    values = {"values": VALUES, "consent": True, "now": timezone.now(), **changes}
    return record_interview(wave=wave, client=client, interviewer=interviewer, **values)


@pytest.fixture
def silent(company: Any) -> Client:
    """A Client without e-mail."""
    return make_client(2, "Пётр Лунин", email="", phone="+79035550002")


@pytest.fixture
def phone_wave(silent: Client, irina: Client, owner: User) -> Wave:
    """A running wave of Irina, who gets a letter, and Pyotr, who cannot."""
    return start(make_draft())


# --- whom to call ------------------------------------------------------------------------------------------------------------


def test_those_without_email_are_called_at_once_and_others_after_days_of_silence(phone_wave: Wave) -> None:
    assert called(phone_wave) == ["Пётр Лунин"]
    left = timezone.now() - dt.timedelta(days=4)
    Message.objects.update(state=MessageState.CLAIMED)
    Message.objects.update(state=MessageState.SENDING)
    Message.objects.update(state=MessageState.SENT, sent_at=left)
    assert sorted(called(phone_wave)) == ["Ирина Белова", "Пётр Лунин"]
    assert called(phone_wave, silent_days=5) == ["Пётр Лунин"]


def test_a_refused_letter_is_a_reason_to_call(phone_wave: Wave) -> None:
    Message.objects.update(state=MessageState.FAILED, reason="hard")
    assert sorted(called(phone_wave)) == ["Ирина Белова", "Пётр Лунин"]


def test_the_dearest_come_first_and_those_who_asked_for_peace_never(phone_wave: Wave, silent: Client) -> None:
    dear = make_client(3, "Анна Дорогая", email="", phone="+79035550003")
    quiet = make_client(4, "Лев Тихий", email="", phone="+79035550004", do_not_call=True)
    bare = make_client(5, "Без Телефона", email="")
    for number, client in enumerate((dear, quiet, bare)):
        Invitation.objects.create(wave=phone_wave, client=client, token_hash=bytes([number]) * 32, skip_reason=SkipReason.NO_EMAIL)
    spent(silent, 100)
    spent(dear, 900)
    assert called(phone_wave) == ["Анна Дорогая", "Пётр Лунин"]
    assert called(phone_wave, search="лунин") == ["Пётр Лунин"]
    assert called(phone_wave, search="555-0003") == ["Анна Дорогая"]


@pytest.mark.parametrize("reason", [SkipReason.DO_NOT_MAIL, SkipReason.SUPPRESSED, SkipReason.RECENTLY_ASKED, SkipReason.REMOVED])
def test_those_left_out_of_the_wave_are_not_phoned_either(phone_wave: Wave, silent: Client, reason: SkipReason) -> None:
    Invitation.objects.filter(client=silent).update(skip_reason=reason)
    assert called(phone_wave) == []


def test_who_answered_by_any_road_is_called_no_more(phone_wave: Wave, silent: Client) -> None:
    make_answer(phone_wave, 8, client=silent, channel=AnswerChannel.API)
    assert called(phone_wave) == []


def test_a_survey_that_is_always_open_has_nobody_to_phone(phone_wave: Wave) -> None:
    ensure_rolling_wave(survey=create_always_survey(locale="ru", actor=None), now=timezone.now())
    assert list(waves_to_phone(timezone.now())) == [phone_wave]


def test_contacts_are_called_too(owner: User, company: Any) -> None:
    make_client(1)
    wave = start(make_draft())
    Wave.objects.filter(pk=wave.pk).update(audience=SurveyAudience.PARTNERS)
    contact = Contact.objects.create(kind="partners", name="Полина", phone="+79035550005")
    Invitation.objects.create(wave=wave, contact=contact, token_hash=b"1" * 32, skip_reason=SkipReason.NO_EMAIL)
    assert called(wave) == ["Полина"]
    record_attempt(wave=wave, contact=contact, outcome=InterviewOutcome.DO_NOT_CALL, caller=owner, now=timezone.now())
    contact.refresh_from_db()
    assert contact.do_not_call
    assert called(wave) == []


# --- the answer --------------------------------------------------------------------------------------------------------------


def test_an_interview_is_an_answer_by_phone_and_stops_the_letter(phone_wave: Wave, irina: Client, manager: User) -> None:
    answer = by_phone(phone_wave, irina, manager)
    assert (answer.channel, answer.interviewer, answer.client, answer.branch) == (AnswerChannel.PHONE, manager, irina, irina.branch)
    assert (answer.score, answer.why, answer.ten, answer.call_me) == (9, "Всё вовремя", "Так и держите", True)
    assert answer.invitation == phone_wave.invitations.get(client=irina)
    attempt = InterviewAttempt.objects.get()
    assert (attempt.outcome, attempt.has_consent, attempt.caller) == (InterviewOutcome.ANSWERED, True, manager)
    assert list(Message.objects.values_list("state", "reason")) == [(MessageState.SKIPPED, "answered")]


def test_somebody_outside_the_wave_gets_an_invitation(phone_wave: Wave, manager: User) -> None:
    late = make_client(7, "Новая Клиентка", phone="+79035550007")
    answer = by_phone(phone_wave, late, manager)
    assert answer.invitation is not None
    assert answer.invitation.skip_reason == SkipReason.BY_PHONE


def test_without_consent_nothing_is_saved(phone_wave: Wave, silent: Client, manager: User) -> None:
    with pytest.raises(ConsentMissingError):
        by_phone(phone_wave, silent, manager, consent=False)
    assert not Answer.objects.exists()
    assert not InterviewAttempt.objects.exists()


def test_a_form_sent_twice_is_one_answer(phone_wave: Wave, silent: Client, manager: User) -> None:
    assert by_phone(phone_wave, silent, manager) == by_phone(phone_wave, silent, manager)
    assert InterviewAttempt.objects.count() == 1


def test_an_answer_given_meanwhile_stands(phone_wave: Wave, irina: Client, manager: User) -> None:
    mine = make_answer(phone_wave, 3, client=irina, invitation=phone_wave.invitations.get(client=irina))
    with pytest.raises(AlreadyAnsweredError) as refusal:
        by_phone(phone_wave, irina, manager)
    assert refusal.value.answer == mine
    assert list(Answer.objects.values_list("score", flat=True)) == [3]


def test_what_the_client_changes_alone_is_no_longer_said_by_phone(phone_wave: Wave, irina: Client, manager: User) -> None:
    invitation = by_phone(phone_wave, irina, manager).invitation
    assert invitation is not None
    now = timezone.now() + dt.timedelta(minutes=5)
    stamp = Stamp(uuid.uuid4(), now - dt.timedelta(minutes=1))
    said = AnswerValues(score=9, why="Всё вовремя", ten="Так и держите", call_me=True)
    same = record_personal_answer(invitation=invitation, submission=Submission(said, stamp), now=now)
    assert (same.channel, same.interviewer) == (AnswerChannel.PHONE, manager)
    changed = record_personal_answer(invitation=invitation, submission=Submission(AnswerValues(score=4), stamp), now=now)
    assert (changed.score, changed.channel, changed.interviewer) == (4, AnswerChannel.EMAIL, None)


def test_a_closed_wave_takes_no_calls(phone_wave: Wave, silent: Client, manager: User) -> None:
    late = phone_wave.closes_at + dt.timedelta(seconds=1)
    with pytest.raises(WaveClosedError):
        by_phone(phone_wave, silent, manager, now=late)
    with pytest.raises(WaveClosedError):
        record_attempt(wave=phone_wave, client=silent, outcome=InterviewOutcome.NO_ANSWER, caller=manager, now=late)
    assert not InterviewAttempt.objects.exists()


# --- calls without an answer -------------------------------------------------------------------------------------------------


def test_three_silent_calls_are_enough(phone_wave: Wave, silent: Client, manager: User) -> None:
    now = timezone.now()
    for tries in range(3):
        moment = now + dt.timedelta(days=tries)
        assert called(phone_wave, now=moment) == ["Пётр Лунин"]
        record_attempt(wave=phone_wave, client=silent, outcome=InterviewOutcome.NO_ANSWER, caller=manager, now=moment)
        assert called(phone_wave, now=moment + dt.timedelta(hours=1)) == []
    assert called(phone_wave, now=now + dt.timedelta(days=9)) == []


def test_a_promised_call_comes_back_first(phone_wave: Wave, silent: Client, manager: User) -> None:
    dear = make_client(3, "Анна Дорогая", email="", phone="+79035550003")
    Invitation.objects.create(wave=phone_wave, client=dear, token_hash=b"1" * 32, skip_reason=SkipReason.NO_EMAIL)
    spent(dear, 900)
    now = timezone.now()
    again_at = now + dt.timedelta(hours=2)
    record_attempt(wave=phone_wave, client=silent, outcome=InterviewOutcome.LATER, call_again_at=again_at, caller=manager, now=now)
    assert called(phone_wave, now=now) == ["Анна Дорогая"]
    assert called(phone_wave, now=again_at) == ["Пётр Лунин", "Анна Дорогая"]


@pytest.mark.parametrize(("outcome", "is_closed"), [(InterviewOutcome.DECLINED, False), (InterviewOutcome.DO_NOT_CALL, True)])
def test_a_refusal_ends_the_calls_of_the_wave(
    phone_wave: Wave, silent: Client, manager: User, outcome: InterviewOutcome, is_closed: bool
) -> None:
    record_attempt(wave=phone_wave, client=silent, outcome=outcome, caller=manager, now=timezone.now())
    silent.refresh_from_db()
    assert silent.do_not_call is is_closed
    assert called(phone_wave, now=timezone.now() + dt.timedelta(days=5)) == []
    assert call_counts(phone_wave)[outcome.value] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "answered"},
        {"outcome": "later"},
        {"outcome": "declined", "call_again_at": "2026-01-01T00:00Z"},
        {"outcome": "shouted"},
    ],
)
def test_a_call_that_makes_no_sense_is_refused_by_the_database(phone_wave: Wave, fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        InterviewAttempt.objects.create(invitation=phone_wave.invitations.get(client__email=""), **fields)


# --- the screens -------------------------------------------------------------------------------------------------------------


def url_of(wave: Wave, client: Client, name: str = "interview") -> str:
    """Return the address of a call."""
    return reverse(f"surveys:{name}", args=[wave.pk, wave.invitations.get(client=client).pk])


def page_of(browser: Browser, url: str) -> str:
    """Return a page's text."""
    return browser.get(url).content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions_of_any_length(
    as_manager: Browser, phone_wave: Wave, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count - 1):
        extra = make_client(20 + number, "Ещё Клиент", email="", phone=f"+7903555010{number}")
        Invitation.objects.create(wave=phone_wave, client=extra, token_hash=bytes([number]) * 32, skip_reason=SkipReason.NO_EMAIL)
    with django_assert_num_queries(7):
        page = page_of(as_manager, reverse("surveys:interview_list"))
    assert page.count("data-row") == count


def test_without_a_running_wave_the_page_says_what_to_do(as_manager: Browser) -> None:
    assert "Сейчас волн нет" in page_of(as_manager, reverse("surveys:interview_list"))


def test_odd_filters_are_taken_calmly(as_manager: Browser, phone_wave: Wave) -> None:
    for query in ("?wave=x&days=-1", "?days=99999999", "?q=%00&page=zzz", "?wave=999999"):
        assert as_manager.get(reverse("surveys:interview_list") + query).status_code == 200


def test_the_call_shows_who_it_is_and_what_to_say(as_manager: Browser, phone_wave: Wave, irina: Client) -> None:
    page = page_of(as_manager, url_of(phone_wave, irina))
    assert 'href="tel:+79035554107"' in page
    assert "Здравствуйте, Ирина!" in page
    assert phone_wave.questionnaire.score_question.split()[0] in page
    assert "За этого Клиента отвечаете вы" not in page


def test_the_responsible_person_is_warned(as_manager: Browser, phone_wave: Wave, irina: Client, manager: User) -> None:
    irina.responsible = Employee.objects.create(name="Менеджер", user=manager)
    irina.save()
    assert "За этого Клиента отвечаете вы" in page_of(as_manager, url_of(phone_wave, irina))


def test_saving_leads_to_the_next_person(as_manager: Browser, phone_wave: Wave, silent: Client, irina: Client) -> None:
    data = {"score": "0", "why": "Долго", "consent": "on"}
    response = as_manager.post(url_of(phone_wave, irina) + "?days=3", data)
    following = phone_wave.invitations.get(client=silent)
    done = phone_wave.invitations.get(client=irina)
    assert response["Location"] == f"{reverse('surveys:interview', args=[phone_wave.pk, following.pk])}?days=3&saved={done.pk}"
    assert Answer.objects.get().score == 0
    last = as_manager.post(url_of(phone_wave, silent), data)
    assert last["Location"].startswith(reverse("surveys:interview_list") + f"?wave={phone_wave.pk}")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"score": "9"}, "Прочитайте строку вслух"),
        ({"consent": "on"}, "Выберите число от 0 до 10"),
        ({"score": "11", "consent": "on"}, "Выберите число от 0 до 10"),
        ({"score": "5", "consent": "on", "why": "а" * 2001}, "Слишком длинно"),
    ],
)
def test_a_wrong_interview_comes_back_whole(
    as_manager: Browser, phone_wave: Wave, irina: Client, data: dict[str, str], message: str
) -> None:
    response = as_manager.post(url_of(phone_wave, irina), {"ten": "Звоните заранее", **data})
    assert response.status_code == 422
    assert message in response.content.decode().replace("\xa0", " ")
    assert "Звоните заранее" in response.content.decode()
    assert "data-fresh" not in response.content.decode()
    assert not Answer.objects.exists()


def test_an_answer_by_mail_meanwhile_is_shown(as_manager: Browser, phone_wave: Wave, irina: Client) -> None:
    make_answer(phone_wave, 3, client=irina, why="Уже написала", invitation=phone_wave.invitations.get(client=irina))
    response = as_manager.post(url_of(phone_wave, irina), {"score": "9", "consent": "on"})
    assert response.status_code == 409
    assert "Уже написала" in response.content.decode()
    assert Answer.objects.get().score == 3


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"outcome": "no_answer"}, 302),
        ({"outcome": "declined"}, 302),
        ({"outcome": "do_not_call"}, 302),
        ({"outcome": "later", "call_again_at": ""}, 422),
        ({"outcome": "later", "call_again_at": "2020-01-01T10:00"}, 422),
        ({"outcome": "answered"}, 422),
        ({}, 422),
    ],
)
def test_calls_without_an_answer(as_manager: Browser, phone_wave: Wave, silent: Client, data: dict[str, str], status: int) -> None:
    assert as_manager.post(url_of(phone_wave, silent, "interview_attempt"), data).status_code == status
    assert InterviewAttempt.objects.count() == (status == 302)


def test_a_later_call_is_kept_in_the_companys_time(as_manager: Browser, phone_wave: Wave, silent: Client) -> None:
    tomorrow = timezone.now() + dt.timedelta(days=1)
    moment = tomorrow.astimezone(ZoneInfo("Europe/Moscow")).replace(second=0, microsecond=0)
    data = {"outcome": "later", "call_again_at": moment.strftime("%Y-%m-%dT%H:%M")}
    assert as_manager.post(url_of(phone_wave, silent, "interview_attempt"), data).status_code == 302
    assert InterviewAttempt.objects.get().call_again_at == moment


def test_staff_make_no_interviews(as_staff: Browser, phone_wave: Wave, silent: Client) -> None:
    assert as_staff.get(url_of(phone_wave, silent)).status_code == 403
    assert as_staff.post(url_of(phone_wave, silent), {"score": "9", "consent": "on"}).status_code == 403
    assert not Answer.objects.exists()
