"""Ratings in force, changes, counts."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from tests.touchpoints.make import TODAY, action, finished_audit, open_audit
from touchpoints import queries
from touchpoints.enums import Rating, TouchpointClass
from touchpoints.models import Action, AuditMark, Touchpoint
from touchpoints.queries import ClassCounts


def change_of(point: Touchpoint, branch: Branch | None = None) -> tuple[Rating | None, Rating | None, int]:
    card = next(card for card in queries.map_cards(branch, TODAY) if card.touchpoint == point)
    return card.rating, card.previous, card.change


def test_touchpoint_without_audits_has_no_rating(sign: Touchpoint) -> None:
    assert change_of(sign) == (None, None, 0)


def test_newest_finished_audit_gives_the_rating_and_the_one_before_the_change(sign: Touchpoint) -> None:
    finished_audit({sign: 0}, days_ago=30)
    finished_audit({sign: 1}, days_ago=20)
    finished_audit({sign: -1}, days_ago=10)
    assert change_of(sign) == (Rating.AWFUL, Rating.WOW, -1)


def test_audit_under_way_does_not_count(sign: Touchpoint, staff: User) -> None:
    finished_audit({sign: 0})
    AuditMark.objects.create(audit=open_audit(staff), touchpoint=sign, rating=1)
    assert change_of(sign) == (Rating.OK, None, 0)


def test_newest_branch_wins_and_is_compared_with_itself(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    finished_audit({sign: 0}, days_ago=30, branch=factory)
    finished_audit({sign: -1}, days_ago=20, branch=garden)
    finished_audit({sign: 1}, days_ago=10, branch=factory)
    assert change_of(sign) == (Rating.WOW, Rating.OK, 1)
    assert change_of(sign, garden) == (Rating.AWFUL, None, 0)


def test_audit_of_the_whole_company_counts_in_every_branch(sign: Touchpoint, garden: Branch) -> None:
    finished_audit({sign: 1}, days_ago=1)
    assert change_of(sign, garden) == (Rating.WOW, None, 0)


def test_point_left_out_of_the_last_audit_keeps_its_rating(sign: Touchpoint, smile: Touchpoint) -> None:
    finished_audit({sign: 1, smile: 0}, days_ago=9)
    finished_audit({smile: 1}, days_ago=1)
    assert change_of(sign) == (Rating.WOW, None, 0)


def test_branch_shows_its_own_touchpoints_and_the_common_ones(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    own = Touchpoint.objects.create(name="Парковка", kind="business", branch=garden)
    Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    assert {card.touchpoint for card in queries.map_cards(garden, TODAY)} == {sign, own}


def test_archived_touchpoint_is_not_on_the_map(sign: Touchpoint) -> None:
    Touchpoint.objects.update(is_archived=True)
    assert queries.map_cards(None, TODAY) == []
    assert [counts.total for counts in queries.map_summary()] == [0, 0, 0, 0]


def test_map_summary_counts_by_class(sign: Touchpoint, smile: Touchpoint) -> None:
    third = Touchpoint.objects.create(name="Вход", kind="business", position=2)
    finished_audit({sign: -1, smile: 1})
    assert queries.map_summary() == [
        ClassCounts(TouchpointClass.BUSINESS, awful=1, unrated=1),
        ClassCounts(TouchpointClass.PRODUCT),
        ClassCounts(TouchpointClass.SERVICE),
        ClassCounts(TouchpointClass.EMPLOYEE, wow=1),
    ]
    assert third in [card.touchpoint for card in queries.map_cards(None, TODAY)]


def test_card_counts_open_actions_and_days_overdue(sign: Touchpoint, staff: User) -> None:
    for due_on in (TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=3)):
        action(staff, due_on=due_on).touchpoints.add(sign)
    action(staff, state="dropped", drop_reason="дорого", due_on=TODAY - dt.timedelta(days=9)).touchpoints.add(sign)
    card = queries.map_cards(None, TODAY)[0]
    assert (card.open_actions, card.days_overdue) == (2, 3)


@pytest.mark.parametrize("points", [1, 3])
def test_map_takes_five_queries_at_any_size(
    staff: User, garden: Branch, points: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [Touchpoint.objects.create(name=f"Точка {n}", kind="business", owner=staff, branch=garden) for n in range(points)]
    finished_audit(dict.fromkeys(made, 1))
    with django_assert_num_queries(5):
        assert [str(card.touchpoint.owner) for card in queries.map_cards(None, TODAY)] == [staff.name] * points


def test_board_lists_the_worst_first_and_counts_the_whole_class(sign: Touchpoint) -> None:
    good, fine = (Touchpoint.objects.create(name=name, kind="business", position=n) for n, name in enumerate(("Вход", "Запах"), 1))
    finished_audit({good: 1, fine: 0, sign: -1})
    cards = queries.map_cards(None, TODAY)
    worst, path = (queries.board(cards, cards, worst_first=worst_first)[0] for worst_first in (True, False))
    assert [card.touchpoint for card in worst.cards] == [sign, fine, good]
    assert [card.touchpoint for card in path.cards] == [sign, good, fine]
    assert queries.board(cards, [], worst_first=True)[0].counts.total == 3


def test_overdue_and_open_actions(staff: User) -> None:
    late = action(staff, due_on=TODAY - dt.timedelta(days=1))
    today, doing = action(staff), action(staff, state="doing", due_on=TODAY - dt.timedelta(days=2))
    action(staff, state="dropped", drop_reason="дорого", due_on=TODAY - dt.timedelta(days=9))
    assert list(queries.overdue_actions(TODAY)) == [doing, late]
    assert list(queries.open_actions()) == [doing, late, today]
    sums = queries.action_counts(Action.objects.all(), TODAY)
    assert (sums.open, sums.overdue, sums.done, sums.dropped) == (3, 2, 0, 1)


def test_audits_due_are_ones_own_unfinished_up_to_today(staff: User, manager: User, sign: Touchpoint) -> None:
    due = open_audit(staff)
    open_audit(staff, due_on=TODAY + dt.timedelta(days=1))
    open_audit(manager)
    finished_audit({sign: 1}, days_ago=400, auditor=staff)
    assert list(queries.audits_due(staff, TODAY)) == [due]


def test_audit_to_walk_is_the_one_under_way(staff: User) -> None:
    first = open_audit(staff)
    assert queries.audit_to_walk(staff) == first
    walking = open_audit(staff, due_on=TODAY + dt.timedelta(days=9))
    walking.state = "walking"
    walking.save()
    assert queries.audit_to_walk(staff) == walking


def test_last_audit_of_a_branch(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    assert queries.last_audit() is None
    first = finished_audit({sign: 1}, days_ago=5, branch=garden)
    second = finished_audit({sign: 1}, days_ago=1, branch=factory)
    assert (queries.last_audit(), queries.last_audit(garden)) == (second, first)


def test_walk_goes_along_the_map_with_the_rating_before(sign: Touchpoint, smile: Touchpoint, staff: User) -> None:
    finished_audit({sign: -1}, days_ago=3)
    steps = queries.walk_steps(open_audit(staff))
    assert [(step.touchpoint, step.mark, step.previous and step.previous.rating) for step in steps] == [
        (sign, None, -1),
        (smile, None, None),
    ]


def test_touchpoint_archived_during_the_walk_stays_when_it_was_marked(sign: Touchpoint, smile: Touchpoint, staff: User) -> None:
    audit = open_audit(staff)
    AuditMark.objects.create(audit=audit, touchpoint=sign, rating=1)
    Touchpoint.objects.update(is_archived=True)
    assert [step.touchpoint for step in queries.walk_steps(audit)] == [sign]
