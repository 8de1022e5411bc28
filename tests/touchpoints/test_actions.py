"""Actions on their way: moved, put off, talked about, handed over, looked at again."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from company.enums import Role
from company.models import Branch, User
from tests.conftest import make_user
from tests.touchpoints.make import TODAY, action, finished_audit, letters
from touchpoints import queries, services
from touchpoints.enums import ActionState
from touchpoints.models import Action, ActionComment, Audit, AuditRound, Fear, Guarantee, Touchpoint

MORNING = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
RUSSIAN = {"Accept-Language": "ru"}


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


# ---- the board


def move(browser: Browser, row: Action, state: str, was: str, **typed: Any) -> Any:
    return browser.post(url("action_move", row.pk), {"state": state, "was": was, **typed}, headers=RUSSIAN)


def test_card_moves_to_work_and_back(as_staff: Browser, staff: User) -> None:
    row = action(staff)
    for state, was in (("doing", "open"), ("open", "doing")):
        answer = move(as_staff, row, state, was, next=f"{url('action_list')}?view=board&owner=1")
        row.refresh_from_db()
        assert (answer["Location"], row.state) == (f"{url('action_list')}?view=board&owner=1", state)


def test_done_card_can_be_taken_up_again(as_manager: Browser, staff: User) -> None:
    row = action(staff, state="done", evidence="Горит", done_at=timezone.now())
    move(as_manager, row, "doing", "done")
    row.refresh_from_db()
    assert (row.state, row.done_at, row.evidence) == ("doing", None, "Горит")


@pytest.mark.parametrize("state", ["done", "dropped", "", "☃"])
def test_board_never_closes_without_evidence(as_staff: Browser, staff: User, state: str) -> None:
    row = action(staff)
    assert move(as_staff, row, state, "open").status_code == 302
    row.refresh_from_db()
    assert row.state == "open"


def test_card_that_lies_elsewhere_by_now_stays_there(as_staff: Browser, staff: User) -> None:
    row = action(staff, state="dropped", drop_reason="дорого")
    assert move(as_staff, row, "doing", "open").status_code == 302
    row.refresh_from_db()
    assert row.state == "dropped"
    assert "уже изменил кто-то другой" in as_staff.get(url("action_list"), headers=RUSSIAN).content.decode()


def test_staff_move_no_card_of_others(as_staff: Browser, manager: User) -> None:
    row = action(manager)
    assert move(as_staff, row, "doing", "open").status_code == 404
    for view, typed in (("action_comment", {"text": "Привет"}), ("action_postpone", {"due_on": "2100-01-01"})):
        assert as_staff.post(url(view, row.pk), {**typed, "key": uuid.uuid4()}).status_code == 404
    assert (Action.objects.get().state, ActionComment.objects.count()) == ("open", 0)


def test_board_leads_away_to_another_site_never(as_staff: Browser, staff: User) -> None:
    assert move(as_staff, action(staff), "doing", "open", next="https://evil.example/")["Location"] == f"{url('action_list')}?view=board"


def test_board_offers_every_way_of_moving_a_card(as_manager: Browser, manager: User) -> None:
    row = action(manager)
    page = as_manager.get(url("action_list"), {"view": "board"}).content.decode()
    assert ('data-to="doing"' in page, 'data-to="done"' in page, 'data-to="open"' in page) == (True, True, False)
    assert f"{url('action_detail', row.pk)}#finish" in page


# ---- the list


def test_list_finds_by_touchpoint_and_words(as_manager: Browser, manager: User, sign: Touchpoint) -> None:
    lamp, floor = action(manager, title="Лампы", expected_effect="Видно вечером"), action(manager, title="Пол")
    lamp.touchpoints.add(sign)

    def found(**query: Any) -> list[Action]:
        return list(as_manager.get(url("action_list"), query).context["page"])

    assert found(touchpoint=sign.pk) == [lamp]
    assert found(q="ВЕЧЕРОМ") == [lamp]
    assert found(q="пол") == [floor]
    assert found(q="нет такого") == []
    assert found(q="\0") == [lamp, floor]


def test_list_adds_up_what_the_filter_leaves(as_manager: Browser, manager: User, staff: User) -> None:
    action(staff, cost_cents=100_00)
    action(staff, cost_cents=50_00, state="done", evidence="да", done_at=timezone.now())
    action(staff)
    action(manager, cost_cents=7_00)
    action(staff, cost_cents=9_00, state="dropped", drop_reason="дорого")
    counts = as_manager.get(url("action_list"), {"owner": staff.pk}).context["counts"]
    assert (counts.open, counts.done, counts.dropped) == (2, 1, 1)
    assert (counts.open_cents, counts.done_cents, counts.unpriced) == (100_00, 50_00, 1)


def test_people_are_listed_with_what_they_have_to_do(as_manager: Browser, manager: User, staff: User) -> None:
    action(staff, due_on=dt.date(2020, 1, 1), cost_cents=100)
    action(staff, due_on=dt.date(2100, 1, 1), cost_cents=200)
    action(manager, due_on=dt.date(2100, 1, 1))
    people = as_manager.get(url("action_list"), {"view": "people"}).context["people"]
    assert [(one.name, one.open, one.overdue, one.open_cents, one.next_on) for one in people] == [
        (staff.name, 2, 1, 300, dt.date(2020, 1, 1)),
        (manager.name, 1, 0, 0, dt.date(2100, 1, 1)),
    ]


def test_file_holds_what_one_may_see_and_no_formulas(as_staff: Browser, as_manager: Browser, staff: User, manager: User) -> None:
    action(staff, title="=1+1", cost_cents=12_50)
    action(manager, title="Чужое", state="dropped", drop_reason="дорого")

    def rows(browser: Browser) -> list[Any]:
        book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(url("action_export")).content))
        return [(row[0], row[6]) for row in book.get_sheet_by_index(0).to_python()[1:]]

    assert rows(as_staff) == [("'=1+1", 12.5)]
    assert sorted(rows(as_manager), key=str) == [("'=1+1", 12.5), ("Чужое", "")]


def test_several_actions_are_handed_over_with_one_letter(as_manager: Browser, manager: User, staff: User) -> None:
    mine, theirs, closed = action(manager), action(staff), action(manager, state="dropped", drop_reason="дорого")
    typed = {"actions": [mine.pk, theirs.pk], "owner": staff.pk, "due_on": "2100-01-01"}
    assert as_manager.post(url("action_hand_over"), typed).status_code == 302
    assert set(Action.objects.open().values_list("owner", "due_on")) == {(staff.pk, dt.date(2100, 1, 1))}
    assert letters("action_given") == [(staff.email, mine.title)]
    closed.refresh_from_db()
    assert closed.owner == manager


@pytest.mark.parametrize("typed", [{}, {"owner": "1"}, {"actions": ["x"]}, {"actions": ["9999999"], "due_on": "2100-01-01"}])
def test_hand_over_of_nothing_changes_nothing(as_manager: Browser, manager: User, typed: dict[str, Any]) -> None:
    row = action(manager)
    assert as_manager.post(url("action_hand_over"), typed).status_code == 302
    assert as_manager.post(url("action_hand_over"), {"actions": [row.pk]}).status_code == 302
    assert Action.objects.values_list("owner", "due_on").get() == (manager.pk, row.due_on)


# ---- the page of an action


def test_owner_sets_a_day_they_believe_in_and_the_old_one_is_kept(as_staff: Browser, staff: User) -> None:
    row, key = action(staff, due_on=TODAY), uuid.uuid4()
    with time_machine.travel(MORNING):
        for _time in range(2):
            as_staff.post(url("action_postpone", row.pk), {"due_on": "2026-03-20", "why": "Ждём детали", "key": key}, headers=RUSSIAN)
    assert Action.objects.get().due_on == dt.date(2026, 3, 20)
    assert ActionComment.objects.get().text == "Срок перенесён с 10 марта на 20 марта. Ждём детали"


@pytest.mark.parametrize("day", ["2020-01-01", "", "31.02.2026"])
def test_a_day_that_is_over_comes_back(as_staff: Browser, staff: User, day: str) -> None:
    row = action(staff)
    answer = as_staff.post(url("action_postpone", row.pk), {"due_on": day, "why": "Ждём детали", "key": uuid.uuid4()})
    assert (answer.status_code, "Ждём детали" in answer.content.decode()) == (422, True)
    assert (Action.objects.get().due_on, ActionComment.objects.count()) == (TODAY, 0)


def test_a_closed_action_is_not_postponed(as_staff: Browser, staff: User) -> None:
    row = action(staff, state="dropped", drop_reason="дорого")
    as_staff.post(url("action_postpone", row.pk), {"due_on": "2100-01-01", "key": uuid.uuid4()})
    assert (Action.objects.get().due_on, ActionComment.objects.count()) == (TODAY, 0)


def test_comment_sent_twice_is_one(as_staff: Browser, staff: User) -> None:
    row, key = action(staff), uuid.uuid4()
    for _time in range(2):
        assert as_staff.post(url("action_comment", row.pk), {"text": "Звонил <b>мастеру</b>", "key": key}).status_code == 302
    assert ActionComment.objects.values_list("text", "author").get() == ("Звонил <b>мастеру</b>", staff.pk)
    assert "Звонил &lt;b&gt;мастеру" in as_staff.get(url("action_detail", row.pk)).content.decode()


@pytest.mark.parametrize("typed", [{"text": " "}, {"text": "а" * 4001}, {"text": "Да", "key": "x"}])
def test_empty_comment_comes_back(as_staff: Browser, staff: User, typed: dict[str, str]) -> None:
    answer = as_staff.post(url("action_comment", action(staff).pk), {"key": str(uuid.uuid4()), **typed})
    assert (answer.status_code, ActionComment.objects.count()) == (422, 0)


def test_comment_needs_words(staff: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionComment.objects.create(action=action(staff), author=staff, text="")


def test_page_names_the_worksheets_that_asked(as_manager: Browser, manager: User) -> None:
    row = action(manager)
    Fear.objects.create(kind="seller", words="Обманут", action=row)
    Guarantee.objects.create(promise="Вернём деньги", action=row)
    assert as_manager.get(url("action_detail", row.pk)).context["asked_by"] == [("fear", "Обманут"), ("guarantee", "Вернём деньги")]


@pytest.mark.parametrize("photo", [b"<svg onload='x'/>", b"\xff\xd8\xff\xe0broken"])
def test_photo_nobody_can_read_keeps_what_was_typed(as_staff: Browser, staff: User, photo: bytes) -> None:
    row = action(staff)
    typed = {"evidence": "Горит вечером", "photo": SimpleUploadedFile("after.jpg", photo, "image/jpeg")}
    answer = as_staff.post(url("action_done", row.pk), typed)
    assert (answer.status_code, "Горит вечером" in answer.content.decode()) == (422, True)
    assert Action.objects.get().state == "open"


# ---- what came of it


def done(owner: User, *points: Touchpoint, days_ago: int = 5) -> Action:
    """Save an action done some days ago."""
    row = action(owner, state="done", evidence="Горит", done_at=timezone.now() - days_ago * DAY)
    row.touchpoints.set(points)
    return row


def rated(
    point: Touchpoint, rating: int | None, *, days_ago: int, branch: Branch | None = None, together: AuditRound | None = None
) -> Audit:
    """Save a finished audit of one mark, made so many days ago."""
    audit = finished_audit({}, days_ago=days_ago, branch=branch)
    Audit.objects.filter(pk=audit.pk).update(round=together)
    audit.marks.create(touchpoint=point, rating=rating, marked_at=timezone.now() - days_ago * DAY)
    return audit


def test_done_action_waits_for_a_rating_made_after_it(manager: User, sign: Touchpoint, smile: Touchpoint) -> None:
    row, _without = done(manager, sign, smile), done(manager)
    rated(sign, 1, days_ago=9)
    rated(sign, None, days_ago=1)
    assert list(queries.to_check_again()) == [row]
    rated(sign, 1, days_ago=1)
    assert list(queries.to_check_again()) == [row]
    rated(smile, 0, days_ago=1)
    assert list(queries.to_check_again()) == []


def test_archived_touchpoints_and_open_walks_do_not_ring(manager: User, sign: Touchpoint) -> None:
    row = done(manager, sign)
    walk = rated(sign, 1, days_ago=1)
    Audit.objects.filter(pk=walk.pk).update(state="walking", finished_at=None)
    assert list(queries.to_check_again()) == [row]
    Touchpoint.objects.update(is_archived=True)
    assert list(queries.to_check_again()) == []


def test_outcome_compares_the_last_round_before_with_the_last_since(
    manager: User, sign: Touchpoint, garden: Branch, factory: Branch
) -> None:
    row = done(manager, sign)
    rated(sign, 1, days_ago=30, branch=garden)
    rated(sign, -1, days_ago=9, branch=garden)
    together = AuditRound.objects.create()
    for rating in (1, 0):
        rated(sign, rating, days_ago=2, branch=garden, together=together)
    rated(sign, 0, days_ago=9, branch=factory)
    found = [(one.branch, one.before, one.after, one.change) for one in queries.action_outcomes(row)]
    assert found == [(garden, -1, 0, 1), (factory, 0, None, None)]


def test_page_of_a_done_action_offers_to_check_its_points_again(
    as_manager: Browser, manager: User, sign: Touchpoint, smile: Touchpoint
) -> None:
    row = done(manager, sign, smile)
    rated(sign, 1, days_ago=1)
    page = as_manager.get(url("action_detail", row.pk))
    assert page.context["unseen"] == [smile]
    assert f"touchpoint={smile.pk}" in page.context["check_url"]
    assert page.content.decode().count("btn-beam") == 1


def test_tab_of_what_is_to_be_checked_again(as_manager: Browser, manager: User, sign: Touchpoint) -> None:
    row = done(manager, sign)
    page = as_manager.get(url("action_list"), {"state": "check"})
    assert (list(page.context["page"]), page.context["to_check"]) == ([row], 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_an_action_takes_a_fixed_number_of_queries(
    as_manager: Browser, manager: User, *, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = done(manager)
    for number in range(rows):
        point = Touchpoint.objects.create(name=f"Точка {number}", kind="business")
        row.touchpoints.add(point)
        rated(point, 1, days_ago=1)
        ActionComment.objects.create(action=row, author=make_user(Role.STAFF) if number == 0 else manager, text="Да")
    with django_assert_num_queries(14):
        as_manager.get(url("action_detail", row.pk))


def test_move_refuses_to_close(staff: User) -> None:
    row = action(staff)
    with pytest.raises(services.ClosedError):
        services.move_action(action=row, was="open", state=ActionState.DONE, actor=staff)


# ---- the form of an action


@pytest.mark.parametrize("day", ["2020-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_over_or_in_another_century_is_refused_and_the_rest_stays(as_manager: Browser, manager: User, day: str) -> None:
    typed = {"title": "Починить вывеску", "due_on": day, "owner": manager.pk}
    answer = as_manager.post(url("action_create"), typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["due_on"])
    assert answer.context["form"]["title"].value() == "Починить вывеску"
    row = action(manager, due_on=TODAY)
    as_manager.post(url("action_hand_over"), {"actions": [row.pk], "due_on": day})
    assert Action.objects.values_list("due_on").get() == (TODAY,)


def test_a_late_action_may_be_changed_and_keeps_its_day(as_manager: Browser, manager: User) -> None:
    row = action(manager, due_on=dt.date(2020, 1, 1))
    as_manager.post(url("action_edit", row.pk), {"title": "Починить свет", "due_on": "2020-01-01", "owner": manager.pk})
    assert Action.objects.values_list("title", "due_on").get() == ("Починить свет", dt.date(2020, 1, 1))


def test_editing_keeps_a_touchpoint_that_left_the_map(as_manager: Browser, manager: User, sign: Touchpoint) -> None:
    row = action(manager, due_on=TODAY + DAY)
    row.touchpoints.add(sign)
    Touchpoint.objects.filter(pk=sign.pk).update(is_archived=True)
    assert list(as_manager.get(url("action_edit", row.pk)).context["form"].fields["touchpoints"].queryset) == [sign]
    typed = {"title": "Ещё", "due_on": "2100-01-01", "owner": manager.pk, "touchpoints": [sign.pk]}
    answer = as_manager.post(url("action_create"), typed)
    assert (answer.status_code, "mk-field-error" in answer.content.decode()) == (422, True)


def test_an_owner_who_has_left_is_not_replaced_in_silence(as_manager: Browser, staff: User) -> None:
    row = action(staff, due_on=TODAY + DAY)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert as_manager.get(url("action_edit", row.pk)).context["form"].fields["owner"].empty_label
    answer = as_manager.post(url("action_edit", row.pk), {"title": "Свет", "due_on": "2100-01-01", "owner": ""})
    assert (answer.status_code, Action.objects.get().owner) == (422, staff)
