"""An open audit goes to another person or moves to another day."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Branch, User
from mailing.models import Message
from tests.touchpoints.make import finished_audit, guest_audit, mark, open_audit
from touchpoints import services
from touchpoints.models import Audit, AuditRound, Touchpoint
from touchpoints.services import ClosedError, Guest

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def edit(audit: Audit) -> str:
    return reverse("touchpoints:audit_edit", args=[audit.pk])


def later() -> str:
    return (timezone.localdate() + 5 * DAY).isoformat()


def written_to() -> list[str]:
    return list(Message.objects.order_by("id").values_list("to_address", flat=True))


def test_a_new_auditor_gets_it_with_its_marks_and_one_letter(as_manager: Browser, manager: User, staff: User, sign: Touchpoint) -> None:
    audit = open_audit(manager)
    mark(audit, sign, -1, manager)
    for person in (staff, manager, staff):
        answer = as_manager.post(edit(audit), {"auditor": person.pk, "due_on": later()})
        assert answer["Location"] == reverse("touchpoints:audit_detail", args=[audit.pk])
    audit.refresh_from_db()
    assert (audit.auditor, audit.due_on.isoformat(), audit.state, audit.changed_by) == (staff, later(), "walking", manager)
    assert [(one.rating, one.marked_by) for one in audit.marks.all()] == [(-1, manager)]
    assert written_to() == [staff.email]


def test_only_the_day_moves_without_a_letter(as_manager: Browser, staff: User) -> None:
    audit = open_audit(staff)
    assert as_manager.get(edit(audit)).status_code == 200
    assert as_manager.post(edit(audit), {"auditor": staff.pk, "due_on": later()}).status_code == 302
    audit.refresh_from_db()
    assert (audit.auditor, audit.due_on.isoformat(), written_to()) == (staff, later(), [])


def test_a_late_audit_is_handed_over_as_it_is_and_moves_only_ahead(as_manager: Browser, manager: User, staff: User) -> None:
    day = timezone.localdate() - 3 * DAY
    audit = open_audit(manager, due_on=day)
    assert as_manager.post(edit(audit), {"auditor": staff.pk, "due_on": (day - DAY).isoformat()}).status_code == 422
    answer = as_manager.post(edit(audit), {"auditor": "", "due_on": "2999-01-01"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"auditor", "due_on"})
    audit.refresh_from_db()
    assert (audit.auditor, audit.due_on) == (manager, day)
    assert as_manager.post(edit(audit), {"auditor": staff.pk, "due_on": day.isoformat()}).status_code == 302
    audit.refresh_from_db()
    assert (audit.auditor, audit.due_on) == (staff, day)


def test_who_left_or_walks_the_branch_in_this_round_cannot_get_it(as_manager: Browser, manager: User, staff: User, garden: Branch) -> None:
    audit_round = AuditRound.objects.create()
    audit, _other = (
        Audit.objects.create(round=audit_round, branch=garden, auditor=who, due_on=timezone.localdate()) for who in (manager, staff)
    )
    gone = User.objects.create_user("gone@example.org", name="Ушла", role="staff", is_active=False)
    for person in (staff, gone):
        assert as_manager.post(edit(audit), {"auditor": person.pk, "due_on": later()}).status_code == 422
    audit.refresh_from_db()
    assert (audit.auditor, written_to()) == (manager, [])


@pytest.mark.parametrize("state", ["done", "lapsed"])
def test_a_closed_audit_stays_as_it_is(as_manager: Browser, manager: User, staff: User, sign: Touchpoint, state: str) -> None:
    audit = finished_audit({sign: 1}, auditor=manager) if state == "done" else open_audit(manager)
    Audit.objects.filter(pk=audit.pk).update(state=state)
    before = Audit.objects.values().get()
    for answer in (as_manager.get(edit(audit)), as_manager.post(edit(audit), {"auditor": staff.pk, "due_on": later()})):
        assert answer["Location"] == reverse("touchpoints:audit_detail", args=[audit.pk])
    with pytest.raises(ClosedError):
        services.hand_over_audit(audit=audit, auditor=staff, due_on=timezone.localdate(), actor=manager, now=timezone.now())
    assert Audit.objects.values().get() == before


def test_a_guest_is_corrected_and_another_address_gets_a_new_link(as_manager: Browser) -> None:
    audit = guest_audit()
    first = bytes(audit.guest_hash or b"")
    typed = {"guest_name": "Вера Новикова", "guest_email": "vera@example.org", "due_on": later()}
    for _time in range(2):
        assert as_manager.post(edit(audit), typed).status_code == 302
    audit.refresh_from_db()
    assert (audit.guest_name, audit.guest_email, bytes(audit.guest_hash or b"")) == ("Вера Новикова", "vera@example.org", first)
    assert (audit.due_on.isoformat(), audit.auditor, written_to()) == (later(), None, ["vera@example.org"])
    assert as_manager.post(edit(audit), typed | {"guest_email": "nova@example.org"}).status_code == 302
    audit.refresh_from_db()
    assert bytes(audit.guest_hash or b"") != first
    assert written_to() == ["vera@example.org", "nova@example.org"]
    assert as_manager.post(edit(audit), typed | {"guest_name": " "}).status_code == 422
    assert as_manager.post(edit(audit), typed | {"guest_email": "вера"}).status_code == 422


def test_a_guests_walk_is_not_a_colleagues(manager: User, staff: User) -> None:
    guest, colleague, now = guest_audit(), open_audit(staff), timezone.now()
    with pytest.raises(ClosedError):
        services.hand_over_audit(audit=guest, auditor=staff, due_on=now.date(), actor=manager, now=now)
    with pytest.raises(ClosedError):
        services.change_guest_audit(audit=colleague, guest=Guest("Вера"), due_on=now.date(), actor=manager, now=now)
    assert set(Audit.objects.values_list("guest_name", "auditor")) == {("Вера", None), ("", staff.pk)}


def test_managers_see_the_way_to_it_and_staff_do_not(as_manager: Browser, as_staff: Browser, staff: User) -> None:
    audit = open_audit(staff)
    for page in (reverse("touchpoints:audit_list"), reverse("touchpoints:audit_detail", args=[audit.pk])):
        assert edit(audit) in as_manager.get(page).content.decode()
        assert edit(audit) not in as_staff.get(page).content.decode()
