"""The page of the chain of numbers."""

import datetime as dt
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from clients.models import Channel
from common.periods import add_months, month_of
from company.models import Employee, User
from metrics import chain_board
from metrics.models import ChannelMonth, KeepingMonth, LtvVersion
from tests.metrics.world import write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company_clock")]
URL = "metrics:chain"


def last_month() -> dt.date:
    return add_months(month_of(timezone.localdate()), -1)


@pytest.fixture
def ads() -> Channel:
    """A channel that cost 10 000 last month; 40 people called and two bought."""
    channel = Channel.objects.create(name="Реклама")
    ChannelMonth.objects.create(month=last_month(), channel=channel, spend_cents=1_000_000, contacts=40)
    day = last_month() + dt.timedelta(days=3)
    write({"a": [(day, 300_000)], "b": [(day, 100_000)]}, channel=channel)
    return channel


def book_of(response: Any) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(response.content))


def page(browser: Browser, **query: str) -> Any:
    response = browser.get(reverse(URL, query=query))
    assert response.status_code == 200
    return response


def test_empty_company_is_told_where_to_begin(as_manager: Browser) -> None:
    assert reverse("metrics:chain_month") in page(as_manager).text


def test_funnel_counts_from_spend_to_money(as_manager: Browser, ads: Channel) -> None:
    total = page(as_manager).context["total"].sums
    assert (total.spend_cents, total.contacts, total.clients, total.revenue_cents) == (1_000_000, 40, 2, 400_000)
    assert (total.cac_cents, total.conversion, total.has_few_clients) == (500_000, Fraction(2, 40), True)


@pytest.mark.parametrize("by", ["channel", "manager", "both", "month", "nonsense"])
@pytest.mark.parametrize("show", ["cac", "conversion", "thousand", "spend"])
def test_every_split_and_trend_opens(as_manager: Browser, ads: Channel, by: str, show: str) -> None:
    response = page(as_manager, by=by, show=show, months="3")
    assert response.context["chart"] is not None
    assert len(response.context["rows"]) == {"manager": 0, "month": 3}.get(by, 1)


def test_purchases_alone_make_a_chain_without_beginning(as_manager: Browser) -> None:
    write({"a": [(last_month(), 5)]}, channel=Channel.objects.create(name="Вывеска"))
    response = page(as_manager)
    assert (response.context["is_empty"], len(response.context["rows"]), response.context["chart"]) == (True, 1, None)


def test_worth_is_the_saved_belief_while_little_is_measured(as_manager: Browser, owner: User, ads: Channel) -> None:
    LtvVersion.objects.create(
        purchases_per_year="4", average_check="2500", years="5", margin_percent="40", revenue_cents=5_000_000, created_by=owner
    )
    total = page(as_manager).context["total"]
    assert (total.worth.cents, total.worth.is_measured, total.worth.margin) == (2_000_000, False, Fraction(2, 5))
    assert total.times == 4
    assert total.payback == Fraction(500_000, 1) / Fraction(2_000_000, 60)


def test_attracting_is_put_beside_keeping(as_manager: Browser, ads: Channel) -> None:
    write({str(number): [(add_months(last_month(), -3), 100)] for number in range(12)}, patience=365)
    KeepingMonth.objects.create(month=last_month(), cents=120_000)
    against = page(as_manager).context["against"]
    assert (against.cac.cents, against.keeping.cents_a_year, against.times) == (500_000, 120_000, Fraction(500_000, 120_000))


def test_clients_of_a_figure_are_listed(as_manager: Browser, ads: Channel) -> None:
    month = f"{last_month():%Y-%m}"
    query = {"from": month, "to": month, "channel": str(ads.pk)}
    response = as_manager.get(reverse("metrics:chain_clients", query=query))
    assert [client.external_id for client in response.context["page"]] == ["a", "b"]
    rows = book_of(as_manager.get(reverse("metrics:chain_clients_export", query=query))).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["a", "b"]
    nobody = as_manager.get(reverse("metrics:chain_clients", query=query | {"manager": str(Employee.objects.create(name="Anna").pk)}))
    assert list(nobody.context["page"]) == []
    assert as_manager.get(reverse("metrics:chain_clients", query={"channel": "999"})).status_code == 404


def test_book_holds_every_split(as_manager: Browser, ads: Channel) -> None:
    book = book_of(as_manager.get(reverse("metrics:chain_export", query={"months": "3"})))
    assert len(book.sheet_names) == len(chain_board.SPLITS)
    assert book.get_sheet_by_index(0).to_python()[1][:5] == ["Реклама", "", 10_000, 40, 2]


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_a_fixed_number_of_queries(count: int, as_manager: Browser, django_assert_num_queries: Any) -> None:
    for number in range(count):
        channel = Channel.objects.create(name=f"Ads {number}")
        ChannelMonth.objects.create(month=last_month(), channel=channel, spend_cents=5, contacts=3)
        write({f"{number}": [(last_month(), 1)]}, channel=channel)
    KeepingMonth.objects.create(month=last_month(), cents=1)
    page(as_manager)
    with django_assert_num_queries(13):
        page(as_manager)
