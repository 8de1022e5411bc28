"""What the calls brought: exact figures on small histories, and the Clients behind every figure."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from churn.enums import LeaverState
from churn.models import ExitCall, Leaver
from churn.queries import GROUPS, SHOWS, Scope, landmark, leavers_behind, result_tables, results
from churn.services import record_call
from clients.models import Segment, ValueBand
from common.experiments import compare_shares
from company.models import Branch, User
from tests.churn.world import RUBLE, TODAY, ago, buy, make_client, make_colleague, make_leaver, make_reason, missed, talk

pytestmark = pytest.mark.usefixtures("company")
ZONE = "Europe/Moscow"


def scope(days: int = 365, **fields: Any) -> Scope:
    """Return everybody who left within so many days."""
    return Scope(ago(days), TODAY, ZONE, **fields)


def call(leaver: Leaver, *records: Any, days: int = 0) -> Leaver:
    """Save calls of the leaver's caller, all on a day so many days ago."""
    assert leaver.caller is not None
    for attempt, record in enumerate(records):
        record_call(leaver=leaver, record=record(attempt=attempt), actor=leaver.caller)
    noon = dt.datetime.combine(ago(days), dt.time(12), dt.UTC)
    for number, row in enumerate(ExitCall.objects.filter(leaver=leaver).order_by("attempt")):
        ExitCall.objects.filter(pk=row.pk).update(called_at=noon + dt.timedelta(minutes=number))
    return leaver


def back(leaver: Leaver, *days: int, cents: int = 700 * RUBLE) -> Leaver:
    """Let the leaver buy again so many days ago."""
    buy(leaver.client, *days, cents=cents)
    Leaver.objects.filter(pk=leaver.pk).update(state=LeaverState.RETURNED, returned_on=ago(max(days)))
    return leaver


def willing(**fields: Any) -> Any:
    return talk(would_return=True, **fields)


def unwilling(**fields: Any) -> Any:
    return talk(would_return=False, **fields)


@pytest.fixture
def history(owner: User, manager: User) -> dict[str, Leaver]:
    """Five leavers: one called and back, one who came by themselves, one unwilling, one never reached, one never called."""
    return {
        "back": back(call(make_leaver(left=60, caller=owner), missed, willing, days=30), 20, 2),
        "itself": back(make_leaver(left=60), 40, cents=300 * RUBLE),
        "unwilling": call(make_leaver(left=60, caller=manager), unwilling, days=30),
        "unreached": call(make_leaver(left=30, caller=manager), missed, missed, missed, days=10),
        "silent": make_leaver(left=30),
    }


def test_everything_in_all(history: dict[str, Leaver]) -> None:
    found = result_tables(scope()).sums
    assert (found.left, found.called, found.reached, found.named) == (5, 3, 2, 2)
    assert (found.will_return, found.wont_return, found.returned, found.returned_after_call, found.returned_uncalled) == (1, 1, 2, 1, 1)
    assert (found.willing_returned, found.unwilling_returned) == (1, 0)
    assert (found.returned_cents, found.returned_after_call_cents) == (1700 * RUBLE, 1400 * RUBLE)
    assert found.at_risk_cents == 25_000 * RUBLE
    assert found == results(since=ago(365), today=TODAY, zone=ZONE)
    assert found.word_difference == compare_shares(1, 1, 0, 1)


def test_shares_have_intervals_and_say_they_are_small(history: dict[str, Leaver]) -> None:
    reach = result_tables(scope()).sums.reach
    assert (reach.hits, reach.n, reach.is_few) == (2, 3, True)
    assert [round(end, 4) for end in reach.interval] == [0.2077, 0.9385]


def test_months_of_leaving_are_newest_first(history: dict[str, Leaver]) -> None:
    months = result_tables(scope()).months
    assert [(row.month, row.sums.left, row.sums.called, row.sums.returned) for row in months] == [
        (dt.date(2026, 4, 1), 2, 1, 0),
        (dt.date(2026, 3, 1), 3, 2, 2),
    ]


def test_a_leaver_counts_for_one_caller(history: dict[str, Leaver], owner: User, manager: User) -> None:
    callers = result_tables(scope()).callers
    assert [(row.caller, row.sums.called, row.sums.reached, row.sums.returned_after_call) for row in callers] == [
        (manager, 2, 1, 0),
        (owner, 1, 1, 1),
    ]


def test_who_talked_goes_before_who_tried(owner: User, manager: User) -> None:
    leaver = call(make_leaver(caller=owner), talk, days=5)
    ExitCall.objects.create(
        leaver=leaver, caller=manager, outcome="no_answer", attempt=2, next_call_on=TODAY, request_key=talk().request_key
    )
    assert [row.caller for row in result_tables(scope()).callers] == [owner]


def test_reasons_count_each_leaver_once(owner: User) -> None:
    late, price = make_reason("Сорвали срок"), make_reason("Цена")
    both = call(make_leaver(left=60, caller=owner), partial(talk, reasons=[late, price], next_call_on=TODAY), days=30)
    call(make_leaver(left=60, caller=owner), partial(talk, reasons=[late]), days=30)
    back(both, 10)
    rows = result_tables(scope()).reasons
    assert [(row.reason, row.sums.left, row.sums.returned_after_call, row.sums.returned_cents) for row in rows] == [
        (late, 2, 1, 700 * RUBLE),
        (price, 1, 1, 700 * RUBLE),
    ]


def test_attempts_stop_at_the_first_talk(history: dict[str, Leaver]) -> None:
    rows = result_tables(scope()).attempts
    assert [(row.number, row.tried, row.reached, row.by_then.hits, row.by_then.n, row.is_last) for row in rows] == [
        (1, 3, 1, 1, 3, False),
        (2, 2, 1, 2, 3, False),
        (3, 1, 0, 2, 3, False),
    ]


def test_long_rows_of_attempts_end_in_one(owner: User) -> None:
    call(make_leaver(caller=owner), *[missed] * 8, talk, days=3)
    rows = result_tables(scope()).attempts
    assert [(row.number, row.tried, row.reached, row.is_last) for row in rows] == [(n, 1, int(n == 6), n == 6) for n in range(1, 7)]


def test_rehearsal_is_left_out_everywhere(owner: User, history: dict[str, Leaver]) -> None:
    before = result_tables(scope())
    rehearsed = call(make_leaver(left=60, caller=owner), willing, days=30)
    Leaver.objects.filter(pk=rehearsed.pk).update(is_rehearsal=True)
    ExitCall.objects.filter(leaver=rehearsed).update(is_rehearsal=True)
    back(rehearsed, 3)
    assert result_tables(scope()) == before


def test_a_rehearsed_call_to_a_real_leaver_is_no_call(owner: User) -> None:
    leaver = call(make_leaver(caller=owner), willing, days=3)
    ExitCall.objects.update(is_rehearsal=True)
    found = result_tables(scope())
    assert (found.sums.left, found.sums.called, found.sums.named, found.reasons) == (1, 0, 0, [])
    assert list(leavers_behind(scope(), show="left")) == [leaver]


def test_a_call_after_the_return_did_not_bring_it(owner: User) -> None:
    back(call(make_leaver(left=60, caller=owner), talk, days=3), 20)
    found = result_tables(scope()).sums
    assert (found.called, found.returned, found.returned_after_call) == (1, 1, 0)


def test_the_last_answer_about_returning_counts(owner: User) -> None:
    call(make_leaver(left=60, caller=owner), partial(unwilling, next_call_on=TODAY), willing, days=30)
    found = result_tables(scope()).sums
    assert (found.will_return, found.wont_return, found.promised) == (1, 0, 1)


def test_filters_narrow(owner: User) -> None:
    branch, segment = Branch.objects.create(name="Север"), Segment.objects.create(name="Опт")
    here = make_leaver(make_client("Тут", branch=branch, segment=segment))
    make_leaver()
    for asked in ({"branch": branch}, {"segment": segment}, {"branch": branch, "segment": segment}):
        assert list(leavers_behind(scope(**asked), show="left")) == [here]
        assert result_tables(scope(**asked)).sums.left == 1


def test_value_is_what_was_brought_before_leaving(company: Any) -> None:
    low = ValueBand.objects.create(up_to=1000 * RUBLE)
    top = ValueBand.objects.create(up_to=None)
    small = make_leaver(make_client("Малый", 300, cents=500 * RUBLE), left=60, last_purchase_on=ago(300))
    large = make_leaver(make_client("Крупный", 300, cents=5000 * RUBLE), left=60, last_purchase_on=ago(300))
    back(small, 10, cents=9000 * RUBLE)
    assert list(leavers_behind(scope(band=low), show="left")) == [small]
    assert list(leavers_behind(scope(band=top), show="left")) == [large]


def test_every_figure_opens_exactly_its_clients(history: dict[str, Leaver], owner: User) -> None:
    found = result_tables(scope())
    names = {"will_return": "willing", "wont_return": "unwilling", "named": "named", "returned_after_call": "after_call"}
    names |= {"returned_uncalled": "itself"} | {name: name for name in ("left", "called", "reached", "promised", "acted", "returned")}
    assert set(names.values()) == set(SHOWS)
    for name, show in names.items():
        assert leavers_behind(scope(), show=show).count() == getattr(found.sums, name), name
        for caller in found.callers:
            shown = leavers_behind(scope(), show=show, group="caller", value=str(caller.caller.pk))
            assert shown.count() == getattr(caller.sums, name)
        for month in found.months:
            assert leavers_behind(scope(), show=show, group="month", value=str(month.month)).count() == getattr(month.sums, name)
        for reason in found.reasons:
            shown = leavers_behind(scope(), show=show, group="reason", value=str(reason.reason.pk))
            assert shown.count() == getattr(reason.sums, name)
    for attempt in found.attempts:
        assert leavers_behind(scope(), show="called", group="tried", value=str(attempt.number)).count() == attempt.tried
        assert leavers_behind(scope(), show="called", group="reached_at", value=str(attempt.number)).count() == attempt.reached
    assert {"month", "caller", "reason", "tried", "reached_at", "reached_from"} == set(GROUPS)


def test_nobody_left_is_an_empty_table() -> None:
    found = result_tables(scope())
    assert (found.sums.left, found.months, found.callers, found.reasons, found.attempts) == (0, [], [], [], [])
    assert (found.sums.reach.share, found.sums.reach.interval, found.sums.word_difference) == (0.0, (0.0, 1.0), None)


@pytest.mark.parametrize("rows", [1, 3])
def test_tables_take_the_same_queries_for_any_number(owner: User, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        call(
            make_leaver(caller=make_colleague(f"Кто {number}")),
            lambda n=number, **kw: talk(reasons=[make_reason(f"Повод {n}")], **kw),
            days=3,
        )
    with django_assert_num_queries(4):
        found = result_tables(scope())
    assert (len(found.callers), len(found.reasons)) == (rows, rows)


def noticed(days: int, **fields: Any) -> Leaver:
    """Save a leaver noticed so many days ago who can be called."""
    return make_leaver(make_client("", phone="+79990000000"), left=days, noticed_on=ago(days), **fields)


def test_the_comparison_starts_for_everybody_on_the_same_day(owner: User) -> None:
    back(call(noticed(200, caller=owner), talk, days=190), 120)
    call(noticed(200, caller=owner), talk, days=190)
    back(noticed(200), 190)
    back(noticed(200), 100, cents=200 * RUBLE)
    noticed(200)
    back(call(noticed(200, caller=owner), talk, days=100), 40)
    call(noticed(50, caller=owner), talk, days=45)
    found = landmark(scope(), TODAY)
    assert (found.called.back.hits, found.called.back.n, found.called.cents) == (1, 2, 700 * RUBLE)
    assert (found.uncalled.back.hits, found.uncalled.back.n, found.uncalled.cents) == (1, 3, 200 * RUBLE)
    assert found.shares == compare_shares(1, 2, 1, 3)
    assert found.called.cents_each == 350 * RUBLE
    assert found.money is not None
    assert round(found.money.difference / RUBLE, 2) == 283.33
    assert found.is_few


def test_who_could_not_be_called_is_no_comparison(owner: User) -> None:
    make_leaver(make_client("Без телефона"), left=200, noticed_on=ago(200))
    quiet = noticed(200)
    quiet.client.do_not_call = True
    quiet.client.save()
    found = landmark(scope(), TODAY)
    assert (found.called.back.n, found.uncalled.back.n, found.shares, found.money) == (0, 0, None, None)
