"""Answers given on the spot and by phone: a QR code on the till, a tablet at the exit, a widget on the site, calls of the manager."""

import datetime as dt
import uuid

import numpy as np

from clients.models import Client
from common.tokens import token_hash
from company.models import Branch, User
from programme.demo.firm import CLERK, MANAGER
from programme.demo.listening import LIKING, draw_score, say
from programme.demo.spoken import AT_THE_DOOR, BY_PHONE
from surveys.enums import AnswerChannel, AnswerGroup, DoorKind, InterviewOutcome, SkipReason, WaveState
from surveys.models import Answer, Door, InterviewAttempt, Invitation, Wave
from surveys.services import create_always_survey, create_door, ensure_rolling_wave, personal_link
from touchpoints.models import Touchpoint

# Kind, name, branch, touchpoint, answers a day
DOORS = (
    (DoorKind.QR, "Наклейка на кассе", "На Садовой", "Оплата", 1.4),
    (DoorKind.KIOSK, "Планшет у выхода", "Речной вокзал", "Приём вещей", 2.6),
    (DoorKind.WIDGET, "Виджет на сайте", "Доставка", "Запись онлайн", 1.1),
)
DAYS = 14
WRITING = 0.35
# Score and hours ago; the last two are fresh critics.
CALLS = ((9, 76), (10, 75), (8, 74), (10, 52), (7, 51), (9, 50), (4, 21), (2, 2.5))
UNANSWERED = ((InterviewOutcome.NO_ANSWER, 20), (InterviewOutcome.LATER, 3), (InterviewOutcome.DECLINED, 49))


def create_doors(random: np.random.Generator, now: dt.datetime) -> None:
    """Save the survey that is open all the time, its doors and two weeks of answers by them."""
    manager = User.objects.get(email=MANAGER)
    survey = create_always_survey(locale="ru", actor=manager)
    wave = ensure_rolling_wave(survey=survey, now=now - dt.timedelta(days=DAYS))
    branches = {branch.name: branch for branch in Branch.objects.all()}
    for kind, name, branch, point, per_day in DOORS:
        row = Door(survey=survey, kind=kind, name=name, branch=branches[branch], touchpoint=Touchpoint.objects.get(name=point))
        door = create_door(door=row, actor=manager)
        Answer.objects.bulk_create(draw_answers(random, wave, door, now, round(per_day * DAYS)))


def draw_answers(random: np.random.Generator, wave: Wave, door: Door, now: dt.datetime, count: int) -> list[Answer]:
    """Return answers from nine to eight, within the days the wave is the present one; most people tap and go."""
    started = now - dt.timedelta(days=DAYS)
    month_end = (started.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    days = max(1, (min(now, month_end) - started).days)
    used: set[str] = set()
    rows = []
    for _number in range(count):
        score = draw_score(random, LIKING[str(door.branch)])
        opens = (started + dt.timedelta(days=int(random.integers(days)))).replace(hour=9, minute=0)
        at = opens + dt.timedelta(minutes=float(random.random() * 660))
        words = say(random, AT_THE_DOOR[AnswerGroup.of(score)], used) if random.random() < WRITING else ""
        rows.append(
            Answer(
                wave=wave,
                door=door,
                channel=AnswerChannel(door.kind),
                branch=door.branch,
                score=score,
                why=words,
                submission_key=uuid.UUID(bytes=random.bytes(16)),
                answered_at=at,
            )
        )
    return [row for row in rows if started < row.answered_at < now]


def create_interviews(random: np.random.Generator, now: dt.datetime) -> None:
    """Save the calls to Clients without an e-mail: most were answered, some brought nothing."""
    wave = Wave.objects.filter(state=WaveState.RUNNING, mail_wave__isnull=False).latest("starts_at")
    callers = [User.objects.get(email=email) for email in (MANAGER, CLERK)]
    people = Client.objects.filter(email="", sum__last_day__gte=now.date() - dt.timedelta(days=60)).order_by("pk")
    chosen = list(people.select_related("branch")[: len(CALLS) + len(UNANSWERED)])
    for number, (client, (score, hours)) in enumerate(zip(chosen, CALLS, strict=False)):
        interview(random, ask(wave, client, now), callers[number % 2], score, now - dt.timedelta(hours=hours))
    for client, (outcome, hours) in zip(chosen[len(CALLS) :], UNANSWERED, strict=False):
        again = now + dt.timedelta(hours=3) if outcome in InterviewOutcome.again() else None
        called_at = now - dt.timedelta(hours=hours)
        invitation = ask(wave, client, now)
        InterviewAttempt.objects.create(invitation=invitation, outcome=outcome, call_again_at=again, caller=callers[0], called_at=called_at)


def ask(wave: Wave, client: Client, now: dt.datetime) -> Invitation:
    """Return the invitation of a Client without an e-mail."""
    return Invitation.objects.create(
        wave=wave,
        client=client,
        token_hash=token_hash(personal_link(wave.public_token, client.pk).token),
        skip_reason=SkipReason.NO_EMAIL,
        created_at=wave.starts_at or now,
    )


def interview(random: np.random.Generator, invitation: Invitation, caller: User, score: int, at: dt.datetime) -> None:
    """Save what a Client said by phone."""
    why, ten = BY_PHONE[score]
    client = invitation.client
    Answer.objects.create(
        wave=invitation.wave,
        invitation=invitation,
        client=client,
        channel=AnswerChannel.PHONE,
        interviewer=caller,
        score=score,
        why=why,
        ten=ten,
        branch_id=client.branch_id if client else None,
        segment_id=client.segment_id if client else None,
        submission_key=uuid.UUID(bytes=random.bytes(16)),
        answered_at=at,
    )
    InterviewAttempt.objects.create(invitation=invitation, outcome=InterviewOutcome.ANSWERED, has_consent=True, caller=caller, called_at=at)
