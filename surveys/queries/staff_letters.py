"""Whom a letter of an anonymous survey of employees goes to, and which letters have to stop."""

import datetime as dt

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from mailing.enums import MailWaveState
from mailing.models import MailWave, Message
from surveys.enums import RemindWhom, WaveState
from surveys.models import StaffSeat, StaffWave

SEAT = "seat-"


def staff_waves_to_mail(now: dt.datetime) -> QuerySet[StaffWave]:
    """Return the surveys of employees that take answers now."""
    return StaffWave.objects.filter(state=WaveState.RUNNING, starts_at__lte=now, closes_at__gt=now).select_related("mail_wave__letter")


def seats_to_mail(wave: StaffWave, mail_wave: MailWave, *, is_reminder: bool, today: dt.date) -> QuerySet[StaffSeat]:
    """Return who has no letter of this occasion yet. Only a reminder to the silent ones looks at tickets, and only inside the query."""
    planned = Message.objects.filter(wave=mail_wave, external_key=Concat(Value(SEAT), Cast(OuterRef("pk"), CharField())))
    works = Q(employee__left_on=None) | Q(employee__left_on__gt=today)
    seats = StaffSeat.objects.filter(works, ~Exists(planned), wave=wave, by_code=False, employee__isnull=False)
    if is_reminder and wave.remind_whom == RemindWhom.SILENT:
        seats = seats.filter(ticket__answered=False)
    return seats.select_related("employee", "branch").order_by("pk")


def staff_mail_waves(wave: StaffWave) -> dict[int, MailWave]:
    """Return what is in the outbox of a survey: the invitation as day 0, reminders by their day."""
    days = {occurrence_of(wave.pk, day): day for day in (0, *wave.reminder_days)}
    found = MailWave.objects.filter(kind__in=["staff_survey", "staff_reminder"], occurrence_key__in=days).select_related("letter")
    return {days[mail_wave.occurrence_key]: mail_wave for mail_wave in found}


def occurrence_of(wave_id: int, day: int) -> str:
    """Return how the outbox calls a letter of a survey."""
    return f"staff-{wave_id}-day-{day}"


def letters_to_stop(now: dt.datetime) -> list[MailWave]:
    """Return what could still leave of surveys that take no answers any more."""
    over = StaffWave.objects.filter(Q(state=WaveState.CLOSED) | Q(state=WaveState.RUNNING, closes_at__lte=now))
    keys = [occurrence_of(wave.pk, day) for wave in over for day in (0, *wave.reminder_days)]
    alive = MailWave.objects.exclude(state=MailWaveState.CANCELLED).filter(kind__in=["staff_survey", "staff_reminder"], window_end__gt=now)
    return list(alive.filter(occurrence_key__in=keys))
