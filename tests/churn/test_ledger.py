"""Month by month: who left, who told us, whom we asked, who left without a word, and who came back."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from churn.enums import Detection, LedgerPart
from churn.models import Leaver
from churn.queries import LedgerMonth, ledger, ledger_rows
from churn.services import find_leavers, mark_left, record_call
from clients.models import Client
from company.models import User
from tests.churn.world import TODAY, ago, buy, make_client, make_leaver, missed, talk

pytestmark = pytest.mark.usefixtures("company")
MAY, APRIL = dt.date(2026, 5, 1), dt.date(2026, 4, 1)


def months() -> dict[dt.date, LedgerMonth]:
    """Return the months in which anybody left."""
    return {row.month: row for row in ledger(today=TODAY) if row.left}


def names(month: dt.date, part: LedgerPart) -> list[str]:
    return [row.name for row in ledger_rows(month=month, part=part, today=TODAY, limit=50, offset=0)]


def test_who_left_without_a_word_is_silent() -> None:
    make_client("Апрель", 181 + 25, cents=700)
    make_client("Май", 181 + 5, cents=300)
    make_client("С нами", 5)
    assert {month: (row.left, row.silent, row.cents, row.silent_cents) for month, row in months().items()} == {
        MAY: (1, 1, 300, 300),
        APRIL: (1, 1, 700, 700),
    }
    find_leavers(today=TODAY)
    assert {month: (row.left, row.silent, row.cents) for month, row in months().items()} == {MAY: (1, 1, 300), APRIL: (1, 1, 700)}


def test_told_asked_and_silent_add_up(owner: User, manager: User) -> None:
    for name in ("спросили", "не дозвонились", "молча"):
        make_client(name, 181 + 5)
    mark_left(client=make_client("сказал", 20), today=TODAY, actor=manager, note="переезжает")
    find_leavers(today=TODAY)
    leavers = {leaver.client.name: leaver for leaver in Leaver.objects.all()}
    record_call(leaver=leavers["спросили"], record=talk(), actor=owner)
    record_call(leaver=leavers["не дозвонились"], record=missed(), actor=owner)
    row = months()[MAY]
    assert (row.left, row.told, row.asked, row.silent, row.noticed) == (4, 1, 1, 2, 2)
    assert names(MAY, LedgerPart.TOLD) == ["сказал"]
    assert names(MAY, LedgerPart.ASKED) == ["спросили"]
    assert sorted(names(MAY, LedgerPart.SILENT)) == ["молча", "не дозвонились"]
    assert len(names(MAY, LedgerPart.ALL)) == 4


def test_a_rehearsal_call_asks_nobody(owner: User) -> None:
    make_client("Клиент", 181 + 5)
    find_leavers(today=TODAY)
    Leaver.objects.update(is_rehearsal=True)
    record_call(leaver=Leaver.objects.get(), record=talk(), actor=owner)
    assert (months()[MAY].asked, months()[MAY].silent) == (0, 1)


def test_who_came_back_is_counted_in_the_month_of_leaving(owner: User) -> None:
    client = make_client("Клиент", 181 + 25, cents=500)
    buy(client, 2)
    row = months()[APRIL]
    assert (row.left, row.back, row.back_cents, row.back_share) == (1, 1, 500, 1.0)
    assert names(APRIL, LedgerPart.BACK) == ["Клиент"]


def test_a_leaver_found_earlier_than_by_rhythm_stands_once() -> None:
    client = make_client("Клиент", 100, 60)
    make_leaver(client, last_purchase_on=ago(60), left_on=ago(5), detection=Detection.RECENCY, at_risk_cents=900)
    assert {month: (row.left, row.cents) for month, row in months().items()} == {MAY: (1, 900)}


def test_the_day_of_the_queue_counts_where_both_name_one() -> None:
    client = make_client("Клиент", 181 + 25)
    make_leaver(client, last_purchase_on=ago(181 + 25), left_on=ago(3))
    assert {month: row.left for month, row in months().items()} == {MAY: 1}


def test_twelve_months_stand_newest_first_empty_ones_with_zeros() -> None:
    rows = ledger(today=TODAY)
    assert [row.month for row in rows[:2]] == [MAY, APRIL]
    assert len(rows) == 12
    assert {row.left for row in rows} == {0}


@pytest.mark.parametrize("query", ["", "?month=", "?month=2026-13-01", "?month=2026-05-01&of=nobody", "?month=9999-12-31"])
def test_an_address_that_names_no_figure_is_not_found(as_manager: Any, query: str) -> None:
    assert as_manager.get(reverse("churn:ledger_list") + query).status_code == 404


def test_a_figure_opens_its_clients(as_manager: Any) -> None:
    make_client("Клиент", 181 + 5)
    page = as_manager.get(reverse("churn:ledger_list") + "?month=2026-05-01&of=silent")
    assert [row.name for row in page.context["rows"]] == ["Клиент"]
    assert as_manager.get(reverse("churn:ledger_list") + "?month=2026-04-01&of=silent&page=7").context["rows"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(as_manager: Any, count: int, django_assert_num_queries: Any) -> None:
    for _each in range(count):
        make_client("", 181 + 5)
    assert Client.objects.count() == count
    with django_assert_num_queries(5):
        as_manager.get(reverse("churn:ledger_list") + "?month=2026-05-01")
