"""The rollup of ratings in force."""

import datetime as dt
import logging
import threading

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from tests.touchpoints.make import finished_audit, open_audit
from touchpoints import services, tasks
from touchpoints.models import Audit, AuditMark, AuditRound, Standing, Touchpoint
from touchpoints.queries import current_ratings


def standings(point: Touchpoint) -> list[tuple[int | None, int, int | None, int, int, int]]:
    rows = Standing.objects.filter(touchpoint=point).order_by("branch_id")
    return list(rows.values_list("branch_id", "rating", "previous", "worst", "best", "n_marks"))


@pytest.mark.parametrize(
    ("marks", "rating"),
    [([1], 1), ([1, -1], -1), ([1, 0], 0), ([1, 1, -1], 1), ([1, 0, -1], 0), ([1, 1, 0, -1], 0), ([-1, -1, 1, 1], -1)],
)
def test_marks_of_one_round_count_together_by_the_middle_one(sign: Touchpoint, marks: list[int], rating: int) -> None:
    together = AuditRound.objects.create()
    for mark in marks:
        finished_audit({sign: mark}, within=together)
    assert standings(sign) == [(None, rating, None, min(marks), max(marks), len(marks))]


def test_round_is_compared_with_the_round_before_it_in_the_same_branch(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    first, second = AuditRound.objects.create(), AuditRound.objects.create()
    for mark in (1, 1, 0):
        finished_audit({sign: mark}, within=first, branch=garden, days_ago=20)
    finished_audit({sign: -1}, within=first, branch=factory, days_ago=15)
    for mark in (0, -1):
        finished_audit({sign: mark}, within=second, branch=garden, days_ago=10)
    assert standings(sign) == [(garden.pk, -1, 1, -1, 0, 2), (factory.pk, -1, None, -1, -1, 1)]


def test_audit_left_open_for_a_month_does_not_beat_newer_marks(sign: Touchpoint, manager: User) -> None:
    forgotten = open_audit(manager)
    month_ago = timezone.now() - dt.timedelta(days=30)
    AuditMark.objects.create(audit=forgotten, touchpoint=sign, rating=-1, marked_at=month_ago)
    finished_audit({sign: 1}, days_ago=3)
    services.finish_audit(audit=forgotten, actor=manager)
    assert standings(sign) == [(None, 1, -1, 1, 1, 1)]


def test_skipped_marks_are_left_out(sign: Touchpoint, smile: Touchpoint) -> None:
    finished_audit({sign: 1, smile: None}, days_ago=9)
    finished_audit({sign: None, smile: None}, days_ago=1)
    assert standings(sign) == [(None, 1, None, 1, 1, 1)]
    assert standings(smile) == []


def test_finishing_an_audit_puts_its_marks_in_force(sign: Touchpoint, staff: User) -> None:
    audit = open_audit(staff)
    AuditMark.objects.create(audit=audit, touchpoint=sign, rating=0)
    assert current_ratings() == {}
    services.finish_audit(audit=audit, actor=staff)
    assert [(one.rating, one.n_marks) for one in current_ratings().values()] == [(0, 1)]


def test_standing_goes_with_the_last_audit_that_held_it(sign: Touchpoint, smile: Touchpoint) -> None:
    finished_audit({sign: 1, smile: 1})
    Audit.objects.all().delete()
    assert services.refresh_standings([sign.pk]) == 1
    assert (standings(sign), len(standings(smile))) == ([], 1)
    assert services.refresh_standings() == 1
    assert standings(smile) == []


def test_refresh_of_no_touchpoints_changes_nothing(sign: Touchpoint) -> None:
    finished_audit({sign: 1})
    Audit.objects.all().delete()
    assert (services.refresh_standings([]), len(standings(sign))) == (0, 1)


def test_night_check_says_nothing_when_all_is_right(sign: Touchpoint, caplog: pytest.LogCaptureFixture) -> None:
    finished_audit({sign: 1})
    assert (tasks.check_standings(), caplog.messages) == (0, [])


def test_night_check_puts_right_what_differs_and_says_so(sign: Touchpoint, caplog: pytest.LogCaptureFixture) -> None:
    finished_audit({sign: 1})
    Standing.objects.update(rating=-1, worst=-1)
    assert tasks.check_standings() == 1
    assert standings(sign) == [(None, 1, None, 1, 1, 1)]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("points", [1, 3])
def test_ratings_in_force_take_one_query(db: None, points: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = [Touchpoint.objects.create(name=f"Точка {n}", kind="business") for n in range(points)]
    finished_audit(dict.fromkeys(made, 1))
    with django_assert_num_queries(1):
        assert len(current_ratings()) == points


@pytest.mark.django_db(transaction=True)
def test_two_audits_finished_at_once_both_count(manager: User) -> None:
    point, together = Touchpoint.objects.create(name="Вход", kind="business"), AuditRound.objects.create()
    audits = [Audit.objects.create(round=together, auditor=manager, due_on=dt.date(2026, 3, 10)) for _number in range(2)]
    for audit, mark in zip(audits, (1, -1), strict=True):
        AuditMark.objects.create(audit=audit, touchpoint=point, rating=mark)
    start = threading.Barrier(2)

    def finish(audit: Audit) -> None:
        start.wait()
        services.finish_audit(audit=audit, actor=manager)
        connection.close()

    threads = [threading.Thread(target=finish, args=[audit]) for audit in audits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert standings(point) == [(None, -1, None, -1, 1, 2)]
