"""How the demo firm came to its calls: tries before anybody answered, quarrels before the silence, scripts, callers, a rehearsal."""

import datetime as dt
import uuid

import numpy as np
from django.db.models import DateTimeField
from django.db.models.functions import Cast
from django.utils.translation import gettext

from churn import queries
from churn.enums import CallOutcome, LeaverState, ReasonGroup
from churn.models import ExitCall, Leaver, Reason, ScriptVersion
from churn.services import add_reason, begin_rehearsal, merge_reasons, reassign, save_caller, save_script
from clients.enums import IncidentKind
from clients.models import Incident, Segment
from company.models import User
from programme.demo.firm import CLERK, MANAGER, OWNER
from programme.demo.texts import DOUBLE, FIRM_STEPS, HANDED_BECAUSE, QUARRELS

SEED = 38
TRIES = (0.4, 0.27, 0.17, 0.1, 0.06)
LATER_SHARE, SCORED_SHARE, QUARREL_SHARE, CLOSED_SHARE = 0.2, 0.6, 0.1, 0.7
FORGOTTEN = dt.timedelta(days=50)
"""A talk longer ago than this is closed more often than not: there is nothing to call about until something is mended."""
REHEARSED = 4
HANDED = 2


def create_attempts(now: dt.datetime) -> None:
    """Save what surrounds the calls that `create_leavers` and `create_returned` saved."""
    random = np.random.default_rng(SEED)
    write_scripts(now)
    add_tries(random, now)
    merge_reasons(
        source=Reason.objects.get(name=DOUBLE), target=Reason.objects.get(name=gettext("Broke the promised date")), actor=owner_of()
    )
    add_quarrels(random, now.date())
    rehearse(now)
    hand_to_the_clerk(now)


def owner_of() -> User:
    """Return the owner of the firm."""
    return User.objects.get(email=OWNER)


def grow_tree() -> None:
    """Add a reason somebody entered twice; it is merged once its calls are there."""
    branch = Reason.objects.get(name=gettext("We did not keep a promise"))
    add_reason(group=ReasonGroup.OURSELVES, name=DOUBLE, is_within_power=True, parent=branch, actor=User.objects.get(email=MANAGER))


def write_scripts(now: dt.datetime) -> None:
    """Keep two versions of the script for firms, older than the calls by it."""
    firms, manager = Segment.objects.get(name="Компании"), User.objects.get(email=MANAGER)
    ScriptVersion.objects.update(created_at=now - dt.timedelta(days=400))
    steps = queries.script_for(None).steps
    versions = ((95, "Для компаний: спрашиваем, кто решает", FIRM_STEPS[:1]), (21, "Добавили вопрос о форме к сезону", FIRM_STEPS))
    for days_ago, note, more in versions:
        added = [{"title": title, "say": say} for title, say in more]
        version = save_script(steps=[*steps[:2], *added, *steps[2:]], actor=manager, segment=firms, note=note)
        ScriptVersion.objects.filter(pk=version.pk).update(created_at=now - dt.timedelta(days=days_ago))


def add_tries(random: np.random.Generator, now: dt.datetime) -> None:
    """Put tries nobody answered before most calls, and say at what hour, by which script and with what score each ended."""
    calls = list(ExitCall.objects.select_related("leaver__client").order_by("leaver__client__external_id", "leaver__left_on"))
    scripts = list(ScriptVersion.objects.order_by("created_at"))
    tries: list[ExitCall] = []
    for call in calls:
        call.called_at = moment(random, call.called_at.astimezone(now.tzinfo).date(), now)
        days = earlier_days(random, call)
        call.attempt = call.leaver.n_calls = len(days) + 1
        tries += [one_try(random, call, days, number, now) for number in range(len(days))]
        finish(random, call, scripts, now)
    fields = ["called_at", "attempt", "script", "steps_done", "second_score"]
    ExitCall.objects.bulk_update(calls, fields, batch_size=500)
    Leaver.objects.bulk_update([call.leaver for call in calls], ["n_calls", "state", "next_call_on", "next_call_at"], batch_size=500)
    ExitCall.objects.bulk_create(tries)


def moment(random: np.random.Generator, day: dt.date, now: dt.datetime) -> dt.datetime:
    """Return a moment of the working day that is over already."""
    minutes = int(random.integers(9 * 60, 19 * 60))
    at = dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60), now.tzinfo)
    return min(at, now - dt.timedelta(minutes=10))


def earlier_days(random: np.random.Generator, call: ExitCall) -> list[dt.date]:
    """Return the days of the tries before a call, oldest first, none before the Client had left."""
    day, days = call.called_at.date(), []
    for pause in random.integers(2, 5, size=int(random.choice(len(TRIES), p=TRIES))):
        day -= dt.timedelta(days=int(pause))
        if day > call.leaver.left_on:
            days.append(day)
    return days[::-1]


def one_try(random: np.random.Generator, call: ExitCall, days: list[dt.date], number: int, now: dt.datetime) -> ExitCall:
    """Return a try that reached nobody, with the day of the next one."""
    is_later = random.random() < LATER_SHARE
    return ExitCall(
        leaver=call.leaver,
        caller_id=call.caller_id,
        responsible_id=call.responsible_id,
        called_at=moment(random, days[number], now),
        attempt=number + 1,
        outcome=CallOutcome.LATER if is_later else CallOutcome.NO_ANSWER,
        next_call_on=[*days, call.called_at.date()][number + 1],
        request_key=uuid.UUID(bytes=random.bytes(16)),
    )


def finish(random: np.random.Generator, call: ExitCall, scripts: list[ScriptVersion], now: dt.datetime) -> None:
    """Say by which script the call went, what score it ended with, and whether anything is left to call about."""
    is_talk, leaver = call.outcome == CallOutcome.TALKED, call.leaver
    known = [one for one in scripts if one.created_at <= call.called_at and one.segment_id in {None, leaver.client.segment_id}]
    call.script = max(known, key=lambda one: (one.segment_id is not None, one.created_at), default=None)
    steps = len(call.script.steps) if call.script else 0
    call.steps_done = list(range(int(random.integers(2, steps + 1)) if is_talk and steps else 0))
    if is_talk and random.random() < SCORED_SHARE:
        call.second_score = int(random.integers(4, 10) if call.would_return else random.integers(1, 7))
    if leaver.state == LeaverState.TALKED and now - call.called_at > FORGOTTEN and random.random() < CLOSED_SHARE:
        leaver.state, leaver.next_call_on = LeaverState.CLOSED, None
    if leaver.next_call_on and random.random() < 1 / 2:
        leaver.next_call_at = dt.time(int(random.integers(10, 19)), 30)


def add_quarrels(random: np.random.Generator, today: dt.date) -> None:
    """Save what went wrong between the last purchase and the silence; half of it we answered."""
    author = User.objects.get(email=MANAGER)
    incidents = []
    for number, leaver in enumerate(Leaver.objects.order_by("client__external_id", "left_on")):
        if random.random() > QUARREL_SHARE:
            continue
        words, answer = QUARRELS[number % len(QUARRELS)]
        day = min(leaver.last_purchase_on + dt.timedelta(days=int(random.integers(0, 4))), today)
        is_settled = bool(answer) and day + dt.timedelta(days=2) <= today
        incidents.append(
            Incident(
                client_id=leaver.client_id,
                kind=(IncidentKind.CONFLICT, IncidentKind.COMPLAINT)[number % 2],
                happened_on=day,
                words=words,
                answer=answer if is_settled else "",
                settled_on=day + dt.timedelta(days=2) if is_settled else None,
                author=author,
                request_key=uuid.UUID(bytes=random.bytes(16)),
            )
        )
    saved = Incident.objects.bulk_create(incidents)
    Incident.objects.filter(pk__in=[one.pk for one in saved]).update(created_at=Cast("happened_on", DateTimeField()))


def rehearse(now: dt.datetime) -> None:
    """Say who is away soon, and let the clerk practise on the least valuable leavers; one such call is made already."""
    today, owner = now.date(), owner_of()
    manager, clerk = User.objects.get(email=MANAGER), User.objects.get(email=CLERK)
    away_since, away_until = today + dt.timedelta(days=5), today + dt.timedelta(days=11)
    save_caller(user=manager, calls_a_day=10, away_since=away_since, away_until=away_until, actor=manager)
    begin_rehearsal(number=REHEARSED, caller=clerk, today=today, actor=owner)
    practised = Leaver.objects.filter(is_rehearsal=True).order_by("client__external_id").first()
    if practised is None:
        return
    ExitCall.objects.create(
        leaver=practised,
        caller=clerk,
        responsible_id=practised.responsible_id,
        called_at=now - dt.timedelta(hours=20),
        outcome=CallOutcome.NO_ANSWER,
        is_rehearsal=True,
        next_call_on=today,
        request_key=uuid.UUID(int=SEED),
    )
    Leaver.objects.filter(pk=practised.pk).update(n_calls=1, next_call_on=today)


def hand_to_the_clerk(now: dt.datetime) -> None:
    """Give the clerk two real calls of little money, with a word why: the manager is away soon."""
    clerk = User.objects.get(email=CLERK)
    waiting = Leaver.objects.all().due(now.date()).filter(is_rehearsal=False, n_calls=0).exclude(client__responsible__user=clerk)
    for leaver in waiting.exclude(responsible=clerk).order_by("at_risk_cents", "client__external_id")[:HANDED]:
        reassign(leaver=leaver, caller=clerk, note=HANDED_BECAUSE, actor=owner_of())
