"""A call is saved once, by the right person, with everything that follows."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from churn.enums import CallOutcome, LeaverState
from churn.models import ExitCall, Leaver, Reason
from churn.queries import queue_summary
from churn.services import (
    CallConflictError,
    CallerError,
    CallError,
    CallRecord,
    allow_exception,
    find_leavers,
    reassign,
    record_call,
    save_draft,
)
from clients.models import Client
from company.enums import Role
from company.models import Company, User
from tests.churn.world import TODAY, ago, make_client, make_colleague, make_leaver, make_reason, missed, responsible_employee, talk
from touchpoints.models import Action

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def leaver(owner: User) -> Leaver:
    """A leaver the owner is to call, with something typed already."""
    return make_leaver(make_client("Кофейня «Пенка»"), caller=owner, draft={"words": "Фартуки перепутали"})


def test_a_talk_without_a_next_date_closes_the_case(leaver: Leaver, owner: User) -> None:
    call = record_call(leaver=leaver, record=talk(words="Дважды привезли не то", steps_done=[0, 2], is_within_power=True), actor=owner)
    leaver.refresh_from_db()
    assert (leaver.state, leaver.n_calls, leaver.draft, leaver.next_call_on) == (LeaverState.CLOSED, 1, {}, None)
    assert (call.words, call.steps_done, call.is_within_power, call.caller) == ("Дважды привезли не то", [0, 2], True, owner)
    assert [reason.name for reason in call.reasons.all()] == ["Сорвали срок"]


def test_a_talk_with_a_next_date_waits_for_the_second_one(leaver: Leaver, owner: User) -> None:
    record_call(leaver=leaver, record=talk(next_call_on=ago(-14)), actor=owner)
    leaver.refresh_from_db()
    assert (leaver.state, leaver.next_call_on) == (LeaverState.TALKED, ago(-14))
    assert queue_summary(user=owner, today=TODAY).count == 0
    assert queue_summary(user=owner, today=ago(-14)).count == 1


def test_a_missed_call_stays_queued_until_its_day(leaver: Leaver, owner: User) -> None:
    record_call(leaver=leaver, record=missed(), actor=owner)
    leaver.refresh_from_db()
    assert (leaver.state, leaver.next_call_on, leaver.n_calls) == (LeaverState.QUEUED, ago(-1), 1)


def test_a_missed_call_keeps_nothing_that_only_a_talk_can_bring(leaver: Leaver, owner: User) -> None:
    record = missed(reasons=[make_reason()], would_return=True, return_condition="Подписывать", is_within_power=True)
    call = record_call(leaver=leaver, record=record, actor=owner)
    assert (call.would_return, call.return_condition, call.is_within_power, call.reasons.count()) == (None, "", None, 0)


def test_who_asks_not_to_be_called_is_left_in_peace(leaver: Leaver, owner: User) -> None:
    record_call(leaver=leaver, record=missed(next_call_on=None, do_not_call=True), actor=owner)
    leaver.refresh_from_db()
    assert leaver.state == LeaverState.CLOSED
    assert Client.objects.get().do_not_call is True


def test_what_to_fix_becomes_an_action(leaver: Leaver, owner: User, manager: User) -> None:
    record = talk(
        words="Дважды привезли не то",
        would_return=True,
        return_condition="Подписывать фартуки",
        action_owner=manager,
        action_due_on=ago(-7),
    )
    call = record_call(leaver=leaver, record=record, actor=owner)
    action = Action.objects.get()
    assert (action.title, action.owner, action.due_on, action.details) == ("Подписывать фартуки", manager, ago(-7), "Дважды привезли не то")
    assert call.action == action


@pytest.mark.parametrize("record", [talk, missed], ids=["talk", "missed"])
def test_a_record_lacking_what_its_outcome_needs_is_refused(leaver: Leaver, owner: User, record: object) -> None:
    outcome = CallOutcome.TALKED if record is talk else CallOutcome.LATER
    with pytest.raises(CallError):
        record_call(leaver=leaver, record=CallRecord(outcome=outcome, request_key=uuid.uuid4(), attempt=0), actor=owner)
    leaver.refresh_from_db()
    assert (ExitCall.objects.count(), leaver.n_calls, leaver.draft) == (0, 0, {"words": "Фартуки перепутали"})


def test_the_same_form_sent_twice_is_one_call(leaver: Leaver, owner: User) -> None:
    record = talk(would_return=True, return_condition="Чинить", action_owner=owner, action_due_on=TODAY)
    assert record_call(leaver=leaver, record=record, actor=owner) == record_call(leaver=leaver, record=record, actor=owner)
    leaver.refresh_from_db()
    assert (ExitCall.objects.count(), Action.objects.count(), leaver.n_calls) == (1, 1, 1)


def test_a_second_tab_opened_before_the_first_call_was_saved_is_told_so(leaver: Leaver, owner: User) -> None:
    record_call(leaver=leaver, record=missed(), actor=owner)
    with pytest.raises(CallConflictError):
        record_call(leaver=leaver, record=talk(), actor=owner)
    assert ExitCall.objects.count() == 1


def test_the_next_attempt_is_counted(leaver: Leaver, owner: User) -> None:
    record_call(leaver=leaver, record=missed(), actor=owner)
    record_call(leaver=leaver, record=missed(attempt=1, next_call_on=ago(-3)), actor=owner)
    leaver.refresh_from_db()
    assert (leaver.n_calls, leaver.next_call_on) == (2, ago(-3))


@pytest.mark.parametrize("state", [LeaverState.CLOSED, LeaverState.RETURNED])
def test_a_finished_case_takes_no_calls(leaver: Leaver, owner: User, state: LeaverState) -> None:
    Leaver.objects.update(state=state, returned_on=TODAY)
    with pytest.raises(CallConflictError):
        record_call(leaver=leaver, record=talk(), actor=owner)
    assert ExitCall.objects.count() == 0


def test_only_the_caller_saves_a_call(leaver: Leaver, manager: User) -> None:
    with pytest.raises(CallError):
        record_call(leaver=leaver, record=talk(), actor=manager)
    assert ExitCall.objects.count() == 0


def test_who_became_responsible_later_does_not_call_either(leaver: Leaver, owner: User) -> None:
    leaver.client.responsible = responsible_employee(owner)
    leaver.client.save()
    with pytest.raises(CallError):
        record_call(leaver=leaver, record=talk(), actor=owner)


def test_the_database_refuses_the_responsible_person_as_caller(leaver: Leaver, owner: User) -> None:
    with pytest.raises(IntegrityError, match="leaver_not_called_by_responsible"), transaction.atomic():
        Leaver.objects.update(responsible=owner)
    with pytest.raises(IntegrityError, match="exit_call_not_by_responsible"), transaction.atomic():
        ExitCall.objects.create(leaver=leaver, caller=owner, responsible=owner, outcome="talked", request_key=uuid.uuid4())


def test_the_database_refuses_a_missed_call_without_a_next_day(leaver: Leaver, owner: User) -> None:
    with pytest.raises(IntegrityError, match="exit_call_unreached_has_next"):
        ExitCall.objects.create(leaver=leaver, caller=owner, outcome="no_answer", request_key=uuid.uuid4())


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("leaver_left_after_purchase", {"left_on": ago(300), "last_purchase_on": ago(300)}),
        ("leaver_returned_has_day", {"state": LeaverState.RETURNED}),
        ("leaver_returned_after_purchase", {"state": LeaverState.RETURNED, "returned_on": ago(400)}),
        ("leaver_risk_not_negative", {"at_risk_cents": -1}),
        ("leaver_state_known", {"state": "lost"}),
        ("leaver_detection_known", {"detection": "guess"}),
    ],
)
def test_the_database_refuses_impossible_leavers(constraint: str, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make_leaver(**fields)  # type: ignore[arg-type]  # the fields are wrong on purpose


def test_a_client_has_one_open_case(leaver: Leaver) -> None:
    with pytest.raises(IntegrityError, match="leaver_open_once"):
        make_leaver(leaver.client, left=90)


def test_a_call_is_handed_to_a_more_senior_person_without_words(leaver: Leaver, owner: User, manager: User) -> None:
    Leaver.objects.update(caller=manager)
    leaver.refresh_from_db()
    reassign(leaver=leaver, caller=owner, note="", actor=manager)
    leaver.refresh_from_db()
    assert (leaver.caller, leaver.caller_note) == (owner, "")


def test_a_less_senior_caller_needs_a_word(leaver: Leaver, owner: User, staff: User) -> None:
    with pytest.raises(CallerError):
        reassign(leaver=leaver, caller=staff, note="  ", actor=owner)
    leaver.refresh_from_db()
    assert leaver.caller == owner
    reassign(leaver=leaver, caller=staff, note="Владелец в отпуске", actor=owner)
    leaver.refresh_from_db()
    assert (leaver.caller, leaver.caller_note) == (staff, "Владелец в отпуске")


def test_a_call_is_never_handed_to_the_responsible_person(owner: User, manager: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(manager)), caller=owner, responsible=manager)
    with pytest.raises(CallerError):
        reassign(leaver=leaver, caller=manager, note="он знает", actor=owner)
    leaver.refresh_from_db()
    assert leaver.caller == owner


def test_staff_hand_nothing_over(leaver: Leaver, owner: User, staff: User) -> None:
    with pytest.raises(CallerError):
        reassign(leaver=leaver, caller=staff, note="хочу", actor=staff)
    leaver.refresh_from_db()
    assert leaver.caller == owner


def test_a_dismissed_person_gets_no_call(leaver: Leaver, owner: User) -> None:
    gone = make_colleague("Уволенный", is_active=False)
    with pytest.raises(CallerError):
        reassign(leaver=leaver, caller=gone, note="x", actor=owner)


def test_an_exception_allows_the_responsible_owner_one_call(owner: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(owner)), responsible=owner)
    allow_exception(leaver=leaver, reason="В компании я один", actor=owner)
    leaver.refresh_from_db()
    call = record_call(leaver=leaver, record=missed(), actor=owner)
    leaver.refresh_from_db()
    assert (call.caller, call.responsible, call.exception_reason) == (owner, owner, "В компании я один")
    assert (leaver.caller, leaver.exception_reason) == (None, "")
    with pytest.raises(CallError):
        record_call(leaver=leaver, record=missed(attempt=1), actor=owner)


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_exception_needs_a_reason(owner: User, reason: str) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(owner)), responsible=owner)
    with pytest.raises(CallerError):
        allow_exception(leaver=leaver, reason=reason, actor=owner)
    leaver.refresh_from_db()
    assert leaver.caller is None


def test_no_exception_where_somebody_else_can_call(owner: User, manager: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(owner)), responsible=owner)
    with pytest.raises(CallerError):
        allow_exception(leaver=leaver, reason="Хочу сам", actor=owner)


def test_only_the_owner_allows_an_exception(manager: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(manager)), responsible=manager)
    with pytest.raises(CallerError):
        allow_exception(leaver=leaver, reason="Больше некому", actor=manager)


def test_a_draft_is_kept_for_its_caller_only(leaver: Leaver, owner: User, manager: User) -> None:
    assert save_draft(leaver=leaver, attempt=0, draft={"words": "Новое"}, actor=owner) is True
    assert save_draft(leaver=leaver, attempt=0, draft={"words": "Чужое"}, actor=manager) is False
    leaver.refresh_from_db()
    assert leaver.draft == {"words": "Новое"}


def test_a_late_draft_does_not_follow_a_saved_call(leaver: Leaver, owner: User) -> None:
    record_call(leaver=leaver, record=missed(), actor=owner)
    assert save_draft(leaver=leaver, attempt=0, draft={"words": "Опоздавшее"}, actor=owner) is False
    leaver.refresh_from_db()
    assert leaver.draft == {}


def together(count: int, work: object) -> list[object]:
    """Run the work in so many threads at once; return results and errors."""
    barrier = Barrier(count)

    def run(position: int) -> object:
        barrier.wait()
        try:
            return work(position)  # type: ignore[operator]  # any callable of a number
        except (CallError, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_two_windows_saving_at_once_make_one_call(company: Company, owner: User) -> None:
    leaver, reasons = make_leaver(caller=owner), [make_reason()]
    outcomes = together(2, lambda _n: record_call(leaver=leaver, record=talk(reasons=reasons), actor=owner))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CallConflictError", "ExitCall"]
    assert ExitCall.objects.count() == 1
    assert Leaver.objects.get().n_calls == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_many_times_at_once_is_one_call(company: Company, owner: User) -> None:
    leaver, record = make_leaver(caller=owner), talk(reasons=[make_reason()])
    outcomes = together(5, lambda _n: record_call(leaver=leaver, record=record, actor=owner))
    assert {outcome.pk for outcome in outcomes if isinstance(outcome, ExitCall)} == {ExitCall.objects.get().pk}
    assert len([outcome for outcome in outcomes if isinstance(outcome, ExitCall)]) == 5


@pytest.mark.django_db(transaction=True)
def test_two_searches_at_once_queue_everybody_once(company: Company, owner: User) -> None:
    for _each in range(5):
        make_client("", 250)
    assert sorted(map(str, together(2, lambda _n: find_leavers(today=TODAY)))) == ["0", "5"]
    assert Leaver.objects.count() == 5
    assert Reason.objects.count() == 36


def test_seniority_and_not_the_role_decides(owner: User, leaver: Leaver) -> None:
    senior = make_colleague("Основатель", Role.MANAGER, seniority=1)
    reassign(leaver=leaver, caller=senior, note="", actor=owner)
    leaver.refresh_from_db()
    assert leaver.caller == senior
