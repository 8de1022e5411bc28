"""Visit reminders: whose time came, who is held out, never twice, and what came of it."""

import datetime as dt
import os
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.enums import ReminderSkip, ReminderTiming
from clients.formulas.rhythm import usual_gap_days
from clients.models import Client, Purchase, ReminderTurn, Segment, VisitReminder
from clients.queries import due_clients, forecast, reminder_result
from clients.services import ReminderDraft, refresh_rollups, save_reminder, send_visit_reminders, switch_reminder
from common.assignment import is_held_out
from company.models import Company, User
from mailing.enums import MailWaveState, MessageState
from mailing.models import LetterTemplate, MailWave, Message
from mailing.queries import LetterDraft
from mailing.services import suppress

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
LETTER = LetterDraft("Пора", "{greeting}\n\nВы были {last_visit}.", "Записаться", "https://example.org/book")


def make_client(name: str, *days_ago: int, product: str = "Стрижка", **fields: Any) -> Client:
    """Save a Client who bought so many days ago."""
    fields = {"email": f"{name.lower()}@example.org"} | fields
    client = Client.objects.create(name=name, **fields)
    Purchase.objects.bulk_create(
        Purchase(client=client, day=TODAY - dt.timedelta(days=ago), cents=100_00, product=product, fingerprint=os.urandom(16))
        for ago in days_ago
    )
    refresh_rollups([client.pk])
    return client


def make_reminder(actor: User, *, is_active: bool = True, **changes: Any) -> VisitReminder:
    """Save a reminder 30 days after the last purchase, holding out nobody."""
    fields: dict[str, Any] = {
        "name": "Пора стричься",
        "timing": ReminderTiming.FIXED,
        "after_days": 30,
        "product": "",
        "held_out_percent": 0,
        "segments": [],
        "locale": "ru",
        "letter": LETTER,
    }
    reminder = save_reminder(reminder=None, draft=ReminderDraft(**fields | changes), actor=actor)
    if is_active:
        switch_reminder(reminder=reminder, is_active=True, actor=actor)
    return reminder


def due(reminder: VisitReminder, ahead: int = 0) -> list[str]:
    """Return the names of those whose time came."""
    return sorted(client.name for client in due_clients(reminder, TODAY, ahead=ahead))


def later(days: int) -> dt.datetime:
    """Return the moment so many days from now."""
    return NOW + dt.timedelta(days=days)


def test_time_comes_on_the_day_and_is_over_after_fourteen(manager: User) -> None:
    for ago in (29, 30, 43, 44, 400):
        make_client(f"D{ago}", ago)
    reminder = make_reminder(manager)
    assert due(reminder) == ["D30", "D43"]
    assert due(reminder, ahead=6) == ["D29", "D30", "D43"]


def test_own_rhythm_is_the_mean_gap_from_three_days_on(manager: User) -> None:
    make_client("Often", 30, 20, 10)
    make_client("Early", 29, 19, 9)
    make_client("Daily", 9, 8, 7)
    make_client("Twice", 20, 10)
    make_client("Rare", 800, 400, 366)
    reminder = make_reminder(manager, timing=ReminderTiming.RHYTHM, after_days=None)
    assert due(reminder) == ["Daily", "Often"]


@pytest.mark.parametrize(
    ("days", "gap"),
    [((0,), None), ((0, 10), None), ((0, 10, 20), 10), ((0, 1, 2), 7), ((0, 500, 1000), 365), ((0, 7, 33), 17), ((0, 20, 31), 16)],
)
def test_the_gap_in_python_is_the_gap_in_sql(manager: User, days: tuple[int, ...], gap: int | None) -> None:
    first = TODAY - dt.timedelta(days=max(days))
    assert usual_gap_days(first, TODAY, len(days)) == gap
    make_client("One", *(day + (gap or 0) for day in days))
    reminder = make_reminder(manager, timing=ReminderTiming.RHYTHM, after_days=None)
    assert [client.due_on for client in due_clients(reminder, TODAY)] == ([TODAY] if gap else [])


def test_segments_and_products_of_the_last_purchase_narrow(manager: User) -> None:
    segment = Segment.objects.create(name="Салон")
    make_client("In", 30, segment=segment)
    make_client("Out", 30)
    make_client("Dye", 30, product="Окрашивание волос")
    assert due(make_reminder(manager, segments=[segment])) == ["In"]
    assert due(make_reminder(manager, product="окрашивание")) == ["Dye"]


def test_a_letter_is_planned_once_per_purchase(manager: User) -> None:
    client = make_client("Ольга Мельник", 30, email="olga@example.org")
    reminder = make_reminder(manager)
    assert [send_visit_reminders(now=now) for now in (NOW, NOW, later(1), later(5))] == [1, 0, 0, 0]
    message = Message.objects.select_related("wave").get()
    assert (message.to_address, message.wave.occurrence_key, message.wave.keeps_quiet_hours) == (
        "olga@example.org",
        f"{reminder.pk}-2026-11-22",
        True,
    )
    assert message.context == {"greeting": "Здравствуйте, Ольга!", "last_visit": "23 октября 2026"}
    assert message.external_key == str(ReminderTurn.objects.get(client=client).pk)


def test_a_new_purchase_begins_anew(manager: User) -> None:
    client = make_client("Ольга", 30)
    make_reminder(manager)
    send_visit_reminders(now=NOW)
    Purchase.objects.create(client=client, day=TODAY + dt.timedelta(days=3), cents=1, fingerprint=os.urandom(16))
    refresh_rollups([client.pk])
    assert [send_visit_reminders(now=later(day)) for day in (4, 32, 33, 34)] == [0, 0, 1, 0]
    assert Message.objects.count() == 2


def test_letters_of_later_hours_join_the_wave_of_the_day(manager: User) -> None:
    make_client("Первый", 30)
    make_reminder(manager)
    send_visit_reminders(now=NOW)
    make_client("Второй", 30)
    assert send_visit_reminders(now=NOW + dt.timedelta(hours=3)) == 1
    assert (MailWave.objects.count(), MailWave.objects.get().messages.count()) == (1, 2)


def test_a_cancelled_day_uses_up_nobodys_turn(manager: User) -> None:
    make_client("Первый", 30)
    make_reminder(manager)
    send_visit_reminders(now=NOW)
    MailWave.objects.update(state=MailWaveState.CANCELLED)
    make_client("Второй", 30)
    assert [send_visit_reminders(now=NOW), send_visit_reminders(now=later(1))] == [0, 1]


def test_who_cannot_be_written_to_is_left_in_peace_with_the_reason(manager: User) -> None:
    make_client("A", 30, email="", phone="+79000000001")
    make_client("B", 30, do_not_mail=True)
    make_client("C", 30)
    suppress(address="c@example.org", reason="unsubscribed", source="test")
    make_reminder(manager, held_out_percent=50)
    send_visit_reminders(now=NOW)
    found = ReminderTurn.objects.order_by("client__name").values_list("client__name", "skip_reason", "is_held_out")
    assert list(found) == [
        ("A", ReminderSkip.NO_EMAIL, False),
        ("B", ReminderSkip.DO_NOT_MAIL, False),
        ("C", ReminderSkip.SUPPRESSED, False),
    ]
    assert Message.objects.count() == 0


def test_two_reminders_write_once_after_one_purchase(manager: User) -> None:
    make_client("Ольга", 30)
    make_reminder(manager)
    make_reminder(manager, name="Другое")
    send_visit_reminders(now=NOW)
    assert sorted(ReminderTurn.objects.values_list("skip_reason", flat=True)) == ["", ReminderSkip.OTHER_REMINDER]
    assert Message.objects.count() == 1


def test_held_out_clients_get_a_turn_and_no_letter(manager: User) -> None:
    people = [make_client(f"Клиент{number}", 30, email=f"c{number}@example.org") for number in range(40)]
    reminder = make_reminder(manager, held_out_percent=50)
    send_visit_reminders(now=NOW)
    expected = {person.pk for person in people if is_held_out(f"visit-reminder-{reminder.pk}", person.pk, 50)}
    assert set(ReminderTurn.objects.filter(is_held_out=True).values_list("client", flat=True)) == expected
    assert Message.objects.count() == 40 - len(expected)


def test_a_reminder_that_is_off_does_nothing(manager: User) -> None:
    make_client("Ольга", 30)
    reminder = make_reminder(manager, is_active=False)
    assert (send_visit_reminders(now=NOW), ReminderTurn.objects.count()) == (0, 0)
    assert [switch_reminder(reminder=reminder, is_active=True, actor=manager) for _ in range(2)] == [True, False]


def test_the_forecast_is_what_happens(manager: User) -> None:
    for number in range(6):
        make_client(f"Клиент{number}", 30 - number % 2, email=f"c{number}@example.org")
    make_client("Без почты", 30, email="", phone="+79000000001")
    reminder = make_reminder(manager, held_out_percent=30)
    ahead = forecast(reminder, TODAY)
    for day in range(7):
        send_visit_reminders(now=later(day))
    turns = ReminderTurn.objects.filter(skip_reason="")
    assert (ahead.letters, ahead.held_out) == (turns.filter(is_held_out=False).count(), turns.filter(is_held_out=True).count())
    assert ahead.skipped == [(ReminderSkip.NO_EMAIL, 1)]


def make_turn(reminder: VisitReminder, client: Client, started: dt.datetime, *, is_held_out: bool = False, skip_reason: str = "") -> None:
    """Save a turn given at a moment."""
    last_day = started.date() - dt.timedelta(days=30)
    turn = ReminderTurn.objects.create(
        reminder=reminder, client=client, last_day=last_day, is_held_out=is_held_out, skip_reason=skip_reason, due_on=started.date()
    )
    ReminderTurn.objects.filter(pk=turn.pk).update(created_at=started)


def test_the_result_compares_those_who_came_again_within_the_days(manager: User) -> None:
    reminder, started = make_reminder(manager), NOW - dt.timedelta(days=40)
    for name, days_ago, held in [
        ("A", (70, 39), False),
        ("B", (70, 10), False),
        ("C", (70, 40), False),
        ("D", (70,), True),
        ("E", (70, 12), True),
    ]:
        make_turn(reminder, make_client(name, *days_ago), started, is_held_out=held)
    make_turn(reminder, make_client("Skipped", 70, 39), started, skip_reason=ReminderSkip.SUPPRESSED)
    make_turn(reminder, make_client("Young", 30, 5), NOW - dt.timedelta(days=20))
    found = reminder_result(reminder, TODAY, 30)
    written, without = found.written, found.held
    assert (written.n, written.came, written.cents, written.cents_each) == (3, 2, 200_00, 66_67)
    assert (without.n, without.came, without.cents, without.cents_each) == (2, 1, 100_00, 50_00)
    assert (written.interval[0] < written.share < written.interval[1]) is True


def test_a_result_without_turns_is_empty(manager: User) -> None:
    found = reminder_result(make_reminder(manager), TODAY, 30)
    assert [(group.is_held_out, group.n, group.share) for group in (found.written, found.held)] == [(False, 0, 0.0), (True, 0, 0.0)]
    assert (found.shares, found.money, found.detectable, found.waiting, found.last_ends_on) == (None, None, None, 0, None)


def test_a_turn_is_written_down_once(manager: User) -> None:
    reminder, client = make_reminder(manager), make_client("Ольга", 30)
    make_turn(reminder, client, NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_turn(reminder, client, NOW)


# ---- pages


def typed(**changes: Any) -> dict[str, Any]:
    """Return a sound form."""
    sound = {
        "name": "Пора",
        "timing": "fixed",
        "after_days": "30",
        "product": "",
        "held_out_percent": "10",
        "locale": "ru",
        "subject": "Пора",
        "text": "{greeting}",
        "button": "Записаться",
        "button_url": "https://example.org/book",
    }
    return sound | changes


def test_a_manager_writes_a_reminder_down_and_switches_it_on(as_manager: Browser) -> None:
    answer = as_manager.post("/clients/reminders/new/", typed(), follow=True)
    reminder = VisitReminder.objects.get()
    assert (reminder.is_active, reminder.after_days, reminder.template.button_url) == (False, 30, "https://example.org/book")
    assert "Ближайшие семь дней" in answer.content.decode()
    as_manager.post(f"/clients/reminders/{reminder.pk}/switch/", {"on": "1"})
    reminder.refresh_from_db()
    assert reminder.is_active is True
    as_manager.post(f"/clients/reminders/{reminder.pk}/switch/", {"on": "0"})
    reminder.refresh_from_db()
    assert reminder.is_active is False


def test_editing_keeps_the_switch_and_makes_a_new_version_of_a_changed_letter(as_manager: Browser, manager: User) -> None:
    reminder = make_reminder(manager)
    as_manager.post(f"/clients/reminders/{reminder.pk}/edit/", typed(name="Иначе", timing="rhythm"))
    reminder.refresh_from_db()
    assert (reminder.name, reminder.timing, reminder.after_days, reminder.is_active) == ("Иначе", "rhythm", None, True)
    assert list(LetterTemplate.objects.values_list("series", flat=True)) == [reminder.template.series] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"after_days": ""},
        {"after_days": "0"},
        {"after_days": "x"},
        {"held_out_percent": "51"},
        {"held_out_percent": "-1"},
        {"timing": "x"},
        {"text": "{client}"},
        {"subject": "{"},
        {"button_url": "javascript:1"},
        {"locale": "xx"},
        {"segments": ["999"]},
    ],
)
def test_an_unsound_reminder_is_refused_with_what_was_typed(as_manager: Browser, changes: dict[str, Any]) -> None:
    answer = as_manager.post("/clients/reminders/new/", typed(product="стрижка", **changes))
    assert (answer.status_code, VisitReminder.objects.count(), LetterTemplate.objects.count()) == (422, 0, 0)
    assert "стрижка" in answer.content.decode()


def test_a_letter_that_calls_to_nothing_is_flagged_before_it_goes_on(as_manager: Browser, manager: User) -> None:
    reminder = make_reminder(manager, is_active=False, letter=LetterDraft("Пора", "{greeting}", "", ""))
    assert "Письмо ни к чему не зовёт" in as_manager.get(f"/clients/reminders/{reminder.pk}/").content.decode()
    assert "ни к чему не зовёт" in as_manager.get("/clients/reminders/").content.decode()


def test_previews_show_a_real_client(as_manager: Browser, manager: User) -> None:
    Client.objects.all().delete()
    client = make_client("Ольга Мельник", 3, email="olga@example.org")
    reminder = make_reminder(manager)
    for page in (as_manager.get(f"/clients/reminders/{reminder.pk}/preview/"), as_manager.post("/clients/reminders/draft/", typed())):
        assert "Здравствуйте, Ольга!" in page.content.decode()
        assert "sandbox" in page["Content-Security-Policy"]
    assert f"Как его получит {client}" in as_manager.get(f"/clients/reminders/{reminder.pk}/").content.decode()


def test_a_preview_works_without_clients_and_with_nonsense(as_manager: Browser, manager: User) -> None:
    page = as_manager.post("/clients/reminders/draft/", {"text": "{nmae} {greeting}", "after_days": "x"}).content.decode()
    assert "(nmae) Здравствуйте, Ирина!" in page
    assert as_manager.get(f"/clients/reminders/{make_reminder(manager).pk}/preview/").status_code == 200


def test_a_test_goes_to_the_manager(as_manager: Browser, manager: User) -> None:
    reminder, key = make_reminder(manager), str(uuid.uuid4())
    for _ in range(2):
        as_manager.post(f"/clients/reminders/{reminder.pk}/test/", {"request_key": key})
    assert list(Message.objects.values_list("to_address", "state")) == [(manager.email, MessageState.QUEUED)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_a_fixed_number_of_questions(as_manager: Browser, manager: User, count: int, django_assert_num_queries: Any) -> None:
    reminder = make_reminder(manager, product="стрижка")
    for number in range(count):
        make_client(f"Клиент{number}", 30, email=f"c{number}@example.org")
        make_turn(reminder, make_client(f"Другой{number}", 90, email=f"d{number}@example.org"), timezone.now() - dt.timedelta(days=60))
        if number:
            make_reminder(manager, name=str(number))
    with django_assert_num_queries(4):
        as_manager.get("/clients/reminders/")
    with django_assert_num_queries(15):
        as_manager.get(f"/clients/reminders/{reminder.pk}/?group=written&days=14")


def test_the_empty_list_leads_to_the_first_reminder(as_manager: Browser, company: Company) -> None:
    assert "/clients/reminders/new/" in as_manager.get("/clients/reminders/").content.decode()
