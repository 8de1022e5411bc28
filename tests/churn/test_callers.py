"""Calls go to the most senior person who is free, stay with who is on the phone, and every hand-over is kept."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from churn.models import CallerSettings, HandOver, Leaver
from churn.services import (
    CallerError,
    CallTakenError,
    assign_callers,
    begin_rehearsal,
    end_rehearsal,
    give_back,
    reassign,
    record_call,
    save_caller,
    save_draft,
    take_call,
)
from clients.models import Client
from company.enums import Role
from company.models import Company, User
from tests.churn.test_calls import together
from tests.churn.world import TODAY, ago, make_client, make_colleague, make_leaver, missed, responsible_employee

pytestmark = pytest.mark.usefixtures("company")


def day_of(user: User, calls: int, *, away: bool = False) -> None:
    """Say how many calls a person makes, and whether they are away today."""
    since, until = (ago(1), ago(-1)) if away else (None, None)
    save_caller(user=user, calls_a_day=calls, away_since=since, away_until=until, actor=user)


def callers_by_value() -> list[User | None]:
    """Return who calls whom, the most valuable leaver first."""
    return [leaver.caller for leaver in Leaver.objects.select_related("caller").order_by("-at_risk_cents")]


def leavers(*values: int, **fields: object) -> list[Leaver]:
    return [make_leaver(at_risk_cents=value, **fields) for value in values]  # type: ignore[arg-type]  # columns of a leaver


def test_a_full_day_of_the_most_senior_passes_calls_to_the_next(owner: User, manager: User) -> None:
    day_of(owner, 2)
    leavers(500, 400, 300, 200)
    assign_callers(today=TODAY)
    assert callers_by_value() == [owner, owner, manager, manager]


def test_what_fits_into_nobodys_day_waits_with_the_most_senior(owner: User, manager: User) -> None:
    day_of(owner, 1)
    day_of(manager, 1)
    leavers(500, 400, 300)
    assign_callers(today=TODAY)
    assert callers_by_value() == [owner, manager, owner]


def test_calls_made_today_fill_the_day(owner: User, manager: User) -> None:
    day_of(owner, 1)
    record_call(leaver=make_leaver(caller=owner, at_risk_cents=900), record=missed(), actor=owner)
    leavers(500)
    assign_callers(today=TODAY)
    assert callers_by_value() == [owner, manager]


def test_somebody_away_gets_no_calls_and_gives_theirs_away(owner: User, manager: User) -> None:
    untouched, begun = leavers(500, 400, caller=owner)
    record_call(leaver=begun, record=missed(next_call_on=TODAY), actor=owner)
    day_of(owner, 8, away=True)
    assign_callers(today=TODAY)
    assert callers_by_value() == [manager, manager]
    step = HandOver.objects.get()
    assert (step.leaver, step.from_caller, step.to_caller, step.author) == (begun, owner, manager, None)
    assert untouched.hand_overs.count() == 0


def test_who_comes_back_gets_the_untouched_calls_again(owner: User, manager: User) -> None:
    leavers(500, caller=manager)
    assign_callers(today=TODAY)
    assert callers_by_value() == [owner]


def test_the_only_caller_keeps_the_calls_while_away(owner: User) -> None:
    leavers(500, caller=owner)
    day_of(owner, 8, away=True)
    assign_callers(today=TODAY)
    assert callers_by_value() == [owner]


def test_a_call_put_off_stays_with_somebody_who_is_back_by_then(owner: User, manager: User) -> None:
    make_leaver(caller=owner, next_call_on=ago(-5), n_calls=1)
    day_of(owner, 8, away=True)
    assign_callers(today=TODAY)
    assert callers_by_value() == [owner]


def test_a_call_given_by_a_person_stays_where_it_is(owner: User, manager: User, staff: User) -> None:
    first, second = leavers(500, 400, caller=owner)
    reassign(leaver=first, caller=staff, note="знает язык", actor=manager)
    reassign(leaver=second, caller=manager, note="сам просил", actor=owner)
    Leaver.objects.update(caller_note="")
    assign_callers(today=TODAY)
    assert callers_by_value() == [staff, manager]


def test_who_looks_after_the_client_by_now_is_replaced(owner: User, manager: User) -> None:
    make_leaver(make_client(responsible=responsible_employee(owner)), caller=owner)
    assign_callers(today=TODAY)
    assert callers_by_value() == [manager]


def test_sharing_out_twice_moves_nothing(owner: User, manager: User) -> None:
    day_of(owner, 1)
    leavers(500, 400, 300)
    assign_callers(today=TODAY)
    before = list(Leaver.objects.order_by("pk").values())
    assign_callers(today=TODAY)
    assert list(Leaver.objects.order_by("pk").values()) == before


def test_a_call_is_handed_over_with_a_history(owner: User, manager: User, staff: User) -> None:
    leaver = make_leaver(caller=owner)
    reassign(leaver=leaver, caller=staff, note=" знает язык ", actor=manager)
    step = HandOver.objects.get()
    assert (step.from_caller, step.to_caller, step.note, step.author) == (owner, staff, "знает язык", manager)


def test_no_call_is_handed_to_somebody_away(owner: User, manager: User) -> None:
    leaver = make_leaver(caller=manager)
    day_of(owner, 8, away=True)
    with pytest.raises(CallerError):
        reassign(leaver=leaver, caller=owner, note="он решил", actor=manager)
    assert (Leaver.objects.get().caller, HandOver.objects.count()) == (manager, 0)


def test_a_senior_who_is_away_needs_no_excuse(owner: User, manager: User, staff: User) -> None:
    day_of(owner, 8, away=True)
    leaver = make_leaver(caller=None)
    reassign(leaver=leaver, caller=manager, note="", actor=manager)
    assert Leaver.objects.get().caller == manager


def test_nobody_takes_over_while_the_caller_is_on_the_phone(owner: User, manager: User) -> None:
    leaver = make_leaver(caller=manager)
    take_call(leaver=leaver, actor=manager, now=timezone.now())
    leaver.refresh_from_db()
    with pytest.raises(CallTakenError, match="manager person"):
        take_call(leaver=leaver, actor=owner, now=timezone.now())
    with pytest.raises(CallTakenError):
        reassign(leaver=leaver, caller=owner, note="важно", actor=owner)
    assign_callers(today=TODAY)
    assert (Leaver.objects.get().caller, HandOver.objects.count()) == (manager, 0)


def test_after_half_an_hour_or_when_given_back_others_may_take_the_call(owner: User, manager: User) -> None:
    leaver = make_leaver(caller=manager)
    take_call(leaver=leaver, actor=manager, now=timezone.now() - dt.timedelta(minutes=31))
    leaver.refresh_from_db()
    take_call(leaver=leaver, actor=owner, now=timezone.now())
    leaver.refresh_from_db()
    assert (leaver.caller, leaver.taken_by) == (owner, owner)
    assert give_back(leaver=leaver, actor=manager) is False
    assert give_back(leaver=leaver, actor=owner) is True
    assert (Leaver.objects.get().taken_by, Leaver.objects.get().taken_until) == (None, None)


def test_typing_renews_the_call_and_saving_ends_it(owner: User) -> None:
    leaver = make_leaver(caller=owner)
    save_draft(leaver=leaver, attempt=0, draft={"words": "Слово"}, actor=owner)
    assert Leaver.objects.get().is_taken(timezone.now() + dt.timedelta(minutes=29)) is True
    record_call(leaver=leaver, record=missed(), actor=owner)
    assert (Leaver.objects.get().taken_by, Leaver.objects.get().taken_until) == (None, None)


def test_a_less_senior_manager_takes_nothing_without_a_word(owner: User, manager: User) -> None:
    for caller in [owner, None]:
        with pytest.raises(CallerError):
            take_call(leaver=make_leaver(caller=caller), actor=manager, now=timezone.now())
    assert Leaver.objects.filter(taken_by__isnull=False).count() == 0


def test_staff_take_only_their_own_calls(staff: User, owner: User) -> None:
    with pytest.raises(CallerError):
        take_call(leaver=make_leaver(caller=owner), actor=staff, now=timezone.now())
    take_call(leaver=make_leaver(caller=staff), actor=staff, now=timezone.now())
    assert Leaver.objects.get(caller=staff).taken_by == staff


def test_the_responsible_person_takes_nothing(owner: User, manager: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(owner)), caller=manager, responsible=owner)
    with pytest.raises(CallerError):
        take_call(leaver=leaver, actor=owner, now=timezone.now())
    with pytest.raises(IntegrityError, match="leaver_not_taken_by_responsible"), transaction.atomic():
        Leaver.objects.update(taken_by=owner, taken_until=timezone.now())
    assert Leaver.objects.get().taken_by is None


def test_a_closed_case_is_not_taken(owner: User) -> None:
    leaver = make_leaver(caller=owner, state="closed")
    with pytest.raises(CallerError):
        take_call(leaver=leaver, actor=owner, now=timezone.now())


def test_who_asked_not_to_be_called_is_neither_taken_nor_handed_over(owner: User, manager: User) -> None:
    opened = make_leaver(make_client(do_not_call=True), caller=manager)
    with pytest.raises(CallerError, match="не звонить"):
        take_call(leaver=opened, actor=owner, now=timezone.now())
    with pytest.raises(CallerError):
        reassign(leaver=opened, caller=owner, note="", actor=owner)
    opened.refresh_from_db()
    assert (opened.caller, opened.taken_by) == (manager, None)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_call_at_once_one_gets_it(company: Company, owner: User) -> None:
    people = [owner, make_colleague("Второй", Role.OWNER, seniority=1)]
    leaver, now = make_leaver(caller=None), timezone.now()

    def take(number: int) -> object:
        try:
            return take_call(leaver=leaver, actor=people[number], now=now)
        except CallTakenError as error:
            return error

    outcomes = together(2, take)
    fresh = Leaver.objects.get()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CallTakenError", "NoneType"]
    assert (fresh.taken_by, fresh.caller) == (people[outcomes.index(None)], people[outcomes.index(None)])
    assert str(fresh.taken_by) in str(next(outcome for outcome in outcomes if outcome))


def test_the_least_valuable_are_kept_for_rehearsal_and_come_back(owner: User, manager: User, staff: User) -> None:
    leavers(500, 400, 100, 50, caller=owner)
    assert begin_rehearsal(number=2, caller=staff, today=TODAY, actor=manager) == 2
    assert callers_by_value() == [owner, owner, staff, staff]
    assert list(Leaver.objects.filter(is_rehearsal=True).order_by("at_risk_cents").values_list("at_risk_cents", flat=True)) == [50, 100]
    assign_callers(today=TODAY)
    assert callers_by_value() == [owner, owner, staff, staff]
    assert end_rehearsal(leaver=None, today=TODAY, actor=manager) == 2
    assert callers_by_value() == [owner] * 4
    assert Leaver.objects.filter(is_rehearsal=True).count() == 0


def test_nobody_rehearses_on_their_own_clients(owner: User, manager: User) -> None:
    make_leaver(make_client(responsible=responsible_employee(manager)), caller=owner, responsible=manager)
    assert begin_rehearsal(number=5, caller=manager, today=TODAY, actor=owner) == 0
    assert Leaver.objects.get().is_rehearsal is False


def test_staff_begin_no_rehearsal(owner: User, staff: User) -> None:
    leavers(100, caller=owner)
    with pytest.raises(CallerError):
        begin_rehearsal(number=1, caller=staff, today=TODAY, actor=staff)
    with pytest.raises(CallerError):
        end_rehearsal(leaver=None, today=TODAY, actor=staff)
    assert Leaver.objects.get().is_rehearsal is False


def test_a_rehearsal_passes_by_who_must_not_be_called(owner: User, staff: User) -> None:
    make_leaver(Client.objects.create(name="Не звонить", do_not_call=True), caller=owner)
    make_leaver(caller=owner, n_calls=1)
    assert begin_rehearsal(number=5, caller=staff, today=TODAY, actor=owner) == 0


def test_everybody_sets_their_own_day_only(owner: User, manager: User, staff: User) -> None:
    save_caller(user=staff, calls_a_day=3, away_since=None, away_until=None, actor=manager)
    with pytest.raises(CallerError):
        save_caller(user=owner, calls_a_day=0, away_since=None, away_until=None, actor=staff)
    assert list(CallerSettings.objects.values_list("user", "calls_a_day")) == [(staff.pk, 3)]


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("caller_calls_at_most_100", {"calls_a_day": 101}),
        ("caller_away_order", {"away_since": TODAY, "away_until": ago(1)}),
        ("caller_away_order", {"away_since": TODAY}),
    ],
)
def test_the_database_refuses_impossible_days(owner: User, constraint: str, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        CallerSettings.objects.create(user=owner, **fields)


def test_the_database_refuses_a_hand_over_to_oneself(owner: User) -> None:
    with pytest.raises(IntegrityError, match="hand_over_to_another"):
        HandOver.objects.create(leaver=make_leaver(), from_caller=owner, to_caller=owner)
