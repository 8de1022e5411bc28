"""Further letters of a wave to those who keep silent."""

import datetime as dt
from typing import cast

from django.db import transaction

from common.batches import done_each
from company.models import User
from company.queries import the_company
from mailing import services as mailing
from mailing.models import MailWave
from surveys.letters import Voice, build_letter
from surveys.models import Invitation, Reminder, Wave
from surveys.queries import hold_planning, invitations_to_remind, prospect_of, reminders_in_force
from surveys.services.planning import Post, add_letters, open_moment

KIND = "survey_reminder"
CHUNK = 5_000


def send_due_reminders(*, now: dt.datetime) -> int:
    """Plan every reminder that is due; return how many letters. Doing it again adds nobody twice."""
    return done_each(reminders_in_force(now), lambda reminder: remind_all(reminder=reminder, now=now), "a reminder")


def remind_all(*, reminder: Reminder, now: dt.datetime) -> int:
    """Plan one reminder of one wave to its end, every chunk by itself."""
    after, reminded = 0, 0
    while chunk := remind_chunk(reminder_id=reminder.pk, after=after, now=now):
        after, count = chunk
        reminded += count
    return reminded


@transaction.atomic
def remind_chunk(*, reminder_id: int, after: int, now: dt.datetime) -> tuple[int, int] | None:
    """Plan the next letters of a reminder; return the last invitation's number and how many letters there are."""
    reminder = reminders_in_force(now).filter(pk=reminder_id).first()
    if reminder is None or reminder.wave is None or not hold_planning(reminder.wave.pk):
        return None
    invitations = invitations_to_remind(reminder, now, after, CHUNK)
    if not invitations:
        return None
    recipients = recipients_of(reminder, invitations, now)
    if recipients:
        add_letters(open_reminder(reminder=reminder, actor=reminder.wave.created_by, now=now), recipients)
    return invitations[-1].pk, len(recipients)


def recipients_of(reminder: Reminder, invitations: list[Invitation], now: dt.datetime) -> list[mailing.Recipient]:
    """Return those of the invited whose reminder still has time to leave before the wave closes; the outbox knows who unsubscribed."""
    wave = cast("Wave", reminder.wave)
    zone = the_company().time_zone
    post = Post(wave, Voice.of(wave, reminder.subject), now)
    recipients = []
    for invitation in invitations:
        prospect = prospect_of(invitation, zone)
        invitation.due_at = open_moment(wave, prospect.zone, now)
        if invitation.due_at < wave.closes_at and prospect.email:
            recipients.append(post.recipient(prospect, invitation))
    return recipients


def open_reminder(*, reminder: Reminder, actor: User | None, now: dt.datetime) -> MailWave:
    """Return the reminder's place in the outbox, making it with its letter the first time."""
    if reminder.mail_wave:
        return reminder.mail_wave
    wave = cast("Wave", reminder.wave)
    parts = build_letter(wave, reminder.intro)
    letter = mailing.create_letter(
        name=wave.name, locale=wave.questionnaire.locale, subject=parts.subject, text=parts.text, html=parts.html, actor=actor
    )
    mail_wave = mailing.plan_wave(
        kind=KIND,
        occurrence_key=f"wave-{wave.pk}-r{reminder.number}",
        letter=letter,
        recipients=(),
        not_before=now,
        window_end=wave.closes_at,
        actor=actor,
        keeps_quiet_hours=True,
    )
    Reminder.objects.filter(pk=reminder.pk).update(mail_wave=mail_wave)
    return mail_wave


def mail_waves_of(wave: Wave) -> list[MailWave]:
    """Return a wave's letters in the outbox: the invitation's and the reminders'."""
    own = [wave.mail_wave] if wave.mail_wave else []
    return own + list(MailWave.objects.filter(reminder__wave=wave))
