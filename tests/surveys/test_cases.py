"""Cases open by themselves, climb when late, and never go back."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, ClientSum
from company.enums import Role
from company.models import Employee, User
from mailing.enums import MessageState
from mailing.models import Message
from mailing.rendering import rendered
from surveys.enums import AnswerChannel, CaseKind, CaseOutcome, CaseState, SurveyAudience, SuspectReason, WaveState
from surveys.models import Answer, Case, CaseEvent, SecondScore, SurveySettings, Wave
from surveys.services import (
    CaseClosedError,
    assign_case,
    close_case,
    escalate_late_cases,
    move_case,
    note_case,
    open_case_by_hand,
    open_due_cases,
    take_case,
)
from surveys.tasks import close_the_loop
from tests.surveys.conftest import make_answer, make_client, make_draft, start

pytestmark = pytest.mark.django_db


def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def critic(wave: Wave, irina: Client, manager: User) -> Answer:
    """An answer of a critic."""
    return make_answer(wave, 3, client=irina, why="Ждала час")


@pytest.fixture
def case(critic: Answer) -> Case:
    """The case it opened."""
    assert open_due_cases(now=now()) == 1
    return Case.objects.get()


def mark_sent(client: Client, sent_at: dt.datetime) -> None:
    """Say that the Client's letter left at the moment."""
    Message.objects.filter(to_address=client.email).update(state=MessageState.CLAIMED)
    Message.objects.filter(to_address=client.email).update(state=MessageState.SENDING)
    Message.objects.filter(to_address=client.email).update(state=MessageState.SENT, sent_at=sent_at)


def worth(client: Client, cents: int) -> None:
    """Let the Client have bought for so much."""
    day = timezone.localdate()
    ClientSum.objects.create(client=client, first_day=day, last_day=day, n_days=1, n_purchases=1, cents=cents, first_cents=cents)


def test_a_critic_opens_one_case_for_the_most_senior_manager(critic: Answer, irina: Client, manager: User) -> None:
    assert open_due_cases(now=now()) == 1
    assert open_due_cases(now=now()) == 0
    case = Case.objects.get()
    assert (case.kind, case.client, case.answer, case.owner, case.state) == (CaseKind.DETRACTOR, irina, critic, manager, CaseState.NEW)
    assert case.due_at > now()
    assert list(case.events.values_list("state", "text")) == [("new", "")]


@pytest.mark.parametrize(
    ("score", "fields"),
    [
        (7, {}),
        (10, {}),
        (0, {"suspect_reason": SuspectReason.TOO_FAST}),
        (0, {"channel": AnswerChannel.IMPORT}),
        (0, {"answered_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}),
        (0, {"client": None}),
    ],
)
def test_others_open_none(wave: Wave, irina: Client, manager: User, score: int, fields: dict[str, Any]) -> None:
    make_answer(wave, score, **{"client": irina, **fields})
    assert open_due_cases(now=now()) == 0


def test_partners_open_none(wave: Wave, irina: Client, manager: User) -> None:
    Wave.objects.update(audience=SurveyAudience.PARTNERS)
    make_answer(wave, 0, client=irina)
    assert open_due_cases(now=now()) == 0


def test_an_answer_corrected_down_opens_one(wave: Wave, irina: Client, manager: User) -> None:
    make_answer(wave, 5, client=irina, answered_at=now() - dt.timedelta(days=20), corrected_at=now())
    assert open_due_cases(now=now()) == 1


def test_an_answer_corrected_up_is_noted_once(case: Case, critic: Answer) -> None:
    Answer.objects.update(score=9, corrected_at=now() + dt.timedelta(seconds=1))
    open_due_cases(now=now())
    open_due_cases(now=now())
    assert [event.text for event in case.events.exclude(text="")] == ["Клиент изменил оценку на 9."]


def test_without_anybody_to_give_it_to_nothing_is_opened(wave: Wave, irina: Client, owner: User) -> None:
    make_answer(wave, 0, client=irina)
    User.objects.update(is_active=False)
    assert open_due_cases(now=now()) == 0


def test_the_rules_name_who_gets_cases(critic: Answer, staff: User) -> None:
    SurveySettings.objects.create(case_owner=staff)
    open_due_cases(now=now())
    assert Case.objects.get().owner == staff


def test_the_clients_own_manager_does_not_get_the_complaint(critic: Answer, irina: Client, manager: User, owner: User) -> None:
    irina.responsible = Employee.objects.create(name="Р", user=manager)
    irina.save()
    open_due_cases(now=now())
    assert Case.objects.get().owner == owner


def test_one_client_has_one_open_case(case: Case, irina: Client) -> None:
    make_answer(start(make_draft(name="Вторая")), 2, client=irina)
    assert open_due_cases(now=now()) == 0


def test_what_was_said_before_the_talk_ended_opens_no_second_case(case: Case, irina: Client, manager: User) -> None:
    make_answer(start(make_draft(name="Вторая")), 2, client=irina)
    close_case(case=case, outcome=CaseOutcome.SOLVED, note="Поговорили", actor=manager, now=now())
    assert open_due_cases(now=now()) == 0
    make_answer(start(make_draft(name="Третья")), 2, client=irina, answered_at=now() + dt.timedelta(seconds=1))
    assert open_due_cases(now=now()) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_workers_open_one_case(critic: Answer) -> None:
    moment = now()

    def work(_number: int) -> int:
        try:
            return open_due_cases(now=moment)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(work, range(10))) == 1
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 1)
    assert Message.objects.filter(wave__kind="case_alert").count() == 1


def test_the_alert_names_the_case_and_no_link_of_the_client(case: Case, critic: Answer, manager: User, token: str) -> None:
    message = Message.objects.get(wave__kind="case_alert")
    letter = rendered(message, message.wave.letter).decode()
    assert (message.to_address, message.context["score"], message.context["words"]) == (manager.email, "3", "Ждала час")
    assert message.context["url"].endswith(reverse("surveys:case_detail", args=[case.pk]))
    assert message.link == {}
    assert token not in letter


def test_a_dear_client_who_keeps_silent_gets_one_case(wave: Wave, irina: Client, manager: User) -> None:
    worth(irina, 500_000)
    mark_sent(irina, now() - dt.timedelta(days=11))
    assert open_due_cases(now=now()) == 0
    SurveySettings.objects.create(silent_from_cents=500_000)
    assert open_due_cases(now=now()) == 1
    assert open_due_cases(now=now()) == 0
    case = Case.objects.get()
    assert (case.kind, case.wave, case.client, case.answer) == (CaseKind.SILENCE, wave, irina, None)
    assert Message.objects.get(wave__kind="case_alert").wave.letter.subject == "Дорогой Клиент молчит: {client}"


@pytest.mark.parametrize(("cents", "days"), [(499_999, 11), (500_000, 9)])
def test_cheap_or_short_silence_opens_none(wave: Wave, irina: Client, manager: User, cents: int, days: int) -> None:
    SurveySettings.objects.create(silent_from_cents=500_000)
    worth(irina, cents)
    mark_sent(irina, now() - dt.timedelta(days=days))
    assert open_due_cases(now=now()) == 0


def test_silence_counts_at_once_when_the_wave_is_over(wave: Wave, irina: Client, manager: User) -> None:
    SurveySettings.objects.create(silent_from_cents=0)
    worth(irina, 1)
    mark_sent(irina, now() - dt.timedelta(days=2))
    Wave.objects.update(state=WaveState.CLOSED, closed_at=now())
    assert open_due_cases(now=now()) == 1


def test_whoever_answered_or_got_no_letter_is_not_silent(wave: Wave, irina: Client, manager: User) -> None:
    SurveySettings.objects.create(silent_from_cents=0)
    worth(irina, 1)
    Wave.objects.update(state=WaveState.CLOSED, closed_at=now())
    assert open_due_cases(now=now()) == 0
    mark_sent(irina, now() - dt.timedelta(days=11))
    make_answer(wave, 10, client=irina)
    assert open_due_cases(now=now()) == 0


def test_a_letter_that_came_back_is_no_silence(wave: Wave, irina: Client, manager: User) -> None:
    SurveySettings.objects.create(silent_from_cents=0)
    worth(irina, 1)
    mark_sent(irina, now() - dt.timedelta(days=11))
    Message.objects.update(bounced_at=now())
    assert open_due_cases(now=now()) == 0


def test_a_case_that_cannot_be_opened_does_not_hold_up_the_next(wave: Wave, critic: Answer, manager: User) -> None:
    make_answer(wave, 1, client=make_client(2))
    broken = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;"
    with connection.cursor() as cursor:
        cursor.execute(broken)
        cursor.execute(
            f"CREATE TRIGGER refuse BEFORE INSERT ON surveys_case FOR EACH ROW WHEN (NEW.answer_id = {critic.pk}) EXECUTE FUNCTION refuse()"
        )
    assert open_due_cases(now=now()) == 1
    assert Case.objects.get().client == Client.objects.get(external_id="c2")


def test_a_late_case_climbs_to_the_owners_once(case: Case, owner: User, manager: User) -> None:
    assert escalate_late_cases(now=now()) == 0
    late = case.due_at + dt.timedelta(minutes=1)
    assert escalate_late_cases(now=late) == 1
    assert escalate_late_cases(now=late) == 0
    case.refresh_from_db()
    assert (case.escalated_at, case.owner) == (late, manager)
    assert [one.to_address for one in Message.objects.filter(wave__kind="case_late")] == [owner.email]


def test_a_closed_case_is_never_late(case: Case, manager: User) -> None:
    close_case(case=case, outcome=CaseOutcome.SOLVED, note="Поговорили", actor=manager, now=now())
    assert escalate_late_cases(now=case.due_at + dt.timedelta(days=1)) == 0


def test_a_case_goes_forward_only(case: Case, manager: User) -> None:
    take_case(case=case, actor=manager, now=now())
    move_case(case=case, state=CaseState.TALKED, actor=manager, now=now())
    for state in (CaseState.NEW, CaseState.WORKING, CaseState.TALKED, CaseState.CLOSED):
        with pytest.raises(CaseClosedError):
            move_case(case=case, state=state, actor=manager, now=now())
    close_case(case=case, outcome=CaseOutcome.ACCEPTED, note="Объяснили", actor=manager, now=now())
    with pytest.raises(CaseClosedError):
        take_case(case=case, actor=manager, now=now())
    with pytest.raises(CaseClosedError):
        close_case(**closing(case, manager))
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closing_note) == (CaseState.CLOSED, CaseOutcome.ACCEPTED, "Объяснили")
    assert list(case.events.values_list("state", flat=True)) == ["new", "working", "talked", "closed"]


def closing(case: Case, actor: User) -> dict[str, Any]:
    return {"case": case, "outcome": CaseOutcome.UNSOLVED, "note": "другое", "actor": actor, "now": now()}


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_once(case: Case, manager: User) -> None:
    def close(_number: int) -> bool:
        try:
            close_case(**closing(case, manager))
        except CaseClosedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(close, range(8))) == 1
    assert case.events.filter(state=CaseState.CLOSED).count() == 1


def test_the_new_owner_is_told_once(case: Case, staff: User, manager: User) -> None:
    assign_case(case=case, owner=staff, actor=manager, now=now())
    with pytest.raises(CaseClosedError):
        assign_case(case=case, owner=staff, actor=manager, now=now())
    assert sorted(one.to_address for one in Message.objects.filter(wave__kind="case_alert")) == sorted([manager.email, staff.email])


def test_opening_by_hand_finds_the_case_that_is_there(case: Case, irina: Client, manager: User) -> None:
    fan = make_answer(start(make_draft(name="Вторая")), 10, client=irina)
    assert open_case_by_hand(answer=fan, owner=manager, actor=manager, now=now()) == case
    assert Case.objects.count() == 1


def test_a_comment_without_a_name_becomes_a_case_by_hand(wave: Wave, manager: User, as_manager: Browser) -> None:
    answer = make_answer(wave, 8, why="Хорошо, но", channel=AnswerChannel.PUBLIC)
    url = reverse("surveys:case_create", args=[answer.pk])
    assert as_manager.get(url).status_code == 200
    assert as_manager.post(url, {"owner": "999"}).status_code == 422
    assert not Case.objects.exists()
    as_manager.post(url, {"owner": manager.pk})
    as_manager.post(url, {"owner": manager.pk})
    case = Case.objects.get()
    assert (case.kind, case.answer, case.owner) == (CaseKind.BY_HAND, answer, manager)
    assert as_manager.get(url).status_code == 302


def test_staff_open_their_own_cases_only(case: Case, staff: User, as_staff: Browser, manager: User) -> None:
    urls = [reverse("surveys:case_detail", args=[case.pk])]
    assert as_staff.get(urls[0]).status_code == 404
    posts = [reverse(f"surveys:case_{name}", args=[case.pk]) for name in ("take", "move", "note", "close", "ask", "second")]
    assert {as_staff.post(url).status_code for url in posts} == {404}
    assert list(as_staff.get(reverse("surveys:case_list")).context["page"]) == []
    assign_case(case=case, owner=staff, actor=manager, now=now())
    assert as_staff.get(urls[0]).status_code == 200
    assert list(as_staff.get(reverse("surveys:case_list")).context["page"]) == [case]


def test_staff_see_no_money(case: Case, irina: Client, staff: User, as_staff: Browser, as_manager: Browser) -> None:
    worth(irina, 123_456_00)
    assign_case(case=case, owner=staff, actor=case.owner, now=now())
    for name, args in (("surveys:case_detail", [case.pk]), ("surveys:case_list", [])):
        url = reverse(name, args=args)
        assert "123\u00a0456" in as_manager.get(url).content.decode()
        assert "123\u00a0456" not in as_staff.get(url).content.decode()


def test_closing_needs_a_note_and_keeps_what_was_typed(case: Case, as_manager: Browser) -> None:
    url = reverse("surveys:case_close", args=[case.pk])
    response = as_manager.post(url, {"outcome": "solved", "note": " "})
    assert response.status_code == 422
    assert response.context["forms"]["close"]["outcome"].value() == "solved"
    response = as_manager.post(url, {"note": "Позвонили и извинились"})
    assert response.status_code == 422
    assert "Позвонили и извинились" in response.content.decode()
    case.refresh_from_db()
    assert case.state == CaseState.NEW
    assert as_manager.post(url, {"outcome": "solved", "note": "Позвонили и извинились"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closing_note) == (CaseState.CLOSED, CaseOutcome.SOLVED, "Позвонили и извинились")


def test_the_work_of_a_case_by_its_buttons(case: Case, as_manager: Browser, staff: User) -> None:
    as_manager.post(reverse("surveys:case_take", args=[case.pk]))
    assert as_manager.post(reverse("surveys:case_note", args=[case.pk]), {"text": ""}).status_code == 422
    as_manager.post(reverse("surveys:case_note", args=[case.pk]), {"text": "Не взяла трубку"})
    as_manager.post(reverse("surveys:case_move", args=[case.pk]))
    assert as_manager.post(reverse("surveys:case_assign", args=[case.pk]), {"owner": ""}).status_code == 422
    as_manager.post(reverse("surveys:case_assign", args=[case.pk]), {"owner": staff.pk})
    case.refresh_from_db()
    assert (case.state, case.owner) == (CaseState.TALKED, staff)
    page = as_manager.get(reverse("surveys:case_detail", args=[case.pk])).content.decode()
    assert "Не взяла трубку" in page
    assert 'href="tel:+79035554107"' in page


def test_pressing_too_late_says_so(case: Case, as_manager: Browser, manager: User) -> None:
    close_case(**closing(case, manager))
    response = as_manager.post(reverse("surveys:case_move", args=[case.pk]), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Этот кейс уже кто-то двинул дальше: ничего не изменилось."]


def test_filters(case: Case, as_manager: Browser, staff: User, manager: User) -> None:
    def shown(query: str) -> list[Case]:
        return list(as_manager.get(reverse("surveys:case_list") + query).context["page"])

    assert shown("") == shown("?mine=1") == shown("?kind=detractor") == shown("?state=new") == shown("?state=lost") == [case]
    assert shown("?late=1") == shown("?kind=silence") == shown("?state=closed") == shown("?state=talked") == []
    Case.objects.update(due_at=now() - dt.timedelta(hours=1))
    assert shown("?late=1") == [case]
    close_case(**closing(case, manager))
    assert shown("?state=closed") == [case]
    assert shown("") == shown("?late=1") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(
    as_manager: Browser, manager: User, wave: Wave, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        client = make_client(100 + number)
        worth(client, 1000)
        make_answer(wave, 2, client=client)
    open_due_cases(now=now())
    with django_assert_num_queries(9):
        as_manager.get(reverse("surveys:case_list"))


def test_the_beat_closes_the_loop(critic: Answer) -> None:
    close_the_loop()
    close_the_loop()
    assert Case.objects.count() == 1


def test_a_second_score_is_asked_by_letter_once(case: Case, critic: Answer, as_manager: Browser, irina: Client) -> None:
    url = reverse("surveys:case_ask", args=[case.pk])
    as_manager.post(url)
    as_manager.post(url)
    message, second = Message.objects.get(wave__kind="second_score"), SecondScore.objects.get()
    assert (message.to_address, second.case, second.answer, second.score) == (irina.email, case, critic, None)


def test_a_second_score_named_in_a_talk(case: Case, as_manager: Browser) -> None:
    url = reverse("surveys:case_second", args=[case.pk])
    assert as_manager.post(url, {"score": "11", "comment": "Спасибо"}).status_code == 422
    assert not SecondScore.objects.exists()
    as_manager.post(url, {"score": "9", "comment": "Спасибо"})
    as_manager.post(url, {"score": "1"})
    as_manager.post(reverse("surveys:case_ask", args=[case.pk]))
    second = SecondScore.objects.get()
    assert (second.score, second.comment) == (9, "Спасибо")
    assert not Message.objects.filter(wave__kind="second_score").exists()


def test_naming_it_in_a_talk_holds_the_letter_back(case: Case, as_manager: Browser) -> None:
    as_manager.post(reverse("surveys:case_ask", args=[case.pk]))
    as_manager.post(reverse("surveys:case_second", args=[case.pk]), {"score": "9"})
    assert Message.objects.get(wave__kind="second_score").state == MessageState.SKIPPED


def test_without_an_address_nobody_is_asked(case: Case, irina: Client, as_manager: Browser) -> None:
    Client.objects.update(do_not_mail=True)
    as_manager.post(reverse("surveys:case_ask", args=[case.pk]))
    assert not SecondScore.objects.exists()


def test_the_log_only_grows(case: Case, manager: User) -> None:
    note_case(case=case, text="Первое", actor=manager, now=now())
    note_case(case=case, text="Второе", actor=manager, now=now())
    assert list(case.events.values_list("text", flat=True)) == ["", "Первое", "Второе"]


def test_managers_come_before_owners_by_seniority(critic: Answer, owner: User, manager: User) -> None:
    senior = User.objects.create_user("senior@example.org", name="С", role=Role.MANAGER, seniority=2)
    open_due_cases(now=now())
    assert Case.objects.get().owner == senior
