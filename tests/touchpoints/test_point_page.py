"""The page of a touchpoint: its history, branches, photos."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from tests.touchpoints.make import action, finished_audit
from touchpoints import queries
from touchpoints.enums import Rating
from touchpoints.models import AuditRound, Standard, Touchpoint
from touchpoints.point_charts import history_chart


def page_of(browser: Browser, point: Touchpoint) -> str:
    return browser.get(reverse("touchpoints:touchpoint_detail", args=[point.pk])).content.decode()


def test_history_joins_the_auditors_of_a_round_and_leaves_skips_out(sign: Touchpoint, garden: Branch, staff: User, manager: User) -> None:
    finished_audit({sign: 1}, days_ago=40, branch=garden)
    together = AuditRound.objects.create()
    finished_audit({sign: -1}, days_ago=3, branch=garden, auditor=staff, within=together)
    finished_audit({sign: 1}, days_ago=2, branch=garden, auditor=manager, within=together)
    finished_audit({sign: None}, days_ago=1, branch=garden)
    found = [(one.rating, one.worst, one.best, one.n_marks, one.is_disputed) for one in queries.point_history(sign)]
    assert found == [(Rating.AWFUL, Rating.AWFUL, Rating.WOW, 2, True), (Rating.WOW, Rating.WOW, Rating.WOW, 1, False)]


def test_branches_stand_against_each_other_the_worst_first(as_staff: Browser, sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    finished_audit({sign: 1}, days_ago=2, branch=garden)
    finished_audit({sign: -1}, days_ago=9, branch=factory)
    assert [standing.branch for standing in queries.branch_standings(sign)] == [factory, garden]
    text = page_of(as_staff, sign)
    assert text.index("Заводская", text.index('id="branches"')) < text.index("Садовая", text.index('id="branches"'))


def test_chart_needs_two_ratings_and_has_a_table_twin(sign: Touchpoint, garden: Branch) -> None:
    finished_audit({sign: 1}, days_ago=30, branch=garden)
    assert history_chart(queries.point_history(sign)) is None
    finished_audit({sign: -1}, days_ago=1, branch=garden)
    chart = history_chart(queries.point_history(sign))
    assert chart
    assert [row[1:] for row in chart.rows] == [["Садовая", Rating.AWFUL.label, 1], ["Садовая", Rating.WOW.label, 1]]
    assert "<svg" in chart.svg


def test_changes_need_both_photos_and_an_end(sign: Touchpoint, staff: User) -> None:
    done = {"state": "done", "evidence": "Горит", "done_at": timezone.now()}
    shown = action(staff, **done, photo_before="a.jpg", photo_after="b.jpg")
    action(staff, **done, photo_after="b.jpg")
    action(staff, photo_before="a.jpg", photo_after="b.jpg")
    assert list(queries.changes_shown(type(shown).objects.all())) == [shown]


def test_staff_read_the_page_without_the_buttons_of_managers(as_staff: Browser, as_manager: Browser, sign: Touchpoint) -> None:
    address = reverse("touchpoints:standard_add", args=[sign.pk])
    assert (address in page_of(as_staff, sign), address in page_of(as_manager, sign)) == (False, True)


@pytest.mark.parametrize("count", [2, 4])
def test_page_with_standards_takes_a_fixed_number_of_queries(
    as_manager: Browser, manager: User, sign: Touchpoint, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        finished_audit({sign: 1}, days_ago=number, auditor=manager)
        Standard.objects.create(touchpoint=sign, sentence=f"Горит {number}")
        action(manager).touchpoints.add(sign)
    page_of(as_manager, sign)  # draws the chart, which is kept
    with django_assert_num_queries(22):
        page_of(as_manager, sign)
