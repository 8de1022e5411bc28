"""A mystery guest's link: one walk, nothing else, and a kind word when it is over."""

import datetime as dt
import uuid

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Branch, User
from tests.touchpoints.make import finished_audit, guest_audit, mark, open_audit, photo, picture
from touchpoints.links import guest_hash, guest_link
from touchpoints.models import Audit, AuditMark, MarkPhoto, Touchpoint

JSON = {"Accept": "application/json"}
HEADERS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@pytest.fixture
def audit(company: object, garden: Branch, sign: Touchpoint, smile: Touchpoint) -> Audit:
    """A guest's audit of two touchpoints."""
    return guest_audit(garden)


def url(view: str, audit: Audit, *args: object) -> str:
    return reverse(f"touchpoints:guest_{view}", args=[guest_link(audit).token, *args])


def test_guest_walks_without_an_account_or_a_session(client: Browser, audit: Audit, sign: Touchpoint, smile: Touchpoint) -> None:
    assert client.get(url("walk", audit)).status_code == 200
    assert client.get(url("step", audit)).context["step"].touchpoint == sign
    first = client.post(url("mark", audit, sign.pk), {"rating": "-1", "note": "не горит", "photo": picture()})
    assert first["Location"] == f"{url('step', audit)}?point={smile.pk}"
    assert client.post(url("mark", audit, smile.pk), {"rating": "1"})["Location"] == url("walk", audit)
    assert client.post(url("finish", audit))["Location"] == url("walk", audit)
    assert [(each.rating, each.marked_by) for each in AuditMark.objects.order_by("pk")] == [(-1, None), (1, None)]
    audit.refresh_from_db()
    assert (audit.state, audit.auditor, "sessionid" in client.cookies, "session" in client.cookies) == ("done", None, False, False)


def test_opening_the_link_changes_nothing(client: Browser, audit: Audit) -> None:
    for view in ("walk", "step"):
        client.get(url(view, audit))
    assert Audit.objects.values_list("state", "started_at").get() == ("planned", None)


@pytest.mark.parametrize("view", ["walk", "step"])
def test_address_of_the_link_is_kept_out_of_sight(client: Browser, audit: Audit, view: str) -> None:
    answer = client.get(url(view, audit))
    assert {name: answer[name] for name in HEADERS} == HEADERS


def test_guest_sees_nothing_but_the_points(client: Browser, audit: Audit, staff: User, sign: Touchpoint, garden: Branch) -> None:
    finished_audit({sign: -1}, branch=garden, auditor=staff)
    Touchpoint.objects.update(owner=staff)
    page = client.get(url("step", audit), {"point": sign.pk}, headers={"Accept-Language": "ru"})
    assert (page.context["previous"], [step["previous"] for step in page.context["script_steps"]]) == ("", ["", ""])
    assert staff.name not in page.content.decode()
    assert "/clients/" not in page.content.decode()


def test_link_dies_with_the_walk_and_says_thank_you(client: Browser, audit: Audit, sign: Touchpoint) -> None:
    client.post(url("mark", audit, sign.pk), {"rating": "1"})
    client.post(url("finish", audit))
    page = client.get(url("walk", audit), headers={"Accept-Language": "ru"})
    assert (page.status_code, "Спасибо, Вера!" in page.content.decode()) == (200, True)
    assert "Вывеска" not in client.get(url("step", audit)).content.decode()
    late = client.post(url("mark", audit, sign.pk), {"rating": "-1"}, headers=JSON)
    assert (late.status_code, late.json()["state"], AuditMark.objects.get().rating) == (409, "finished", 1)
    assert client.post(url("finish", audit)).status_code == 409


def test_link_of_a_walk_never_made_says_what_to_do(client: Browser, audit: Audit, sign: Touchpoint) -> None:
    Audit.objects.update(state="lapsed")
    page = client.get(url("walk", audit), headers={"Accept-Language": "ru"})
    assert (page.status_code, "пришлют новую ссылку" in page.content.decode()) == (410, True)
    assert client.post(url("mark", audit, sign.pk), {"rating": "1"}, headers=JSON).status_code == 409
    assert AuditMark.objects.count() == 0


@pytest.mark.usefixtures("company_clock")
@pytest.mark.parametrize(("days", "status"), [(0, 200), (14, 200), (15, 410)])
def test_link_outlives_its_date_by_two_weeks(client: Browser, garden: Branch, company: object, days: int, status: int) -> None:
    audit = guest_audit(garden, due_on=timezone.localdate() - dt.timedelta(days=days))
    assert client.get(url("walk", audit)).status_code == status


def test_new_link_makes_the_old_one_a_dead_one(client: Browser, audit: Audit) -> None:
    old = url("walk", audit)
    audit.guest_key = uuid.uuid4()
    audit.guest_hash = guest_hash(audit)
    audit.save()
    assert (client.get(old).status_code, client.get(url("walk", audit)).status_code) == (404, 200)


def test_phone_with_an_old_link_is_told_so_and_keeps_its_marks(client: Browser, audit: Audit, sign: Touchpoint) -> None:
    old = url("mark", audit, sign.pk)
    audit.guest_key = uuid.uuid4()
    audit.guest_hash = guest_hash(audit)
    audit.save()
    answer = client.post(old, {"rating": "1"}, headers=JSON)
    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (404, {"state": "unknown"}, "no-store")
    assert AuditMark.objects.count() == 0


@pytest.mark.parametrize("token", ["x", "\0", "'; --", "ё" * 300])
def test_forged_link_opens_nothing(client: Browser, audit: Audit, token: str) -> None:
    answer = client.get(reverse("touchpoints:guest_walk", args=[token]))
    assert (answer.status_code, "Вера" in answer.content.decode()) == (404, False)


def test_guest_sees_photos_of_this_walk_only(client: Browser, audit: Audit, staff: User, sign: Touchpoint) -> None:
    own = mark(audit, sign, 1, None, photos=[photo()]).photos.get()
    other = mark(open_audit(staff), sign, 1, staff, photos=[photo()]).photos.get()
    shown = client.get(url("photo", audit, own.pk))
    assert (shown.status_code, shown.getvalue()[:3], shown["Cache-Control"]) == (200, b"\xff\xd8\xff", "no-store")
    assert client.get(url("photo", audit, other.pk)).status_code == 404
    assert client.get(reverse("touchpoints:mark_photo", args=[own.pk])).status_code == 302


def test_guest_marks_no_point_outside_the_walk(client: Browser, audit: Audit, factory: Branch) -> None:
    there = Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    assert client.post(url("mark", audit, there.pk), {"rating": "1"}).status_code == 404
    assert AuditMark.objects.count() == 0


def test_guest_is_told_when_a_manager_marked_the_point_meanwhile(client: Browser, audit: Audit, manager: User, sign: Touchpoint) -> None:
    mark(audit, sign, -1, manager)
    answer = client.post(url("mark", audit, sign.pk), {"rating": "1", "version": "0"}, headers=JSON)
    assert (answer.status_code, answer.json()["state"], AuditMark.objects.get().rating) == (409, "conflict", -1)


def test_nothing_is_finished_without_a_mark(client: Browser, audit: Audit) -> None:
    client.post(url("finish", audit))
    audit.refresh_from_db()
    assert audit.state == "planned"


def test_forged_request_from_another_site_is_refused(audit: Audit, sign: Touchpoint) -> None:
    strict = Browser(enforce_csrf_checks=True)
    assert strict.post(url("mark", audit, sign.pk), {"rating": "1"}).status_code == 403
    assert (AuditMark.objects.count(), MarkPhoto.objects.count()) == (0, 0)
