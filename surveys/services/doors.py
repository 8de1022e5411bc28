"""Doors: made once, printed or installed, and opened by anybody who stands before them."""

import datetime as dt
import uuid
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.tokens import new_token
from company.models import User
from surveys.enums import AnswerChannel, DoorKind, Rhythm
from surveys.models import Answer, Door, Survey, Wave
from surveys.queries import current_wave, has_turn
from surveys.services.answers import Submission, WaveClosedError, correct_answer
from surveys.services.rolling import coming_wave, ensure_rolling_wave, month_fields

DAYS_AFTER_MONTH = 14


@transaction.atomic
def create_always_survey(*, locale: str, actor: User | None) -> Survey:
    """Make the survey that is open all the time, for doors to lead to; a second press finds the first one's."""
    known = Survey.objects.filter(rhythm=Rhythm.ALWAYS, is_active=True, locale=locale).first()
    with override(locale):
        name = _("On the spot")
    return known or Survey.objects.create(
        name=name, subject=name, locale=locale, rhythm=Rhythm.ALWAYS, open_days=DAYS_AFTER_MONTH, created_by=actor
    )


@transaction.atomic
def create_door(*, door: Door, actor: User | None) -> Door:
    """Save a new door with an address of its own, which it keeps."""
    door.token, door.created_by = new_token(), actor
    door.save()
    return door


@transaction.atomic
def update_door(*, door: Door, actor: User) -> Door:
    """Change where a door stands and where it leads; its kind and address stay, they are printed."""
    del actor  # named for the record the audit history will keep
    door.save(update_fields=["name", "survey", "branch", "touchpoint"])
    return door


@transaction.atomic
def open_door(*, door: Door, is_open: bool, actor: User) -> bool:
    """Open or close a door; answers it has brought stay."""
    del actor
    return bool(Door.objects.filter(pk=door.pk, is_open=not is_open).update(is_open=is_open))


@transaction.atomic
def record_door_answer(
    *, door: Door, submission: Submission, key: uuid.UUID, now: dt.datetime, answered_at: dt.datetime | None = None
) -> Answer:
    """Save an answer given at a door, or correct it when the same key comes again.

    A tablet without a connection sends later: `answered_at` says when the person answered, and picks the month's wave.
    """
    moment, given = answered_at or now, at_its_pace(door, submission)
    known = Answer.objects.select_for_update(of=("self",)).filter(submission_key=key).select_related("wave").first()
    if known:
        return correct_answer(known, given, now) if known.wave.takes_answers(now) else known
    wave = wave_for(survey=door.survey, moment=moment, now=now) if door.is_open else None
    if wave is None:
        raise WaveClosedError
    answer, is_new = Answer.objects.get_or_create(
        submission_key=key,
        defaults={
            "wave": wave,
            "door": door,
            "channel": AnswerChannel(door.kind),
            "branch_id": door.branch_id,
            "locale": wave.questionnaire.locale,
            "suspect_reason": given.suspect_reason(now),
            "answered_at": moment,
            **asdict(given.values),
        },
    )
    return answer if is_new else correct_answer(Answer.objects.select_for_update().get(pk=answer.pk), given, now)


def at_its_pace(door: Door, submission: Submission) -> Submission:
    """Take speed for no sign on a tablet: its page lies open for hours, and who has seen it before taps in a second."""
    return replace(submission, reading_time=dt.timedelta(0)) if door.kind == DoorKind.KIOSK else submission


def wave_shown(*, door: Door, now: dt.datetime) -> Wave | None:
    """Return the wave whose questions a door shows, not saved if this month has none yet; None when nothing is taken."""
    survey = door.survey
    if not door.is_open:
        return None
    if wave := current_wave(survey, now):
        return wave
    is_coming = survey.is_active and survey.rhythm in Rhythm.rolling() and not has_turn(survey, now)
    return coming_wave(survey=survey, now=now) if is_coming else None


def wave_for(*, survey: Survey, moment: dt.datetime, now: dt.datetime) -> Wave | None:
    """Return the wave an answer of the moment goes to: the month's, while it takes answers, else the one that runs now.

    A month that is over gets no wave any more: the moment is the tablet's word, and anybody may post to its address.
    """
    if survey.is_active and survey.rhythm in Rhythm.rolling():
        for turn in dict.fromkeys((moment, now)):
            if month_fields(survey, turn)["closes_at"] <= now:
                continue
            wave = ensure_rolling_wave(survey=survey, now=turn)
            if wave.takes_answers(now):
                return wave
    return current_wave(survey, now)
