"""Reminders of a visit: written down by managers, sent by the clock."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from clients.letters import reminder_context
from clients.models import ReminderTurn, Segment, VisitReminder
from clients.queries.reminders import Turn, due_clients, turns_of
from common.batches import done_each
from company.models import User
from company.queries import the_company
from mailing import services as mailing
from mailing.enums import MailWaveState, TemplateKind
from mailing.models import MailWave
from mailing.queries import LetterDraft

KIND = TemplateKind.VISIT_REMINDER
WINDOW = dt.timedelta(days=3)
CHUNK = 5_000


@dataclass(frozen=True)
class ReminderDraft:
    """What a manager writes down about a reminder."""

    name: str
    timing: str
    after_days: int | None
    product: str
    held_out_percent: int
    segments: Sequence[Segment]
    locale: str
    letter: LetterDraft


@transaction.atomic
def save_reminder(*, reminder: VisitReminder | None, draft: ReminderDraft, actor: User) -> VisitReminder:
    """Save a reminder with a letter of its own; every change of the letter is a new version."""
    kept = reminder or VisitReminder(created_by=actor)
    series = kept.template.series if kept.pk else f"reminder-{uuid.uuid4().hex[:16]}"
    kept.template = mailing.save_template(kind=KIND, locale=draft.locale, draft=draft.letter, actor=actor, series=series)
    kept.name, kept.timing, kept.after_days = draft.name, draft.timing, draft.after_days
    kept.product, kept.held_out_percent = draft.product, draft.held_out_percent
    # Whether it goes on is switched elsewhere: a form opened before must not undo that.
    fields = ["template", "name", "timing", "after_days", "product", "held_out_percent"]
    kept.save(update_fields=fields if kept.pk else None)
    kept.segments.set(draft.segments)
    return kept


@transaction.atomic
def switch_reminder(*, reminder: VisitReminder, is_active: bool, actor: User) -> bool:
    """Let a reminder go on, or stop it; no if it was so already."""
    del actor
    return bool(VisitReminder.objects.filter(pk=reminder.pk, is_active=not is_active).update(is_active=is_active))


def send_visit_reminders(*, now: dt.datetime) -> int:
    """Give every Client whose time came a turn and plan the letters; return how many turns. Repeating finds nobody new."""
    today = timezone.localdate(now, ZoneInfo(the_company().time_zone))
    active = VisitReminder.objects.filter(is_active=True).values_list("pk", flat=True)
    return done_each(active, lambda pk: run_reminder(pk=pk, today=today, now=now), "a reminder of a visit")


@transaction.atomic
def run_reminder(*, pk: int, today: dt.date, now: dt.datetime) -> int:
    """Run one reminder for a day. The lock on its row keeps two beats from doing it at once."""
    reminder = VisitReminder.objects.select_for_update(of=("self",)).select_related("template").filter(pk=pk, is_active=True).first()
    wave = MailWave.objects.filter(kind=KIND, occurrence_key=f"{pk}-{today}").select_related("letter").first()
    if reminder is None or (wave and wave.state == MailWaveState.CANCELLED):
        return 0
    turns = turns_of(reminder, due_clients(reminder, today))
    for start in range(0, len(turns), CHUNK):
        chunk = turns[start : start + CHUNK]
        saved = ReminderTurn.objects.bulk_create([new_turn(reminder, turn) for turn in chunk])
        wave = plan_letters(reminder, wave, list(zip(chunk, saved, strict=True)), today, now) or wave
    return len(turns)


def new_turn(reminder: VisitReminder, turn: Turn) -> ReminderTurn:
    """Return the turn as it is written down."""
    return ReminderTurn(
        reminder=reminder,
        client=turn.client,
        last_day=turn.client.sum.last_day,
        is_held_out=turn.is_held_out,
        skip_reason=turn.skip_reason,
        due_on=turn.due_on,
    )


def plan_letters(
    reminder: VisitReminder, wave: MailWave | None, turns: Sequence[tuple[Turn, ReminderTurn]], today: dt.date, now: dt.datetime
) -> MailWave | None:
    """Put the letters of the day in the outbox; nothing is planned when nobody gets one."""
    written = [(turn, saved) for turn, saved in turns if not turn.skip_reason and not turn.is_held_out]
    if not written:
        return None
    template, name = reminder.template, reminder.name
    letter = wave.letter if wave else mailing.letter_of(kind=KIND, locale=template.locale, name=name, actor=None, template=template)
    return mailing.plan_wave(
        kind=KIND,
        occurrence_key=f"{reminder.pk}-{today}",
        letter=letter,
        recipients=[recipient(turn, saved, template.locale) for turn, saved in written],
        not_before=now,
        window_end=now + WINDOW,
        actor=None,
        keeps_quiet_hours=True,
    )


def recipient(turn: Turn, saved: ReminderTurn, locale: str) -> mailing.Recipient:
    """Return the Client as the outbox knows them."""
    branch = turn.client.branch
    return mailing.Recipient(
        address=turn.client.email,
        name=turn.client.name,
        external_key=str(saved.pk),
        context=reminder_context(turn.client, locale),
        zone=branch.time_zone if branch else "",
    )
