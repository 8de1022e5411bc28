"""The chain of numbers against the same counted by hand."""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from clients.models import Channel, Client
from common.proportions import wilson_interval
from company.models import Employee
from metrics import queries
from metrics.formulas.chain import Cell, channel_cells, payback_months, sums_of
from metrics.models import ChannelMonth, KeepingMonth
from tests.metrics.world import write

TODAY = dt.date(2026, 7, 14)
MAY, JUNE, JULY = dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 7, 1)


def cell(**fields: Any) -> Cell:
    given: dict[str, Any] = {
        "month": JUNE,
        "channel_id": 1,
        "channel": "Ads",
        "manager_id": None,
        "manager": "",
        "spend_cents": None,
        "contacts": None,
        "clients": 0,
        "revenue_cents": 0,
        "so_far_cents": 0,
        "is_counted": False,
        "is_typed": True,
    }
    return Cell(**(given | fields))


def test_ratios_are_made_of_cells_where_both_ends_are_known() -> None:
    sums = sums_of(
        [
            cell(spend_cents=3_000_000, contacts=60, clients=12, revenue_cents=6_000_000, so_far_cents=9_000_000),
            cell(spend_cents=1_000_000, clients=3, revenue_cents=600_000, so_far_cents=600_000),
            cell(contacts=40, clients=8, revenue_cents=100),
            cell(clients=5),
        ]
    )
    assert (sums.spend_cents, sums.contacts, sums.clients) == (4_000_000, 100, 28)
    assert sums.conversion == Fraction(20, 100)
    assert sums.conversion_interval == wilson_interval(20, 100)
    assert sums.contacts_per_thousand == Fraction(60, 30)
    assert sums.contact_price_cents == 50_000
    assert sums.cac_cents == round(4_000_000 / 15)
    assert sums.return_ratio == Fraction(6_600_000, 4_000_000)
    assert sums.so_far_ratio == Fraction(9_600_000, 4_000_000)
    assert not sums.has_few_contacts
    assert not sums.has_few_clients


def test_nothing_known_gives_no_ratios() -> None:
    sums = sums_of([])
    found = (sums.spend_cents, sums.contacts, sums.conversion, sums.contacts_per_thousand, sums.contact_price_cents, sums.cac_cents)
    assert found == (None,) * 6
    assert (sums.return_ratio, sums.cac_interval, sums.conversion_interval) == (None,) * 3
    assert sums.has_few_contacts
    assert sums.has_few_clients


def test_more_clients_than_calls_have_no_conversion() -> None:
    sums = sums_of([cell(contacts=3, clients=5)])
    assert sums.conversion is None
    assert sums.has_clients_past_contacts


def test_interval_of_cac_is_that_of_a_count() -> None:
    low, high = sums_of([cell(spend_cents=1_600_000, clients=16)]).cac_interval or (0, 0)
    assert (low, high) == (round(100_000 / 2.71828182845**0.489991), round(100_000 * 2.71828182845**0.489991))


def test_managers_of_a_channel_are_joined() -> None:
    found = channel_cells([cell(spend_cents=500), cell(manager_id=7, manager="Anna", contacts=10, clients=2), cell(channel_id=2)])
    assert [(each.channel_id, each.spend_cents, each.contacts, each.clients, each.manager) for each in found] == [
        (1, 500, 10, 2, ""),
        (2, None, None, 0, ""),
    ]


@pytest.mark.parametrize(
    ("cac", "monthly", "months"),
    [(100_000, Fraction(40_000), Fraction(5, 2)), (100_000, None, None), (None, Fraction(1), None), (5, Fraction(0), None)],
)
def test_payback(cac: int | None, monthly: Fraction | None, months: Fraction | None) -> None:
    assert payback_months(cac, monthly) == months


@pytest.fixture
def ads(db: None) -> Channel:
    return Channel.objects.create(name="Ads")


def test_empty_company_has_no_chain(db: None) -> None:
    assert queries.cac(today=TODAY) is None
    assert queries.keeping_per_client_year(today=TODAY) is None
    assert queries.channel_ratios(today=TODAY) == []
    assert queries.manager_ratios(today=TODAY) == []
    assert [month for month, _sums in queries.chain_months(today=TODAY, months=2)] == [MAY, JUNE]


def test_empty_numbers_are_counted_from_purchases(ads: Channel) -> None:
    ChannelMonth.objects.create(month=JUNE, channel=ads, spend_cents=1_000_000, contacts=20)
    june, later = dt.date(2026, 6, 10), dt.date(2026, 7, 2)
    write({"a": [(june, 30_000), (later, 5_000)], "b": [(june, 10_000)], "old": [(MAY, 7_000), (june, 9_000)]}, channel=ads)
    write({"by itself": [(june, 1)]})
    (group,) = queries.channel_ratios(today=TODAY, months=1)
    assert (group.key, group.label) == (ads.pk, "Ads")
    assert (group.sums.clients, group.sums.revenue_cents, group.sums.so_far_cents) == (2, 40_000, 45_000)
    assert group.sums.conversion == Fraction(2, 20)
    cac = queries.cac(today=TODAY, months=1)
    assert cac is not None
    assert (cac.cents, cac.paid_clients, cac.all_clients, cac.is_complete, cac.is_few) == (500_000, 2, 3, True, True)
    assert cac.blended_cents == 333_333


def test_given_numbers_go_before_counted_ones(ads: Channel) -> None:
    ChannelMonth.objects.create(month=JUNE, channel=ads, spend_cents=1_000_000, new_clients=5, revenue_cents=0)
    write({"a": [(JUNE, 30_000)]}, channel=ads)
    (group,) = queries.channel_ratios(today=TODAY, months=1)
    assert (group.sums.clients, group.sums.revenue_cents, group.sums.so_far_cents) == (5, 0, 30_000)


def test_running_month_is_left_out(ads: Channel) -> None:
    ChannelMonth.objects.create(month=JULY, channel=ads, spend_cents=1, new_clients=1)
    assert queries.channel_ratios(today=TODAY) == []
    assert queries.cac(today=TODAY) is None


def test_nobodys_row_takes_what_managers_leave_over(ads: Channel) -> None:
    anna, boris = Employee.objects.create(name="Anna"), Employee.objects.create(name="Boris")
    ChannelMonth.objects.create(month=JUNE, channel=ads, spend_cents=900_000)
    ChannelMonth.objects.create(month=JUNE, channel=ads, manager=anna, manager_name="Anna", contacts=10)
    ChannelMonth.objects.create(month=JUNE, channel=ads, manager=boris, manager_name="Boris", contacts=8, new_clients=2)
    write({"a": [(JUNE, 100)], "b": [(JUNE, 100)]}, channel=ads, responsible=anna)
    write({"c": [(JUNE, 100)], "d": [(JUNE, 100)], "e": [(JUNE, 100)]}, channel=ads)
    found = queries.chain_between(first=JUNE, end=JULY)
    cells = {each.manager: (each.clients, each.revenue_cents, each.so_far_cents, each.is_counted) for each in found.cells}
    assert cells == {"Anna": (2, 200, 200, True), "Boris": (2, 0, 0, False), "": (1, 300, 300, True)}
    by_manager = {group.label: group.sums.conversion for group in queries.manager_ratios(today=TODAY)}
    assert by_manager == {"Anna": Fraction(2, 10), "Boris": Fraction(2, 8)}
    (channel,) = queries.channel_ratios(today=TODAY)
    assert (channel.sums.spend_cents, channel.sums.contacts, channel.sums.clients) == (900_000, 18, 5)
    both = [(group.label, group.manager) for group in queries.by_channel_and_manager(found.cells)]
    assert both == [("Ads", "Anna"), ("Ads", "Boris"), ("Ads", "")]


def test_a_removed_manager_keeps_the_name(ads: Channel) -> None:
    anna = Employee.objects.create(name="Anna")
    ChannelMonth.objects.create(month=JUNE, channel=ads, manager=anna, manager_name="Anna", contacts=10, new_clients=1)
    anna.delete()
    (group,) = queries.manager_ratios(today=TODAY)
    assert (group.key, group.label, group.sums.contacts) == (None, "Anna", 10)


def test_cac_says_which_months_are_not_known(ads: Channel) -> None:
    ChannelMonth.objects.create(month=JUNE, channel=ads, spend_cents=500, new_clients=1)
    ChannelMonth.objects.create(month=MAY, channel=ads, contacts=5, new_clients=4)
    cac = queries.cac(today=TODAY, months=2)
    assert cac is not None
    assert (cac.cents, cac.months, cac.known_months, cac.is_complete) == (500, 2, 1, False)


def test_keeping_is_spread_over_the_active_base(db: None) -> None:
    write({str(number): [(dt.date(2026, 4, 10), 100)] for number in range(10)}, patience=300)
    KeepingMonth.objects.create(month=MAY, cents=1_000)
    KeepingMonth.objects.create(month=JUNE, cents=3_000)
    KeepingMonth.objects.create(month=JULY, cents=9_000)
    keeping = queries.keeping_per_client_year(today=TODAY)
    assert keeping is not None
    assert (keeping.cents, keeping.client_months, keeping.known_months) == (4_000, 20, 2)
    assert keeping.cents_a_year == 2_400


def test_keeping_of_nobody_is_not_divided(db: None) -> None:
    KeepingMonth.objects.create(month=JUNE, cents=3_000)
    assert queries.keeping_per_client_year(today=TODAY) is None


@pytest.mark.parametrize("count", [1, 3])
def test_chain_takes_three_queries(count: int, django_assert_num_queries: Any, db: None) -> None:
    for number in range(count):
        channel, anna = Channel.objects.create(name=f"Ads {number}"), Employee.objects.create(name=f"Anna {number}")
        ChannelMonth.objects.create(month=JUNE, channel=channel, manager=anna, manager_name=anna.name, spend_cents=5, contacts=3)
        write({f"{number}": [(JUNE, 1)]}, channel=channel, responsible=anna)
    with django_assert_num_queries(3):
        assert len(queries.chain_between(first=JUNE, end=JULY).cells) == count
    assert Client.objects.count() == count


def test_money_of_the_month_is_not_lost_where_a_manager_typed_all_the_clients(ads: Channel) -> None:
    anna = Employee.objects.create(name="Anna")
    ChannelMonth.objects.create(month=JUNE, channel=ads, spend_cents=1_000)
    ChannelMonth.objects.create(month=MAY, channel=ads, manager=anna, manager_name="Anna", spend_cents=1_000, contacts=10, new_clients=2)
    write({"a": [(MAY, 3_000)], "b": [(MAY, 3_000), (JUNE, 500)]}, channel=ads)
    (channel,) = queries.by_channel(queries.chain_between(first=MAY, end=JUNE).cells)
    assert (channel.sums.clients, channel.sums.revenue_cents, channel.sums.so_far_cents) == (2, 6_000, 6_500)
