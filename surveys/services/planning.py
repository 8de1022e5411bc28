"""Planning in the background: invitations and letters of a running wave, chunk by chunk, so that a kill costs one chunk."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self, cast

from django.db import transaction
from django.utils import timezone

from common.batches import done_each
from common.tokens import token_hash
from company.models import User
from company.queries import the_company
from mailing import services as mailing
from mailing.models import MailWave
from mailing.services import PersonalLink
from surveys.enums import SurveyAudience, WaveState
from surveys.formulas.eligibility import Decision, Grounds, Prospect, decide
from surveys.formulas.schedule import Window, due_at, next_open, place_of
from surveys.greeting import first_name
from surveys.letters import Voice, build_letter
from surveys.links import contact_link, personal_link
from surveys.models import Invitation, Wave
from surveys.queries import (
    Rest,
    grounds_against,
    hold_planning,
    next_prospects,
    prospects_of,
    removed_from,
    running_waves,
    skipped_to_revisit,
    taken_addresses,
    waves_to_plan,
    waves_to_revisit,
)

KIND = "survey"
CHUNK = 5_000


def window_of(wave: Wave, zone: str) -> Window:
    """Return the days and hours at which letters of a wave may leave."""
    return Window(frozenset(wave.weekdays), wave.hour_from, wave.hour_to, zone)


def link_of(wave: Wave, person_id: int) -> PersonalLink:
    """Return the personal link of a Client or contact in a wave."""
    make = personal_link if wave.audience == SurveyAudience.CLIENTS else contact_link
    return make(wave.public_token, person_id)


def open_mail_wave(*, wave: Wave, actor: User | None) -> MailWave:
    """Return the wave's place in the outbox, making it with its letter the first time; the letters come later, chunk by chunk."""
    if wave.mail_wave:
        return wave.mail_wave
    parts = build_letter(wave)
    letter = mailing.create_letter(
        name=wave.name, locale=wave.questionnaire.locale, subject=parts.subject, text=parts.text, html=parts.html, actor=actor
    )
    mail_wave = mailing.plan_wave(
        kind=KIND,
        occurrence_key=f"wave-{wave.pk}",
        letter=letter,
        recipients=(),
        not_before=cast("dt.datetime", wave.starts_at),
        window_end=wave.closes_at,
        actor=actor,
        keeps_quiet_hours=True,
    )
    Wave.objects.filter(pk=wave.pk).update(mail_wave=mail_wave)
    wave.mail_wave = mail_wave
    return mail_wave


def add_letters(mail_wave: MailWave, recipients: Iterable[mailing.Recipient]) -> None:
    """Put letters into a wave of the outbox that is there already."""
    mailing.plan_wave(
        kind=mail_wave.kind,
        occurrence_key=mail_wave.occurrence_key,
        letter=mail_wave.letter,
        recipients=recipients,
        not_before=mail_wave.not_before,
        window_end=mail_wave.window_end,
        actor=None,
    )


@dataclass(frozen=True)
class Post:
    """How a wave's letters are addressed and timed: from `opens` on, spread over so many days."""

    wave: Wave
    voice: Voice
    opens: dt.datetime
    days: int = 1

    @classmethod
    def at_start(cls, wave: Wave) -> Self:
        """Return the post of the wave's own start."""
        return cls(wave, Voice.of(wave), cast("dt.datetime", wave.starts_at), wave.spread_days)

    @classmethod
    def later(cls, wave: Wave, now: dt.datetime) -> Self:
        """Return the post of those who come in while the wave runs."""
        return cls(wave, Voice.of(wave), now)

    def due(self, prospect: Prospect) -> dt.datetime:
        """Return when the prospect's letter may leave: always the same, however often it is planned."""
        place = place_of(f"{self.wave.public_token}:{prospect.person_id}")
        return due_at(place, window_of(self.wave, prospect.zone), self.opens, self.wave.closes_at, self.days)

    def invitation(self, decision: Decision, now: dt.datetime) -> Invitation:
        """Return the invitation of a Client or contact, not saved yet."""
        prospect = decision.prospect
        column = "client_id" if self.wave.audience == SurveyAudience.CLIENTS else "contact_id"
        return Invitation(
            wave=self.wave,
            token_hash=token_hash(link_of(self.wave, prospect.person_id).token),
            skip_reason=decision.reason,
            due_at=None if decision.reason else self.due(prospect),
            created_at=now,
            **{column: prospect.person_id},
        )

    def recipient(self, prospect: Prospect, invitation: Invitation) -> mailing.Recipient:
        """Return the person as the outbox knows them."""
        return mailing.Recipient(
            address=prospect.email,
            name=prospect.name,
            external_key=str(invitation.pk),
            context=self.voice.context(first_name(prospect.name)),
            link=link_of(self.wave, prospect.person_id),
            not_before=invitation.due_at,
            zone=prospect.zone,
        )


def decisions_on(wave: Wave, prospects: Sequence[Prospect], now: dt.datetime) -> list[Decision]:
    """Decide who of a chunk of a wave gets a letter."""
    known = Grounds(removed=removed_from(wave), taken=taken_addresses(wave.pk, prospects))
    rest = Rest(wave.rest_days, wave.survey_id)
    return list(decide(prospects, grounds_against(prospects, rest, now=now, known=known, wave_id=wave.pk)))


def invite(*, post: Post, prospects: Sequence[Prospect], now: dt.datetime) -> int:
    """Save the invitations of a chunk and the letters of those who may get one; the caller holds the transaction and the right to plan."""
    decisions = decisions_on(post.wave, prospects, now)
    invitations = Invitation.objects.bulk_create([post.invitation(decision, now) for decision in decisions])
    pairs = zip(decisions, invitations, strict=True)
    recipients = [post.recipient(decision.prospect, invitation) for decision, invitation in pairs if not decision.reason]
    if recipients:
        add_letters(open_mail_wave(wave=post.wave, actor=post.wave.created_by), recipients)
    return len(invitations)


def plan_due_waves(*, now: dt.datetime) -> int:
    """Plan everybody of the started waves that is not planned yet; return how many. Two workers at once do it once."""
    return done_each(waves_to_plan(), lambda wave: plan_wave(wave_id=wave.pk, now=now), "planning a wave")


def plan_wave(*, wave_id: int, now: dt.datetime) -> int:
    """Plan a wave to its end, every chunk by itself."""
    planned = 0
    while count := plan_chunk(wave_id=wave_id, now=now):
        planned += count
    return planned


@transaction.atomic
def plan_chunk(*, wave_id: int, now: dt.datetime) -> int:
    """Plan the next people of a wave; zero when there are none, the wave has been closed or another worker is at it."""
    if not hold_planning(wave_id):
        return 0
    wave = waves_to_plan().filter(pk=wave_id).first()
    if wave is None:
        return 0
    prospects = next_prospects(wave, CHUNK)
    invite(post=Post.at_start(wave), prospects=prospects, now=now)
    is_done = len(prospects) < CHUNK
    unchanged = Wave.objects.filter(pk=wave_id, state=WaveState.RUNNING, planned_at=None, planned_to=wave.planned_to)
    reached = prospects[-1].person_id if prospects else wave.planned_to
    if not unchanged.update(planned_to=reached, planned_at=timezone.now() if is_done else None):
        transaction.set_rollback(True)
        return 0
    return len(prospects)


def revisit_skipped(*, now: dt.datetime) -> int:
    """Look again at those left out of running waves: who may be written to by now gets the letter. Return how many did."""
    return done_each(waves_to_revisit(now), lambda wave: revisit_wave(wave_id=wave.pk, now=now), "looking again at a wave")


def revisit_wave(*, wave_id: int, now: dt.datetime) -> int:
    """Look again at those left out of one wave, chunk by chunk."""
    after, taken_in = 0, 0
    while chunk := revisit_chunk(wave_id=wave_id, after=after, now=now):
        after, count = chunk
        taken_in += count
    return taken_in


@transaction.atomic
def revisit_chunk(*, wave_id: int, after: int, now: dt.datetime) -> tuple[int, int] | None:
    """Decide anew on the next invitations without a letter; return the last one's number and how many get one now."""
    wave = running_waves().filter(pk=wave_id).first()
    if wave is None or not hold_planning(wave_id):
        return None
    invitations = skipped_to_revisit(wave, after, CHUNK)
    if not invitations:
        return None
    decisions = decisions_on(wave, prospects_of(invitations, the_company().time_zone), now)
    post = Post.later(wave, now)
    changed = [
        (decision, invitation)
        for decision, invitation in zip(decisions, invitations, strict=True)
        if change_reason(post, decision, invitation)
    ]
    recipients = [post.recipient(decision.prospect, invitation) for decision, invitation in changed if not decision.reason]
    if recipients:
        add_letters(open_mail_wave(wave=wave, actor=wave.created_by), recipients)
    return invitations[-1].pk, len(recipients)


def change_reason(post: Post, decision: Decision, invitation: Invitation) -> bool:
    """Write down a new reason to leave somebody out, or that there is none any more; no when nothing is new."""
    if decision.reason == invitation.skip_reason:
        return False
    same = Invitation.objects.filter(pk=invitation.pk, skip_reason=invitation.skip_reason)
    invitation.due_at = None if decision.reason else post.due(decision.prospect)
    return bool(same.update(skip_reason=decision.reason, due_at=invitation.due_at))


def open_moment(wave: Wave, zone: str, now: dt.datetime) -> dt.datetime:
    """Return when a letter of a wave that is due now may leave."""
    return next_open(now, window_of(wave, zone))
