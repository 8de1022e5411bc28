"""The tree of reasons: places, order, marks, the archive, merges and what is kept of them."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from churn.enums import ReasonGroup, ReasonStep
from churn.models import Reason, ReasonChange
from churn.queries import living_reasons, merge_forecast, reason_history, reason_tree
from churn.services import (
    Place,
    ReasonError,
    ReasonFields,
    add_reason,
    ensure_reasons,
    living,
    merge_reasons,
    record_call,
    shift_reason,
    undo_merge,
    update_reason,
)
from company.models import User
from tests.churn.world import ago, make_leaver, make_reason, talk
from touchpoints.services import create_action

OURS = ReasonGroup.OURSELVES


def page(name: str, *args: Any) -> str:
    return reverse(f"churn:{name}", args=args)


def names(group: ReasonGroup = OURS) -> list[tuple[str, list[str]]]:
    """Return the living tree of a group by names."""
    part = next(part for part in reason_tree() if part.group == group)
    return [(branch.reason.name, [leaf.name for leaf in branch.leaves]) for branch in part.branches]


def fields(reason: Reason, **changed: Any) -> ReasonFields:
    return replace(ReasonFields(reason.name, reason.is_within_power, reason.is_archived), **changed)


def add(name: str, owner: User, parent: Reason | None = None, group: ReasonGroup = OURS) -> Reason:
    return add_reason(group=group, name=name, is_within_power=True, parent=parent, actor=owner)


def steps(reason: Reason) -> list[str]:
    return list(reason.changes.order_by("pk").values_list("step", flat=True))


def test_the_standard_tree_has_branches_whose_leaves_are_marked_alike(company: Any) -> None:
    ensure_reasons()
    ensure_reasons()
    leaves = Reason.objects.filter(parent__isnull=False)
    assert {leaf.group for leaf in leaves} == set(ReasonGroup)
    assert all((leaf.group, leaf.is_within_power) == (leaf.parent.group, leaf.parent.is_within_power) for leaf in leaves if leaf.parent)
    assert Reason.objects.filter(group=ReasonGroup.OUTSIDE, is_within_power=True).count() == 0
    assert Reason.objects.filter(parent__parent__isnull=False).count() == 0


def test_a_reason_is_added_to_a_branch_and_its_history_says_where(owner: User) -> None:
    branch = add("Обещания", owner)
    leaf = add("Сорвали срок", owner, branch)
    assert names() == [("Обещания", ["Сорвали срок"])]
    change = leaf.changes.get()
    assert (change.step, change.after, change.author) == (ReasonStep.ADDED, "Мы сами › Обещания", owner)


def test_no_reason_hangs_on_a_leaf_an_archived_or_a_foreign_branch(owner: User) -> None:
    branch = add("Обещания", owner)
    leaf, old, foreign = add("Срок", owner, branch), add("Старая", owner), add("Цена", owner, group=ReasonGroup.COMPETITORS)
    update_reason(reason=old, fields=fields(old, is_archived=True), actor=owner)
    for parent in [leaf, old, foreign]:
        with pytest.raises(ReasonError):
            add("Новая", owner, parent)
    assert Reason.objects.count() == 4


def test_a_name_is_taken_once_in_a_group(owner: User) -> None:
    first, second = add("Первая", owner), add("Вторая", owner)
    with pytest.raises(ReasonError):
        add("Первая", owner)
    with pytest.raises(ReasonError):
        update_reason(reason=second, fields=fields(second, name="Первая"), actor=owner)
    assert [name for name, _leaves in names()] == ["Первая", "Вторая"]
    assert steps(first) == steps(second) == ["added"]


def test_an_archived_reason_of_the_same_name_comes_back_to_the_new_place(owner: User) -> None:
    branch, old = add("Обещания", owner), add("Срок", owner)
    update_reason(reason=old, fields=fields(old, is_archived=True), actor=owner)
    assert add("Срок", owner, branch) == old
    assert names() == [("Обещания", ["Срок"])]
    assert steps(old) == ["added", "archived", "moved", "restored"]


def test_a_branch_moves_to_another_group_with_its_leaves(owner: User) -> None:
    branch = add("Доставка", owner)
    leaf = add("Долго", owner, branch)
    update_reason(reason=branch, fields=fields(branch, place=Place(ReasonGroup.COMPETITORS)), actor=owner)
    assert names() == []
    assert names(ReasonGroup.COMPETITORS) == [("Доставка", ["Долго"])]
    assert steps(branch) == ["added", "moved"]
    leaf.refresh_from_db()
    assert leaf.group == ReasonGroup.COMPETITORS


def test_a_branch_with_leaves_becomes_no_part_of_another(owner: User) -> None:
    branch, other = add("Доставка", owner), add("Обещания", owner)
    add("Долго", owner, branch)
    with pytest.raises(ReasonError):
        update_reason(reason=branch, fields=fields(branch, place=Place(OURS, other)), actor=owner)
    assert names() == [("Доставка", ["Долго"]), ("Обещания", [])]


def test_a_move_to_a_group_with_such_a_name_is_refused(owner: User) -> None:
    branch = add("Доставка", owner)
    add("Долго", owner, branch)
    add("Долго", owner, group=ReasonGroup.COMPETITORS)
    with pytest.raises(ReasonError):
        update_reason(reason=branch, fields=fields(branch, place=Place(ReasonGroup.COMPETITORS)), actor=owner)
    assert names() == [("Доставка", ["Долго"])]


def test_an_archived_branch_takes_its_leaves_along_and_a_leaf_brings_it_back(owner: User) -> None:
    branch = add("Доставка", owner)
    leaf = add("Долго", owner, branch)
    update_reason(reason=branch, fields=fields(branch, is_archived=True), actor=owner)
    assert names() == []
    leaf.refresh_from_db()
    update_reason(reason=leaf, fields=fields(leaf, is_archived=False), actor=owner)
    assert names() == [("Доставка", ["Долго"])]


def test_a_mark_and_a_name_are_kept_as_they_were(owner: User) -> None:
    reason = add("Срок", owner)
    update_reason(reason=reason, fields=fields(reason, name="Опоздали", is_within_power=False), actor=owner)
    kept = [(change.step, change.before, change.after) for change in reason.changes.order_by("pk")[1:]]
    assert kept == [("renamed", "Срок", "Опоздали"), ("marked", "в нашей власти", "не зависит от нас")]
    update_reason(reason=reason, fields=ReasonFields("Опоздали", is_within_power=False), actor=owner)
    assert reason.changes.count() == 3


def test_reasons_change_places_with_their_neighbours_only(owner: User) -> None:
    first, second, third = (add(name, owner) for name in ["Раз", "Два", "Три"])
    add("Часть", owner, first)
    assert shift_reason(reason=third, step=-1, actor=owner)
    assert [name for name, _leaves in names()] == ["Раз", "Три", "Два"]
    assert not shift_reason(reason=first, step=-1, actor=owner)
    assert not shift_reason(reason=second, step=1, actor=owner)
    assert [(change.before, change.after) for change in third.changes.filter(step="moved")] == [("место 3", "место 2")]


@transaction.atomic
def misplace(leaf: Reason) -> None:
    """Write past the services."""
    Reason.objects.filter(pk=leaf.pk).update(group=ReasonGroup.OUTSIDE)
    connection.check_constraints()


def test_living_reasons_stand_branch_by_branch(owner: User) -> None:
    first, second = add("Обещания", owner), add("Доставка", owner)
    parts = [add("Долго", owner, second), add("Срок", owner, first), add("Качество", owner, first)]
    assert list(living_reasons()) == [first, parts[1], parts[2], second, parts[0]]


def test_the_database_keeps_a_leaf_in_the_group_of_its_branch(owner: User) -> None:
    branch = add("Доставка", owner)
    leaf = add("Долго", owner, branch)
    with pytest.raises(IntegrityError):
        misplace(leaf)


def called(owner: User, *reasons: Reason) -> Any:
    """Save a talk that named the reasons."""
    leaver = make_leaver(caller=owner)
    record_call(leaver=leaver, record=talk(reasons=list(reasons)), actor=owner)
    return leaver.calls.get()


def test_a_merge_takes_calls_actions_drafts_and_the_touchpoint_over(owner: User) -> None:
    late, date = make_reason("Опоздали"), make_reason("Сорвали срок")
    only, both = called(owner, late), called(owner, late, date)
    action = create_action(title="Звонить накануне", owner=owner, due_on=ago(-5), actor=owner)
    late.actions.add(action)
    writing = make_leaver(caller=owner, draft={"words": "Ждала", "reasons": [str(late.pk), str(date.pk)]})
    assert (forecast := merge_forecast(late)).n_calls == 2
    assert forecast.n_actions == 1
    merged = merge_reasons(source=late, target=date, actor=owner)
    assert (merged.n_calls, merged.n_actions) == (2, 1)
    assert [list(call.reasons.all()) for call in (only, both)] == [[date], [date]]
    assert list(date.actions.all()) == [action]
    writing.refresh_from_db()
    assert writing.draft == {"words": "Ждала", "reasons": [str(date.pk)]}
    late.refresh_from_db()
    assert (late.is_archived, late.merged_into) == (True, date)
    assert living([late]) == [date]


def test_an_undone_merge_gives_everything_back(owner: User) -> None:
    late, date = make_reason("Опоздали"), make_reason("Сорвали срок")
    only, both, own = called(owner, late), called(owner, late, date), called(owner, date)
    action = create_action(title="Звонить накануне", owner=owner, due_on=ago(-5), actor=owner)
    late.actions.add(action)
    merge_reasons(source=late, target=date, actor=owner)
    change = late.changes.get(step=ReasonStep.MERGED)
    assert undo_merge(change=change, actor=owner) == 2
    assert [set(call.reasons.all()) for call in (only, both, own)] == [{late}, {late, date}, {date}]
    assert (list(late.actions.all()), list(date.actions.all())) == ([action], [])
    late.refresh_from_db()
    assert (late.is_archived, late.merged_into) == (False, None)
    with pytest.raises(ReasonError):
        undo_merge(change=change, actor=owner)
    assert steps(late) == ["merged", "restored"]


def test_a_chain_of_merges_ends_in_the_last_reason_and_is_undone_from_its_end(owner: User) -> None:
    first, second, third = make_reason("Раз"), make_reason("Два"), make_reason("Три")
    call = called(owner, first)
    merge_reasons(source=first, target=second, actor=owner)
    merge_reasons(source=second, target=third, actor=owner)
    first.refresh_from_db()
    assert (first.merged_into, list(call.reasons.all())) == (third, [third])
    with pytest.raises(ReasonError):
        undo_merge(change=first.changes.get(step=ReasonStep.MERGED), actor=owner)
    undo_merge(change=second.changes.get(step=ReasonStep.MERGED), actor=owner)
    undo_merge(change=first.changes.get(step=ReasonStep.MERGED), actor=owner)
    assert list(call.reasons.all()) == [first]


def test_a_reason_merges_once_and_not_with_itself_an_archived_one_or_with_leaves_left(owner: User) -> None:
    branch, other, old = add("Доставка", owner), add("Обещания", owner), add("Старая", owner)
    add("Долго", owner, branch)
    update_reason(reason=old, fields=fields(old, is_archived=True), actor=owner)
    for source, target in [(other, other), (other, old), (branch, other)]:
        with pytest.raises(ReasonError):
            merge_reasons(source=source, target=target, actor=owner)
    merge_reasons(source=other, target=branch, actor=owner)
    with pytest.raises(ReasonError):
        merge_reasons(source=other, target=branch, actor=owner)
    assert ReasonChange.objects.filter(step=ReasonStep.MERGED).count() == 1
    assert names() == [("Доставка", ["Долго"])]


def test_a_merged_reason_brought_back_by_hand_has_no_calls_and_no_undo(owner: User) -> None:
    late, date = make_reason("Опоздали"), make_reason("Сорвали срок")
    call = called(owner, late)
    merge_reasons(source=late, target=date, actor=owner)
    late.refresh_from_db()
    update_reason(reason=late, fields=fields(late, is_archived=False), actor=owner)
    assert list(call.reasons.all()) == [date]
    assert [change.is_undoable for change in reason_history(late)] == [False, False]  # type: ignore[attr-defined]


def test_a_reason_is_edited_archived_and_brought_back_on_its_page(as_manager: Browser) -> None:
    as_manager.post(page("add_reason"), {"place": "ourselves", "name": " Нет парковки ", "is_within_power": "on"})
    reason = Reason.objects.get()
    assert (reason.name, reason.is_within_power) == ("Нет парковки", True)
    assert as_manager.get(page("edit_reason", reason.pk)).status_code == 200
    as_manager.post(page("edit_reason", reason.pk), {"name": "Негде встать", "place": "competitors"})
    reason.refresh_from_db()
    assert (reason.name, reason.group, reason.is_within_power) == ("Негде встать", "competitors", False)
    for to, is_archived in [("archive", True), ("tree", False)]:
        assert as_manager.post(page("archive_reason", reason.pk), {"to": to}).status_code == 302
        reason.refresh_from_db()
        assert reason.is_archived is is_archived
    history = as_manager.get(page("reason_history"))
    assert [change.step for change in history.context["page"]] == ["restored", "archived", "marked", "renamed", "moved", "added"]


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": " "}, {"name": "x" * 121}, {"name": "x", "place": "weather"}, {"name": "\0"}])
def test_a_wrong_reason_is_refused(as_manager: Browser, typed: dict[str, str]) -> None:
    assert as_manager.post(page("add_reason"), {"place": "ourselves"} | typed).status_code == 422
    assert Reason.objects.count() == 0


def test_a_reason_cannot_take_the_name_of_its_neighbour(as_manager: Browser) -> None:
    first, second = make_reason("Первая"), make_reason("Вторая")
    typed = {"name": first.name, "place": "ourselves"}
    assert as_manager.post(page("edit_reason", second.pk), typed).status_code == 422
    assert as_manager.post(page("add_reason"), typed).status_code == 422
    second.refresh_from_db()
    assert second.name == "Вторая"


def test_reasons_are_moved_merged_and_taken_apart_on_pages(as_manager: Browser, owner: User) -> None:
    late, date = make_reason("Опоздали"), make_reason("Сорвали срок")
    call = called(owner, late)
    assert as_manager.post(page("shift_reason", date.pk), {"to": "up"}).status_code == 302
    assert as_manager.post(page("shift_reason", date.pk), {"to": "x"}).status_code == 302
    assert [name for name, _leaves in names()] == ["Сорвали срок", "Опоздали"]
    assert as_manager.get(page("merge_reason", late.pk)).status_code == 200
    assert as_manager.post(page("merge_reason", late.pk), {"target": late.pk}).status_code == 422
    assert as_manager.post(page("merge_reason", late.pk), {"target": date.pk}).status_code == 302
    assert list(call.reasons.all()) == [date]
    assert as_manager.post(page("merge_reason", late.pk), {"target": date.pk}).status_code == 422
    assert as_manager.get(page("edit_reason", late.pk)).status_code == 200
    undo = page("undo_merge", late.changes.get(step=ReasonStep.MERGED).pk)
    assert undo in as_manager.get(page("reason_history")).text
    as_manager.post(undo)
    as_manager.post(undo)
    assert list(call.reasons.all()) == [late]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tree_takes_the_same_queries_for_any_size(as_manager: Browser, owner: User, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        add(f"Часть {number}", owner, add(f"Ветвь {number}", owner))
    with django_assert_num_queries(6):
        as_manager.get(page("reason_list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_takes_the_same_queries_for_any_length(
    as_manager: Browser, owner: User, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        add(f"Ветвь {number}", owner)
    with django_assert_num_queries(5):
        as_manager.get(page("reason_history"))


def test_editing_does_not_bring_back_what_was_archived_meanwhile(as_manager: Browser, owner: User) -> None:
    reason = add("Срок", owner)
    opened = Reason.objects.get(pk=reason.pk)
    update_reason(reason=reason, fields=fields(reason, is_archived=True), actor=owner)
    update_reason(reason=opened, fields=ReasonFields("Сроки", is_within_power=True), actor=owner)
    answer = as_manager.post(page("edit_reason", reason.pk), {"name": "Сорвали срок", "place": OURS, "is_within_power": "on"}, follow=True)
    reason.refresh_from_db()
    assert (reason.name, reason.is_archived) == ("Сорвали срок", True)
    assert "остаётся в архиве" in answer.text
