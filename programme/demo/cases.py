"""Critics the demo firm talks to, and one dear Client who keeps silent."""

import datetime as dt
from typing import Any

from django.db.models import Max

from common.tokens import token_hash
from company.models import User
from company.queries import the_company
from programme.demo.firm import MANAGER, OWNER
from programme.demo.spoken import BEGUN, CLOSED_CASES, TALK
from surveys.enums import FIRST_PASSIVE, AnswerChannel, CaseKind, CaseState, WaveState
from surveys.formulas.deadlines import deadline
from surveys.models import Answer, Case, CaseEvent, SecondScore, SurveySettings, Wave
from surveys.queries import critics_without_case, dear_and_silent, survey_settings
from surveys.services import second_link
from surveys.services.cases import working_week

AFTER = dt.timedelta(minutes=1)
STEP = 1_000_000


def create_cases(now: dt.datetime) -> None:
    """Save a case for every answer and silence that opens one by itself, so that the first day begins without a heap of letters."""
    people = {user.email: user for user in User.objects.filter(email__in=[OWNER, MANAGER])}
    fresh = list(critics_without_case(now))
    called = [answer for answer in fresh if answer.channel == AnswerChannel.PHONE]
    older = [answer for answer in fresh if answer.channel != AnswerChannel.PHONE]
    for answer, state in zip(reversed(called), (CaseState.NEW, CaseState.WORKING), strict=False):
        save_case(people[MANAGER], now, answer.answered_at + AFTER, state=state, kind=CaseKind.DETRACTOR, answer=answer)
    if older:
        save_late(older.pop(), people, now)
    closed = older + critics_before(older, len(CLOSED_CASES) - len(older), now)
    for number, answer in enumerate(closed):
        save_closed(answer, CLOSED_CASES[number % len(CLOSED_CASES)], people[MANAGER], now)
    ask_by_hand(people, now)
    open_silences(people[MANAGER], now)


def critics_before(taken: list[Answer], count: int, now: dt.datetime) -> list[Answer]:
    """Return some more critics of the running wave, none of whom has a case."""
    wave = Wave.objects.filter(state=WaveState.RUNNING, mail_wave__isnull=False).latest("starts_at")
    busy = [answer.client_id for answer in taken] + list(Case.objects.values_list("client", flat=True))
    found = wave.answers.filter(score__lt=FIRST_PASSIVE, client__isnull=False, answered_at__lt=now).exclude(client__in=busy).exclude(why="")
    return list(found.select_related("client").order_by("pk")[: max(0, count)])


def save_case(owner: User, now: dt.datetime, at: dt.datetime, *, state: CaseState = CaseState.NEW, **fields: Any) -> Case:
    """Save a case opened at a moment, with the beginning of its log; the steps after it took an hour each."""
    answer: Answer | None = fields.get("answer")
    fields.setdefault("client", answer.client if answer else None)
    rules = survey_settings()
    due_at = fields.pop("due_at", None) or deadline(at, rules.case_hours, working_week(rules, the_company()))
    case = Case.objects.create(owner=owner, created_at=at, due_at=due_at, state=state, changed_by=owner, **fields)
    steps = list(CaseState.values)
    notes = {CaseState.WORKING: BEGUN, CaseState.TALKED: TALK}
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case,
            at=min(now, at + dt.timedelta(hours=number)),
            author=owner if number else None,
            state=step,
            text=notes.get(CaseState(step), ""),
        )
        for number, step in enumerate(steps[: min(steps.index(state), 2) + 1])
    )
    return case


def save_late(answer: Answer, people: dict[str, User], now: dt.datetime) -> None:
    """Save a case nobody has closed in time; the owner of the company knows."""
    case = save_case(people[MANAGER], now, answer.answered_at + AFTER, state=CaseState.WORKING, kind=CaseKind.DETRACTOR, answer=answer)
    told = case.due_at + AFTER
    Case.objects.filter(pk=case.pk).update(escalated_at=told)
    CaseEvent.objects.create(case=case, at=told, text="Срок вышел: владелец компании об этом знает.")


def save_closed(answer: Answer, ending: tuple[str, str, str, int | None], owner: User, now: dt.datetime) -> None:
    """Save a case that was closed in time, with what was learnt and perhaps a second score."""
    outcome, talk, note, second = ending
    opened = answer.answered_at + AFTER
    closed_at = min(now - AFTER, opened + dt.timedelta(hours=26))
    fate = {"state": CaseState.CLOSED, "outcome": outcome, "closing_note": note, "closed_at": closed_at}
    case = save_case(owner, now, opened, kind=CaseKind.DETRACTOR, answer=answer)
    Case.objects.filter(pk=case.pk).update(**fate)
    talked = opened + dt.timedelta(hours=3)
    CaseEvent.objects.create(case=case, at=talked, author=owner, state=CaseState.TALKED, text=talk)
    if second is not None:
        token = token_hash(second_link(f"case-{case.pk}", answer.pk).token)
        SecondScore.objects.create(case=case, answer=answer, token_hash=token, score=second, asked_at=talked, answered_at=talked)
        CaseEvent.objects.create(case=case, at=talked, author=owner, text=f"В разговоре Клиент назвал вторую оценку: {second}.")
    CaseEvent.objects.create(case=case, at=closed_at, author=owner, state=CaseState.CLOSED, text=note)


def ask_by_hand(people: dict[str, User], now: dt.datetime) -> None:
    """Save a case opened by hand from a neutral's comment: the manager has talked already."""
    wave = Wave.objects.filter(state=WaveState.RUNNING, mail_wave__isnull=False).latest("starts_at")
    busy = Case.objects.values("client")
    answer = wave.answers.filter(score=7, client__isnull=False).exclude(why="").exclude(client__in=busy).order_by("pk").first()
    if answer:
        save_case(people[OWNER], now, now - dt.timedelta(hours=5), state=CaseState.TALKED, kind=CaseKind.BY_HAND, answer=answer)


def open_silences(owner: User, now: dt.datetime) -> None:
    """Set the money from which silence matters just below the dearest silent Client, and save the cases that follow."""
    rules = survey_settings()
    rules.silent_from_cents = 0
    waiting = dear_and_silent(rules, now)
    dearest = waiting.model.objects.filter(pk__in=[one.pk for one in waiting]).aggregate(cents=Max("client__sum__cents"))["cents"]
    if not dearest:
        return
    rules.silent_from_cents = dearest // STEP * STEP
    SurveySettings.objects.filter(pk=1).update(silent_from_cents=rules.silent_from_cents)
    for one in dear_and_silent(rules, now):
        save_case(owner, now, now - dt.timedelta(hours=3), kind=CaseKind.SILENCE, wave=one.wave, client=one.client)
