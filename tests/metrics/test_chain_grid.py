"""The grid of a month: typed, pasted, saved at once, and two people at it."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Channel
from company.models import Employee, User
from metrics.enums import FigureSource
from metrics.forms.chain import figures_from, month_from
from metrics.formulas.chain import Figures
from metrics.models import ChannelMonth, KeepingMonth
from metrics.services import CellChange, ChangedMeanwhileError, KeepingChange, save_month
from tests.metrics.world import write

pytestmark = pytest.mark.django_db
MARCH = dt.date(2026, 3, 1)
NO_KEEPING = KeepingChange((None, ""), (None, ""))


@pytest.fixture
def ads() -> Channel:
    return Channel.objects.create(name="Ads")


@pytest.fixture
def anna() -> Employee:
    return Employee.objects.create(name="Anna")


def url(**more: Any) -> str:
    return reverse("metrics:chain_month", query={"month": "2026-03", **more})


def typed(channel: Channel, manager: Any = None, *, was: str = "|||", **cells: str) -> dict[str, str]:
    """Fill one line as a browser sends it."""
    prefix = f"{channel.pk}-{manager.pk if manager else 0}"
    names = {"spend": "spend_cents", "contacts": "contacts", "clients": "new_clients", "revenue": "revenue_cents"}
    return {f"{prefix}-{names[name]}": text for name, text in cells.items()} | {f"{prefix}-was": was}


def saved() -> list[tuple[Any, ...]]:
    fields = ("channel__name", "manager_name", "spend_cents", "contacts", "new_clients", "revenue_cents")
    return list(ChannelMonth.objects.order_by("channel__name", "manager_name").values_list(*fields))


def test_a_month_is_typed_and_saved_at_once(as_manager: Browser, manager: User, ads: Channel, anna: Employee) -> None:
    data = typed(ads, spend="12 500,50 ₽", contacts="40") | typed(ads, anna, clients="6", revenue="0")
    data |= {"keeping-cents": "3 000", "keeping-note": "Открытки"}
    response = as_manager.post(url(channel=ads.pk, manager=anna.pk), data)
    assert (response.status_code, saved()) == (302, [("Ads", "", 1_250_050, 40, None, None), ("Ads", "Anna", None, None, 6, 0)])
    row = ChannelMonth.objects.filter(manager=anna).get()
    assert (row.month, row.source, row.changed_by) == (MARCH, FigureSource.TYPED, manager)
    keeping = KeepingMonth.objects.get()
    assert (keeping.month, keeping.cents, keeping.note, keeping.changed_by) == (MARCH, 300_000, "Открытки", manager)


def test_what_was_typed_for_a_month_goes_there_though_another_is_last_by_now(as_manager: Browser, ads: Channel) -> None:
    response = as_manager.post(reverse("metrics:chain_month"), typed(ads, spend="100") | {"month": "2026-03"})
    assert (response.status_code, response.headers["Location"]) == (302, url())
    assert ChannelMonth.objects.get().month == MARCH


def test_a_mistake_names_a_number_such_as_this_one(as_manager: Browser, ads: Channel) -> None:
    text = as_manager.post(url(), typed(ads, spend="много", contacts="1/3/5")).content.decode()
    assert ("Напишите так: 48 600." in text, "Напишите так: 120." in text, "1/3 " in text) == (True, True, False)


def test_the_same_again_changes_nothing(as_manager: Browser, ads: Channel) -> None:
    as_manager.post(url(), typed(ads, spend="100"))
    changed_at = ChannelMonth.objects.get().changed_at
    as_manager.post(url(), typed(ads, spend="100"))
    as_manager.post(url(), typed(ads, was="10000|||", spend="100"))
    assert ChannelMonth.objects.get().changed_at == changed_at


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"spend": "много"}, "spend_cents"),
        ({"spend": "-5"}, "spend_cents"),
        ({"spend": "1" * 14}, "spend_cents"),
        ({"contacts": "2,5"}, "contacts"),
        ({"contacts": "3", "clients": "4"}, "new_clients"),
    ],
)
def test_a_mistake_comes_back_with_everything_typed(as_manager: Browser, ads: Channel, cells: dict[str, str], field: str) -> None:
    response = as_manager.post(url(), typed(ads, **cells) | {"keeping-cents": "77", "keeping-note": "Торты"})
    (line,) = response.context["form"].lines
    assert (response.status_code, list(line.errors), saved(), KeepingMonth.objects.count()) == (422, [field], [], 0)
    assert 'value="77"' in response.text
    assert all(f'value="{text}"' in response.text for text in cells.values())


def test_an_emptied_line_is_forgotten(as_manager: Browser, ads: Channel) -> None:
    as_manager.post(url(), typed(ads, contacts="4") | {"keeping-cents": "5"})
    as_manager.post(url(), typed(ads, was="|4||", contacts="") | {"keeping-was_cents": "500"})
    assert (saved(), KeepingMonth.objects.count()) == ([], 0)


def test_somebody_elses_figures_are_not_lost_silently(as_manager: Browser, ads: Channel) -> None:
    other = Channel.objects.create(name="Signs")
    ChannelMonth.objects.create(month=MARCH, channel=ads, contacts=9)
    KeepingMonth.objects.create(month=MARCH, cents=100)
    data = typed(ads, contacts="4") | typed(other, contacts="1") | {"keeping-cents": "5"}
    response = as_manager.post(url(), data)
    assert (response.status_code, saved(), KeepingMonth.objects.get().cents) == (422, [("Ads", "", None, 9, None, None)], 100)
    form = response.context["form"]
    assert [(line.is_stale, line.shown_was) for line in form.lines] == [(True, "|9||"), (False, "|||")]
    assert (form.keeping.is_stale, form.keeping.shown_was) == (True, (100, ""))
    again = data | typed(ads, was="|9||", contacts="4") | {"keeping-was_cents": "100"}
    assert as_manager.post(url(), again).status_code == 302
    assert (saved()[0], KeepingMonth.objects.get().cents) == (("Ads", "", None, 4, None, None), 500)


def test_a_line_nobody_touched_does_not_clash(as_manager: Browser, ads: Channel) -> None:
    ChannelMonth.objects.create(month=MARCH, channel=ads, contacts=9)
    assert as_manager.post(url(), typed(ads) | {"keeping-cents": "1"}).status_code == 302
    assert saved() == [("Ads", "", None, 9, None, None)]


def test_service_refuses_all_when_one_line_clashes(manager: User, ads: Channel) -> None:
    ChannelMonth.objects.create(month=MARCH, channel=ads, contacts=9)
    changes = [CellChange(ads.pk, None, Figures(), Figures(contacts=1))]
    keeping = KeepingChange((None, ""), (100, ""))
    with pytest.raises(ChangedMeanwhileError) as error:
        save_month(month=MARCH, changes=changes, keeping=keeping, actor=manager)
    assert (error.value.cells, KeepingMonth.objects.count()) == ([(ads.pk, None)], 0)


def test_empty_fields_show_what_purchases_say(as_manager: Browser, ads: Channel, anna: Employee) -> None:
    write({"a": [(dt.date(2026, 3, 5), 70_050)]}, channel=ads, responsible=anna)
    write({"b": [(dt.date(2026, 3, 6), 20_000)]}, channel=ads)
    response = as_manager.get(url(channel=ads.pk, manager=anna.pk))
    hints = [[hint for _field, hint in line.number_fields] for line in response.context["form"].lines]
    assert hints == [["", "", "2", "900,50"], ["", "", "1", "700,50"]]


def test_managers_of_late_are_remembered(as_manager: Browser, ads: Channel, anna: Employee) -> None:
    ChannelMonth.objects.create(month=dt.date(2026, 1, 1), channel=ads, manager=anna, manager_name="Anna", contacts=1)
    lines = as_manager.get(url()).context["form"].lines
    assert [(line.line.channel, line.line.manager) for line in lines] == [(ads, None), (ads, anna)]


def test_figures_of_people_who_are_gone_are_named(as_manager: Browser, ads: Channel) -> None:
    ChannelMonth.objects.create(month=MARCH, channel=ads, manager_name="Прежний", contacts=1)
    response = as_manager.get(url())
    assert "Прежний" in response.text
    assert len(response.context["form"].lines) == 1
    assert as_manager.post(url(), typed(ads, contacts="5")).status_code == 302
    assert [row[1:4] for row in saved()] == [("", None, 5), ("Прежний", None, 1)]


@pytest.mark.usefixtures("company_clock")
@pytest.mark.parametrize("text", ["", "2026", "2026-13", "1999-01", "9999-12", "২০২৬-০১"])
def test_a_wrong_month_is_the_last_one(text: str) -> None:
    assert month_from(text, dt.date(2026, 7, 14)) == dt.date(2026, 6, 1)


@pytest.mark.parametrize("text", ["", "a|b|c|d", "1|2|3", "1|2|3|4|5", "-1|||"])
def test_what_was_never_shown_is_nothing(text: str) -> None:
    assert figures_from(text) == Figures()


def test_staff_cannot_open_it(as_staff: Browser, ads: Channel) -> None:
    assert as_staff.post(url(), typed(ads, contacts="5")).status_code == 403
    assert saved() == []


@pytest.mark.parametrize("count", [1, 3])
def test_grid_takes_a_fixed_number_of_queries(count: int, as_manager: Browser, django_assert_num_queries: Any) -> None:
    for number in range(count):
        channel, person = Channel.objects.create(name=f"Ads {number}"), Employee.objects.create(name=f"Anna {number}")
        ChannelMonth.objects.create(month=MARCH, channel=channel, manager=person, manager_name=person.name, contacts=1)
    as_manager.get(url())
    with django_assert_num_queries(10):
        assert as_manager.get(url()).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"month": dt.date(2026, 3, 2)},
        {"spend_cents": -1},
        {"revenue_cents": -1},
        {"contacts": 1, "new_clients": 2},
        {"source": "other"},
    ],
)
def test_database_refuses_nonsense(ads: Channel, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelMonth.objects.create(**({"month": MARCH, "channel": ads} | fields))
    ChannelMonth.objects.create(month=MARCH, channel=ads)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelMonth.objects.create(month=MARCH, channel=ads)
