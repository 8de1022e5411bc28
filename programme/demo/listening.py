"""Five NPS waves of the demo firm: who was asked, what they said, and the letters that carried the question."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import cast

import numpy as np
from django.db.models import F, Value

from clients.models import Client, Spell
from common.tokens import new_token, token_hash
from company.models import User
from mailing.enums import MessageState
from mailing.models import Letter
from programme.demo.firm import MANAGER
from programme.demo.post import Posted, post
from programme.demo.texts import TEN, WAVES, WHY
from surveys.enums import AnswerChannel, WaveState
from surveys.models import Answer, Invitation, Questionnaire, Wave
from surveys.services import default_questionnaire, personal_link

LIKING = {"На Садовой": 0.28, "Речной вокзал": 0.05, "Доставка": 0.0, "Заводская": -0.5}
OPENING, ANSWERING, WRITING = 0.64, 0.39, 0.46
INVITED_AT_MOST = 620
REFUSED, RETURNED = 0.05, 0.04


@dataclass(frozen=True)
class Asked:
    """A Client as they were on the day of a wave."""

    client: Client
    is_leaving: bool


def create_waves(random: np.random.Generator, now: dt.datetime) -> None:
    """Save the waves, oldest first; the last one is still open."""
    manager = User.objects.get(email=MANAGER)
    questionnaire = default_questionnaire("ru")
    letter = create_letter(manager)
    for name, days_ago, shift in WAVES:
        started = now - dt.timedelta(days=days_ago)
        wave = create_wave(name, started, now, questionnaire, manager)
        invite(random, wave, draw_audience(random, started.date()), started, letter)
        answer(random, wave, started, now, shift)


def create_letter(manager: User) -> Letter:
    """Save the letter the demo's past invitations went out with."""
    return Letter.objects.create(
        name="NPS",
        subject="{first_name}, один вопрос на 20 секунд",
        text="{first_name}, насколько вероятно, что вы посоветуете нас друзьям?\n",
        html="<p>{first_name}, насколько вероятно, что вы посоветуете нас друзьям?</p>",
        created_by=manager,
    )


def create_wave(name: str, started: dt.datetime, now: dt.datetime, questionnaire: Questionnaire, manager: User) -> Wave:
    """Save one wave: three weeks long."""
    closes = started + dt.timedelta(days=21)
    is_over = closes < now
    return Wave.objects.create(
        name=name,
        questionnaire=questionnaire,
        state=WaveState.CLOSED if is_over else WaveState.RUNNING,
        subject="Один вопрос на 20 секунд",
        has_public_link=True,
        public_token=new_token(),
        starts_at=started,
        planned_at=started,
        closes_at=closes,
        closed_at=closes if is_over else None,
        created_by=manager,
    )


def draw_audience(random: np.random.Generator, day: dt.date) -> list[Asked]:
    """Return Clients with an e-mail who were buying on that day, in random order."""
    spells = (
        Spell.objects.filter(first_day__lte=day, last_day__gte=Value(day) - F("patience") * dt.timedelta(days=1))
        .exclude(client__email="")
        .order_by("client_id")
        .select_related("client__branch", "client__segment")
    )
    asked = {spell.client_id: Asked(spell.client, spell.last_day < day + dt.timedelta(days=75)) for spell in spells}
    people = list(asked.values())
    return [people[index] for index in random.permutation(len(people))[:INVITED_AT_MOST]]


def invite(random: np.random.Generator, wave: Wave, asked: list[Asked], started: dt.datetime, letter: Letter) -> None:
    """Save the invitations and the letters that went out: one in fifty was refused, some of the newest came back."""
    invitations = Invitation.objects.bulk_create(
        Invitation(
            wave=wave,
            client=each.client,
            token_hash=token_hash(personal_link(wave.public_token, each.client.pk).token),
            due_at=started,
            created_at=started,
            opened_at=started + dt.timedelta(hours=float(1.6 + random.exponential(20))) if random.random() < OPENING else None,
        )
        for each in asked
    )
    wave.mail_wave = post(
        kind="survey",
        occurrence=f"wave-{wave.pk}",
        letter=letter,
        letters=[draw_letter(random, wave, invitation, started) for invitation in invitations],
        ends=wave.closes_at,
        actor=wave.created_by,
    )
    wave.save(update_fields=["mail_wave"])


def draw_letter(random: np.random.Generator, wave: Wave, invitation: Invitation, started: dt.datetime) -> Posted:
    """Return the letter of one invitation; a page that was opened had its letter delivered."""
    client, is_unread = cast("Client", invitation.client), invitation.opened_at is None
    is_refused = is_unread and bool(random.random() < REFUSED)
    return Posted(
        address=client.email,
        name=client.name,
        key=str(invitation.pk),
        at=started + dt.timedelta(minutes=float(random.random() * 90)),
        state=MessageState.FAILED if is_refused else MessageState.SENT,
        context={"first_name": client.name.split()[0]},
        link=personal_link(wave.public_token, client.pk),
        is_returned=is_unread and not is_refused and wave.state == WaveState.RUNNING and bool(random.random() < RETURNED),
    )


def answer(random: np.random.Generator, wave: Wave, started: dt.datetime, now: dt.datetime, shift: float) -> None:
    """Save what the invited people said; who is about to leave likes us less."""
    leaving = {
        spell.client_id
        for spell in Spell.objects.filter(last_day__range=(started.date() - dt.timedelta(days=60), started.date() + dt.timedelta(days=60)))
        if spell.last_day + dt.timedelta(days=spell.patience) < now.date()
    }
    invitations = wave.invitations.select_related("client__branch").exclude(opened_at=None).order_by("pk")
    used: set[str] = set()
    answers = [
        build_answer(random, invitation, shift - (0.9 if invitation.client_id in leaving else 0.0), used)
        for invitation in invitations
        if random.random() < ANSWERING / OPENING
    ]
    Answer.objects.bulk_create(each for each in answers if each.answered_at < now)


def build_answer(random: np.random.Generator, invitation: Invitation, shift: float, used: set[str]) -> Answer:
    """Return one answer; a sentence is said by one person only within a wave."""
    client = cast("Client", invitation.client)
    score = draw_score(random, shift + LIKING[str(client.branch)])
    group = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    opened = invitation.opened_at or invitation.created_at
    return Answer(
        wave_id=invitation.wave_id,
        invitation=invitation,
        client=client,
        channel=AnswerChannel.EMAIL,
        score=score,
        why=say(random, WHY[group], used),
        ten=say(random, TEN[group], used),
        call_me=group == "detractor" and bool(random.random() < 0.4),
        branch=client.branch,
        segment_id=client.segment_id,
        submission_key=uuid.UUID(bytes=random.bytes(16)),
        answered_at=opened + dt.timedelta(minutes=float(1 + random.exponential(3))),
    )


def say(random: np.random.Generator, sentences: tuple[str, ...], used: set[str]) -> str:
    """Return a sentence nobody said yet, or nothing: most people write nothing."""
    left = [sentence for sentence in sentences if sentence not in used]
    if not left or random.random() > WRITING:
        return ""
    used.add(sentence := str(random.choice(left)))
    return sentence


def draw_score(random: np.random.Generator, liking: float) -> int:
    """Return 0 to 10: at liking 0 about 16 % are detractors and 58 % promoters."""
    feeling = random.normal(liking, 1.0)
    for score, limit in ((10, 0.35), (9, -0.2), (8, -0.6), (7, -1.0), (6, -1.25), (5, -1.55), (4, -1.75), (3, -1.95), (2, -2.1), (1, -2.3)):
        if feeling > limit:
            return score
    return 0
