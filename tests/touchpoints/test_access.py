"""Whose audits, actions and photos a person may open."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from common.images import reencode
from company.enums import Role
from company.models import User
from tests.conftest import signed_in
from tests.touchpoints.make import action, finished_audit, mark, open_audit, photo, picture
from touchpoints import services
from touchpoints.models import Action, Audit, AuditMark, MarkPhoto, Touchpoint


@pytest.fixture
def stranger(company: object) -> User:
    """Another member of staff."""
    return User.objects.create_user("other@example.org", name="Other", role=Role.STAFF)


@pytest.fixture
def as_stranger(stranger: User) -> Browser:
    """A browser of somebody with other tasks."""
    return signed_in(stranger)


@pytest.mark.parametrize("view", ["audit_detail", "audit_walk"])
def test_staff_open_only_their_own_audits(as_stranger: Browser, as_staff: Browser, staff: User, sign: Touchpoint, view: str) -> None:
    address = reverse(f"touchpoints:{view}", args=[open_audit(staff).pk])
    assert (as_stranger.get(address).status_code, as_staff.get(address).status_code) == (404, 200)


def test_staff_see_only_their_own_audits_in_the_list(as_stranger: Browser, as_manager: Browser, staff: User) -> None:
    open_audit(staff)
    address = reverse("touchpoints:audit_list")
    assert [len(browser.get(address).context["open_audits"].object_list) for browser in (as_stranger, as_manager)] == [0, 1]


def test_only_the_auditor_or_a_manager_marks(
    as_stranger: Browser, as_staff: Browser, as_manager: Browser, staff: User, sign: Touchpoint
) -> None:
    audit = open_audit(staff)
    address = reverse("touchpoints:mark_save", args=[audit.pk, sign.pk])
    assert as_stranger.post(address, {"rating": 1}).status_code == 404
    assert AuditMark.objects.count() == 0
    assert as_staff.post(address, {"rating": 1}).status_code == 302
    assert as_manager.post(address, {"rating": 0}).status_code == 302
    assert list(AuditMark.objects.values_list("rating", "marked_by__role")) == [(0, "manager")]


@pytest.mark.parametrize("view", ["audit_start", "audit_finish"])
def test_stranger_moves_no_audit(as_stranger: Browser, staff: User, view: str) -> None:
    audit = open_audit(staff)
    assert as_stranger.post(reverse(f"touchpoints:{view}", args=[audit.pk])).status_code == 404
    assert Audit.objects.get().state == "planned"


@pytest.mark.parametrize("view", ["audit_create", "touchpoint_create", "catalogue"])
def test_staff_plan_nothing(as_staff: Browser, view: str) -> None:
    assert as_staff.post(reverse(f"touchpoints:{view}"), {"keys": "business.sign", "name": "Вход", "kind": "business"}).status_code == 403
    assert (Audit.objects.count(), Touchpoint.objects.count()) == (0, 0)


@pytest.mark.parametrize("view", ["touchpoint_edit", "touchpoint_archive", "touchpoint_place"])
def test_staff_change_no_touchpoint(as_staff: Browser, sign: Touchpoint, view: str) -> None:
    assert as_staff.post(reverse(f"touchpoints:{view}", args=[sign.pk]), {"name": "X", "kind": "product"}).status_code == 403
    assert Touchpoint.objects.get().name == "Вывеска"


@pytest.mark.parametrize("view", ["action_start", "action_done", "action_drop", "action_reopen"])
def test_staff_move_only_their_own_actions(as_stranger: Browser, staff: User, view: str) -> None:
    row = action(staff)
    assert as_stranger.post(reverse(f"touchpoints:{view}", args=[row.pk]), {"evidence": "да", "reason": "да"}).status_code == 404
    assert Action.objects.get().state == "open"


def test_staff_see_only_their_own_actions(as_stranger: Browser, as_staff: Browser, as_manager: Browser, staff: User) -> None:
    row = action(staff)
    found = [len(browser.get(reverse("touchpoints:action_list")).context["page"]) for browser in (as_stranger, as_staff, as_manager)]
    shown = [
        browser.get(reverse("touchpoints:action_detail", args=[row.pk])).status_code for browser in (as_stranger, as_staff, as_manager)
    ]
    assert (found, shown) == ([0, 1, 1], [404, 200, 200])


def test_actions_of_others_are_not_on_the_page_of_a_touchpoint(as_stranger: Browser, staff: User, sign: Touchpoint) -> None:
    action(staff).touchpoints.add(sign)
    assert list(as_stranger.get(reverse("touchpoints:touchpoint_detail", args=[sign.pk])).context["actions"]) == []


def test_staff_take_actions_only_upon_themselves(as_staff: Browser, staff: User, manager: User) -> None:
    typed = {"title": "Помыть дверь", "due_on": "2100-01-01", "owner": manager.pk}
    assert as_staff.post(reverse("touchpoints:action_create"), typed).status_code == 302
    assert Action.objects.get().owner == staff


def test_action_is_not_made_from_a_mark_of_a_strangers_audit(as_stranger: Browser, staff: User, sign: Touchpoint) -> None:
    mark = finished_audit({sign: -1}, auditor=staff).marks.get()
    assert as_stranger.get(reverse("touchpoints:action_create"), {"mark": mark.pk}).status_code == 404


def status(browser: Browser, address: str) -> int:
    """Ask for a page and read it to its end, which closes the file behind it."""
    answer = browser.get(address)
    answer.getvalue()
    return answer.status_code


def photographed(staff: User, sign: Touchpoint) -> MarkPhoto:
    return mark(open_audit(staff), sign, -1, staff, photos=[photo()]).photos.get()


def test_photo_of_a_walk_is_shown_to_the_auditor_and_managers(
    as_stranger: Browser, as_staff: Browser, as_manager: Browser, staff: User, sign: Touchpoint
) -> None:
    address = reverse("touchpoints:mark_photo", args=[photographed(staff, sign).pk])
    assert [status(browser, address) for browser in (as_stranger, as_staff, as_manager, Browser())] == [403, 200, 200, 302]


def test_who_is_to_mend_a_thing_sees_the_photo_that_asked_for_it_but_not_the_audit(
    as_stranger: Browser, stranger: User, staff: User, sign: Touchpoint
) -> None:
    shot = photographed(staff, sign)
    address, audit = reverse("touchpoints:mark_photo", args=[shot.pk]), reverse("touchpoints:audit_detail", args=[shot.mark.audit_id])
    page = reverse("touchpoints:action_detail", args=[action(stranger, mark=shot.mark).pk])
    point = reverse("touchpoints:touchpoint_detail", args=[sign.pk])
    text = as_stranger.get(page).content.decode()
    assert (status(as_stranger, address), as_stranger.get(audit).status_code) == (200, 404)
    assert (f'href="{audit}"' in text, f'href="{point}"' in text) == (False, True)


def test_photo_of_a_finished_audit_is_shown_to_all_staff_with_safe_headers(as_stranger: Browser, staff: User, sign: Touchpoint) -> None:
    shot = photographed(staff, sign)
    services.finish_audit(audit=shot.mark.audit, actor=staff)
    answer = as_stranger.get(reverse("touchpoints:mark_photo", args=[shot.pk]))
    assert {name: answer[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition")} == {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": 'inline; filename="photo.jpg"',
    }
    assert answer.getvalue()[:3] == b"\xff\xd8\xff"


def test_photo_of_an_action_is_shown_to_its_owner_and_managers(
    as_stranger: Browser, as_staff: Browser, as_manager: Browser, staff: User
) -> None:
    upload = picture()
    row = action(staff)
    services.finish_action(action=row, evidence="Горит", photo_after=reencode(upload, upload.size or 0), actor=staff)
    address = reverse("touchpoints:photo", args=["after", row.pk])
    assert [status(browser, address) for browser in (as_stranger, as_staff, as_manager)] == [404, 200, 200]
    assert status(as_manager, reverse("touchpoints:photo", args=["before", row.pk])) == 404


def test_photo_has_no_address_of_its_own(as_manager: Browser, staff: User, sign: Touchpoint) -> None:
    name = photographed(staff, sign).image.name
    assert [as_manager.get(f"/{folder}{name}").status_code for folder in ("media/", "var/media/", "")] == [404, 404, 404]


def test_lost_file_and_unknown_kind_are_not_found(as_manager: Browser, staff: User, sign: Touchpoint) -> None:
    shot = photographed(staff, sign)
    shot.image.storage.delete(str(shot.image.name))
    assert as_manager.get(reverse("touchpoints:mark_photo", args=[shot.pk])).status_code == 404
    assert as_manager.get(reverse("touchpoints:photo", args=["passport", shot.mark_id])).status_code == 404
