"""Writes: once, in order, refused when somebody was first."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation

from common.images import Photo, reencode
from company.models import User
from tests.touchpoints.make import TODAY, action, finished_audit, mark, open_audit, picture
from touchpoints import services
from touchpoints.enums import Rating
from touchpoints.models import Action, Audit, AuditMark, Touchpoint


def photo() -> Photo:
    upload = picture()
    return reencode(upload, upload.size or 0)


def files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_catalogue_adds_only_what_is_not_on_the_map(manager: User) -> None:
    keys = ["business.sign", "employee.smile", "no.such.entry"]
    assert services.add_from_catalogue(keys=keys, actor=manager) == 2
    assert services.add_from_catalogue(keys=[*keys, "business.parking"], actor=manager) == 1
    made = Touchpoint.objects.in_map_order().values_list("name", "stage", "position")
    assert list(made) == [("Вывеска", "notice", 1024), ("Парковка", "choose", 1024), ("Улыбка", "buy", 1024)]


def test_catalogue_leaves_a_point_of_the_same_name_alone(manager: User, sign: Touchpoint) -> None:
    assert services.add_from_catalogue(keys=["business.sign"], actor=manager) == 0
    assert Touchpoint.objects.count() == 1


def test_catalogue_speaks_the_language_in_use(manager: User) -> None:
    with translation.override("en"):
        services.add_from_catalogue(keys=["business.sign"], actor=manager)
    services.add_from_catalogue(keys=["business.sign"], actor=manager)
    assert Touchpoint.objects.get().name == "Sign"


def test_archived_entry_can_be_taken_from_the_catalogue_again(manager: User) -> None:
    services.add_from_catalogue(keys=["business.sign"], actor=manager)
    point = Touchpoint.objects.get()
    assert services.archive_touchpoint(touchpoint=point, actor=manager) is True
    assert services.archive_touchpoint(touchpoint=point, actor=manager) is False
    assert services.add_from_catalogue(keys=["business.sign"], actor=manager) == 1


def test_touchpoint_that_changes_its_step_goes_to_the_end_of_the_new_one(manager: User, sign: Touchpoint, smile: Touchpoint) -> None:
    services.change_touchpoint(touchpoint=sign, actor=manager)
    assert list(Touchpoint.objects.in_journey_order()) == [sign, smile]
    Touchpoint.objects.filter(pk=smile.pk).update(stage="return")
    sign.stage = "return"
    services.change_touchpoint(touchpoint=sign, actor=manager)
    assert list(Touchpoint.objects.in_journey_order()) == [smile, sign]


def test_finished_audit_takes_no_more_marks(staff: User, sign: Touchpoint) -> None:
    audit = finished_audit({sign: 1}, auditor=staff)
    writes: list[Callable[[], object]] = [
        lambda: mark(audit, sign, -1, staff),
        lambda: services.start_audit(audit=audit, actor=staff),
        lambda: services.finish_audit(audit=audit, actor=staff),
        lambda: services.cancel_audit(audit=audit, actor=staff),
    ]
    for write in writes:
        with pytest.raises(services.ClosedError):
            write()
    assert (AuditMark.objects.get().rating, Audit.objects.get().state) == (Rating.WOW, "done")


def test_audit_without_marks_is_not_finished(staff: User) -> None:
    audit = open_audit(staff)
    with pytest.raises(services.NothingMarkedError):
        services.finish_audit(audit=audit, actor=staff)
    assert Audit.objects.get().state == "planned"


def test_walk_is_finished_once(staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    mark(audit, sign, 1, staff)
    services.finish_audit(audit=audit, actor=staff)
    finished_at = Audit.objects.get().finished_at
    with pytest.raises(services.ClosedError):
        services.finish_audit(audit=audit, actor=staff)
    assert finished_at is not None
    assert Audit.objects.get().finished_at == finished_at


def test_only_a_plan_is_removed(manager: User, sign: Touchpoint) -> None:
    plan, begun = open_audit(manager), open_audit(manager)
    mark(begun, sign, 1, manager)
    services.cancel_audit(audit=plan, actor=manager)
    with pytest.raises(services.ClosedError):
        services.cancel_audit(audit=begun, actor=manager)
    assert list(Audit.objects.all()) == [begun]


def test_action_with_the_same_request_key_is_made_once(manager: User, staff: User, sign: Touchpoint) -> None:
    key = uuid.uuid4()
    made = [
        services.create_action(title=title, owner=staff, due_on=TODAY, actor=manager, touchpoints=[sign], request_key=key)
        for title in ("Починить", "Починить ещё раз")
    ]
    assert made[0] == made[1]
    assert [(each.title, list(each.touchpoints.all()), each.created_by) for each in Action.objects.all()] == [("Починить", [sign], manager)]


def test_actions_without_a_key_are_different(manager: User) -> None:
    for _time in range(2):
        services.create_action(title="Починить", owner=manager, due_on=TODAY, actor=manager)
    assert Action.objects.count() == 2


def test_action_goes_from_to_do_to_done(staff: User) -> None:
    row = action(staff)
    services.start_action(action=row, actor=staff)
    services.finish_action(action=row, evidence="Горит", actor=staff, photo_after=photo())
    row.refresh_from_db()
    assert (row.state, row.evidence, bool(row.photo_after), row.done_at is None, row.changed_by) == ("done", "Горит", True, False, staff)


def test_closed_action_is_moved_by_nobody(staff: User) -> None:
    row = action(staff, state="dropped", drop_reason="дорого")
    writes: list[Callable[[], object]] = [
        lambda: services.start_action(action=row, actor=staff),
        lambda: services.finish_action(action=row, evidence="Горит", actor=staff, photo_after=photo()),
        lambda: services.drop_action(action=row, reason="ещё раз", actor=staff),
        lambda: services.change_action(action=row, touchpoints=[], actor=staff),
    ]
    for write in writes:
        with pytest.raises(services.ClosedError):
            write()
    row.refresh_from_db()
    assert (row.state, row.drop_reason, bool(row.photo_after)) == ("dropped", "дорого", False)


def test_closed_action_can_be_opened_again_once(staff: User) -> None:
    row = action(staff)
    services.finish_action(action=row, evidence="Горит", actor=staff)
    services.reopen_action(action=row, actor=staff)
    with pytest.raises(services.ClosedError):
        services.reopen_action(action=row, actor=staff)
    row.refresh_from_db()
    assert (row.state, row.done_at) == ("open", None)


def test_edit_keeps_the_state_somebody_set_meanwhile(staff: User, manager: User, sign: Touchpoint) -> None:
    row = action(staff)
    services.start_action(action=Action.objects.get(), actor=staff)
    row.title = "Заменить вывеску"
    services.change_action(action=row, touchpoints=[sign], photo_before=photo(), actor=manager)
    row.refresh_from_db()
    assert (row.title, row.state, list(row.touchpoints.all()), bool(row.photo_before)) == ("Заменить вывеску", "doing", [sign], True)
