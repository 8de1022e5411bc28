"""Whom to phone in a running wave, and what came of the calls."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from company.models import User
from mailing.enums import MessageState
from mailing.models import Message
from surveys.enums import InterviewOutcome, Rhythm, SkipReason, WaveState
from surveys.models import Answer, InterviewAttempt, Invitation, Wave

NO_LETTER = [SkipReason.NO_EMAIL, SkipReason.SAME_ADDRESS, SkipReason.BY_PHONE]
LOST = [MessageState.FAILED]
HAS_PHONE = Q(client__do_not_call=False) & ~Q(client__phone="") | Q(contact__do_not_call=False) & ~Q(contact__phone="")


@dataclass(frozen=True)
class CallFilter:
    """Whom to show: those without a letter, and those silent for some days after it."""

    wave: Wave
    silent_days: int = 3
    search: str = ""


def waves_to_phone(now: dt.datetime) -> QuerySet[Wave]:
    """Return the waves that take answers and have a list of people, newest first: one that is always open invites nobody."""
    running = Wave.objects.filter(state=WaveState.RUNNING, closes_at__gt=now).select_related("questionnaire")
    return running.exclude(survey__rhythm=Rhythm.ALWAYS)


def to_phone(chosen: CallFilter, *, now: dt.datetime) -> QuerySet[Invitation]:
    """Return whom to call now: a promised call first, then the dearest."""
    attempts = InterviewAttempt.objects.filter(invitation=OuterRef("pk"))
    waiting = silent(chosen, now).annotate(again_at=Subquery(attempts.order_by("-id").values("call_again_at")[:1]))
    due = waiting.filter(Q(again_at=None) | Q(again_at__lte=now)).exclude(Exists(attempts.filter(call_again_at=None)))
    rows = due.select_related("wave", "client__sum", "client__branch", "client__responsible", "contact")
    return rows.order_by(F("again_at").asc(nulls_last=True), F("client__sum__cents").desc(nulls_last=True), "pk")


def silent(chosen: CallFilter, now: dt.datetime) -> QuerySet[Invitation]:
    """Return those of the wave who can be phoned, have not answered, and whom a letter has not moved or never reached."""
    letters = Message.objects.filter(wave=chosen.wave.mail_wave_id, external_key=Cast(OuterRef("pk"), CharField()))
    moved = Q(state=MessageState.SENT, sent_at__lte=now - dt.timedelta(days=chosen.silent_days)) | Q(state__in=LOST)
    asked = Q(skip_reason__in=NO_LETTER) | Q(Exists(letters.filter(moved)), skip_reason="")
    answers = Answer.objects.filter(wave=chosen.wave, client=OuterRef("client"))
    rows = chosen.wave.invitations.filter(asked, HAS_PHONE, answer=None).exclude(Exists(answers))
    return rows.filter(named(chosen.search)) if chosen.search else rows


def named(search: str) -> Q:
    """Return the condition that somebody's name, number or phone holds the text."""
    found = Q(client__name__icontains=search) | Q(client__external_id=search) | Q(contact__name__icontains=search)
    digits = "".join(sign for sign in search if sign.isdigit())
    return found | Q(client__phone__contains=digits) | Q(contact__phone__contains=digits) if digits else found


def call_counts(wave: Wave) -> dict[str, int]:
    """Return how many calls of a wave ended in each way; every outcome is there."""
    rows = InterviewAttempt.objects.filter(invitation__wave=wave).order_by().values_list("outcome")
    counts = dict(rows.annotate(n=Count("id")))
    return {outcome.value: counts.get(outcome.value, 0) for outcome in InterviewOutcome}


def past_attempts(invitation: Invitation) -> QuerySet[InterviewAttempt]:
    """Return the calls of somebody in this wave, newest first."""
    return invitation.attempts.select_related("caller").order_by("-id")


def answer_in_wave(invitation: Invitation) -> Answer | None:
    """Return what the person answered in the wave already, by whatever road."""
    own = Q(invitation=invitation)
    same = own | Q(client=invitation.client_id) if invitation.client_id else own | Q(contact=invitation.contact_id)
    return Answer.objects.filter(same, wave=invitation.wave_id).select_related("interviewer").order_by("id").first()


def is_responsible(user: User, invitation: Invitation) -> bool:
    """Say whether the user answers for this Client: people are kinder to those they deal with."""
    responsible = invitation.client.responsible if invitation.client else None
    return responsible is not None and responsible.user_id == user.pk
