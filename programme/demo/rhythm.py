"""The demo firm's rules and its survey that repeats: the two newest waves belong to it, the newest has reminded the silent twice."""

import datetime as dt

from company.models import User
from mailing.enums import MessageState
from mailing.models import Letter, MailSettings, MailWave, Message
from programme.demo.firm import MANAGER
from programme.demo.post import Posted, post
from surveys.enums import Rhythm
from surveys.formulas.turns import first_turn_after
from surveys.models import Invitation, Reminder, SurveySettings, Wave
from surveys.services import personal_link
from surveys.services.plans import ReminderDraft, SurveyDraft, set_reminders
from surveys.services.repeating import create_survey

CASE_HOURS, OPEN_DAYS = 24, 20
REMINDERS = (
    ReminderDraft(4, "Напоминаем: один вопрос на 20 секунд", "Мы спрашивали несколько дней назад. Хватит одного нажатия."),
    ReminderDraft(5, "Опрос скоро закроется", "Больше напоминать не будем. Даже двойка нам поможет."),
)


def create_rules(manager: User) -> None:
    """Save the company's rules; letters may leave at any hour, so that a visitor of the demo sees them at night too."""
    MailSettings.objects.update_or_create(pk=1, defaults={"quiet_from": 0, "quiet_to": 0})
    SurveySettings.objects.create(case_hours=CASE_HOURS, case_owner=manager)


def create_rhythm(now: dt.datetime) -> None:
    """Save the quarterly survey, give it its waves and remind the silent ones of the newest."""
    manager = User.objects.get(email=MANAGER)
    create_rules(manager)
    newest, before = Wave.objects.order_by("-starts_at")[:2]
    started = newest.starts_at.date() if newest.starts_at else now.date()
    survey = create_survey(
        draft=SurveyDraft(
            name="Раз в квартал",
            locale="ru",
            subject=newest.subject,
            intro="",
            rhythm=Rhythm.QUARTERLY,
            next_on=first_turn_after(Rhythm.QUARTERLY, started, started.day, now.date()),
            open_days=OPEN_DAYS,
            reminders=REMINDERS,
        ),
        actor=manager,
    )
    for wave in (newest, before):
        Wave.objects.filter(pk=wave.pk).update(survey=survey, occurrence_key=f"{wave.starts_at:%Y-%m-%d}")
    set_reminders(newest, REMINDERS)
    remind_silent(newest, manager)


def remind_silent(wave: Wave, manager: User) -> None:
    """Save the reminders' letters: each went to those who had the letter before and had said nothing until then."""
    at, before = wave.starts_at or wave.created_at, wave.mail_wave
    for reminder in wave.reminders.all():
        at += dt.timedelta(days=reminder.after_days, hours=2)
        text = {"text": f"{reminder.intro}\n", "html": f"<p>{reminder.intro}</p>"}
        letter = Letter.objects.create(name=wave.name, subject=reminder.subject, created_by=manager, **text)
        before = post(
            kind="survey_reminder",
            occurrence=f"wave-{wave.pk}-r{reminder.number}",
            letter=letter,
            letters=letters_after(before, wave, at),
            ends=wave.closes_at,
            actor=manager,
        )
        Reminder.objects.filter(pk=reminder.pk).update(mail_wave=before)


def letters_after(before: MailWave | None, wave: Wave, at: dt.datetime) -> list[Posted]:
    """Return the letters to those whom the letter before had reached; to addresses it came back from, none left."""
    reached = Message.objects.filter(wave=before, state=MessageState.SENT)
    returned = {int(key): moment is not None for key, moment in reached.values_list("external_key", "bounced_at")}
    silent = wave.invitations.filter(pk__in=returned).exclude(answer__answered_at__lt=at)
    return [remind(wave, one, at, is_returned=returned[one.pk]) for one in silent.select_related("client").order_by("pk")]


def remind(wave: Wave, invitation: Invitation, at: dt.datetime, *, is_returned: bool) -> Posted:
    """Return one reminder; they leave one after another, ten in a second."""
    person = invitation.person
    return Posted(
        address=person.email,
        name=person.name,
        key=str(invitation.pk),
        at=at + dt.timedelta(milliseconds=100 * (invitation.pk % 1000)),
        state=MessageState.SKIPPED if is_returned else MessageState.SENT,
        context={"first_name": person.name.split()[0]},
        link=personal_link(wave.public_token, person.pk),
    )
