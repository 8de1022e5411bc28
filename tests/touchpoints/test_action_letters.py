"""Letters about actions: to a new owner, the day before, and once a week while late."""

import datetime as dt
import uuid

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import User
from mailing.models import MailWave, Message
from tests.touchpoints.make import TODAY, action, letters
from touchpoints import services
from touchpoints.models import Action

MORNING = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
RUSSIAN = {"Accept-Language": "ru"}


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def test_new_owner_hears_of_the_action_once(manager: User, staff: User) -> None:
    key = uuid.uuid4()
    for _time in range(2):
        services.create_action(title="Починить вывеску", owner=staff, due_on=TODAY, actor=manager, request_key=key)
    assert letters("action_given") == [(staff.email, "Починить вывеску")]


def test_nobody_writes_about_what_one_took_oneself(staff: User) -> None:
    services.create_action(title="Починить вывеску", owner=staff, due_on=TODAY, actor=staff)
    assert MailWave.objects.count() == 0


def test_editing_writes_only_to_a_new_owner(as_manager: Browser, manager: User, staff: User) -> None:
    row, typed = action(manager), {"title": "Починить", "due_on": "2100-01-01"}
    as_manager.post(url("action_edit", row.pk), {**typed, "owner": manager.pk})
    assert letters("action_given") == []
    for _time in range(2):
        as_manager.post(url("action_edit", row.pk), {**typed, "owner": staff.pk})
    assert letters("action_given") == [(staff.email, "Починить")]


def test_somebody_who_left_gets_no_letter(manager: User, staff: User) -> None:
    User.objects.filter(pk=staff.pk).update(is_active=False)
    staff.refresh_from_db()
    services.create_action(title="Починить", owner=staff, due_on=TODAY, actor=manager)
    action(staff, due_on=dt.date(2020, 1, 1))
    assert (services.remind_owners(now=MORNING), MailWave.objects.count()) == (0, 0)


@pytest.mark.parametrize(("days", "expected"), [(-30, 1), (-1, 1), (0, 0), (1, 1), (2, 0)])
def test_reminder_comes_the_day_before_and_when_late(staff: User, days: int, expected: int) -> None:
    action(staff, due_on=TODAY + days * DAY)
    assert services.remind_owners(now=MORNING) == expected
    assert len(letters("action_late")) == expected


def test_reminder_of_one_day_is_sent_once_and_a_late_one_once_a_week(staff: User) -> None:
    action(staff, due_on=TODAY + DAY)
    sent = [day for day in range(20) for _time in range(2) if services.remind_owners(now=MORNING + day * DAY)]
    assert sent == [0, 2, 9, 16]
    assert Message.objects.count() == 4


def test_a_new_day_is_reminded_of_anew(staff: User) -> None:
    row = action(staff, due_on=TODAY + DAY)
    services.remind_owners(now=MORNING)
    Action.objects.filter(pk=row.pk).update(due_on=TODAY + 4 * DAY)
    assert [services.remind_owners(now=MORNING + day * DAY) for day in (1, 2, 3)] == [0, 0, 1]


def test_one_letter_speaks_of_everything_that_is_late(staff: User, manager: User) -> None:
    for title, days in (("Вывеска", 3), ("Касса", 2), ("Пол", 1)):
        action(staff, title=title, due_on=TODAY - days * DAY)
    action(manager, due_on=TODAY - DAY, title="Окно")
    assert services.remind_owners(now=MORNING) == 2
    assert sorted(letters("action_late")) == [(manager.email, "Окно"), (staff.email, "Вывеска и ещё 2")]
    assert Message.objects.get(to_address=staff.email).context["url"].endswith(f"{url('action_list')}?owner={staff.pk}")


def test_nobody_is_woken_at_night(staff: User) -> None:
    action(staff, due_on=TODAY - DAY)
    assert services.remind_owners(now=dt.datetime(2026, 3, 9, 22, tzinfo=dt.UTC)) == 0
    assert Action.objects.get().reminded_on is None


def test_closed_actions_are_left_alone(staff: User) -> None:
    action(staff, state="done", evidence="Горит", done_at=timezone.now(), due_on=dt.date(2020, 1, 1))
    action(staff, state="dropped", drop_reason="дорого", due_on=dt.date(2020, 1, 1))
    assert services.remind_owners(now=MORNING) == 0
