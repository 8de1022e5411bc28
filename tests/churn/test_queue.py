"""The queue as people work in it: search, order, rehearsals, being on the phone, the plan of the day."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from churn.models import CallerSettings, ExitCall, HandOver, Leaver
from churn.queries import day_plan, queue_summary, tomorrow_plan
from churn.services import begin_rehearsal, ensure_reasons, ensure_script, record_call, take_call
from clients.models import RightScore
from company.enums import Role
from company.models import User
from tests.churn.world import RUBLE, TODAY, ago, make_client, make_colleague, make_leaver, make_reason, missed, responsible_employee
from tests.conftest import signed_in

pytestmark = pytest.mark.usefixtures("company")


def page(name: str, *args: Any) -> str:
    return reverse(f"churn:{name}", args=args)


def listed(response: Any) -> list[str]:
    """Return the names on the left in their order."""
    return [str(row) for group in response.context["groups"] for row in group.leavers]


def named(name: str, **fields: Any) -> Leaver:
    phone = fields.pop("phone", "")
    return make_leaver(make_client(name, phone=phone), **fields)


def test_the_queue_is_searched_by_name_and_phone(as_owner: Browser, owner: User) -> None:
    named("Кофейня «Пенка»", caller=owner, phone="+79000004107")
    named("Отель «Причал»", caller=owner)
    named("Отель «Маяк»", caller=owner, next_call_on=ago(-3), n_calls=1)
    found = as_owner.get(page("queue") + "?q=отель")
    assert (listed(found), [str(row) for row in found.context["postponed"]]) == (["Отель «Причал»"], ["Отель «Маяк»"])
    assert listed(as_owner.get(page("queue") + "?q=900 000-41-07")) == ["Кофейня «Пенка»"]
    assert ("Нашёлся 1 Клиент" in found.text, found.context["postponed_count"]) == (True, 1)
    nobody = as_owner.get(page("queue") + "?q=%00нет")
    assert (listed(nobody), nobody.status_code, "Такого Клиента в очереди нет." in nobody.text) == ([], 200, True)
    assert "Сегодня очередь пуста" not in nobody.text


def test_the_right_clients_come_first_on_request_and_the_unknown_in_the_middle(as_owner: Browser, owner: User) -> None:
    rows = {name: named(name, caller=owner, at_risk_cents=cents) for name, cents in [("грубый", 900), ("новый", 500), ("нужный", 100)]}
    for name, score in [("грубый", 20), ("нужный", 90)]:
        RightScore.objects.create(client=rows[name].client, score=score, rarely=score, little=score, counted_on=TODAY)
    assert listed(as_owner.get(page("queue"))) == ["грубый", "новый", "нужный"]
    response = as_owner.get(page("queue") + "?order=right")
    assert listed(response) == ["нужный", "новый", "грубый"]
    assert "оценка 90" in response.text
    assert f'href="{page("leaver", rows["новый"].pk)}?order=right"' in response.text


def test_staff_never_learn_how_right_a_client_is(as_staff: Browser, staff: User) -> None:
    for name, cents, score in [("дорогой", 900, 10), ("нужный", 100, 90)]:
        leaver = named(name, caller=staff, at_risk_cents=cents)
        RightScore.objects.create(client=leaver.client, score=score, rarely=score, little=score, counted_on=TODAY)
    response = as_staff.get(page("queue") + "?order=right")
    assert listed(response) == ["дорогой", "нужный"]
    assert "оценка" not in response.text


def test_a_manager_sees_everybodys_calls_or_only_their_own(as_manager: Browser, manager: User, owner: User) -> None:
    named("чужой", caller=owner)
    named("мой", caller=manager)
    assert sorted(listed(as_manager.get(page("queue")))) == ["мой", "чужой"]
    assert listed(as_manager.get(page("queue") + "?whose=mine")) == ["мой"]


def test_the_next_call_follows_the_order_chosen(as_owner: Browser, owner: User) -> None:
    now = named("сейчас", caller=owner, at_risk_cents=900)
    named("дорогой", caller=owner, at_risk_cents=800)
    right = named("нужный", caller=owner, at_risk_cents=100)
    RightScore.objects.create(client=right.client, score=99, rarely=99, little=99, counted_on=TODAY)
    sent = {"request_key": str(uuid.uuid4()), "attempt": "0", "outcome": "no_answer", "next_in": "14"}
    response = as_owner.post(page("leaver", now.pk) + "?order=right", sent)
    assert response["Location"] == page("leaver", right.pk) + "?order=right"


def test_a_line_says_the_hour_promised_or_the_attempts(as_owner: Browser, owner: User) -> None:
    named("в срок", caller=owner, next_call_on=TODAY, next_call_at=dt.time(15), n_calls=1)
    named("снова", caller=owner, left=19, n_calls=2, next_call_on=ago(1))
    text = as_owner.get(page("queue")).text
    assert "звонок сегодня в 15:00" in text
    assert "19 дней назад, 2 попытки" in text


def test_rehearsals_stand_apart_and_are_counted_nowhere(as_owner: Browser, owner: User, manager: User) -> None:
    named("дорогой", caller=owner, at_risk_cents=900 * RUBLE)
    named("дешёвый", caller=owner, at_risk_cents=100 * RUBLE)
    begin_rehearsal(number=1, caller=owner, today=TODAY, actor=manager)
    response = as_owner.get(page("queue"))
    assert listed(response) == ["дорогой", "дешёвый"]
    assert [group.is_rehearsal for group in response.context["groups"]] == [False, True]
    assert (response.context["queued"], response.context["at_risk_cents"]) == (1, 900 * RUBLE)
    assert queue_summary(user=owner, today=TODAY).count == 1
    rehearsed = Leaver.objects.get(is_rehearsal=True)
    record_call(leaver=rehearsed, record=missed(), actor=owner)
    assert ExitCall.objects.get().is_rehearsal is True
    assert "Репетиция." in as_owner.get(page("leaver", rehearsed.pk)).text


def test_a_manager_begins_and_ends_a_rehearsal(as_manager: Browser, owner: User, staff: User) -> None:
    leavers = [named(name, caller=owner, at_risk_cents=cents) for name, cents in [("а", 9), ("б", 2), ("в", 1)]]
    assert as_manager.post(page("begin_rehearsal"), {"caller": staff.pk, "number": 2}).status_code == 302
    assert [leaver.pk for leaver in Leaver.objects.filter(is_rehearsal=True, caller=staff)] == [leavers[1].pk, leavers[2].pk]
    as_manager.post(page("end_one_rehearsal", leavers[1].pk))
    assert list(Leaver.objects.filter(is_rehearsal=True)) == [leavers[2]]
    as_manager.post(page("end_rehearsal"))
    assert Leaver.objects.filter(is_rehearsal=True).count() == 0
    assert {leaver.caller for leaver in Leaver.objects.all()} == {owner}


@pytest.mark.parametrize("fields", [{"number": "0"}, {"number": "21"}, {"number": "x"}, {"caller": "999999"}, {"caller": ""}])
def test_a_wrong_rehearsal_changes_nothing(as_manager: Browser, owner: User, fields: dict[str, str]) -> None:
    make_leaver(caller=owner)
    as_manager.post(page("begin_rehearsal"), {"caller": str(owner.pk), "number": "1"} | fields)
    assert Leaver.objects.get().is_rehearsal is False


def test_a_call_is_taken_and_given_back(as_owner: Browser, owner: User) -> None:
    leaver = make_leaver(caller=owner)
    note = as_owner.post(page("take", leaver.pk), headers={"HX-Request": "true"})
    assert "Звонок за вами до" in note.text
    assert "<html" not in note.text
    assert Leaver.objects.get().taken_by == owner
    assert as_owner.post(page("give_back", leaver.pk)).status_code == 302
    assert Leaver.objects.get().taken_by is None


def test_who_comes_second_reads_who_is_on_the_phone(as_owner: Browser, owner: User, manager: User) -> None:
    leaver = make_leaver(caller=manager)
    take_call(leaver=leaver, actor=manager, now=timezone.now())
    for headers in [{}, {"HX-Request": "true"}]:
        response = as_owner.post(page("take", leaver.pk), headers=headers, follow=True)
        assert "С этим Клиентом говорит manager person." in response.text
    refused = as_owner.post(page("reassign", leaver.pk), {"caller": owner.pk, "note": "важно"})
    assert refused.status_code == 422
    assert (Leaver.objects.get().caller, Leaver.objects.get().taken_by) == (manager, manager)


def test_an_equal_takes_a_call_over_and_it_is_written_down(as_owner: Browser, owner: User, manager: User) -> None:
    leaver = make_leaver(caller=manager)
    assert as_owner.post(page("take", leaver.pk)).status_code == 302
    assert Leaver.objects.get().caller == owner
    assert HandOver.objects.get().author == owner
    assert "manager person →" in as_owner.get(page("leaver", leaver.pk)).text


# ---- attacks


ATTACKED = ["leaver", "save_draft", "take", "give_back", "missed"]


@pytest.mark.parametrize("name", ATTACKED)
def test_staff_reach_nothing_of_a_call_given_to_another(as_staff: Browser, owner: User, name: str) -> None:
    leaver = make_leaver(caller=owner, draft={"words": "Чужое"}, taken_by=owner, taken_until=timezone.now() + dt.timedelta(minutes=5))
    before = Leaver.objects.values().get()
    sent = {"request_key": str(uuid.uuid4()), "attempt": "0", "outcome": "talked", "reasons": [str(make_reason().pk)], "words": "взлом"}
    assert as_staff.post(page(name, leaver.pk), sent).status_code == 404
    assert Leaver.objects.values().get() == before
    assert ExitCall.objects.count() == 0


@pytest.mark.parametrize("name", ["reassign", "end_one_rehearsal", "begin_rehearsal", "end_rehearsal", "allow_exception"])
def test_staff_decide_nothing_about_who_calls(as_staff: Browser, staff: User, owner: User, name: str) -> None:
    leaver = make_leaver(caller=staff, is_rehearsal=True)
    args = [] if name in {"begin_rehearsal", "end_rehearsal"} else [leaver.pk]
    assert as_staff.post(page(name, *args), {"caller": owner.pk, "number": 1, "note": "x", "reason": "x"}).status_code == 403
    assert (Leaver.objects.get().caller, Leaver.objects.get().is_rehearsal) == (staff, True)


def test_a_forged_caller_is_refused(as_owner: Browser, owner: User, manager: User) -> None:
    gone = make_colleague("Уволенный", is_active=False)
    leaver = make_leaver(make_client(responsible=responsible_employee(manager)), caller=owner)
    for caller in [manager.pk, gone.pk, 0, -1, 10**30, "' OR 1=1", "", f"{owner.pk}\0"]:
        assert as_owner.post(page("reassign", leaver.pk), {"caller": caller, "note": "так надо"}).status_code == 422
    assert (Leaver.objects.get().caller, HandOver.objects.count()) == (owner, 0)


def test_a_responsible_manager_neither_takes_nor_records_nor_misses(as_manager: Browser, owner: User, manager: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(manager)), caller=owner, responsible=manager)
    as_manager.post(page("take", leaver.pk))
    as_manager.post(page("missed", leaver.pk), {"attempt": "0", "request_key": str(uuid.uuid4())})
    assert (Leaver.objects.get().taken_by, ExitCall.objects.count()) == (None, 0)


# ---- the plan of the day


def test_the_plan_holds_calls_at_an_hour_then_the_queue_then_what_is_done(owner: User) -> None:
    CallerSettings.objects.create(user=owner, calls_a_day=4)
    done = make_leaver(caller=owner)
    record_call(leaver=done, record=missed(), actor=owner)
    late = make_leaver(caller=owner, next_call_on=TODAY, next_call_at=dt.time(15), n_calls=1, at_risk_cents=1)
    early = make_leaver(caller=owner, next_call_on=TODAY, next_call_at=dt.time(9, 30), n_calls=1, at_risk_cents=1)
    first = make_leaver(caller=owner, at_risk_cents=900)
    make_leaver(caller=owner, at_risk_cents=100)
    plan = day_plan(user=owner, today=TODAY)
    assert (plan.timed, plan.then, [call.leaver for call in plan.made], plan.left_over) == ([early, late], [first], [done], 1)
    assert plan.first == early


def test_tomorrow_begins_with_what_is_put_off_to_it_and_what_today_does_not_hold(owner: User) -> None:
    CallerSettings.objects.create(user=owner, calls_a_day=1)
    make_leaver(caller=owner, at_risk_cents=900)
    second = make_leaver(caller=owner, at_risk_cents=500)
    assert tomorrow_plan(user=owner, today=TODAY).then == [second]
    promised = make_leaver(caller=owner, next_call_on=ago(-1), next_call_at=dt.time(10), n_calls=1)
    plan = tomorrow_plan(user=owner, today=TODAY)
    assert (plan.timed, plan.then, plan.left_over) == ([promised], [], 1)


def test_nobody_answered_is_noted_at_one_press_and_keeps_the_words(as_owner: Browser, owner: User) -> None:
    leaver = make_leaver(caller=owner, draft={"words": "Начали записывать"})
    sent = {"attempt": "0", "request_key": str(uuid.uuid4())}
    for _time in range(2):
        assert as_owner.post(page("missed", leaver.pk), sent)["Location"] == page("day_plan")
    call = ExitCall.objects.get()
    assert (call.outcome, call.attempt, call.words, call.next_call_on) == ("no_answer", 1, "Начали записывать", ago(-1))
    as_owner.post(page("missed", leaver.pk), {"attempt": "0", "request_key": str(uuid.uuid4())})
    as_owner.post(page("missed", leaver.pk), {"attempt": "x"})
    assert ExitCall.objects.count() == 1


def test_the_plan_of_another_is_for_managers(as_staff: Browser, as_manager: Browser, owner: User, staff: User) -> None:
    named("Дело владельца", caller=owner)
    assert "Дело владельца" not in as_staff.get(page("day_plan") + f"?who={owner.pk}").text
    assert "Дело владельца" in as_manager.get(page("day_plan") + f"?who={owner.pk}").text
    for who in ["x", "999999", "9" * 40, ""]:
        assert as_manager.get(page("day_plan") + f"?who={who}").context["is_own"] is True


@pytest.mark.parametrize("day", ["", "?day=tomorrow"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_plan_takes_the_same_queries_for_any_length(
    as_owner: Browser, owner: User, rows: int, day: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        make_colleague(f"Коллега {number}")
        make_leaver(caller=owner)
        record_call(leaver=make_leaver(caller=owner), record=missed(), actor=owner)
    with django_assert_max_num_queries(19):
        as_owner.get(page("day_plan") + day)


def test_everybody_sets_their_own_day(as_staff: Browser, staff: User, owner: User) -> None:
    sent = {"calls_a_day": "3", "away_since": "2026-05-25", "away_until": "2026-05-30"}
    assert as_staff.post(page("save_caller", staff.pk), sent).status_code == 302
    row = CallerSettings.objects.get()
    assert (row.user, row.calls_a_day, row.away_since, row.away_until) == (staff, 3, dt.date(2026, 5, 25), dt.date(2026, 5, 30))
    assert as_staff.post(page("save_caller", owner.pk), sent).status_code == 404
    assert CallerSettings.objects.count() == 1
    assert [day.user for day, _form in as_staff.get(page("callers")).context["rows"]] == [staff]


def test_going_away_hands_todays_calls_over_at_once(as_manager: Browser, manager: User, owner: User) -> None:
    make_leaver(caller=owner)
    as_manager.post(page("save_caller", owner.pk), {"calls_a_day": "8", "away_since": str(ago(1)), "away_until": str(TODAY)})
    assert Leaver.objects.get().caller == manager


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"calls_a_day": "101"}, "calls_a_day"),
        ({"calls_a_day": "-1"}, "calls_a_day"),
        ({"calls_a_day": ""}, "calls_a_day"),
        ({"away_since": "2026-05-25"}, "away_until"),
        ({"away_until": "2026-05-25"}, "away_since"),
        ({"away_since": "2026-05-25", "away_until": "2026-05-24"}, "away_until"),
        ({"away_since": "вчера", "away_until": "2026-05-24"}, "away_since"),
    ],
)
def test_a_wrong_day_comes_back_as_typed(as_manager: Browser, owner: User, fields: dict[str, str], wrong: str) -> None:
    response = as_manager.post(page("save_caller", owner.pk), {"calls_a_day": "8"} | fields)
    form = next(form for day, form in response.context["rows"] if day.user == owner)
    assert (response.status_code, list(form.errors)) == (422, [wrong])
    assert all(f'value="{typed}"' in response.text for typed in fields.values() if typed)
    assert CallerSettings.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_people_take_the_same_queries_for_any_number(as_owner: Browser, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        make_colleague(f"Коллега {number}")
    with django_assert_num_queries(9):
        as_owner.get(page("callers"))


def test_keys_and_the_pinned_number_are_on_the_page(as_owner: Browser, owner: User) -> None:
    ensure_reasons()
    ensure_script()
    leaver = named("Кофейня", caller=owner, phone="+79000004107")
    text = as_owner.get(page("leaver", leaver.pk)).text
    assert '<div class="q-bar"><a class="btn btn-primary" href="tel:+79000004107">' in text
    assert "page-hotkeys" in text
    assert signed_in(make_colleague("Ещё", Role.OWNER)).get(page("leaver", leaver.pk)).status_code == 200
