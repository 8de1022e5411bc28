"""Answers taken by phone, and calls that brought none: one answer per person and wave."""

import datetime as dt
import uuid
from dataclasses import asdict

from django.db import transaction

from clients.models import Client
from common.tokens import token_hash
from company.models import User
from mailing.services import skip_messages
from surveys.enums import AnswerChannel, InterviewOutcome, SkipReason
from surveys.links import contact_link, personal_link
from surveys.models import Answer, Contact, InterviewAttempt, Invitation, Wave
from surveys.queries import answer_in_wave
from surveys.services.answers import AnswerValues, WaveClosedError
from surveys.services.reminders import mail_waves_of

PAUSE = dt.timedelta(hours=20)
MOST_TRIES = 3


class ConsentMissingError(Exception):
    """The person was not told what the call is for, or did not agree."""


class AlreadyAnsweredError(Exception):
    """The person has answered in this wave already; the first answer stands."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.pk)
        self.answer = answer


@transaction.atomic
def record_interview(  # noqa: PLR0913 - who, what, by whom and when are all of a call
    *,
    wave: Wave,
    client: Client | None = None,
    contact: Contact | None = None,
    values: AnswerValues,
    interviewer: User,
    consent: bool,
    now: dt.datetime,
) -> Answer:
    """Save what somebody said by phone. Sent twice it is one answer; an answer given meanwhile by another road stands."""
    if not consent:
        raise ConsentMissingError
    invitation = locked_invitation(wave, client, contact, now)
    if given := answer_in_wave(invitation):
        return the_same_or_refuse(given, values, interviewer)
    answer = Answer.objects.create(
        wave=invitation.wave,
        invitation=invitation,
        client=invitation.client,
        contact=invitation.contact,
        channel=AnswerChannel.PHONE,
        interviewer=interviewer,
        branch_id=invitation.client.branch_id if invitation.client else None,
        segment_id=invitation.client.segment_id if invitation.client else None,
        locale=invitation.wave.questionnaire.locale,
        submission_key=uuid.uuid4(),
        answered_at=now,
        **asdict(values),
    )
    InterviewAttempt.objects.create(
        invitation=invitation, outcome=InterviewOutcome.ANSWERED, has_consent=True, caller=interviewer, called_at=now
    )
    stop_letters(invitation)
    return answer


def the_same_or_refuse(given: Answer, values: AnswerValues, interviewer: User) -> Answer:
    """Return the answer if this very form was sent twice; else say that there is one."""
    is_same = given.interviewer_id == interviewer.pk and all(getattr(given, name) == value for name, value in asdict(values).items())
    if not is_same:
        raise AlreadyAnsweredError(given)
    return given


@transaction.atomic
def record_attempt(  # noqa: PLR0913 - as above
    *,
    wave: Wave,
    client: Client | None = None,
    contact: Contact | None = None,
    outcome: InterviewOutcome,
    call_again_at: dt.datetime | None = None,
    caller: User,
    now: dt.datetime,
) -> InterviewAttempt:
    """Save a call without an answer. After the third one nobody picked up, we leave the person in peace."""
    invitation = locked_invitation(wave, client, contact, now)
    if given := answer_in_wave(invitation):
        raise AlreadyAnsweredError(given)
    again_at = call_again_at if outcome == InterviewOutcome.LATER else None
    if outcome == InterviewOutcome.NO_ANSWER and silent_calls(invitation) + 1 < MOST_TRIES:
        again_at = now + PAUSE
    if outcome == InterviewOutcome.DO_NOT_CALL:
        type(invitation.person).objects.filter(pk=invitation.person.pk).update(do_not_call=True)
    return InterviewAttempt.objects.create(invitation=invitation, outcome=outcome, call_again_at=again_at, caller=caller, called_at=now)


def silent_calls(invitation: Invitation) -> int:
    """Return how often nobody picked up."""
    return invitation.attempts.filter(outcome=InterviewOutcome.NO_ANSWER).count()


def locked_invitation(
    wave: Wave, client: Client | None, contact: Contact | None, now: dt.datetime, road: SkipReason = SkipReason.BY_PHONE
) -> Invitation:
    """Return the person's invitation, made if there was none, locked: two forms sent at once come one after the other."""
    person = client or contact
    if person is None:
        raise ValueError(wave)
    link = personal_link(wave.public_token, person.pk) if client else contact_link(wave.public_token, person.pk)
    reason = road if person.email else SkipReason.NO_EMAIL
    defaults = {"token_hash": token_hash(link.token), "skip_reason": reason, "created_at": now}
    Invitation.objects.get_or_create(wave=wave, client=client, contact=contact, defaults=defaults)
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("wave__questionnaire", "wave__mail_wave", "client", "contact")
    locked = rows.get(wave=wave, client=client, contact=contact)
    if not locked.wave.takes_answers(now):
        raise WaveClosedError
    return locked


def stop_letters(invitation: Invitation) -> None:
    """Give up the letter and the reminders that have not left yet."""
    for mail_wave in mail_waves_of(invitation.wave):
        skip_messages(mail_wave=mail_wave, external_keys=[str(invitation.pk)], reason="answered")
