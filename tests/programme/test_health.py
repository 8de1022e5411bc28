"""The health of the programme: each sign from its rows, on the day its time was up; weak numbers are refused."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from churn.enums import CallOutcome, Detection, LeaverState
from churn.models import ExitCall, Leaver
from clients.models import Client, Spell
from company.models import Company, User
from programme.formulas.health import NEEDED, Part, Sign
from programme.queries.health import Health, Period, actions_kept, health
from surveys.enums import AnswerChannel, CaseKind, CaseOutcome, CaseState
from surveys.models import Answer, Case, CaseEvent, Invitation, Promise, Wave
from surveys.services import WaveDraft, create_wave
from touchpoints.enums import ActionState, AuditState
from touchpoints.models import Action, Audit

NOW = dt.datetime(2026, 5, 20, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("company", "company_clock")


@pytest.fixture(autouse=True)
def _one_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def ago(days: float) -> dt.datetime:
    """Return a moment so many days back."""
    return NOW - days * DAY


def found() -> dict[Sign, tuple[int, int]]:
    """Return (hits, n) of every sign."""
    return {sign: (part.hits, part.n) for sign, part in health(TODAY).signs.items()}


def buyer(number: int, *, last: float = 10, patience: int = 90) -> Client:
    """Save a Client who buys."""
    client = Client.objects.create(name=f"Клиент {number}")
    day = ago(last).date()
    Spell.objects.create(client=client, first_day=day - 30 * DAY, last_day=day, n_days=2, cents=100_000, patience=patience)
    return client


def a_wave() -> Wave:
    """Save a draft of a wave."""
    return create_wave(draft=WaveDraft(name="Весна", locale="ru", subject="Вопрос", intro="", closes_at=NOW + 14 * DAY), actor=None)


def say(wave: Wave, client: Client | None, score: int, at: dt.datetime, **fields: Any) -> Answer:
    """Save an answer."""
    values = {"channel": AnswerChannel.EMAIL, "submission_key": uuid.uuid4(), "answered_at": at, **fields}
    return Answer.objects.create(wave=wave, client=client, score=score, **values)


def ask(wave: Wave, client: Client, at: dt.datetime, **fields: Any) -> Invitation:
    """Save an invitation."""
    return Invitation.objects.create(wave=wave, client=client, token_hash=uuid.uuid4().bytes * 2, created_at=at, **fields)


def critic(owner: User, at: dt.datetime, number: int, *, talked: dt.timedelta | None = None, **fields: Any) -> Case:
    """Save a critic's case, perhaps with a talk so long after the answer."""
    answer = say(Wave.objects.first() or a_wave(), Client.objects.create(name=f"Критик {number}"), 3, at)
    case = Case.objects.create(
        kind=CaseKind.DETRACTOR, client=answer.client, answer=answer, owner=owner, due_at=at + 3 * DAY, created_at=at + HOUR, **fields
    )
    if talked is not None:
        CaseEvent.objects.create(case=case, at=at + talked, state=CaseState.TALKED)
    return case


def closed(at: dt.datetime, outcome: CaseOutcome) -> dict[str, Any]:
    """Return how a case ended."""
    return {"state": CaseState.CLOSED, "closed_at": at, "outcome": outcome, "closing_note": "Поговорили"}


def leaver(number: int, left: float, **fields: Any) -> Leaver:
    """Save who left so many days ago."""
    day = ago(left).date()
    values = {"last_purchase_on": day - 90 * DAY, "left_on": day, "noticed_on": day, "detection": Detection.RECENCY, "at_risk_cents": 1}
    return Leaver.objects.create(client=Client.objects.create(name=f"Ушедший {number}"), **(values | fields))


def call(one: Leaver, caller: User, at: dt.datetime, **fields: Any) -> ExitCall:
    """Save a call that nobody took."""
    values = {"outcome": CallOutcome.NO_ANSWER, "next_call_on": TODAY, "request_key": uuid.uuid4(), "called_at": at}
    return ExitCall.objects.create(leaver=one, caller=caller, **(values | fields))


def due(owner: User, days: float, done: float | None = None, **fields: Any) -> Action:
    """Save an action due so many days ago, perhaps done."""
    end = {} if done is None else {"state": ActionState.DONE, "done_at": ago(done), "evidence": "Готово"}
    return Action.objects.create(title="Починить вывеску", owner=owner, due_on=ago(days).date(), **(end | fields))


def test_empty_company_has_no_figure_at_all() -> None:
    assert found() == dict.fromkeys(Sign, (0, 0))
    assert [(part.share, part.interval, part.missing) for part in health(TODAY).signs.values()] == [
        (None, None, NEEDED[sign]) for sign in Sign
    ]


def test_weak_part_has_no_share() -> None:
    assert (Part(9, 9, 10).share, Part(9, 9, 10).interval) == (None, None)
    assert Part(9, 10, 10).share == 0.9
    low, high = Part(9, 10, 10).interval or (0, 0)
    assert (round(low, 2), round(high, 2)) == (0.6, 0.98)


def test_only_those_who_still_buy_are_to_be_asked() -> None:
    wave, active, gone = a_wave(), buyer(1), buyer(2, last=200)
    ask(wave, active, ago(30))
    ask(wave, gone, ago(30))
    assert (found()[Sign.ASKED], found()[Sign.ANSWERED]) == ((1, 1), (0, 1))


def test_letter_not_sent_or_long_ago_did_not_ask() -> None:
    wave, first, second, third = a_wave(), buyer(1), buyer(2), buyer(3)
    ask(wave, first, ago(121))
    ask(wave, second, ago(3), skip_reason="no_email")
    say(wave, third, 9, ago(3), channel=AnswerChannel.IMPORT)
    assert found()[Sign.ASKED] == (0, 3)


def test_who_answered_was_asked_by_whatever_road_and_counts_once() -> None:
    wave, client = a_wave(), buyer(1)
    buyer(2)
    for score in (9, 10):
        say(wave, client, score, ago(5), channel=AnswerChannel.QR)
    say(wave, None, 9, ago(5), channel=AnswerChannel.QR)
    assert (found()[Sign.ASKED], found()[Sign.ANSWERED]) == ((1, 2), (1, 1))


def test_answer_in_doubt_is_no_answer() -> None:
    wave, client = a_wave(), buyer(1)
    ask(wave, client, ago(5))
    say(wave, client, 9, ago(4), suspect_reason="too_fast")
    assert found()[Sign.ANSWERED] == (0, 1)


@pytest.mark.parametrize(
    ("hours", "expected"), [(47, (1, 1)), (48, (1, 1)), (49, (0, 1)), (None, (0, 1))], ids=["in time", "just in time", "late", "never"]
)
def test_critic_is_answered_within_48_hours(owner: User, hours: int | None, expected: tuple[int, int]) -> None:
    critic(owner, ago(10), 1, talked=None if hours is None else hours * HOUR)
    assert found()[Sign.CRITICS] == expected


def test_fresh_critic_is_not_counted_yet(owner: User) -> None:
    critic(owner, ago(1), 1)
    assert found()[Sign.CRITICS] == (0, 0)


@pytest.mark.parametrize(("outcome", "expected"), [(CaseOutcome.SOLVED, 1), (CaseOutcome.NOT_REACHED, 0)])
def test_case_closed_in_time_is_an_answer_unless_nobody_was_reached(owner: User, outcome: CaseOutcome, expected: int) -> None:
    critic(owner, ago(10), 1, **closed(ago(9), outcome))
    assert found()[Sign.CRITICS] == (expected, 1)


def test_action_is_kept_on_its_very_day_and_not_a_day_later(owner: User) -> None:
    due(owner, 5, done=5)
    due(owner, 5, done=4)
    due(owner, 5)
    due(owner, 0)
    due(owner, 91, done=95)
    assert found()[Sign.PROMISES] == (1, 3)


def test_dropped_action_is_left_out_but_a_dropped_promise_was_not_kept(owner: User) -> None:
    dropped: dict[str, Any] = {"state": ActionState.DROPPED, "drop_reason": "Передумали"}
    due(owner, 5, **dropped)
    Promise.objects.create(action=due(owner, 5, **dropped), wording="Привозим вечером", subject="Готово", text="Готово")
    Promise.objects.create(action=due(owner, 6, done=7), wording="Звоним заранее", subject="Готово", text="Готово")
    measured: Health = health(TODAY)
    assert (measured.signs[Sign.PROMISES], measured.promised) == (Part(1, 2), Part(1, 2))


def test_what_is_done_late_mends_no_past_month(owner: User) -> None:
    row = due(owner, 45)
    month = [Period(dt.date(2026, 4, 1), dt.date(2026, 5, 1))]
    before = actions_kept(month)
    Action.objects.filter(pk=row.pk).update(state=ActionState.DONE, done_at=ago(1), evidence="Готово")
    assert actions_kept(month) == before == [Part(0, 1)]


def walk(days: float, finished: float | None, **fields: Any) -> Audit:
    """Save a walk due so many days ago, planned a week before."""
    end = {} if finished is None else {"state": AuditState.DONE, "finished_at": ago(finished)}
    audit = Audit.objects.create(due_on=ago(days).date(), **(end | fields))
    Audit.objects.filter(pk=audit.pk).update(created_at=ago(days + 7))
    return audit


def test_audits_are_walked_by_their_day(owner: User) -> None:
    walk(10, 11, auditor=owner)
    walk(10, 9, auditor=owner)
    walk(10, 11, auditor=owner, is_forgotten=True)
    walk(10, None, auditor=owner)
    walk(-3, None, auditor=owner)
    assert found()[Sign.AUDITS] == (1, 4)


def test_audits_brought_in_from_a_table_had_no_day(owner: User) -> None:
    Audit.objects.create(due_on=ago(10).date(), auditor=owner, state=AuditState.DONE, finished_at=ago(10))
    assert found()[Sign.AUDITS] == (0, 0)


def test_leavers_are_called_in_the_first_month(owner: User) -> None:
    in_time, late, _never, young = leaver(1, 60), leaver(2, 60), leaver(3, 60), leaver(4, 20)
    call(in_time, owner, ago(40))
    call(late, owner, ago(20))
    call(young, owner, ago(10))
    assert found()[Sign.CALLS] == (1, 3)


def test_calls_are_counted_from_the_first_one_on(owner: User) -> None:
    leaver(1, 100)
    assert found()[Sign.CALLS] == (0, 0)
    call(leaver(2, 60), owner, ago(50))
    assert found()[Sign.CALLS] == (1, 1)


def test_who_came_back_or_wants_peace_is_left_out(owner: User) -> None:
    call(leaver(1, 60), owner, ago(50))
    leaver(2, 60, state=LeaverState.RETURNED, returned_on=ago(45).date())
    Client.objects.filter(pk=leaver(3, 60).client_id).update(do_not_call=True)
    rehearsed = leaver(4, 60, is_rehearsal=True)
    call(rehearsed, owner, ago(50), is_rehearsal=True)
    returned = leaver(5, 60, state=LeaverState.RETURNED, returned_on=ago(35).date())
    call(returned, owner, ago(40))
    assert found()[Sign.CALLS] == (2, 2)


def test_page_refuses_a_weak_number_and_shows_a_strong_one(as_manager: Browser, owner: User) -> None:
    for _number in range(9):
        due(owner, 5, done=6)
    rows = {row.sign: row for row in as_manager.get("/path/").context["health"]}
    assert (rows[Sign.PROMISES].figure, rows[Sign.PROMISES].refused) == ("", "Мало данных: 9 из 10 нужных")
    due(owner, 5)
    page = as_manager.get("/path/")
    row = {row.sign: row for row in page.context["health"]}[Sign.PROMISES]
    assert (row.figure, row.of, row.range, row.refused) == ("90\u00a0%", "9 из 10", "от 60 до 98 %", "")
    assert page.content.decode().count("Мало данных") == 5


def test_page_speaks_english_too(as_owner: Browser) -> None:
    page = as_owner.get("/path/", headers={"Accept-Language": "en"}).content.decode()
    assert (page.count("Too few: 0 of 20 needed"), page.count("Too few: 0 of 10 needed")) == (3, 3)


def test_doors_that_are_shut_for_staff_are_not_drawn(as_staff: Browser) -> None:
    rows = {row.sign: row.url for row in as_staff.get("/path/").context["health"]}
    assert (rows[Sign.ANSWERED], rows[Sign.CALLS]) == ("", "/leavers/")


@pytest.mark.parametrize("rows", [1, 3])
def test_health_takes_six_queries(company: Company, owner: User, rows: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    del company
    for number in range(rows):
        due(owner, 5)
        critic(owner, ago(5), number)
        leaver(number, 60)
    with django_assert_num_queries(6):
        health(TODAY)
