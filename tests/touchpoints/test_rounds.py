"""Rounds: planned by a form, written about by letter, compared on a page, closed when forgotten."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common.tokens import token_hash
from company.models import Branch, User
from mailing.models import MailWave, Message
from tests.touchpoints.make import finished_audit, open_audit
from touchpoints import queries, services
from touchpoints.links import guest_link
from touchpoints.models import Audit, AuditMark, AuditRound, Standard, StandardCheck, Standing, Touchpoint
from touchpoints.services import Guest, RoundPlan

NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def typed(*, people: list[User] | None = None, branches: list[Branch] | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "people": [person.pk for person in people or []],
        "branches": [branch.pk for branch in branches or []],
        "due_on": (timezone.localdate() + 7 * DAY).isoformat(),
        "scope": "all",
        "key": str(uuid.uuid4()),
        **fields,
    }


def planned(actor: User, people: list[User], branches: list[Branch | None], **fields: Any) -> AuditRound:
    plan = RoundPlan(branches=branches, people=people, due_on=dt.date(2026, 3, 17), **fields)
    return services.plan_round(plan=plan, actor=actor, now=NOW)


# ---- planning


def test_everybody_walks_every_branch(
    as_manager: Browser, manager: User, staff: User, garden: Branch, factory: Branch, *, sign: Touchpoint
) -> None:
    answer = as_manager.post(url("audit_create"), typed(people=[manager, staff], branches=[garden, factory], guests="Ирина Соколова"))
    audit_round = AuditRound.objects.get()
    assert answer["Location"] == url("round_detail", audit_round.pk)
    walks = audit_round.audits.values_list("branch__name", "auditor__role", "guest_name").order_by("id")
    assert list(walks) == [
        ("Садовая", "manager", ""),
        ("Садовая", "staff", ""),
        ("Заводская", "manager", ""),
        ("Заводская", "staff", ""),
        ("Садовая", None, "Ирина Соколова"),
        ("Заводская", None, "Ирина Соколова"),
    ]
    assert audit_round.touchpoints.count() == 0


def test_form_sent_twice_makes_one_round_and_one_letter(as_manager: Browser, staff: User, garden: Branch, sign: Touchpoint) -> None:
    form = typed(people=[staff], branches=[garden])
    for _time in range(2):
        assert as_manager.post(url("audit_create"), form).status_code == 302
    assert (AuditRound.objects.count(), Audit.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_own_walk_can_begin_at_once(as_manager: Browser, manager: User, sign: Touchpoint) -> None:
    answer = as_manager.post(url("audit_create"), typed(people=[manager], begin="1"))
    audit = Audit.objects.get()
    assert (answer["Location"], audit.state, audit.branch) == (url("audit_walk", audit.pk), "walking", None)


def test_scopes_choose_touchpoints(as_manager: Browser, staff: User, garden: Branch, sign: Touchpoint, smile: Touchpoint) -> None:
    finished_audit({sign: -1, smile: 1}, branch=garden)
    services.refresh_standings()
    chosen = {}
    for scope, more in (
        ("all", {}),
        ("awful", {}),
        ("kinds", {"kinds": ["employee"]}),
        ("stages", {"stages": ["use"]}),
        ("picked", {"points": [smile.pk]}),
    ):
        as_manager.post(url("audit_create"), typed(people=[staff], branches=[garden], scope=scope, **more))
        chosen[scope] = sorted(AuditRound.objects.latest("pk").touchpoints.values_list("name", flat=True))
    assert chosen == {"all": [], "awful": ["Вывеска"], "kinds": ["Улыбка"], "stages": ["Вывеска", "Улыбка"], "picked": ["Улыбка"]}


def test_awful_touchpoints_of_other_branches_are_left_out(
    as_manager: Browser, staff: User, garden: Branch, factory: Branch, sign: Touchpoint
) -> None:
    parking = Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    finished_audit({sign: -1, parking: -1})
    services.refresh_standings()
    as_manager.post(url("audit_create"), typed(people=[staff], branches=[garden], scope="awful"))
    assert list(AuditRound.objects.get().touchpoints.values_list("name", flat=True)) == ["Вывеска"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": ""},
        {"due_on": "2026-02-31"},
        {"due_on": "2001-01-01"},
        {"due_on": "9999-01-01"},
        {"people": []},
        {"people": ["9999"]},
        {"branches": ["9999"]},
        {"branches": []},
        {"scope": "planet"},
        {"scope": "kinds"},
        {"scope": "awful"},
        {"scope": "picked", "points": ["x"]},
        {"guests": "irina@example.org"},
        {"guests": "Ирина, ирина@"},
        {"guests": "\n".join(f"Гость {n}" for n in range(51))},
        {"key": "no key"},
    ],
)
def test_wrong_plan_comes_back_with_what_was_typed(
    as_manager: Browser, staff: User, garden: Branch, sign: Touchpoint, wrong: dict[str, Any]
) -> None:
    answer = as_manager.post(url("audit_create"), typed(people=[staff], branches=[garden], name="Весна") | wrong)
    assert (answer.status_code, AuditRound.objects.count(), Message.objects.count()) == (422, 0, 0)
    assert 'value="Весна"' in answer.content.decode()


def test_branch_without_any_of_the_touchpoints_is_named(as_manager: Browser, staff: User, garden: Branch, factory: Branch) -> None:
    parking = Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    form = typed(people=[staff], branches=[garden, factory], scope="picked", points=[parking.pk])
    answer = as_manager.post(url("audit_create"), form, headers={"Accept-Language": "ru"})
    assert answer.context["form"].errors["branches"] == ["Таких точек нет здесь: Садовая."]


def test_too_many_walks_are_refused(as_manager: Browser, staff: User, sign: Touchpoint) -> None:
    branches = [Branch.objects.create(name=f"Филиал {n}") for n in range(7)]
    guests = "\n".join(f"Гость {n}" for n in range(50))
    answer = as_manager.post(url("audit_create"), typed(people=[staff], branches=branches, guests=guests))
    assert (answer.status_code, Audit.objects.count()) == (422, 0)


def test_address_fills_in_the_touchpoints_to_check_again(as_manager: Browser, sign: Touchpoint, garden: Branch) -> None:
    asked: dict[str, Any] = {"touchpoint": [str(sign.pk), "x", "9" * 30], "branch": garden.pk}
    form = as_manager.get(url("audit_create"), asked).context["form"]
    assert (form["scope"].value(), form["points"].value(), form["branches"].value()) == ("picked", [str(sign.pk)], [str(garden.pk)])


def test_removing_the_last_walk_removes_the_round(as_manager: Browser, manager: User, staff: User, garden: Branch, factory: Branch) -> None:
    audit_round = planned(manager, [staff], [garden, factory])
    first, second = audit_round.audits.order_by("id")
    as_manager.post(url("audit_cancel", first.pk))
    assert AuditRound.objects.count() == 1
    as_manager.post(url("audit_cancel", second.pk))
    assert AuditRound.objects.count() == 0


# ---- letters


def test_person_gets_one_letter_about_all_walks(manager: User, staff: User, garden: Branch, factory: Branch, sign: Touchpoint) -> None:
    Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    planned(manager, [manager, staff], [garden, factory])
    message = Message.objects.get()
    assert (message.to_address, message.wave.kind) == (staff.email, "audit_asked")
    assert message.context["place"] == "Садовая, Заводская"
    assert message.context["points"] == "3"
    assert message.context["url"].endswith(url("audit_list"))


def test_people_who_may_not_sign_in_get_no_letter(manager: User, staff: User, garden: Branch) -> None:
    User.objects.filter(pk=staff.pk).update(is_active=False)
    planned(manager, [staff], [garden])
    assert MailWave.objects.count() == 0


def test_guest_gets_a_link_of_their_own_and_only_its_hash_is_kept(manager: User, garden: Branch, sign: Touchpoint) -> None:
    audit_round = planned(manager, [], [garden], guests=[Guest("Ирина Соколова", "irina@example.org"), Guest("Пётр")])
    first, second = audit_round.audits.order_by("id")
    assert bytes(first.guest_hash or b"") == token_hash(guest_link(first).token)
    assert first.guest_hash != second.guest_hash
    message = Message.objects.get()
    assert (message.to_address, message.wave.kind, message.context["place"]) == ("irina@example.org", "guest_asked", "Садовая")
    assert guest_link(first).token not in str(message.link)


def test_replaced_link_is_another_one_and_goes_by_letter(as_manager: Browser, manager: User, garden: Branch, sign: Touchpoint) -> None:
    audit = planned(manager, [], [garden], guests=[Guest("Ирина", "irina@example.org")]).audits.get()
    before = bytes(audit.guest_hash or b"")
    assert as_manager.post(url("guest_link_new", audit.pk)).status_code == 302
    audit.refresh_from_db()
    assert bytes(audit.guest_hash or b"") not in (before, b"")
    assert list(Message.objects.order_by("pk").values_list("state", "reason")) == [("skipped", "replaced"), ("queued", "")]


def test_colleague_has_no_link_to_replace(as_manager: Browser, manager: User, staff: User) -> None:
    audit = open_audit(staff)
    as_manager.post(url("guest_link_new", audit.pk))
    audit.refresh_from_db()
    assert (audit.guest_key, audit.guest_hash, Message.objects.count()) == (None, None, 0)


@pytest.mark.parametrize(
    ("days", "kinds"),
    [(-2, []), (-1, ["audit_late"]), (0, ["audit_late"]), (1, []), (2, []), (3, ["audit_late"]), (9, ["audit_late"]), (10, [])],
)
def test_reminders_leave_on_the_day_before_and_three_days_after(staff: User, sign: Touchpoint, days: int, kinds: list[str]) -> None:
    audit = open_audit(staff, due_on=NOW.date() - days * DAY)
    Audit.objects.filter(pk=audit.pk).update(created_at=NOW - 40 * DAY)
    for _hour in range(3):
        services.remind_of_audits(now=NOW)
    assert list(Message.objects.values_list("wave__kind", flat=True)) == kinds


def test_reminders_wait_for_the_morning_and_keep_quiet_hours(staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff, due_on=NOW.date() + DAY)
    Audit.objects.filter(pk=audit.pk).update(created_at=NOW - 40 * DAY)
    assert (services.remind_of_audits(now=NOW - dt.timedelta(hours=8)), Message.objects.count()) == (0, 0)
    assert services.remind_of_audits(now=NOW) == 1
    assert list(Message.objects.values_list("wave__keeps_quiet_hours", flat=True)) == [True]


def test_reminders_spare_the_finished_the_closed_accounts_and_what_was_planned_today(staff: User, manager: User, sign: Touchpoint) -> None:
    finished = finished_audit({sign: 1}, auditor=staff)
    lapsed, today = open_audit(staff, due_on=NOW.date()), open_audit(staff, due_on=NOW.date())
    gone = open_audit(manager, due_on=NOW.date())
    Audit.objects.filter(pk__in=[finished.pk, lapsed.pk, gone.pk]).update(created_at=NOW - 40 * DAY, due_on=NOW.date())
    Audit.objects.filter(pk=lapsed.pk).update(state="lapsed")
    Audit.objects.filter(pk=today.pk).update(created_at=NOW)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert (services.remind_of_audits(now=NOW), Message.objects.count()) == (0, 0)


def test_guest_is_reminded_with_words_for_guests(manager: User, garden: Branch, sign: Touchpoint) -> None:
    audit = planned(manager, [], [garden], guests=[Guest("Ирина", "irina@example.org")]).audits.get()
    Audit.objects.filter(pk=audit.pk).update(created_at=NOW - 5 * DAY, due_on=NOW.date() + DAY)
    services.remind_of_audits(now=NOW)
    subjects = list(Message.objects.order_by("id").values_list("wave__kind", "wave__letter__subject"))
    assert [kind for kind, _subject in subjects] == ["guest_asked", "guest_asked"]
    assert subjects[0][1] != subjects[1][1]


# ---- walks nobody finishes


def test_walk_forgotten_for_a_month_is_finished_as_of_its_marks(staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff, due_on=NOW.date() - 31 * DAY)
    marked_at = NOW - 35 * DAY
    AuditMark.objects.create(audit=audit, touchpoint=sign, rating=-1, marked_at=marked_at)
    for _time in range(2):
        services.close_forgotten_audits(now=NOW)
    audit.refresh_from_db()
    assert (audit.state, audit.finished_at, audit.is_forgotten) == ("done", marked_at, True)
    assert Standing.objects.get().rating == -1


def test_walk_forgotten_without_a_mark_was_never_walked(staff: User, sign: Touchpoint) -> None:
    forgotten, waiting = open_audit(staff, due_on=NOW.date() - 31 * DAY), open_audit(staff, due_on=NOW.date() - 30 * DAY)
    assert services.close_forgotten_audits(now=NOW) == 1
    assert [Audit.objects.get(pk=audit.pk).state for audit in (forgotten, waiting)] == ["lapsed", "planned"]


def test_walk_forgotten_with_nothing_but_skips_was_never_walked(staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff, due_on=NOW.date() - 31 * DAY)
    AuditMark.objects.create(audit=audit, touchpoint=sign, rating=None, note="Закрыто на ремонт")
    assert services.close_forgotten_audits(now=NOW) == 1
    audit.refresh_from_db()
    assert (audit.state, audit.finished_at, audit.marks.get().note) == ("lapsed", None, "Закрыто на ремонт")


# ---- the round's page


def test_touchpoints_auditors_differ_on_stand_first(
    manager: User, staff: User, garden: Branch, sign: Touchpoint, smile: Touchpoint
) -> None:
    audit_round = planned(manager, [manager, staff], [garden])
    first, second = audit_round.audits.order_by("id")
    for audit, ratings in ((first, {sign: 1, smile: 1}), (second, {sign: 1, smile: -1})):
        AuditMark.objects.bulk_create([AuditMark(audit=audit, touchpoint=point, rating=rating) for point, rating in ratings.items()])
    table = queries.round_table([first, second])
    assert [(row.touchpoint, row.spread, row.middle, row.n) for row in table.rows] == [(smile, 2, -1, 2), (sign, 0, 1, 2)]
    assert (table.compared, table.agreed) == (2, 1)


def test_two_branches_do_not_differ_with_each_other(manager: User, staff: User, garden: Branch, factory: Branch, sign: Touchpoint) -> None:
    walks = list(planned(manager, [staff], [garden, factory]).audits.order_by("id"))
    for audit, rating in zip(walks, (1, -1), strict=True):
        AuditMark.objects.create(audit=audit, touchpoint=sign, rating=rating)
    row = queries.round_table(walks).rows[0]
    assert (row.spread, row.n, row.middle) == (0, 1, -1)


def test_skipped_touchpoint_counts_for_nobody(manager: User, staff: User, garden: Branch, sign: Touchpoint) -> None:
    first, second = planned(manager, [manager, staff], [garden]).audits.order_by("id")
    AuditMark.objects.create(audit=first, touchpoint=sign, rating=None, note="закрыто")
    AuditMark.objects.create(audit=second, touchpoint=sign, rating=0)
    row = queries.round_table([first, second]).rows[0]
    assert (row.spread, row.n, row.middle) == (0, 1, 0)


def test_standards_of_a_round_the_least_kept_first(manager: User, staff: User, garden: Branch, sign: Touchpoint) -> None:
    first, second = planned(manager, [manager, staff], [garden]).audits.order_by("id")
    lit = Standard.objects.create(touchpoint=sign, sentence="Горит вечером")
    clean = Standard.objects.create(touchpoint=sign, sentence="Чистая")
    for audit, standard, is_kept in ((first, lit, True), (second, lit, False), (first, clean, True)):
        StandardCheck.objects.create(audit=audit, standard=standard, is_kept=is_kept)
    found = [(each.standard, each.kept, each.seen, each.share) for each in queries.standards_kept([first, second])]
    assert found == [(lit, 1, 2, 0.5), (clean, 1, 1, 1.0)]


def test_walks_know_how_many_touchpoints_they_have(manager: User, staff: User, garden: Branch, factory: Branch, sign: Touchpoint) -> None:
    parking = Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    Touchpoint.objects.create(name="Старая", kind="business", is_archived=True)
    whole = planned(manager, [staff], [garden, factory, None])
    chosen = planned(manager, [staff], [garden, factory, None], touchpoints=[parking])
    counts = [[audit.to_walk for audit in queries.with_points(each.audits.order_by("id"))] for each in (whole, chosen)]
    assert counts == [[1, 2, 2], [0, 1, 1]]


def test_round_of_many_branches_shows_one_at_a_time(as_manager: Browser, manager: User, staff: User, sign: Touchpoint) -> None:
    branches = [Branch.objects.create(name=f"Филиал {n}", position=n) for n in range(9)]
    audit_round = planned(manager, [staff], [*branches])
    first = as_manager.get(url("round_detail", audit_round.pk)).context
    third = as_manager.get(url("round_detail", audit_round.pk), {"branch": branches[2].pk}).context
    assert ([a.branch for a in first["table"].audits], [a.branch for a in third["table"].audits]) == ([branches[0]], [branches[2]])


@pytest.mark.parametrize("rows", [1, 3])
def test_rounds_take_a_fixed_number_of_queries(
    as_manager: Browser, manager: User, staff: User, rows: int, *, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    branches = [Branch.objects.create(name=f"Филиал {n}") for n in range(rows)]
    points = [Touchpoint.objects.create(name=f"Точка {n}", kind="product") for n in range(rows)]
    for _round in range(rows):
        audit_round = planned(manager, [staff], [*branches], guests=[Guest("Ирина")])
    for audit in audit_round.audits.all():
        AuditMark.objects.bulk_create([AuditMark(audit=audit, touchpoint=point, rating=-1) for point in points])
    with django_assert_num_queries(9):
        as_manager.get(url("round_detail", audit_round.pk))
    with django_assert_num_queries(5):
        as_manager.get(url("round_list"))
    with django_assert_num_queries(9):
        as_manager.get(url("audit_list"))


def test_unknown_round_is_not_found(as_manager: Browser) -> None:
    assert as_manager.get(url("round_detail", 999_999)).status_code == 404
