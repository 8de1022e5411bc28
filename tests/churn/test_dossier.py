"""The dossier gathers everything that happened into one line of time."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from churn.enums import CallOutcome, LeaverState, ReturnState, ReturnWay
from churn.models import ExitCall, Leaver, ReturnCampaign, ReturnTurn
from churn.queries import dossier_of
from churn.queries.timeline import timeline_of
from churn.services import record_call
from clients.enums import IncidentKind
from clients.models import Client, Incident
from company.models import User
from mailing.enums import MessageState
from mailing.models import Message
from mailing.services import Recipient, create_letter, plan_wave, suppress
from surveys.enums import AnswerChannel, CaseKind, CaseOutcome, CaseState
from surveys.models import Answer, Case, Promise, Questionnaire, SecondScore, Wave
from tests.churn.world import TODAY, ago, buy, make_client, make_leaver, make_reason, responsible_employee, talk
from touchpoints.services import create_action

pytestmark = pytest.mark.usefixtures("company")
NOW = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)


@pytest.fixture
def leaver(owner: User) -> Leaver:
    """A leaver whom the owner is to call."""
    client = make_client("Кофейня «Пенка»", email="penka@example.org", responsible=responsible_employee(None))
    buy(client, 300, 230, 200, product="Фартуки")
    return make_leaver(client, left=4, last_purchase_on=ago(200), caller=owner)


def answered(client: Client, score: int, why: str = "", days: int = 30) -> Answer:
    """Save an answer."""
    form = Questionnaire.objects.create(
        score_question="?", low_label="0", high_label="10", why_question="?", ten_question="?", promoter_question="?"
    )
    wave = Wave.objects.create(name="Май", questionnaire=form, subject="?", public_token=uuid.uuid4().hex, closes_at=NOW)
    moment = NOW - dt.timedelta(days)
    values = {"channel": AnswerChannel.EMAIL, "submission_key": uuid.uuid4(), "answered_at": moment}
    return Answer.objects.create(wave=wave, client=client, score=score, why=why, **values)


def went_wrong(client: Client, words: str = "Перепутали заказ", days: int = 40, **fields: Any) -> Incident:
    """Save an incident."""
    return Incident.objects.create(client=client, happened_on=ago(days), words=words, request_key=uuid.uuid4(), **fields)


def plan_letter(address: str, *, kind: str, subject: str = "Как мы справились, {name}?") -> None:
    """Put a letter in the outbox."""
    letter = create_letter(name="Волна", locale="ru", subject=subject, text="{unsubscribe_url}", html="{unsubscribe_url}", actor=None)
    person = Recipient(address, "Марина", "1", {"name": "Марина"})
    plan_wave(
        kind=kind,
        occurrence_key=str(uuid.uuid4()),
        letter=letter,
        recipients=[person],
        not_before=NOW,
        window_end=NOW + dt.timedelta(1),
        actor=None,
    )


def letter_sent(address: str, *, kind: str) -> None:
    """Save a letter that left three days ago."""
    plan_letter(address, kind=kind)
    waiting = Message.objects.filter(to_address=address, sent_at=None)
    for state in (MessageState.CLAIMED, MessageState.SENDING):
        waiting.update(state=state)
    waiting.update(state=MessageState.SENT, sent_at=NOW - dt.timedelta(3))


def test_everything_stands_in_one_line_newest_first(leaver: Leaver, owner: User) -> None:
    answer = answered(leaver.client, 6, "Не те фартуки", days=50)
    Case.objects.create(
        kind=CaseKind.DETRACTOR,
        client=leaver.client,
        answer=answer,
        owner=owner,
        due_at=NOW,
        state=CaseState.CLOSED,
        outcome=CaseOutcome.SOLVED,
        closing_note="Привезли за час",
        closed_at=NOW - dt.timedelta(45),
    )
    went_wrong(leaver.client, days=60, kind=IncidentKind.CONFLICT, answer="Вернули через 3 дня", settled_on=ago(57))
    letter_sent("penka@example.org", kind="survey")
    promise = Promise.objects.create(
        action=create_action(title="Подписывать", owner=owner, due_on=TODAY, actor=owner), wording="Подпишем фартуки", subject="?", text="?"
    )
    promise.asked_by.add(answer)
    SecondScore.objects.create(
        answer=answer, promise=promise, token_hash=b"1", score=9, comment="Лучше", asked_at=NOW, answered_at=NOW - dt.timedelta(20)
    )
    record_call(leaver=leaver, record=talk(words="Сказали «разберёмся»", second_score=7, next_call_on=TODAY), actor=owner)
    make_leaver(leaver.client, left=400, state=LeaverState.RETURNED, returned_on=ago(390), last_purchase_on=ago(581))

    lines = timeline_of(leaver.client, leaver=leaver)
    days = [line.day for line in lines]
    assert days == sorted(days, reverse=True)
    assert {(line.what, line.score, line.words or line.note) for line in lines} == {
        ("NPS", 6, "Не те фартуки"),
        ("обращение", None, "решено, Клиент доволен: Привезли за час"),
        ("конфликт", None, "Перепутали заказ"),
        ("письмо", None, "Как мы справились, Марина?"),
        ("наше обещание", None, "Подпишем фартуки"),
        ("вторая оценка", 9, "Лучше"),
        ("звонок, попытка 1", 7, "Сказали «разберёмся»"),
        ("уход до этого", None, ""),
        ("вернулся", None, ""),
    }


@pytest.mark.parametrize("kind", ["staff_survey", "case_alert", "letter_test", "survey_test"])
def test_letters_to_colleagues_and_tests_are_none_of_the_clients(leaver: Leaver, kind: str) -> None:
    letter_sent("penka@example.org", kind=kind)
    assert timeline_of(leaver.client, leaver=leaver) == []


def test_letters_of_others_and_unsent_ones_do_not_show(leaver: Leaver) -> None:
    letter_sent("other@example.org", kind="survey")
    suppress(address="penka@example.org", reason="unsubscribed", source="test")
    plan_letter("penka@example.org", kind="survey")
    assert timeline_of(leaver.client, leaver=leaver) == []


def test_who_was_told_nothing_has_no_line_about_the_fix(leaver: Leaver) -> None:
    campaign = ReturnCampaign.objects.create(name="Фартуки", fixed="Подписываем фартуки", request_key=uuid.uuid4())
    turn = ReturnTurn.objects.create(
        campaign=campaign, client=leaver.client, way=ReturnWay.CALL, is_held_out=True, drawn_on=TODAY, told_on=TODAY
    )
    assert timeline_of(leaver.client, leaver=leaver) == []
    ReturnTurn.objects.filter(pk=turn.pk).update(is_held_out=False, state=ReturnState.TOLD)
    assert [line.note for line in timeline_of(leaver.client, leaver=leaver)] == ["Подписываем фартуки"]


def test_purchases_say_what_how_often_and_when_they_stopped(leaver: Leaver) -> None:
    dossier = dossier_of(leaver, today=TODAY)
    assert (dossier.products, dossier.gap_days) == (["Фартуки"], 50)
    assert dossier.stopped_in == dt.date(2025, 12, 1)


def test_a_single_purchase_has_no_rhythm(owner: User) -> None:
    leaver = make_leaver(make_client("Лев", 200), caller=owner, last_purchase_on=ago(200))
    assert dossier_of(leaver, today=TODAY).gap_days is None


def test_only_the_newest_lines_stand_open(leaver: Leaver) -> None:
    for number in range(10):
        went_wrong(leaver.client, f"Случай {number}", days=number)
    dossier = dossier_of(leaver, today=TODAY)
    assert [line.note for line in dossier.latest][:2] == ["Случай 0", "Случай 1"]
    assert (len(dossier.latest), len(dossier.earlier)) == (8, 2)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_line_of_time_takes_the_same_queries_for_any_history(
    leaver: Leaver, owner: User, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        answered(leaver.client, 6)
        went_wrong(leaver.client, author=owner)
        letter_sent("penka@example.org", kind="survey")
        record_call(leaver=leaver, record=talk(attempt=number, next_call_on=TODAY, reasons=[make_reason()]), actor=owner)
    with django_assert_num_queries(11):
        timeline_of(Client.objects.get(pk=leaver.client_id), leaver=leaver)


def test_the_page_shows_the_line_and_the_first_score(as_owner: Browser, leaver: Leaver) -> None:
    answered(leaver.client, 6, "Не те фартуки", days=30)
    went_wrong(leaver.client)
    text = as_owner.get(reverse("churn:leaver", args=[leaver.pk])).text
    for words in ["«Не те фартуки»", "Перепутали заказ", "перестали в декабре 2025", "раз в 50 дней", "было 6, 20 апреля 2026"]:
        assert words in text


def test_a_second_score_belongs_to_a_talk(leaver: Leaver, owner: User) -> None:
    call = record_call(leaver=leaver, record=talk(second_score=0), actor=owner)
    assert (call.second_score, ExitCall.objects.get().outcome) == (0, CallOutcome.TALKED)
