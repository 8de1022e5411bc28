"""Waves: a draft is edited, started once, paused, closed."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from common.tokens import new_token
from company.models import User
from mailing import services as mailing
from surveys.enums import WaveState
from surveys.greeting import first_name
from surveys.letters import Voice, build_letter
from surveys.models import Wave
from surveys.services.planning import open_mail_wave
from surveys.services.plans import WaveDraft, set_audience, set_reminders
from surveys.services.questionnaires import default_questionnaire
from surveys.services.reminders import mail_waves_of

TEST_KIND = "survey_test"
TEST_WINDOW = dt.timedelta(hours=12)


@transaction.atomic
def create_wave(*, draft: WaveDraft, actor: User | None) -> Wave:
    """Save a new draft."""
    wave = Wave.objects.create(public_token=new_token(), created_by=actor, **columns_of(draft))
    set_audience(wave, draft)
    set_reminders(wave, draft.reminders)
    return wave


@transaction.atomic
def update_wave(*, wave: Wave, draft: WaveDraft, actor: User) -> bool:
    """Change a draft; a started wave stays as it was sent, and the answer is no."""
    del actor  # named for the record the audit history will keep
    if not Wave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).update(**columns_of(draft)):
        return False
    set_audience(wave, draft)
    set_reminders(wave, draft.reminders)
    return True


def columns_of(draft: WaveDraft) -> dict[str, Any]:
    """Return the fields of the wave's own row."""
    own = {"closes_at": draft.closes_at, "has_public_link": draft.has_public_link}
    return draft.columns() | own | {"questionnaire": default_questionnaire(draft.locale, draft.audience)}


@transaction.atomic
def delete_wave(*, wave: Wave, actor: User) -> bool:
    """Throw a draft away; a started wave is history."""
    del actor
    return bool(Wave.objects.filter(pk=wave.pk, state=WaveState.DRAFT).delete()[0])


@transaction.atomic
def start_wave(*, wave: Wave, actor: User | None, now: dt.datetime) -> bool:
    """Start a draft once: from now on it takes answers, and its letters are planned in the background. A second start finds no draft."""
    draft = Wave.objects.filter(pk=wave.pk, state=WaveState.DRAFT, closes_at__gt=now)
    if not draft.update(state=WaveState.RUNNING, starts_at=now):
        return False
    open_mail_wave(wave=Wave.objects.select_related("questionnaire").get(pk=wave.pk), actor=actor)
    return True


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
    for mail_wave in mail_waves_of(wave):
        mailing.cancel_wave(mail_wave=mail_wave, actor=actor)
    return True


@transaction.atomic
def close_due_waves(*, now: dt.datetime) -> int:
    """Close the waves whose time is over; their letters have the same last moment."""
    return Wave.objects.filter(state=WaveState.RUNNING, closes_at__lte=now).update(state=WaveState.CLOSED, closed_at=now)


@transaction.atomic
def pause_letters(*, wave: Wave, actor: User) -> bool:
    """Hold back the letters and reminders of a running wave; answers go on."""
    return sum(mailing.pause_wave(mail_wave=mail_wave, actor=actor) for mail_wave in mail_waves_of(wave)) > 0


@transaction.atomic
def resume_letters(*, wave: Wave, actor: User) -> bool:
    """Send on."""
    return sum(mailing.resume_wave(mail_wave=mail_wave, actor=actor) for mail_wave in mail_waves_of(wave)) > 0
