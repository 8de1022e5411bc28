"""Waves: a draft is edited, started once, paused, closed."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from clients.models import Segment, ValueBand
from common.tokens import new_token, token_hash
from company.models import Branch, User
from mailing import services as mailing
from surveys.enums import WaveState
from surveys.formulas.eligibility import Decision
from surveys.greeting import first_name
from surveys.letters import Voice, build_letter
from surveys.links import personal_link
from surveys.models import Invitation, Wave
from surveys.queries import audience_decisions, audience_of
from surveys.services.questionnaires import default_questionnaire

KIND, TEST_KIND = "survey", "survey_test"
CHUNK = 5_000
TEST_WINDOW = dt.timedelta(hours=12)


@dataclass(frozen=True)
class WaveDraft:
    """What a manager writes down about a wave."""

    name: str
    locale: str
    subject: str
    intro: str
    closes_at: dt.datetime
    rest_days: int = 90
    active_within_days: int | None = None
    has_public_link: bool = False
    branches: Sequence[Branch] = ()
    segments: Sequence[Segment] = ()
    bands: Sequence[ValueBand] = ()

    def columns(self) -> dict[str, Any]:
        """Return the fields of the wave's own row."""
        names = ("name", "subject", "intro", "closes_at", "rest_days", "active_within_days", "has_public_link")
        return {"questionnaire": default_questionnaire(self.locale), **{name: getattr(self, name) for name in names}}


@transaction.atomic
def create_wave(*, draft: WaveDraft, actor: User | None) -> Wave:
    """Save a new draft."""
    wave = Wave.objects.create(public_token=new_token(), created_by=actor, **draft.columns())
    set_audience(wave, draft)
    return wave


@transaction.atomic
def update_wave(*, wave: Wave, draft: WaveDraft, actor: User) -> bool:
    """Change a draft; a started wave stays as it was sent, and the answer is no."""
    del actor  # named for the record the audit history will keep
    if not Wave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).update(**draft.columns()):
        return False
    set_audience(wave, draft)
    return True


def set_audience(wave: Wave, draft: WaveDraft) -> None:
    """Write down whom the wave is for."""
    wave.branches.set(draft.branches)
    wave.segments.set(draft.segments)
    wave.bands.set(draft.bands)


@transaction.atomic
def delete_wave(*, wave: Wave, actor: User) -> bool:
    """Throw a draft away; a started wave is history."""
    del actor
    return bool(Wave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).delete()[0])


@transaction.atomic
def start_wave(*, wave: Wave, actor: User | None, now: dt.datetime) -> bool:
    """Start a draft once: invitations for the whole audience, letters for those who may get one. A second start finds no draft."""
    draft = Wave.objects.filter(pk=wave.pk, state=WaveState.DRAFT, closes_at__gt=now)
    if not draft.update(state=WaveState.RUNNING, starts_at=now):
        return False
    started = Wave.objects.select_related("questionnaire").get(pk=wave.pk)
    parts = build_letter(started)
    letter = mailing.create_letter(
        name=started.name, locale=started.questionnaire.locale, subject=parts.subject, text=parts.text, html=parts.html, actor=actor
    )
    mail_wave = mailing.plan_wave(
        kind=KIND,
        occurrence_key=f"wave-{started.pk}",
        letter=letter,
        recipients=invited_recipients(started, now),
        not_before=now,
        window_end=started.closes_at,
        actor=actor,
    )
    Wave.objects.filter(pk=wave.pk).update(mail_wave=mail_wave)
    return True


def invited_recipients(wave: Wave, now: dt.datetime) -> Iterator[mailing.Recipient]:
    """Save the invitations chunk by chunk and yield those who get a letter."""
    voice = Voice.of(wave)
    decisions = audience_decisions(audience_of(wave), today=timezone.localdate(now), now=now)
    while chunk := list(islice(decisions, CHUNK)):
        invitations = Invitation.objects.bulk_create([new_invitation(wave, decision, now) for decision in chunk])
        for decision, invitation in zip(chunk, invitations, strict=True):
            if not decision.reason:
                yield recipient(wave, voice, decision, invitation)


def new_invitation(wave: Wave, decision: Decision, now: dt.datetime) -> Invitation:
    """Return the invitation of a Client, not saved yet."""
    token = personal_link(wave.public_token, decision.prospect.client_id).token
    return Invitation(
        wave=wave,
        client_id=decision.prospect.client_id,
        token_hash=token_hash(token),
        skip_reason=decision.reason,
        created_at=now,
    )


def recipient(wave: Wave, voice: Voice, decision: Decision, invitation: Invitation) -> mailing.Recipient:
    """Return the Client as the outbox knows them."""
    prospect = decision.prospect
    return mailing.Recipient(
        address=prospect.email,
        name=prospect.name,
        external_key=str(invitation.pk),
        context=voice.context(first_name(prospect.name)),
        link=personal_link(wave.public_token, prospect.client_id),
    )


@transaction.atomic
def send_test_letter(*, wave: Wave, actor: User, request_key: uuid.UUID, now: dt.datetime) -> None:
    """Send the letter to the manager; its links open the preview, which saves nothing. The same form twice is one letter."""
    parts, locale = build_letter(wave), wave.questionnaire.locale
    letter = mailing.create_letter(name=wave.name, locale=locale, subject=parts.subject, text=parts.text, html=parts.html, actor=actor)
    url = settings.BASE_URL + reverse("surveys:answer_preview", args=[wave.pk])
    context = Voice.of(wave).context(first_name(actor.name)) | {"url": url}
    mailing.plan_wave(
        kind=TEST_KIND,
        occurrence_key=str(request_key),
        letter=letter,
        recipients=[mailing.Recipient(address=actor.email, name=actor.name, external_key=f"test-{actor.pk}", context=context)],
        not_before=now,
        window_end=now + TEST_WINDOW,
        actor=actor,
    )


@transaction.atomic
def close_wave(*, wave: Wave, actor: User, now: dt.datetime) -> bool:
    """End a running wave before its time: answers stop counting, letters not sent yet are given up."""
    if not Wave.objects.filter(pk=wave.pk, state=WaveState.RUNNING).update(state=WaveState.CLOSED, closed_at=now):
        return False
    if wave.mail_wave:
        mailing.cancel_wave(mail_wave=wave.mail_wave, actor=actor)
    return True


@transaction.atomic
def close_due_waves(*, now: dt.datetime) -> int:
    """Close the waves whose time is over; their letters have the same last moment."""
    return Wave.objects.filter(state=WaveState.RUNNING, closes_at__lte=now).update(state=WaveState.CLOSED, closed_at=now)


def pause_letters(*, wave: Wave, actor: User) -> bool:
    """Hold back the letters of a running wave; answers go on."""
    return bool(wave.mail_wave and mailing.pause_wave(mail_wave=wave.mail_wave, actor=actor))


def resume_letters(*, wave: Wave, actor: User) -> bool:
    """Send on."""
    return bool(wave.mail_wave and mailing.resume_wave(mail_wave=wave.mail_wave, actor=actor))
