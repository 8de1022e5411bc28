"""Letters of anonymous surveys of employees: an invitation, a few reminders, nothing after the close. No click of theirs is counted."""

import datetime as dt
from typing import cast

from django.db import transaction

from common.batches import done_each
from company.queries import company_day
from mailing import services as mailing
from mailing.enums import TemplateKind
from mailing.models import Letter, MailWave
from surveys.links import staff_link
from surveys.models import StaffSeat, StaffWave
from surveys.queries import hold_planning, letters_to_stop, occurrence_of, seats_to_mail, staff_mail_waves, staff_waves_to_mail
from surveys.services.planning import add_letters
from surveys.staff_letters import context_for, reminder_text

CHUNK = 1_000
INVITATION = 0
# A reminder that could not leave in time, say because no worker was there, is no use days later.
CATCH_UP = dt.timedelta(days=2)


def plan_staff_letters(*, now: dt.datetime) -> int:
    """Plan the letters that are due and stop those of closed surveys; return how many were planned. Doing it again adds nobody twice."""
    done_each(letters_to_stop(now), lambda mail_wave: int(mailing.cancel_wave(mail_wave=mail_wave, actor=None)), "stopping letters")
    return done_each(staff_waves_to_mail(now), lambda wave: plan_staff_wave(wave=wave, now=now), "letters of a staff survey")


def plan_staff_wave(*, wave: StaffWave, now: dt.datetime) -> int:
    """Plan what is due of one survey, every chunk by itself."""
    return sum(plan_occasion(wave_id=wave.pk, day=day, now=now) for day in due_days(wave, now))


def due_days(wave: StaffWave, now: dt.datetime) -> list[int]:
    """Return the invitation and the last reminder that is due; an earlier one that was missed is left out."""
    started = cast("dt.datetime", wave.starts_at)
    due = [day for day in wave.reminder_days if started + dt.timedelta(days=day) <= now < started + dt.timedelta(days=day) + CATCH_UP]
    return [INVITATION, *([max(due)] if due else [])]


def plan_occasion(*, wave_id: int, day: int, now: dt.datetime) -> int:
    """Plan one letter of one survey to its end."""
    planned = 0
    while count := plan_chunk_of_staff(wave_id=wave_id, day=day, now=now):
        planned += count
    return planned


@transaction.atomic
def plan_chunk_of_staff(*, wave_id: int, day: int, now: dt.datetime) -> int:
    """Plan the next letters of one occasion; zero when there are none, the survey is closed or another worker is at it."""
    wave = staff_waves_to_mail(now).filter(pk=wave_id).first()
    if wave is None or not hold_planning(-wave_id):
        return 0
    mail_wave = staff_mail_waves(wave).get(day) or open_letter(wave, day, now)
    seats = list(seats_to_mail(wave, mail_wave, is_reminder=day > INVITATION, today=company_day(now))[:CHUNK])
    before = mail_wave.messages.count()
    add_letters(mail_wave, [recipient_of(wave, seat) for seat in seats])
    return mail_wave.messages.count() - before


def open_letter(wave: StaffWave, day: int, now: dt.datetime) -> MailWave:
    """Make the place in the outbox of one occasion, with its letter."""
    mail_wave = mailing.plan_wave(
        kind=kind_of(day).value,
        occurrence_key=occurrence_of(wave.pk, day),
        letter=letter_of(wave, day),
        recipients=(),
        not_before=now,
        window_end=wave.closes_at,
        actor=wave.created_by,
        keeps_quiet_hours=True,
    )
    if day == INVITATION:
        StaffWave.objects.filter(pk=wave.pk, mail_wave=None).update(mail_wave=mail_wave)
    return mail_wave


def letter_of(wave: StaffWave, day: int) -> Letter:
    """Save the letter: the survey's own words in the invitation, the company's in a reminder."""
    words = (wave.subject, wave.intro) if day == INVITATION else (None, reminder_text(wave))
    return mailing.letter_of(kind=kind_of(day), locale=wave.locale, name=wave.name, actor=wave.created_by, subject=words[0], text=words[1])


def kind_of(day: int) -> TemplateKind:
    """Return what a letter is for."""
    return TemplateKind.STAFF_SURVEY if day == INVITATION else TemplateKind.STAFF_REMINDER


def recipient_of(wave: StaffWave, seat: StaffSeat) -> mailing.Recipient:
    """Return a colleague as the outbox knows them: the seat's number, and a link that is derived when the letter leaves."""
    employee = seat.employee
    return mailing.Recipient(
        address=employee.email if employee else "",
        name=employee.name if employee else "",
        external_key=f"seat-{seat.pk}",
        context=context_for(wave, employee.name if employee else ""),
        link=staff_link(wave.public_token, seat.pk),
        zone=seat.branch.time_zone if seat.branch else "",
    )
