"""Exact figures on small histories made by hand."""

import datetime as dt

import pytest

from churn.enums import LeaverState
from churn.models import ExitCall, Leaver
from churn.queries import next_leaver, queue_summary, reason_report, results
from churn.services import record_call
from company.models import User
from tests.churn.world import RUBLE, TODAY, ago, buy, make_client, make_leaver, make_reason, missed, talk

pytestmark = pytest.mark.usefixtures("company")
YEAR_AGO = ago(365)
ZONE = "Europe/Moscow"


def test_the_queue_in_three_figures(owner: User, staff: User) -> None:
    make_leaver(left=40, at_risk_cents=900, caller=owner)
    first = make_leaver(left=20, at_risk_cents=200, caller=owner)
    mine = make_leaver(left=5, at_risk_cents=100, caller=staff)
    make_leaver(caller=owner, state=LeaverState.CLOSED)
    whole, own = queue_summary(user=owner, today=TODAY), queue_summary(user=staff, today=TODAY)
    assert (whole.count, whole.at_risk_cents, whole.first) == (3, 1200, first)
    assert (own.count, own.at_risk_cents, own.first) == (1, 100, mine)


def test_the_next_leaver_is_ones_own(owner: User, manager: User) -> None:
    current = make_leaver(left=5, at_risk_cents=900, caller=owner)
    make_leaver(left=6, at_risk_cents=800, caller=manager)
    following = make_leaver(left=50, at_risk_cents=100, caller=owner)
    assert next_leaver(user=owner, today=TODAY, after=current) == following
    assert next_leaver(user=manager, today=TODAY, after=following) != following


def test_results_count_calls_returns_and_money(owner: User) -> None:
    reached = make_leaver(make_client("Дозвонились"), left=60, caller=owner)
    record_call(leaver=reached, record=talk(would_return=True, next_call_on=TODAY), actor=owner)
    ExitCall.objects.update(called_at=dt.datetime(2026, 5, 10, 12, tzinfo=dt.UTC))
    buy(reached.client, 8, 2, cents=700 * RUBLE)
    Leaver.objects.filter(pk=reached.pk).update(state=LeaverState.RETURNED, returned_on=ago(8))
    itself = make_leaver(make_client("Сам вернулся"), left=100, state=LeaverState.RETURNED, returned_on=ago(20))
    buy(itself.client, 20, cents=300 * RUBLE)
    record_call(leaver=make_leaver(left=3, caller=owner), record=missed(), actor=owner)
    make_leaver(left=400)
    shown = results(since=YEAR_AGO, today=TODAY, zone=ZONE)
    assert (shown.left, shown.called, shown.reached, shown.will_return) == (3, 2, 1, 1)
    assert (shown.returned, shown.returned_after_call) == (2, 1)
    assert (shown.returned_cents, shown.returned_after_call_cents) == (1700 * RUBLE, 1400 * RUBLE)
    assert shown.at_risk_cents == 15_000 * RUBLE


def test_money_after_a_second_leaving_belongs_to_the_second_return() -> None:
    client = make_client("Дважды уходил")
    buy(client, 300, 40, cents=100 * RUBLE)
    make_leaver(client, left=310, state=LeaverState.RETURNED, returned_on=ago(300))
    make_leaver(client, left=119, last_purchase_on=ago(300), state=LeaverState.RETURNED, returned_on=ago(40))
    shown = results(since=YEAR_AGO, today=TODAY, zone=ZONE)
    assert (shown.returned, shown.returned_cents) == (2, 200 * RUBLE)


def test_results_of_nobody() -> None:
    shown = results(since=YEAR_AGO, today=TODAY, zone=ZONE)
    assert (shown.left, shown.at_risk_cents, shown.returned_cents) == (0, 0, 0)


def test_reasons_are_shares_of_those_who_named_any(owner: User) -> None:
    late, moved = make_reason("Сорвали срок"), make_reason("Переехали", is_within_power=False)
    for reasons, power in [([late], True), ([late, moved], True), ([moved], False)]:
        record_call(leaver=make_leaver(caller=owner), record=talk(reasons=reasons, is_within_power=power), actor=owner)
    make_leaver()
    report = reason_report(since=YEAR_AGO, today=TODAY)
    assert (report.left, report.explained, report.unexplained) == (4, 3, 1)
    assert (report.judged, report.within_power, report.power_share) == (3, 2, 2 / 3)
    row = report.ours[0]
    assert (row.reason, row.n, row.share) == (late, 2, 2 / 3)
    assert (round(row.low, 4), round(row.high, 4)) == (0.2077, 0.9385)
    assert [row.reason for row in report.outside] == [moved]


def test_a_reason_named_twice_by_one_leaver_counts_once(owner: User) -> None:
    leaver, late = make_leaver(caller=owner), make_reason()
    record_call(leaver=leaver, record=talk(reasons=[late], next_call_on=TODAY, is_within_power=True), actor=owner)
    record_call(leaver=leaver, record=talk(reasons=[late], attempt=1, is_within_power=False), actor=owner)
    report = reason_report(since=YEAR_AGO, today=TODAY)
    assert (report.explained, report.ours[0].n, report.judged, report.within_power) == (1, 1, 1, 0)


def test_who_left_before_the_period_is_not_in_the_report(owner: User) -> None:
    record_call(leaver=make_leaver(left=100, caller=owner), record=talk(), actor=owner)
    report = reason_report(since=ago(50), today=TODAY)
    assert (report.left, report.explained, report.ours) == (0, 0, [])
