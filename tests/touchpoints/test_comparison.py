"""Branch against branch, then against now."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import Branch
from tests.touchpoints.make import finished_audit
from touchpoints import queries, services
from touchpoints.models import Audit, AuditMark, AuditRound, Touchpoint


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def walked(ratings: dict[Touchpoint, int], *, days_ago: int, branch: Branch | None = None, own: AuditRound | None = None) -> Audit:
    audit = finished_audit(ratings, days_ago=days_ago, branch=branch)
    AuditMark.objects.filter(audit=audit).update(marked_at=audit.finished_at)
    Audit.objects.filter(pk=audit.pk).update(round=own)
    return audit


def test_branches_are_counted_with_intervals(garden: Branch, factory: Branch, sign: Touchpoint, smile: Touchpoint) -> None:
    walked({sign: -1, smile: 1}, days_ago=1, branch=garden)
    walked({sign: 1}, days_ago=1, branch=factory)
    services.refresh_standings()
    shares = queries.branch_shares()
    assert [(each.branch, each.n, each.awful, each.wow) for each in shares] == [(garden, 2, 1, 1), (factory, 1, 0, 1)]
    assert [round(100 * end) for end in shares[0].awful_interval] == [9, 91]


def test_widest_differences_between_branches_stand_first(garden: Branch, factory: Branch, sign: Touchpoint, smile: Touchpoint) -> None:
    walked({sign: 1, smile: 1}, days_ago=1, branch=garden)
    walked({sign: 1, smile: -1}, days_ago=1, branch=factory)
    walked({Touchpoint.objects.create(name="Сайт", kind="business"): -1}, days_ago=1)
    services.refresh_standings()
    rows = queries.matrix(queries.compared_points(), [garden, factory])
    found = [(row.touchpoint, row.gap, [standing.rating for standing in row.standings if standing]) for row in rows]
    assert found == [(smile, 2, [1, -1]), (sign, 0, [1, 1])]


def test_two_days_of_a_branch_are_compared(garden: Branch, factory: Branch, sign: Touchpoint, smile: Touchpoint) -> None:
    walked({sign: 0, smile: 0}, days_ago=90, branch=garden)
    walked({sign: -1, smile: 1}, days_ago=60, branch=garden)
    walked({sign: 1}, days_ago=10, branch=garden)
    walked({smile: -1}, days_ago=5, branch=factory)
    now = timezone.now()
    result = queries.compared(queries.said_by(garden, now - dt.timedelta(days=30)), queries.said_by(garden, now))
    assert [(shift.touchpoint, shift.before, shift.after) for shift in result.changed] == [(sign, -1, 1)]
    assert (result.better, result.worse, result.same, result.only_before, result.only_after) == (1, 0, 1, 0, 0)


def test_two_days_of_all_branches_are_compared_branch_by_branch(
    as_manager: Browser, garden: Branch, factory: Branch, sign: Touchpoint
) -> None:
    walked({sign: 0}, days_ago=190, branch=garden)
    walked({sign: 1}, days_ago=180, branch=factory)
    walked({sign: 1}, days_ago=20, branch=garden)
    walked({sign: -1}, days_ago=10, branch=factory)
    result = as_manager.get(url("audit_compare")).context["result"]
    found = [(shift.branch, shift.before, shift.after) for shift in result.changed]
    assert found == [(factory, 1, -1), (garden, 0, 1)]


def test_two_rounds_are_compared_by_the_middle_mark(garden: Branch, sign: Touchpoint, smile: Touchpoint) -> None:
    first, second = AuditRound.objects.create(name="Зима"), AuditRound.objects.create(name="Весна")
    walked({sign: 1, smile: 1}, days_ago=60, branch=garden, own=first)
    walked({sign: 0}, days_ago=59, branch=garden, own=first)
    walked({sign: -1}, days_ago=9, branch=garden, own=second)
    result = queries.compared(queries.said_in_round(first), queries.said_in_round(second))
    assert [(shift.touchpoint, shift.branch, shift.before, shift.after) for shift in result.changed] == [(sign, garden, 0, -1)]
    assert (result.only_before, result.only_after) == (1, 0)
    assert [each.name for each in queries.finished_rounds()] == ["Весна", "Зима"]


@pytest.mark.parametrize(
    "asked", [{}, {"kind": "planet", "page": "x", "columns": "999"}, {"before": "2026-02-31", "first": "x", "branch": "9"}]
)
def test_pages_without_ratings_and_with_odd_addresses_open(as_manager: Browser, asked: dict[str, str]) -> None:
    for view in ("branch_compare", "audit_compare"):
        answer = as_manager.get(url(view), asked)
        assert (answer.status_code, answer.content.decode().count("btn-beam")) == (200, 1)


def test_day_at_the_end_of_time_opens(as_manager: Browser) -> None:
    assert as_manager.get(url("audit_compare"), {"before": "0001-01-01", "after": "9999-12-31"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_comparisons_take_a_fixed_number_of_queries(
    as_manager: Browser, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    points = [Touchpoint.objects.create(name=f"Точка {n}", kind="product") for n in range(rows)]
    rounds = [AuditRound.objects.create() for _time in range(2)]
    for number in range(rows):
        branch = Branch.objects.create(name=f"Филиал {number}")
        for each, rating in zip(rounds, (-1, 1), strict=True):
            walked(dict.fromkeys(points, rating), days_ago=9 - rating, branch=branch, own=each)
    services.refresh_standings()
    with django_assert_num_queries(11):
        as_manager.get(url("branch_compare"))
    with django_assert_num_queries(12):
        as_manager.get(url("audit_compare"), {"first": rounds[0].pk, "second": rounds[1].pk})
