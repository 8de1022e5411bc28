"""Reminders of a visit: one that ran twice last quarter, with its held-out Clients, and one that waits to be switched on."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Window
from django.db.models.functions import Lead
from django.utils.formats import date_format

from clients.enums import ReminderSkip, ReminderTiming
from clients.models import Client, ClientDay, ReminderTurn, Segment, VisitReminder
from clients.queries.reminders import experiment_of
from clients.services import ReminderDraft, save_reminder
from common.assignment import is_held_out
from company.models import User
from mailing.enums import TemplateKind
from mailing.queries import LetterDraft
from mailing.services import letter_of
from programme.demo.firm import MANAGER
from programme.demo.post import Posted, post

AFTER_DAYS, HELD_OUT = 90, 30
# Fourteen days apart, as far back as a reminder reaches: together they meet everybody whose time came.
RUNS_DAYS_AGO, REACH = (92, 78), 14
COATS = LetterDraft(
    subject="Пуховику пора в чистку",
    text="{greeting}\n\nВ последний раз вы приносили вещи {last_visit}. До холодов успеем вычистить пуховик за четыре дня.",
    button="Записаться на приём",
    button_url="https://len.example.org/zapis",
)
SHIRTS = LetterDraft(
    subject="Давно вас не видели",
    text="{greeting}\n\nПоследний раз вы были у нас {last_visit}. Рубашки и пальто примем в любой день до девяти вечера.",
    button="Выбрать время",
    button_url="https://len.example.org/zapis",
)


def create_reminders(now: dt.datetime) -> None:
    """Save both reminders, neither of them going on, and the turns of the one that ran."""
    manager = User.objects.get(email=MANAGER)
    private = [Segment.objects.get(name="Частные")]
    rhythm = ReminderDraft("Пуховик к зиме", ReminderTiming.RHYTHM, None, "Пуховик", 10, private, "ru", COATS)
    save_reminder(reminder=None, draft=rhythm, actor=manager)
    fixed = ReminderDraft("Три месяца без визита", ReminderTiming.FIXED, AFTER_DAYS, "", HELD_OUT, private, "ru", SHIRTS)
    reminder = save_reminder(reminder=None, draft=fixed, actor=manager)
    for days_ago in RUNS_DAYS_AGO:
        run(reminder, private[0], now - dt.timedelta(days=days_ago))


def run(reminder: VisitReminder, segment: Segment, at: dt.datetime) -> None:
    """Give the Clients whose time had come by that day their turns, and save the letters."""
    turns = ReminderTurn.objects.bulk_create(
        build_turn(reminder, client, last_day) for client, last_day in silent_clients(segment, at.date())
    )
    ReminderTurn.objects.filter(pk__in=[turn.pk for turn in turns]).update(created_at=at)
    written = [turn for turn in turns if not turn.skip_reason and not turn.is_held_out]
    if written:
        send(reminder, written, at)


def silent_clients(segment: Segment, day: dt.date) -> list[tuple[Client, dt.date]]:
    """Return who by that day had been silent for so long, with the last purchase of that time."""
    newest = day - dt.timedelta(days=AFTER_DAYS)
    following = Window(Lead("day"), partition_by="client_id", order_by="day")
    days = ClientDay.objects.filter(client__segment=segment, day__gt=newest - dt.timedelta(days=REACH)).annotate(next_day=following)
    last = {row.client_id: row.day for row in days.filter(day__lte=newest) if row.next_day is None or row.next_day > day}
    people = Client.objects.filter(pk__in=last).order_by("pk")
    return [(client, last[client.pk]) for client in people]


def build_turn(reminder: VisitReminder, client: Client, last_day: dt.date) -> ReminderTurn:
    """Return a Client's turn: written to, held out by the same hash as ever, or without an address."""
    return ReminderTurn(
        reminder=reminder,
        client=client,
        last_day=last_day,
        is_held_out=bool(client.email) and is_held_out(experiment_of(reminder), client.pk, HELD_OUT),
        skip_reason="" if client.email else ReminderSkip.NO_EMAIL,
        due_on=last_day + dt.timedelta(days=AFTER_DAYS),
    )


def send(reminder: VisitReminder, turns: Sequence[ReminderTurn], at: dt.datetime) -> None:
    """Save the letters of one day."""
    kind = TemplateKind.VISIT_REMINDER
    letter = letter_of(kind=kind, locale="ru", name=reminder.name, actor=None, template=reminder.template)
    letters = [
        Posted(
            address=turn.client.email,
            name=turn.client.name,
            key=str(turn.pk),
            at=at,
            context={
                "greeting": f"Здравствуйте, {turn.client.name.split()[0]}!",
                "last_visit": date_format(turn.last_day, "j E Y"),
            },
        )
        for turn in turns
    ]
    key = f"{reminder.pk}-{at.date()}"
    post(kind=kind.value, occurrence=key, letter=letter, letters=letters, ends=at + dt.timedelta(days=3), actor=None)
