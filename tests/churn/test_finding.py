"""Leavers are found from purchases, by each Client's own rhythm."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from churn.enums import Detection, LeaverState
from churn.models import Leaver, Reason, ScriptVersion
from churn.queries import unqueued_count
from churn.services import MarkLeftError, ensure_reasons, ensure_script, find_leavers, mark_left, queue_old_leavers, record_call
from clients.models import Purchase
from clients.services import refresh_rollups
from company.enums import Role
from company.models import User
from tests.churn.world import RUBLE, TODAY, ago, buy, make_client, make_colleague, make_leaver, responsible_employee, talk

pytestmark = pytest.mark.usefixtures("company")


def found() -> dict[str, Leaver]:
    return {leaver.client.name: leaver for leaver in Leaver.objects.select_related("client")}


def test_a_client_leaves_when_silence_outgrows_three_mean_gaps(owner: User) -> None:
    make_client("Каждые 20 дней, молчит 60", 100, 80, 60)
    make_client("Каждые 20 дней, молчит 61", 101, 81, 61)
    assert find_leavers(today=TODAY) == 1
    leaver = found()["Каждые 20 дней, молчит 61"]
    assert (leaver.left_on, leaver.last_purchase_on, leaver.detection) == (TODAY, ago(61), Detection.RHYTHM)
    assert (leaver.patience_days, leaver.state, leaver.noticed_on, leaver.n_calls) == (60, LeaverState.QUEUED, TODAY, 0)


def test_two_purchases_are_no_rhythm_and_180_days_decide() -> None:
    make_client("Молчит 180", 190, 180)
    make_client("Молчит 181", 191, 181)
    make_client("Один раз, 300 дней назад", 300)
    assert find_leavers(today=TODAY) == 2
    assert {name: (leaver.left_on, leaver.detection) for name, leaver in found().items()} == {
        "Молчит 181": (TODAY, Detection.RECENCY),
        "Один раз, 300 дней назад": (ago(119), Detection.RECENCY),
    }


@pytest.mark.parametrize(("first", "cents"), [(200 + 364, 107), (200 + 365, 100)])
def test_money_at_risk_is_of_the_365_days_up_to_the_last_purchase(first: int, cents: int) -> None:
    client = make_client("Клиент", 200, cents=100)
    buy(client, first, cents=7)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().at_risk_cents == cents


def test_a_later_refund_lowers_the_money_at_risk_but_not_below_nothing() -> None:
    client = make_client("Клиент", 250, cents=100)
    Purchase.objects.create(client=client, day=ago(249), cents=-500, fingerprint=b"r" * 16)
    refresh_rollups([client.pk])
    find_leavers(today=TODAY)
    assert Leaver.objects.get().at_risk_cents == 0


def test_who_left_more_than_a_year_ago_is_counted_but_not_queued() -> None:
    make_client("365 дней назад", 365 + 181)
    make_client("366 дней назад", 366 + 181)
    assert find_leavers(today=TODAY) == 1
    assert list(found()) == ["365 дней назад"]
    assert unqueued_count(today=TODAY) == 1


def test_the_most_valuable_of_the_old_ones_are_queued_on_request(owner: User) -> None:
    for name, cents in [("дешёвый", 100), ("дорогой", 900), ("средний", 500)]:
        make_client(name, 900, cents=cents)
    assert queue_old_leavers(limit=2, today=TODAY, actor=owner) == 2
    assert set(found()) == {"дорогой", "средний"}
    assert unqueued_count(today=TODAY) == 1
    assert {leaver.caller for leaver in found().values()} == {owner}


def test_looking_again_finds_nobody_twice() -> None:
    make_client("Клиент", 250)
    assert [find_leavers(today=TODAY), find_leavers(today=TODAY)] == [1, 0]
    assert Leaver.objects.count() == 1


def test_a_closed_case_is_not_reopened_by_the_same_silence() -> None:
    client = make_client("Клиент", 250)
    make_leaver(client, last_purchase_on=ago(250), left_on=ago(69), state=LeaverState.CLOSED)
    assert find_leavers(today=TODAY) == 0


def test_a_purchase_after_the_silence_returns_the_client() -> None:
    client = make_client("Клиент", 250)
    find_leavers(today=TODAY)
    buy(client, 3, 1)
    assert find_leavers(today=TODAY) == 0
    leaver = Leaver.objects.get()
    assert (leaver.state, leaver.returned_on) == (LeaverState.RETURNED, ago(3))


def test_who_buys_before_a_call_promised_for_an_hour_returns_too() -> None:
    client = make_client("Клиент", 250)
    find_leavers(today=TODAY)
    Leaver.objects.update(next_call_on=TODAY, next_call_at=dt.time(11))
    buy(client, 3)
    find_leavers(today=TODAY)
    leaver = Leaver.objects.get()
    assert (leaver.state, leaver.next_call_on, leaver.next_call_at) == (LeaverState.RETURNED, None, None)


def test_a_closed_case_returns_too() -> None:
    client = make_client("Клиент", 250)
    make_leaver(client, last_purchase_on=ago(250), left_on=ago(69), state=LeaverState.CLOSED)
    buy(client, 2)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().returned_on == ago(2)


def test_a_refund_is_no_return() -> None:
    client = make_client("Клиент", 250)
    find_leavers(today=TODAY)
    buy(client, 3, cents=-500)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().state == LeaverState.QUEUED


def test_who_leaves_a_second_time_is_queued_a_second_time() -> None:
    client = make_client("Клиент", 700)
    make_leaver(client, last_purchase_on=ago(700), left_on=ago(519))
    buy(client, 250)
    assert find_leavers(today=TODAY) == 1
    assert [(leaver.state, leaver.last_purchase_on) for leaver in Leaver.objects.order_by("id")] == [
        (LeaverState.RETURNED, ago(700)),
        (LeaverState.QUEUED, ago(250)),
    ]


def test_a_late_file_that_breaks_the_silence_takes_an_untouched_leaver_back() -> None:
    client = make_client("Клиент", 250)
    find_leavers(today=TODAY)
    buy(client, 100)
    assert find_leavers(today=TODAY) == 0
    assert Leaver.objects.count() == 0


def test_a_late_file_keeps_the_calls_already_made(owner: User) -> None:
    client = make_client("Клиент", 250)
    find_leavers(today=TODAY)
    record_call(leaver=Leaver.objects.get(), record=talk(next_call_on=ago(-14)), actor=owner)
    buy(client, 100)
    find_leavers(today=TODAY)
    leaver = Leaver.objects.get()
    assert (leaver.state, leaver.returned_on, leaver.calls.count()) == (LeaverState.RETURNED, ago(100), 1)


def test_an_undone_import_takes_the_leaver_back() -> None:
    client = make_client("Клиент", 250)
    find_leavers(today=TODAY)
    Purchase.objects.all().delete()
    refresh_rollups([client.pk])
    find_leavers(today=TODAY)
    assert Leaver.objects.count() == 0


def test_the_most_senior_owner_or_manager_calls(owner: User, manager: User, staff: User) -> None:
    make_client("Клиент", 250)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().caller == owner


def test_the_responsible_person_is_passed_over(owner: User, manager: User) -> None:
    make_client("Ведёт владелец", 250, responsible=responsible_employee(owner))
    find_leavers(today=TODAY)
    leaver = Leaver.objects.get()
    assert (leaver.responsible, leaver.caller) == (owner, manager)


def test_where_only_the_responsible_person_could_call_nobody_does(owner: User, staff: User) -> None:
    make_client("Ведёт владелец", 250, responsible=responsible_employee(owner))
    find_leavers(today=TODAY)
    assert Leaver.objects.get().caller is None


def test_a_dismissed_caller_is_replaced(owner: User, manager: User) -> None:
    leaver = make_leaver(caller=manager, caller_note="владелец в отпуске")
    User.objects.filter(pk=manager.pk).update(is_active=False)
    find_leavers(today=leaver.left_on)
    make_client("Клиент", 250)
    find_leavers(today=TODAY)
    assert {leaver.caller for leaver in Leaver.objects.all()} == {owner}


def test_a_caller_chosen_by_hand_stays(owner: User, staff: User) -> None:
    client = make_client("Клиент", 250)
    make_leaver(client, last_purchase_on=ago(250), left_on=ago(69), caller=staff, caller_note="знает язык")
    find_leavers(today=TODAY)
    assert Leaver.objects.get().caller == staff


def test_somebody_who_gets_an_account_after_the_leaving_is_still_responsible(owner: User, manager: User) -> None:
    employee = responsible_employee(None)
    make_client("Клиент", 250, responsible=employee)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().caller == owner
    employee.user = owner
    employee.save()
    find_leavers(today=TODAY)
    leaver = Leaver.objects.get()
    assert (leaver.responsible, leaver.caller) == (owner, manager)


def test_finding_supplies_the_tree_and_the_script_once() -> None:
    find_leavers(today=TODAY)
    find_leavers(today=TODAY)
    assert Reason.objects.count() == 36
    assert ScriptVersion.objects.count() == 1


def test_a_manager_tells_that_a_client_left(owner: User, manager: User) -> None:
    client = make_client("Клиент", 40, 20, cents=50)
    leaver = mark_left(client=client, today=TODAY, actor=manager)
    assert (leaver.detection, leaver.left_on, leaver.last_purchase_on) == (Detection.TOLD, TODAY, ago(20))
    assert (leaver.at_risk_cents, leaver.caller, leaver.state) == (100, owner, LeaverState.QUEUED)


def test_a_told_leaver_stays_until_a_purchase_after_the_report(manager: User) -> None:
    client = make_client("Клиент", 40, 20)
    mark_left(client=client, today=ago(10), actor=manager)
    buy(client, 15)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().state == LeaverState.QUEUED
    buy(client, 5)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().returned_on == ago(5)


@pytest.mark.parametrize("days", [(), (0,)])
def test_a_client_without_purchases_or_with_one_today_cannot_be_marked(manager: User, days: tuple[int, ...]) -> None:
    client = make_client("Клиент", *days)
    with pytest.raises(MarkLeftError):
        mark_left(client=client, today=TODAY, actor=manager)
    assert Leaver.objects.count() == 0


@pytest.mark.parametrize("state", [LeaverState.QUEUED, LeaverState.CLOSED])
def test_a_known_leaver_cannot_be_marked_again(manager: User, state: LeaverState) -> None:
    client = make_client("Клиент", 250)
    make_leaver(client, last_purchase_on=ago(250), left_on=ago(69), state=state)
    with pytest.raises(MarkLeftError):
        mark_left(client=client, today=TODAY, actor=manager)
    assert Leaver.objects.count() == 1


def test_figures_of_a_hand_made_history(owner: User) -> None:
    """Four Clients, counted by hand: a regular, a fresh leaver, an old one and one who is still within patience."""
    make_client("Постоянный", 90, 60, 30, 5, cents=1000 * RUBLE)
    make_client("Кофейня", 180, 150, 120, 94, cents=2500 * RUBLE)
    make_client("Разовый", 200, cents=800 * RUBLE)
    make_client("Редкий", 400, 250, 100, cents=9000 * RUBLE)
    assert find_leavers(today=TODAY) == 2
    # Кофейня: gaps 30, 30, 26, mean 28.67, patience 86; 94 - 87 = 7 days ago.
    assert (found()["Кофейня"].left_on, found()["Кофейня"].at_risk_cents) == (ago(7), 10_000 * RUBLE)
    assert (found()["Разовый"].left_on, found()["Разовый"].at_risk_cents) == (ago(19), 800 * RUBLE)


@pytest.mark.parametrize("count", [1, 3])
def test_the_search_takes_the_same_queries_for_any_number(owner: User, count: int, django_assert_num_queries: Any) -> None:
    ensure_reasons()
    ensure_script()
    for _each in range(count):
        make_client("", 250)
    with django_assert_num_queries(36):
        assert find_leavers(today=TODAY) == count


@pytest.mark.django_db(transaction=True)
def test_a_case_opened_by_another_hand_meanwhile_is_stepped_over(owner: User) -> None:
    taken, free = make_client("", 250), make_client("", 250)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            make_leaver(taken)
            searching = pool.submit(search_apart)
            wait_until_blocked()
        assert searching.result() == 1
    assert sorted(Leaver.objects.values_list("client", flat=True)) == sorted([taken.pk, free.pk])


def search_apart() -> int:
    """Look for leavers on a connection of one's own."""
    try:
        return find_leavers(today=TODAY)
    finally:
        connection.close()


def wait_until_blocked() -> None:
    """Wait until another connection waits for a row of this one."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    for _attempt in range(500):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("The search did not come to the row")


def test_the_owner_is_not_asked_when_somebody_else_is_more_senior(owner: User) -> None:
    director = make_colleague("Директор", Role.MANAGER, seniority=1)
    User.objects.filter(pk=owner.pk).update(seniority=2)
    make_client("Клиент", 250)
    find_leavers(today=TODAY)
    assert Leaver.objects.get().caller == director
