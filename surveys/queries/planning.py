"""What is still to be planned: invitations, reminders, people whose reason to be left out may have passed."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, TruncDate

from clients.models import Client
from common.zones import known_zone
from company.queries import company_day, company_zone
from mailing.enums import MailWaveState, MessageState
from mailing.models import Message
from surveys.enums import Rhythm, SkipReason, SurveyAudience, WaveState
from surveys.formulas.eligibility import Prospect
from surveys.models import Invitation, Reminder, Survey, Wave
from surveys.queries.audience import audience_of, clients_in, people_in, prospects_among

REVISITED = [reason.value for reason in SkipReason if reason != SkipReason.REMOVED]
LAST_CHANCE = dt.timedelta(days=1)
CATCH_UP = dt.timedelta(days=3)
PLANNING = 7_301


@dataclass(frozen=True)
class Progress:
    """How far the planning of a wave has got."""

    done: int
    total: int


def hold_planning(wave_id: int) -> bool:
    """Take the right to plan a wave until the transaction ends; the answer is no while somebody else has it.

    Who plans another wave is waited for: two plans at once would not see each other's letters and write to the same people.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [PLANNING, wave_id % 2**31])
        is_mine = bool(cursor.fetchone()[0])
        if is_mine:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [PLANNING])
        return is_mine


def running_waves() -> QuerySet[Wave]:
    """Return the waves under way with what planning needs."""
    return Wave.objects.filter(state=WaveState.RUNNING).select_related("questionnaire", "survey", "mail_wave__letter", "created_by")


def waves_to_plan() -> QuerySet[Wave]:
    """Return the running waves whose audience has not been planned whole; waves without a day of their own have no such audience."""
    return running_waves().filter(planned_at=None).exclude(survey__rhythm__in=Rhythm.rolling()).order_by("starts_at", "pk")


def next_prospects(wave: Wave, size: int) -> list[Prospect]:
    """Return the next people of a wave to be planned, in the order of their numbers."""
    started = cast("dt.datetime", wave.starts_at)
    people = people_in(audience_of(wave), company_day(started)).filter(pk__gt=wave.planned_to)
    return prospects_among(people.exclude(Exists(invitations_of_person(wave))).order_by("pk")[:size])


def invitations_of_person(wave: Wave) -> QuerySet[Invitation]:
    """Return the wave's invitations of the Client or contact of an outer query."""
    column = "client" if wave.audience == SurveyAudience.CLIENTS else "contact"
    return Invitation.objects.filter(wave=wave, **{column: OuterRef("pk")})


def planning_progress(wave: Wave) -> Progress:
    """Count how many of a wave's people have been planned."""
    started = cast("dt.datetime", wave.starts_at)
    return Progress(wave.invitations.count(), people_in(audience_of(wave), company_day(started)).count())


def buyers_to_ask(survey: Survey, wave: Wave, today: dt.date) -> list[Prospect]:
    """Return the Clients whose last purchase was so many days ago and who have not been asked about it.

    A few days before are looked at again, in case the server was off.
    """
    day = today - dt.timedelta(days=survey.after_days or 0)
    asked_on = TruncDate("created_at", tzinfo=company_zone())
    asked = Invitation.objects.filter(wave__survey=survey, client=OuterRef("pk")).annotate(asked_on=asked_on)
    since = OuterRef("sum__last_day") + dt.timedelta(days=survey.after_days or 0)
    bought = clients_in(audience_of(survey), today).filter(sum__last_day__gt=day - CATCH_UP, sum__last_day__lte=day)
    fresh = bought.exclude(Exists(asked.filter(asked_on__gte=since))).exclude(Exists(invitations_of_person(wave)))
    return prospects_among(fresh.order_by("pk"))


def waves_to_revisit(now: dt.datetime) -> QuerySet[Wave]:
    """Return the running waves that have the time to take somebody in."""
    planned = Q(planned_at__isnull=False) | Q(survey__rhythm=Rhythm.AFTER_PURCHASE)
    return running_waves().filter(planned, closes_at__gt=now + LAST_CHANCE).exclude(survey__rhythm=Rhythm.ALWAYS)


def skipped_to_revisit(wave: Wave, after: int, size: int) -> list[Invitation]:
    """Return invitations left out for a reason that may pass, not answered by another road, from a number on."""
    skipped = wave.invitations.filter(skip_reason__in=REVISITED, answer=None, pk__gt=after)
    return list(skipped.select_related("client__branch", "contact").order_by("pk")[:size])


def reminders_in_force(now: dt.datetime) -> QuerySet[Reminder]:
    """Return the reminders of running waves whose letters are neither held back nor given up, first ones first."""
    running = Reminder.objects.filter(wave__state=WaveState.RUNNING, wave__closes_at__gt=now, wave__mail_wave__state=MailWaveState.RUNNING)
    needed = ("wave__questionnaire", "wave__survey", "wave__mail_wave", "wave__created_by", "mail_wave__letter")
    return running.select_related(*needed).order_by("wave_id", "number")


def invitations_to_remind(reminder: Reminder, now: dt.datetime, after: int, size: int) -> list[Invitation]:
    """Return, locked, those who got the letter before so many days ago, have not answered and may still be written to.

    The lock is the one an answer takes: who answers meanwhile is either seen here, or finds the reminder and holds it back.
    """
    letters = Message.objects.filter(external_key=Cast(OuterRef("pk"), CharField()))
    got = letters.filter(wave=letter_before(reminder), state=MessageState.SENT, sent_at__lte=now - dt.timedelta(days=reminder.after_days))
    waiting = Invitation.objects.filter(Exists(got), wave=reminder.wave_id, skip_reason="", answer=None, pk__gt=after)
    if reminder.mail_wave_id:
        waiting = waiting.exclude(Exists(letters.filter(wave=reminder.mail_wave_id)))
    willing = waiting.exclude(client__do_not_mail=True).exclude(contact__do_not_mail=True).exclude(client__email="")
    locked = willing.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return list(locked.select_related("client__branch", "contact").order_by("pk")[:size])


def letter_before(reminder: Reminder) -> int | None:
    """Return the mail wave of the letter a reminder follows."""
    if reminder.number == 1 or reminder.wave is None:
        return reminder.wave.mail_wave_id if reminder.wave else None
    before = Reminder.objects.filter(wave=reminder.wave_id, number__lt=reminder.number).order_by("-number")
    return before.values_list("mail_wave_id", flat=True).first()


def prospects_of(invitations: Iterable[Invitation], usual_zone: str) -> list[Prospect]:
    """Return the people of invitations as the decision knows them."""
    return [prospect_of(invitation, usual_zone) for invitation in invitations]


def prospect_of(invitation: Invitation, usual_zone: str) -> Prospect:
    """Return the person of one invitation."""
    person = invitation.person
    zone = person.branch.time_zone if isinstance(person, Client) and person.branch else ""
    return Prospect(person.pk, person.name, person.email, person.do_not_mail, known_zone(zone, usual_zone))
