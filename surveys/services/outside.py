"""Answers that other systems send: one per key, and one per Client and wave."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.db import transaction

from clients.models import Client
from surveys.enums import AnswerChannel, SkipReason
from surveys.models import Answer, Invitation, Survey, Wave
from surveys.queries import answer_in_wave
from surveys.services.answers import AnswerValues, WaveClosedError
from surveys.services.doors import wave_for
from surveys.services.interviews import AlreadyAnsweredError, locked_invitation, stop_letters


class KeyTakenError(Exception):
    """The key belongs to an answer of another wave or survey."""


@dataclass(frozen=True)
class OutsideAnswer:
    """What another system sends: the answer, whose it is, where it goes and the key by which a repeat is known."""

    key: uuid.UUID
    values: AnswerValues
    target: Wave | Survey
    client: Client | None
    answered_at: dt.datetime


@transaction.atomic
def record_outside_answer(*, sent: OutsideAnswer, now: dt.datetime) -> tuple[Answer, bool]:
    """Save an answer and say that it is new; the same key again finds the answer and corrects it if it differs."""
    known = Answer.objects.select_for_update(of=("self",)).filter(submission_key=sent.key).select_related("wave").first()
    if known:
        return repeated(known, sent, now), False
    wave = wave_of(sent, now)
    # The invitation's lock lets answers of one Client in one by one, by whatever road they come.
    invitation = locked_invitation(wave, sent.client, None, now, SkipReason.BY_API) if sent.client else None
    given = answer_in_wave(invitation) if invitation else None
    if given and given.submission_key != sent.key:
        raise AlreadyAnsweredError(given)
    answer, is_new = Answer.objects.get_or_create(submission_key=sent.key, defaults=columns(sent, wave, invitation))
    if invitation:
        stop_letters(invitation)
    return (answer, True) if is_new else (repeated(answer, sent, now), False)


def wave_of(sent: OutsideAnswer, now: dt.datetime) -> Wave:
    """Return the wave an answer goes to: the one named, or the survey's at the moment of the answer."""
    target = sent.target
    wave = target if isinstance(target, Wave) else wave_for(survey=target, moment=sent.answered_at, now=now)
    if wave is None or not wave.takes_answers(now):
        raise WaveClosedError
    return wave


def columns(sent: OutsideAnswer, wave: Wave, invitation: Invitation | None) -> dict[str, object]:
    """Return what a new answer consists of."""
    return {
        "wave": wave,
        "invitation": invitation,
        "client": sent.client,
        "channel": AnswerChannel.API,
        "branch_id": sent.client.branch_id if sent.client else None,
        "segment_id": sent.client.segment_id if sent.client else None,
        "locale": wave.questionnaire.locale,
        "answered_at": sent.answered_at,
        **asdict(sent.values),
    }


def repeated(known: Answer, sent: OutsideAnswer, now: dt.datetime) -> Answer:
    """Return the answer of a key that came again, corrected if something else was said; whose it is stays."""
    is_same_place = known.wave == sent.target if isinstance(sent.target, Wave) else known.wave.survey_id == sent.target.pk
    if not is_same_place:
        raise KeyTakenError
    values = asdict(sent.values)
    if all(getattr(known, name) == value for name, value in values.items()):
        return known
    if not known.wave.takes_answers(now):
        raise WaveClosedError
    Answer.objects.filter(pk=known.pk).update(corrected_at=now, **values)
    known.refresh_from_db()
    return known
