"""The demo firm asks its own people: two anonymous surveys a quarter apart, one about motives, one that is running.

Everything goes the real way: tickets are used, ballots sealed, the tally lets out what the release audit allows. No row here knows who
answered what, in the demo either.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from company.models import Branch, Employee, User
from programme.demo import staff_texts as texts
from programme.demo.firm import MANAGER
from surveys.enums import AnswerGroup, Motive, RemindWhom, StaffSlice, StaffSurveyKind
from surveys.formulas.ballots import Vote
from surveys.models import StaffTicket, StaffWave
from surveys.services import (
    StaffDraft,
    cast_ballot,
    code_of,
    create_staff_wave,
    launch_staff_wave,
    make_step,
    seal_guess,
    staff_link,
    tally_staff_wave,
)

LONG, HOUR = dt.timedelta(days=10), dt.timedelta(hours=1)
MOTIVES_DAYS_AGO, LEFT_DAYS_AGO, HIRED_DAYS_AGO, HIRED_STEP = 70, 260, 230, 53
ANSWERING, ANSWERING_SO_FAR, WRITING = 0.86, 0.3, 0.5
HIGHEST = 10
Voter = Callable[[str], Vote]


def create_staff(random: np.random.Generator, now: dt.datetime) -> None:
    """Save the employees, then ask them as the months went by."""
    create_colleagues(now.date())
    manager = User.objects.get(email=MANAGER)
    for name, days_ago, shift in texts.SURVEYS:
        finish(random, start(enps_draft(name), manager, now - dt.timedelta(days=days_ago)), enps_voter(random, shift))
    ask_about_motives(random, manager, now)
    name, days_ago, shift = texts.RUNNING
    running = start(enps_draft(name), manager, now - dt.timedelta(days=days_ago))
    answer(random, running, enps_voter(random, shift), ANSWERING_SO_FAR)


def create_colleagues(today: dt.date) -> None:
    """Save those who work here beside the people who sign in, and two who left."""
    branches = {branch.name: branch for branch in Branch.objects.all()}
    Employee.objects.bulk_create(
        Employee(
            name=name,
            position=position,
            branch=branches[branch],
            department=department,
            email=f"team{number}@demo.example.org" if has_email else "",
            hired_on=today - dt.timedelta(days=HIRED_DAYS_AGO + HIRED_STEP * number),
        )
        for number, (name, position, branch, department, has_email) in enumerate(texts.COLLEAGUES, start=1)
    )
    left_on = today - dt.timedelta(days=LEFT_DAYS_AGO)
    Employee.objects.bulk_create(
        Employee(name=name, position=position, branch=branches[branch], department=department, left_on=left_on)
        for name, position, branch, department in texts.LEFT
    )


def enps_draft(name: str) -> dict[str, object]:
    """Return what is asked about recommending work here."""
    return {
        "kind": StaffSurveyKind.ENPS,
        "name": name,
        "question": texts.QUESTION,
        "why_question": texts.WHY_QUESTION,
        "ten_question": texts.TEN_QUESTION,
        "subject": texts.SUBJECT,
    }


def start(fields: Mapping[str, object], manager: User, at: dt.datetime) -> StaffWave:
    """Launch a survey at a moment."""
    rest = {"locale": "ru", "branches": (), "slices": [StaffSlice.BRANCH.value], "threshold": 5, "comment_threshold": 10}
    letters = {"intro": texts.INTRO, "reminder_days": [3, 7], "remind_whom": RemindWhom.EVERYBODY}
    wave = create_staff_wave(draft=StaffDraft(**rest, **letters, **fields, closes_at=at + LONG), actor=manager)  # type: ignore[arg-type]  # fields of one draft
    launch_staff_wave(wave=wave, actor=manager, now=at)
    wave.refresh_from_db()
    return wave


def finish(random: np.random.Generator, wave: StaffWave, vote: Voter) -> None:
    """Let people answer and count the ballots when the time is over."""
    answer(random, wave, vote, ANSWERING)
    tally_staff_wave(wave_id=wave.pk, now=wave.closes_at)


def answer(random: np.random.Generator, wave: StaffWave, vote: Voter, share: float) -> None:
    """Cast ballots with the tickets of some, by link or by code."""
    for token, branch in tickets(wave):
        if random.random() < share:
            cast_ballot(token=token, vote=vote(branch), now=wave.closes_at - LONG + HOUR)


def tickets(wave: StaffWave) -> Iterator[tuple[str, str]]:
    """Yield what people answer with, and the branch they work in; the order is that of names, so that a demo is like the last one."""
    found = StaffTicket.objects.filter(wave=wave).select_related("seat__employee", "seat__branch", "bowl")
    for ticket in sorted(found, key=place_of):
        place = ticket.seat.branch if ticket.seat else ticket.bowl
        token = staff_link(wave.public_token, ticket.seat.pk).token if ticket.seat else code_of(ticket.pk)
        yield token, place.name if place else ""


def place_of(ticket: StaffTicket) -> tuple[str, str]:
    """Return where a ticket stands in line."""
    if ticket.seat and ticket.seat.employee:
        return "", ticket.seat.employee.name
    return (ticket.bowl.name if ticket.bowl else ""), ""


def enps_voter(random: np.random.Generator, shift: float) -> Voter:
    """Return how people of a branch answer: a score, and from some of them what they think, nothing twice in one survey."""
    why, ten = ({group: shuffled(random, said) for group, said in table.items()} for table in (texts.WHY, texts.TEN))

    def vote(branch: str) -> Vote:
        score = int(np.clip(round(random.normal(texts.GLADNESS[branch] + shift, 1.7)), 1, HIGHEST))
        group = AnswerGroup.of(score).value
        return Vote(score=score, why=next_of(random, why[group]), ten=next_of(random, ten[group]))

    return vote


def shuffled(random: np.random.Generator, sentences: tuple[str, ...]) -> list[str]:
    """Return the sentences in another order."""
    return [str(sentence) for sentence in random.permutation(sentences)]


def next_of(random: np.random.Generator, sentences: list[str]) -> str:
    """Return a sentence nobody has said yet, or nothing."""
    return sentences.pop() if sentences and random.random() < WRITING else ""


def ask_about_motives(random: np.random.Generator, manager: User, now: dt.datetime) -> None:
    """Ask what matters, with the manager's guess sealed before; something is done about the widest gap."""
    fields = {"kind": StaffSurveyKind.MOTIVES, "name": texts.MOTIVES_NAME, "question": texts.MOTIVES_QUESTION}
    started = now - dt.timedelta(days=MOTIVES_DAYS_AGO)
    wave = start(fields | {"subject": texts.MOTIVES_SUBJECT}, manager, started)
    guess = [texts.GUESS[motive] for motive in Motive]
    seal_guess(wave=wave, guesser=manager, dimension="", value="", ratings=guess, now=started + HOUR)
    finish(random, wave, lambda _branch: Vote(ratings=ratings(random)))
    everybody = wave.groups.get(dimension="")
    due_on = now.date() + dt.timedelta(days=12)
    make_step(group=everybody, motive=Motive.RECOGNITION, actor=manager, title=texts.STEP, owner=manager, due_on=due_on)


def ratings(random: np.random.Generator) -> tuple[int, ...]:
    """Return how somebody rates the ten motives."""
    return tuple(int(np.clip(round(random.normal(texts.RATINGS[motive], 1.4)), 1, HIGHEST)) for motive in Motive)
