"""Answers: one per personal link, one per shown public page, correctable until the wave closes."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from mailing.services import skip_messages
from surveys.enums import AnswerChannel, SuspectReason
from surveys.models import Answer, Invitation, Wave
from surveys.queries import last_letter_at
from surveys.services.reminders import mail_waves_of
from surveys.stamps import Stamp

TOO_FAST = dt.timedelta(seconds=3)
TOO_SOON = dt.timedelta(seconds=10)
# Whoever followed the hidden link opens all the others as well; what comes by them within this time is no vote either.
TRAPPED_FOR = dt.timedelta(minutes=2)


class WaveClosedError(Exception):
    """The wave takes no answers any more."""


class PressAgainError(Exception):
    """A trusted answer would be overwritten by one that may not come from a person: ask for one more press."""


@dataclass(frozen=True)
class AnswerValues:
    """What was answered."""

    score: int
    why: str = ""
    ten: str = ""
    call_me: bool = False


@dataclass(frozen=True)
class Submission:
    """A sent form: the answer and the signs by which a machine is told from a person."""

    values: AnswerValues
    stamp: Stamp | None
    trap: str = ""
    reading_time: dt.timedelta = TOO_FAST

    def suspect_reason(self, now: dt.datetime, letter_at: dt.datetime | None = None) -> str:
        """Return why the answer may not come from a person, or an empty text; `letter_at` is when the mail server took the letter."""
        if self.trap:
            return SuspectReason.HONEYPOT
        if self.stamp is None:
            return SuspectReason.NO_PAGE
        if now - self.stamp.shown_at < self.reading_time:
            return SuspectReason.TOO_FAST
        return SuspectReason.TOO_SOON if letter_at and now - letter_at < TOO_SOON else ""


@transaction.atomic
def record_personal_answer(*, invitation: Invitation, submission: Submission, now: dt.datetime) -> Answer:
    """Save or correct the one answer of a personal link. The invitation's lock makes fifty posts at once one answer."""
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("wave__mail_wave", "client", "contact").get(pk=invitation.pk)
    if not locked.wave.takes_answers(now):
        raise WaveClosedError
    # Asked after the lock: a join in the statement above would still see the moment before it.
    existing = Answer.objects.filter(invitation=locked).first()
    letter_at = last_letter_at(locked)
    road = AnswerChannel.LINK if locked.skip_reason else AnswerChannel.EMAIL
    if existing:
        return no_longer_by_phone(correct_answer(existing, submission, now, letter_at), road, now)
    answer = Answer.objects.create(
        wave=locked.wave,
        invitation=locked,
        client=locked.client,
        contact=locked.contact,
        channel=road,
        branch_id=locked.client.branch_id if locked.client else None,
        segment_id=locked.client.segment_id if locked.client else None,
        locale=locked.wave.questionnaire.locale,
        submission_key=uuid.uuid4(),
        suspect_reason=submission.suspect_reason(now, letter_at),
        answered_at=now,
        **asdict(submission.values),
    )
    mark_opened(invitation=locked, now=now)
    for mail_wave in mail_waves_of(locked.wave):
        skip_messages(mail_wave=mail_wave, external_keys=[str(locked.pk)], reason="answered")
    return answer


@transaction.atomic
def record_public_answer(*, wave: Wave, submission: Submission, stamp: Stamp, now: dt.datetime) -> Answer:
    """Save the answer of a shown public page, or correct it if the same page is sent again."""
    if not (wave.has_public_link and wave.takes_answers(now)):
        raise WaveClosedError
    answer, is_new = Answer.objects.get_or_create(
        submission_key=stamp.key,
        defaults={
            "wave": wave,
            "channel": AnswerChannel.PUBLIC,
            "locale": wave.questionnaire.locale,
            "suspect_reason": submission.suspect_reason(now),
            "answered_at": now,
            **asdict(submission.values),
        },
    )
    return answer if is_new else correct_answer(Answer.objects.select_for_update().get(pk=answer.pk), submission, now)


def correct_answer(answer: Answer, submission: Submission, now: dt.datetime, letter_at: dt.datetime | None = None) -> Answer:
    """Replace what was answered; the same content again changes nothing, a machine never overrules a person."""
    values, reason = asdict(submission.values), submission.suspect_reason(now, letter_at)
    if answer.suspect_reason == SuspectReason.HONEYPOT and now - (answer.corrected_at or answer.answered_at) < TRAPPED_FOR:
        reason = SuspectReason.HONEYPOT
    is_same = all(getattr(answer, name) == value for name, value in values.items())
    if is_same and (reason or not answer.suspect_reason):
        return answer
    if reason and not answer.suspect_reason:
        raise PressAgainError
    Answer.objects.filter(pk=answer.pk).update(suspect_reason=reason, corrected_at=now, **values)
    answer.refresh_from_db()
    return answer


def no_longer_by_phone(answer: Answer, road: AnswerChannel, now: dt.datetime) -> Answer:
    """Count an answer taken by phone among those of its new road once the person has changed it by themselves: nobody asked them then."""
    if answer.channel == AnswerChannel.PHONE and answer.corrected_at == now:
        answer.channel, answer.interviewer = road, None
        answer.save(update_fields=["channel", "interviewer"])
    return answer


def mark_opened(*, invitation: Invitation, now: dt.datetime | None = None) -> bool:
    """Write down that a person opened the page, once."""
    return bool(Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=now or timezone.now()))
