"""Pages of the map, audits and actions."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from tests.touchpoints.make import TODAY, action, finished_audit, open_audit, picture
from touchpoints import queries, services
from touchpoints.models import Action, Audit, AuditMark, Touchpoint


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def shown(browser: Browser, **query: Any) -> list[str]:
    columns = browser.get(url("map"), query).context["columns"]
    return [card.touchpoint.name for column in columns for card in column.cards]


# ---- the map


def test_empty_map_leads_to_the_catalogue(as_manager: Browser) -> None:
    text = as_manager.get(url("map")).content.decode()
    assert url("catalogue") in text
    assert text.count("btn-beam") == 1


def test_map_filters_by_search_rating_branch_and_worse(
    as_staff: Browser, sign: Touchpoint, smile: Touchpoint, garden: Branch, factory: Branch
) -> None:
    Touchpoint.objects.create(name="Парковка", kind="business", branch=factory, position=5)
    finished_audit({sign: 1, smile: 1}, days_ago=9, branch=garden)
    finished_audit({sign: 0, smile: 1}, days_ago=1, branch=garden)
    assert shown(as_staff) == ["Вывеска", "Парковка", "Улыбка"]
    assert shown(as_staff, q="УЛЫБ") == ["Улыбка"]
    assert shown(as_staff, rating="0") == ["Вывеска"]
    assert shown(as_staff, branch=garden.pk) == ["Вывеска", "Улыбка"]
    assert shown(as_staff, worse="1") == ["Вывеска"]
    assert shown(as_staff, worse="1", rating="1") == []


def test_unknown_values_in_the_address_count_as_not_given(as_staff: Browser, sign: Touchpoint) -> None:
    assert shown(as_staff, rating="7; drop table", branch="none", sort="☃", worse="", q="") == ["Вывеска"]


def test_segments_count_what_the_search_found(as_staff: Browser, sign: Touchpoint, smile: Touchpoint) -> None:
    finished_audit({sign: -1, smile: 1})
    segments = as_staff.get(url("map"), {"q": "вывеска"}).context["segments"]
    assert [(part["id"], part["count"]) for part in segments] == [("all", 1), ("awful", 1), ("ok", 0), ("wow", 0)]


@pytest.mark.parametrize("points", [1, 3])
def test_map_page_takes_a_fixed_number_of_queries(
    as_staff: Browser, staff: User, garden: Branch, points: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [Touchpoint.objects.create(name=f"Точка {n}", kind="business", owner=staff, branch=garden) for n in range(points)]
    finished_audit(dict.fromkeys(made, 1), branch=garden)
    for point in made:
        action(staff).touchpoints.add(point)
    as_staff.get(url("map"))
    with django_assert_num_queries(13):
        as_staff.get(url("map"))


def test_catalogue_puts_ticked_points_on_the_map_once(as_manager: Browser) -> None:
    for _time in range(2):
        assert as_manager.post(url("catalogue"), {"keys": ["business.sign", "employee.smile"]}).status_code == 302
    assert Touchpoint.objects.count() == 2
    assert as_manager.get(url("catalogue")).context["there"] == {"business.sign", "employee.smile"}


def test_catalogue_is_ticked_only_for_an_empty_map(as_manager: Browser, manager: User) -> None:
    assert as_manager.get(url("catalogue")).context["is_first"]
    services.add_touchpoint(name="Чай в зале", kind="business", actor=manager)
    assert not as_manager.get(url("catalogue")).context["is_first"]


@pytest.mark.parametrize("keys", [[], ["no.such.entry"]])
def test_catalogue_without_a_known_tick_comes_back(as_manager: Browser, keys: list[str]) -> None:
    assert as_manager.post(url("catalogue"), {"keys": keys}).status_code == 422
    assert Touchpoint.objects.count() == 0


def test_own_touchpoint_is_added_and_changed(as_manager: Browser, garden: Branch, manager: User) -> None:
    typed = {"name": "Чай в зале", "kind": "business", "stage": "use", "hint": "Горячий?", "branch": garden.pk, "owner": manager.pk}
    assert as_manager.post(url("touchpoint_create"), typed).status_code == 302
    point = Touchpoint.objects.get()
    assert as_manager.post(url("touchpoint_edit", point.pk), {**typed, "name": "Кофе в зале", "branch": ""}).status_code == 302
    point.refresh_from_db()
    assert (point.name, point.branch, point.owner, point.changed_by) == ("Кофе в зале", None, manager, manager)


@pytest.mark.parametrize(
    "typed", [{"name": ""}, {"kind": "planet"}, {"stage": "moon"}, {"name": "х" * 121}, {"name": "a\0b"}, {"name": "Вывеска"}]
)
def test_wrong_touchpoint_comes_back_with_what_was_typed(as_manager: Browser, sign: Touchpoint, typed: dict[str, str]) -> None:
    answer = as_manager.post(url("touchpoint_create"), {"name": "Вход", "kind": "business", "stage": "use", "hint": "Ступени?", **typed})
    assert (answer.status_code, Touchpoint.objects.count()) == (422, 1)
    assert "Ступени?" in answer.content.decode()


def test_archived_touchpoint_keeps_its_history(as_manager: Browser, sign: Touchpoint) -> None:
    finished_audit({sign: -1})
    as_manager.post(url("touchpoint_archive", sign.pk))
    assert shown(as_manager) == []
    assert len(as_manager.get(url("touchpoint_detail", sign.pk)).context["marks"]) == 1
    assert as_manager.post(url("touchpoint_place", sign.pk), {"stage": "buy"}).status_code == 404


# ---- audits


def test_plan_is_removed_until_the_walk_begins(as_manager: Browser, staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    as_manager.post(url("mark_save", audit.pk, sign.pk), {"rating": "1"})
    as_manager.post(url("audit_cancel", audit.pk))
    assert Audit.objects.count() == 1
    as_manager.post(url("audit_cancel", open_audit(staff).pk))
    assert Audit.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_audits_takes_a_fixed_number_of_queries(
    as_manager: Browser, staff: User, sign: Touchpoint, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for days in range(rows):
        branch = Branch.objects.create(name=f"Филиал {days}")
        open_audit(staff, branch=branch)
        finished_audit({sign: 1}, days_ago=days, auditor=staff, branch=branch)
    with django_assert_num_queries(10):
        as_manager.get(url("audit_list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_walk_and_summary_take_a_fixed_number_of_queries(
    as_staff: Browser, staff: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    points = [Touchpoint.objects.create(name=f"Точка {n}", kind="product") for n in range(rows)]
    finished_audit(dict.fromkeys(points, 0))
    audit = open_audit(staff)
    with django_assert_num_queries(11):
        as_staff.get(url("audit_walk", audit.pk))
    AuditMark.objects.bulk_create([AuditMark(audit=audit, touchpoint=point, rating=-1) for point in points])
    with django_assert_num_queries(11):
        as_staff.get(url("audit_detail", audit.pk))


# ---- actions


def typed_action(person: User, **fields: Any) -> dict[str, Any]:
    return {"title": "Починить вывеску", "owner": person.pk, "due_on": "2100-01-01", **fields}


def test_action_needs_an_owner_and_a_date(as_manager: Browser, staff: User) -> None:
    for missing in ({"owner": ""}, {"due_on": ""}, {"title": ""}):
        answer = as_manager.post(url("action_create"), typed_action(staff, details="Буквы", **missing))
        assert answer.status_code == 422
        assert "Буквы" in answer.content.decode()
    assert Action.objects.count() == 0


def test_form_sent_twice_makes_one_action(as_manager: Browser, staff: User, sign: Touchpoint) -> None:
    typed = typed_action(staff, key=str(uuid.uuid4()), touchpoints=[sign.pk], cost="12 500,50", expected_effect="Видно вечером")
    for _time in range(2):
        assert as_manager.post(url("action_create"), typed).status_code == 302
    row = Action.objects.get()
    assert (row.owner, row.due_on, row.cost_cents, row.expected_effect) == (staff, dt.date(2100, 1, 1), 1250050, "Видно вечером")
    assert list(row.touchpoints.all()) == [sign]


@pytest.mark.parametrize("cost", ["abc", "-5", "1/0", "9" * 25])
def test_cost_that_is_no_amount_comes_back(as_manager: Browser, staff: User, cost: str) -> None:
    answer = as_manager.post(url("action_create"), typed_action(staff, cost=cost))
    assert (answer.status_code, Action.objects.count()) == (422, 0)
    assert f'value="{cost}"' in answer.content.decode()


def test_other_pages_fill_in_the_form_by_the_address(as_manager: Browser, sign: Touchpoint) -> None:
    form = as_manager.get(url("action_create"), {"title": "Подсветить", "touchpoint": [str(sign.pk), "x"]}).context["form"]
    assert (form["title"].value(), form["touchpoints"].value()) == ("Подсветить", [str(sign.pk)])


def test_action_from_a_mark_carries_the_note_and_returns_to_the_audit(as_manager: Browser, manager: User, sign: Touchpoint) -> None:
    audit = finished_audit({sign: -1}, auditor=manager)
    AuditMark.objects.update(note="Не горят буквы")
    mark = AuditMark.objects.get()
    form = as_manager.get(url("action_create"), {"mark": mark.pk}).context["form"]
    assert (form["title"].value(), form["details"].value()) == ("Вывеска", "Не горят буквы")
    answer = as_manager.post(f"{url('action_create')}?mark={mark.pk}", typed_action(manager, touchpoints=[sign.pk]))
    assert (answer["Location"], Action.objects.get().mark) == (url("audit_detail", audit.pk), mark)


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30])
def test_nonsense_instead_of_a_mark_is_ignored(as_manager: Browser, asked: str) -> None:
    assert as_manager.get(url("action_create"), {"mark": asked, "touchpoint": asked}).status_code == 200


def test_done_asks_for_evidence_and_takes_a_photo(as_staff: Browser, staff: User) -> None:
    row = action(staff)
    assert as_staff.post(url("action_done", row.pk), {"evidence": " "}).status_code == 422
    assert Action.objects.get().state == "open"
    assert as_staff.post(url("action_done", row.pk), {"evidence": "Горит", "photo": picture()}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.evidence, str(row.photo_after.name).startswith("actions/")) == ("done", "Горит", True)


def test_drop_asks_for_a_reason(as_staff: Browser, staff: User) -> None:
    row = action(staff)
    assert as_staff.post(url("action_drop", row.pk), {"reason": ""}).status_code == 422
    assert as_staff.post(url("action_drop", row.pk), {"reason": "Переезжаем"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.drop_reason) == ("dropped", "Переезжаем")


def test_second_press_says_that_somebody_was_first(as_staff: Browser, staff: User) -> None:
    row = action(staff, state="dropped", drop_reason="дорого")
    for view, typed in (("action_start", {}), ("action_done", {"evidence": "Горит"}), ("action_drop", {"reason": "ещё"})):
        answer = as_staff.post(url(view, row.pk), typed, follow=True, headers={"Accept-Language": "ru"})
        assert "уже изменил кто-то другой" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.drop_reason) == ("dropped", "дорого")


def test_action_is_started_reopened_and_edited(as_manager: Browser, manager: User, staff: User) -> None:
    row = action(staff)
    as_manager.post(url("action_start", row.pk))
    as_manager.post(url("action_edit", row.pk), typed_action(manager, title="Заменить", cost="100", photo=picture()))
    row.refresh_from_db()
    assert (row.state, row.title, row.owner, row.cost_cents, bool(row.photo_before)) == ("doing", "Заменить", manager, 10000, True)
    as_manager.post(url("action_drop", row.pk), {"reason": "дорого"})
    assert as_manager.get(url("action_edit", row.pk)).status_code == 302
    as_manager.post(url("action_reopen", row.pk))
    row.refresh_from_db()
    assert row.state == "open"


def test_list_of_actions_filters_by_state_and_owner(as_manager: Browser, manager: User, staff: User) -> None:
    past, future = dt.date(2020, 1, 1), dt.date(2100, 1, 1)
    late, own, dropped = action(staff, due_on=past), action(manager, due_on=future), action(staff, state="dropped", drop_reason="дорого")

    def found(**query: Any) -> list[Action]:
        return list(as_manager.get(url("action_list"), query).context["page"])

    assert found() == [late, own]
    assert found(state="overdue") == [late]
    assert found(state="dropped") == [dropped]
    assert found(state="done") == []
    assert found(owner=manager.pk) == [own]
    assert found(state="☃", owner="x", page="999") == [late, own]


def test_board_of_actions_has_a_column_for_each_state(as_manager: Browser, staff: User) -> None:
    waiting, doing = action(staff), action(staff, state="doing")
    columns = as_manager.get(url("action_list"), {"view": "board"}).context["columns"]
    assert [(column.state.value, column.cards) for column in columns] == [("open", [waiting]), ("doing", [doing]), ("done", [])]


def test_crowded_column_shows_the_most_urgent_and_how_many_more_there_are(staff: User) -> None:
    late, later = action(staff, due_on=TODAY), action(staff, due_on=TODAY + dt.timedelta(days=1))
    column = queries.action_columns(Action.objects.all(), limit=1)[0]
    assert (column.cards, column.total, column.hidden) == ([late], 2, 1)
    assert later.state == column.state


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("view", "number"), [("table", 11), ("board", 13)])
def test_actions_take_a_fixed_number_of_queries(
    as_manager: Browser,
    sign: Touchpoint,
    manager: User,
    *,
    view: str,
    number: int,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _row in range(rows):
        action(manager, due_on=TODAY).touchpoints.add(sign)
    with django_assert_num_queries(number):
        as_manager.get(url("action_list"), {"view": view})


@pytest.mark.parametrize(
    "path",
    ["touchpoint_detail", "touchpoint_edit", "audit_detail", "audit_walk", "action_detail", "action_edit"],
)
def test_unknown_row_is_not_found(as_manager: Browser, path: str) -> None:
    assert as_manager.get(url(path, 999_999)).status_code == 404
