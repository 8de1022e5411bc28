"""What lost calls cost: the chain of numbers, its interval, and silence where a link is missing."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from metrics.formulas.lost_calls import Callers, Range, add, lost_clients
from metrics.queries import lost_calls
from tests.metrics.test_views import GOOD, URL, text_of
from touchpoints.models import PhoneCall
from touchpoints.services.phone import set_traffic

ZONE = ZoneInfo("Europe/Moscow")
PANEL = reverse("metrics:lost_calls_panel")


def calls(got_through: int, missed: int, branch: Branch | None = None) -> None:
    now = timezone.now()
    PhoneCall.objects.bulk_create(PhoneCall(branch=branch, called_at=now, seconds=9, transfers=0) for _call in range(got_through))
    PhoneCall.objects.bulk_create(PhoneCall(branch=branch, called_at=now, is_reached=False) for _call in range(missed))


def report(branch: Branch | None = None) -> Any:
    return lost_calls(today=timezone.localdate(), zone=ZONE, branch=branch)


def test_the_chain_is_multiplied_with_its_interval() -> None:
    lost = lost_clients(Callers(calls=400, buyers=1, out_of=5), got_through=8, made=10)
    assert lost is not None
    assert lost.value == pytest.approx(16)
    assert (round(lost.low, 1), round(lost.high, 1)) == (4.5, 40.8)


def test_two_mystery_calls_say_nothing() -> None:
    assert lost_clients(Callers(400, 1, 5), got_through=1, made=2) is None


def test_independent_losses_add_up_more_surely_than_their_ends() -> None:
    total = add([Range(10, 7, 14), Range(20, 16, 23)])
    assert total == Range(30, 25, 35)
    assert add([]) is None


def test_without_a_word_about_calls_the_panel_asks_for_it(as_manager: Browser) -> None:
    calls(3, 3)
    assert report().rows == []
    assert reverse("touchpoints:call_traffic") in as_manager.get(PANEL).content.decode()


def test_without_mystery_calls_nothing_is_claimed(as_manager: Browser, manager: User) -> None:
    set_traffic(branch=None, calls_per_month=400, share=(1, 5), actor=manager)
    calls(1, 1)
    found = report()
    assert (found.clients, found.cents) == (None, None)
    assert "неизвестно" in text_of(as_manager.get(PANEL)).lower()


def test_without_a_price_only_clients_are_counted(as_manager: Browser, manager: User) -> None:
    set_traffic(branch=None, calls_per_month=400, share=(1, 5), actor=manager)
    calls(8, 2)
    assert report().cents is None
    assert "Клиентов теряем в месяц: 16" in text_of(as_manager.get(PANEL))


def test_with_every_link_known_it_is_money(as_manager: Browser, manager: User) -> None:
    as_manager.post(URL["ltv_save"], GOOD)  # 90 000 ₽
    set_traffic(branch=None, calls_per_month=400, share=(1, 5), actor=manager)
    calls(8, 2)
    assert report().cents.value == pytest.approx(16 * 9_000_000)
    assert "1 440 000 ₽" in text_of(as_manager.get(PANEL))


def test_no_lost_call_seen_is_still_no_proof(as_manager: Browser, manager: User) -> None:
    as_manager.post(URL["ltv_save"], GOOD)
    set_traffic(branch=None, calls_per_month=400, share=(1, 5), actor=manager)
    calls(5, 0)
    found = report()
    assert found.clients.value == 0
    assert found.clients.high > 30


def test_branches_are_added_and_one_that_waits_is_left_out(as_manager: Browser, manager: User) -> None:
    first, second, third = (Branch.objects.create(name=name) for name in "АБВ")
    for branch in (first, second, third):
        set_traffic(branch=branch, calls_per_month=100, share=(1, 2), actor=manager)
    calls(5, 5, first)
    calls(9, 1, second)
    calls(1, 1, third)
    found = report()
    assert found.clients.value == pytest.approx(25 + 5)
    assert [row.traffic.branch for row in found.waiting] == [third]
    assert report(first).clients.value == pytest.approx(25)
    assert as_manager.get(PANEL, {"branch": first.pk}).status_code == 200


def test_the_whole_company_stands_before_its_branches(manager: User) -> None:
    branch = Branch.objects.create(name="А")
    set_traffic(branch=branch, calls_per_month=100, share=(1, 2), actor=manager)
    set_traffic(branch=None, calls_per_month=1000, share=(1, 2), actor=manager)
    calls(5, 5, branch)
    found = report()
    assert found.clients.value == pytest.approx(250)
    assert len(found.rows) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_panel_takes_a_fixed_number_of_queries(
    as_manager: Browser, manager: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        branch = Branch.objects.create(name=f"Филиал {number}")
        set_traffic(branch=branch, calls_per_month=100, share=(1, 2), actor=manager)
        calls(4, 1, branch)
    as_manager.get(PANEL)
    with django_assert_num_queries(8):
        as_manager.get(PANEL)


def test_staff_see_no_money(as_staff: Browser) -> None:
    assert as_staff.get(PANEL).status_code == 403
