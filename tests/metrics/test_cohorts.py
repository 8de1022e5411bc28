"""Cohorts are counted from the cells; every cell of the heat map opens as many Clients as it says."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from clients.models import Segment
from common.periods import add_months
from company.models import Branch
from metrics.formulas.cohorts import AGES, Cell, Counted, Measure, cohort_of, cohorts_of, heat_of, newer_against_older, together
from metrics.queries.cohorts import cohort_clients, cohorts
from tests.metrics.world import regular, write

JANUARY, FEBRUARY, MARCH, APRIL = (dt.date(2026, month, 1) for month in range(1, 5))
TODAY = dt.date(2026, 4, 10)
URL = reverse("metrics:cohorts")
COUNTS = {
    (JANUARY, JANUARY): Counted(40, 50, 4000),
    (JANUARY, MARCH): Counted(10, 12, 1000),
    (FEBRUARY, FEBRUARY): Counted(20, 20, 2000),
    (FEBRUARY, MARCH): Counted(5, 5, 600),
}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\xa0", " "))


def test_a_month_without_purchases_is_a_zero_and_the_running_one_is_left_out() -> None:
    cohort = cohort_of([JANUARY], COUNTS, APRIL)
    assert [cell.counted.clients for cell in cohort.cells] == [40, 0, 10]
    assert [cell.value(Measure.SHARE) for cell in cohort.cells] == [1, 0, 0.25]
    assert [cell.value(Measure.PER_CLIENT) for cell in cohort.cells] == [100, 0, 25]
    assert [cell.value(Measure.CUMULATIVE) for cell in cohort.cells] == [100, 100, 125]
    assert cohort_of([APRIL], COUNTS, APRIL).cells == ()


def test_together_weighs_only_those_who_reached_the_age() -> None:
    rows = cohorts_of(COUNTS, until=APRIL, rows=12, by_quarter=False)
    assert [(cell.age, cell.base, cell.counted.clients) for cell in together(rows)] == [(0, 60, 60), (1, 60, 5), (2, 40, 10)]
    assert [row.is_few for row in rows] == [False, True]


def test_a_quarter_stands_once_its_months_have_all_come_so_far() -> None:
    assert cohorts_of(COUNTS, until=MARCH, rows=4, by_quarter=True) == []
    (quarter,) = cohorts_of(COUNTS, until=APRIL, rows=4, by_quarter=True)
    assert (quarter.first, quarter.size, len(quarter.cells)) == (JANUARY, 60, 1)
    (later,) = cohorts_of(COUNTS, until=add_months(APRIL, 2), rows=4, by_quarter=True)
    assert [cell.counted.clients for cell in later.cells] == [60, 5, 10]


def test_a_cell_knows_its_interval_and_when_it_is_small() -> None:
    cell = Cell(3, 40, Counted(10, 12, 1000), 5000)
    assert [round(end, 3) for end in cell.interval] == [0.142, 0.402]
    assert (cell.is_few, Cell(3, 29, Counted(), 0).is_few) == (False, True)
    assert [Cell(0, 0, Counted(), 0).value(measure) for measure in Measure] == [0, 0, 0, 0]


def test_tints_go_in_even_steps_up_to_the_largest() -> None:
    assert [heat_of(value, 70) for value in (-5, 0, 9, 10, 35, 69, 70, 99)] == [0, 0, 0, 1, 3, 6, 6, 6]
    assert heat_of(5, 0) == 0


def year_apart(newer: int, older: int, size: int) -> dict[tuple[dt.date, dt.date], Counted]:
    """Invent cohorts of six months of two years, so many of whom bought three months later."""
    counts = {}
    for shift in range(6):
        for years, bought in ((0, newer), (1, older)):
            month = add_months(APRIL, -4 - shift - 12 * years)
            counts[month, month] = Counted(size, size, 0)
            counts[month, add_months(month, 3)] = Counted(bought, bought, 0)
    return counts


@pytest.mark.parametrize(("newer", "older", "verdict"), [(60, 30, "better"), (30, 60, "worse"), (31, 30, "same")])
def test_newer_cohorts_are_better_only_beyond_chance(newer: int, older: int, verdict: str) -> None:
    found = newer_against_older(year_apart(newer, older, 100), until=APRIL)
    assert found is not None
    assert (found.verdict, found.age, found.newer.size, found.older.bought) == (verdict, 3, 600, 6 * older)
    assert (found.newer.first, found.newer.last) == (dt.date(2025, 7, 1), dt.date(2025, 12, 1))
    assert (found.older.first, found.older.last) == (dt.date(2024, 7, 1), dt.date(2024, 12, 1))


def test_too_few_clients_give_no_verdict() -> None:
    assert newer_against_older(year_apart(2, 2, 4), until=APRIL) is None
    assert newer_against_older({}, until=APRIL) is None


@pytest.mark.django_db
def test_cells_are_counted_by_segment_and_branch() -> None:
    segment, branch = Segment.objects.create(name="Опт"), Branch.objects.create(name="Север")
    write(regular(3, first=dt.date(2026, 1, 5), every=30, times=3, cents=100), segment=segment, branch=branch)
    write(regular(2, first=dt.date(2026, 1, 5), every=60, times=1, cents=100, prefix="d"))
    groups: list[dict[str, Any]] = [{}, {"segment": segment}]
    sizes = [[cell.counted.clients for cell in cohorts(today=TODAY, **group).rows[0].cells] for group in groups]
    assert sizes == [[5, 3, 3], [3, 3, 3]]
    assert cohorts(today=TODAY, branch=branch).rows[0].size == 3
    assert cohorts(today=dt.date(2026, 1, 20)).rows == []


@pytest.mark.django_db
@pytest.mark.parametrize("by_quarter", [False, True])
def test_every_cell_opens_as_many_clients(by_quarter: bool) -> None:
    for shift in range(5):
        write(regular(2 + shift, first=dt.date(2025, 1 + shift, 3), every=17 + 9 * shift, times=9, cents=100, prefix=f"{shift}-"))
    found = cohorts(today=TODAY, by_quarter=by_quarter)
    assert sum(len(row.cells) for row in found.rows) > 10
    for row in found.rows:
        months = [add_months(row.first, shift) for shift in range(3 if by_quarter else 1)]
        opened: list[list[Any]] = [list(cohort_clients(months, cell.age)) for cell in row.cells]
        assert [len(each) for each in opened] == [cell.counted.clients for cell in row.cells]
        assert [sum(client.cents for client in each) for each in opened] == [cell.counted.cents for cell in row.cells]


@pytest.mark.django_db
def test_cohorts_too_old_to_be_shown_are_counted() -> None:
    write(regular(4, first=dt.date(2020, 1, 5), every=10, times=2, cents=100))
    write(regular(1, first=dt.date(2026, 1, 5), every=10, times=2, cents=100, prefix="d"))
    found = cohorts(today=TODAY)
    assert (len(found.rows), found.left_out, found.first_known) == (1, 4, dt.date(2020, 1, 5))


def test_an_empty_company_is_told_what_to_do(as_manager: Browser) -> None:
    assert reverse("clients:import_create") in as_manager.get(URL).content.decode()


@pytest.mark.parametrize("show", ["share", "clients", "money", "sum", "nonsense"])
@pytest.mark.parametrize("by", ["month", "quarter"])
def test_the_map_opens_in_every_look(as_manager: Browser, show: str, by: str) -> None:
    write(regular(40, first=dt.date(2025, 1, 5), every=25, times=9, cents=123_400))
    response = as_manager.get(URL, {"show": show, "by": by, "as_of": "2026-04-10"})
    assert response.status_code == 200
    texts = {"share": "100", "clients": "40", "money": "1 234", "sum": "2 468"}
    assert texts.get(show, "100") in text_of(response)
    assert "style=" not in response.content.decode()


def test_a_cell_says_its_share_with_the_interval(as_manager: Browser) -> None:
    write(regular(40, first=dt.date(2026, 1, 5), every=31, times=2, cents=100_000))
    write(regular(40, first=dt.date(2026, 1, 5), every=31, times=1, cents=100_000, prefix="d"))
    wanted = {"cohort": "2026-01-01", "age": "1", "as_of": "2026-04-10"}
    response = as_manager.get(reverse("metrics:cohort_clients"), wanted)
    assert response.context["cell"] == Cell(1, 80, Counted(40), 0)
    assert len(response.context["page"].object_list) == 40
    assert ("50 %" in text_of(response), "39 %" in text_of(response)) == (True, True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_manager.get(reverse("metrics:cohort_clients"), wanted | {"xlsx": "1"}).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert (len(rows), rows[1][5]) == (41, 1000)


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"cohort": "2026-01-01"},
        {"cohort": "2026-01-01", "age": str(AGES)},
        {"cohort": "2026-01-01", "age": "-1"},
        {"cohort": "2026-01-01", "age": "²"},
        {"cohort": "x", "age": "1"},
        {"cohort": "2026-13-01", "age": "1"},
        {"cohort": "2026-03-01", "age": "1"},
        {"cohort": "2026-01-01", "age": "1", "segment": "7"},
    ],
)
def test_a_wrong_cell_is_not_found(as_manager: Browser, bad: dict[str, str]) -> None:
    assert as_manager.get(reverse("metrics:cohort_clients"), {"as_of": "2026-04-10"} | bad).status_code == 404


def test_the_book_has_a_sheet_for_each_measure(as_manager: Browser) -> None:
    write(regular(40, first=dt.date(2026, 1, 5), every=31, times=2, cents=100_000))
    response = as_manager.get(URL, {"xlsx": "1", "as_of": "2026-04-10"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    tables = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [table[1][1:4] for table in tables] == [[40, 1, 1], [40, 40, 40], [40, 1000, 1000], [40, 1000, 2000]]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_a_fixed_number_of_queries(as_manager: Browser, django_assert_num_queries: Any, count: int) -> None:
    for number in range(count):
        segment, branch = Segment.objects.create(name=f"Сегмент {number}"), Branch.objects.create(name=f"Филиал {number}")
        people = regular(3, first=dt.date(2025, 1 + number, 5), every=31, times=5, cents=100, prefix=f"{number}-")
        write(people, segment=segment, branch=branch)
    as_manager.get(URL)
    with django_assert_num_queries(8):
        as_manager.get(URL, {"as_of": "2026-04-10"})
    with django_assert_num_queries(7):
        as_manager.get(reverse("metrics:cohort_clients"), {"cohort": "2025-01-01", "age": "1"})
    with django_assert_num_queries(5):
        as_manager.get(reverse("metrics:pool_clients"), {"month": "2025-02-01", "kind": "active"})


def test_the_pool_opens_its_clients_and_refuses_nonsense(as_manager: Browser) -> None:
    write(regular(3, first=dt.date(2026, 1, 5), every=31, times=2, cents=100_000))
    url = reverse("metrics:pool_clients")
    response = as_manager.get(url, {"month": "2026-01-01", "kind": "came", "as_of": "2026-04-10"})
    assert [client.day for client in response.context["page"]] == [dt.date(2026, 1, 5)] * 3
    book = as_manager.get(url, {"month": "2026-01-01", "kind": "came", "xlsx": "1"})
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()) == 4
    bad = [{"month": "2026-01-01"}, {"month": "2026-01-01", "kind": "gone"}, {"kind": "came"}, {"kind": "came", "month": "9999-01-01"}]
    bad += [{"kind": "came", "month": "2026-03-01", "as_of": "2026-02-10"}]
    assert [as_manager.get(url, query).status_code for query in bad] == [404] * 5


def test_the_plan_counts_costs_and_payback(as_manager: Browser) -> None:
    write(regular(60, first=dt.date(2025, 3, 5), every=30, times=4, cents=100_000))
    write(regular(60, first=dt.date(2025, 6, 5), every=30, times=9, cents=100_000, prefix="d"))
    query = {"as_of": "2026-01-20", "plug": "50", "more": "20", "plug_cost": "1 000", "more_cost": "900 000"}
    plan = as_manager.get(reverse("metrics:pool"), query).context["plan"]
    assert (plan.plug.cost_cents, plan.tap.cost_cents) == (100_000, 90_000_000)
    assert plan.tap.net_cents < 0
    assert plan.tap.payback_months > plan.plug.payback_months >= 1
    response = as_manager.get(reverse("metrics:pool"), {"plug_cost": "дорого"})
    assert (response.status_code, response.context["form"]["plug_cost"].value()) == (422, "дорого")
