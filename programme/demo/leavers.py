"""Who left the demo firm, who was called, what they said, who came back."""

import datetime as dt
import uuid
from itertools import cycle
from typing import Any

import numpy as np
from django.db.models import Window
from django.db.models.functions import Lead
from django.utils.translation import gettext

from churn.enums import CallOutcome, Detection, LeaverState
from churn.models import ExitCall, Leaver, Reason
from churn.services import ensure_reasons, ensure_script, find_leavers
from clients.models import Spell
from company.models import User
from programme.demo.attempts import grow_tree
from programme.demo.firm import MANAGER, OWNER
from programme.demo.texts import CALLS

FRESH_DAYS = 62
CALLED_FRESH, CALLED_OLD, REACHED = 0.76, 1.0, 0.76
SHARES = (0.16, 0.14, 0.12, 0.13, 0.1, 0.1, 0.07, 0.08, 0.03, 0.07)


def create_leavers(random: np.random.Generator, now: dt.datetime) -> None:
    """Find the leavers as the hourly task does, then add calls to those who left some time ago."""
    ensure_reasons()
    ensure_script()
    grow_tree()
    find_leavers(today=now.date())
    callers = {user.email: user for user in User.objects.filter(email__in=[OWNER, MANAGER])}
    reasons = {reason.name: reason for reason in Reason.objects.all()}
    for leaver in Leaver.objects.filter(state=LeaverState.QUEUED).order_by("client__external_id"):
        is_fresh = leaver.left_on > now.date() - dt.timedelta(days=FRESH_DAYS)
        if random.random() < (CALLED_FRESH if is_fresh else CALLED_OLD):
            caller = callers[OWNER if leaver.responsible_id or random.random() < 0.5 else MANAGER]
            add_call(random, leaver, caller, reasons, now)


def add_call(random: np.random.Generator, leaver: Leaver, caller: User, reasons: dict[str, Reason], now: dt.datetime) -> None:
    """Save one call: three of four people were reached."""
    days_since = (now.date() - leaver.left_on).days
    called = dt.datetime.combine(leaver.left_on, dt.time(8), now.tzinfo) + dt.timedelta(days=int(random.random() * min(45, days_since)))
    later = now.date() + dt.timedelta(days=int(3 + random.random() * 40))
    if random.random() > REACHED:
        save_call(leaver, caller, called, random, outcome=CallOutcome.NO_ANSWER, next_call_on=later)
        Leaver.objects.filter(pk=leaver.pk).update(next_call_on=later, n_calls=1)
        return
    reason, words, condition = CALLS[int(random.choice(len(CALLS), p=SHARES))]
    call = save_call(
        leaver,
        caller,
        called,
        random,
        outcome=CallOutcome.TALKED,
        words=words,
        is_within_power=bool(condition),
        would_return=bool(condition),
        return_condition=condition,
    )
    call.reasons.add(reasons[gettext(reason)])
    fate = {"state": LeaverState.TALKED, "next_call_on": later} if condition else {"state": LeaverState.CLOSED}
    Leaver.objects.filter(pk=leaver.pk).update(**fate, n_calls=1)


def save_call(leaver: Leaver, caller: User, called: dt.datetime, random: np.random.Generator, **fields: Any) -> ExitCall:
    """Save a call with what both kinds share."""
    return ExitCall.objects.create(
        leaver=leaver,
        caller=caller,
        responsible_id=leaver.responsible_id,
        called_at=called,
        request_key=uuid.UUID(bytes=random.bytes(16)),
        **fields,
    )


def create_returned(random: np.random.Generator, now: dt.datetime) -> None:
    """Save those of the last year who had left and buy again; a third of them had been called."""
    owner = User.objects.get(email=OWNER)
    reasons = {reason.name: reason for reason in Reason.objects.all()}
    mendable = cycle(said for said in CALLS if said[2])
    for spell, returned_on in silences_that_ended(now.date() - dt.timedelta(days=365)):
        left_on = spell.last_day + dt.timedelta(days=spell.patience + 1)
        leaver = Leaver.objects.create(
            client=spell.client,
            last_purchase_on=spell.last_day,
            left_on=left_on,
            noticed_on=left_on,
            detection=Detection.RHYTHM if spell.n_days > 2 else Detection.RECENCY,
            at_risk_cents=max(spell.cents, 0),
            state=LeaverState.RETURNED,
            returned_on=returned_on,
        )
        days_gone = (returned_on - left_on).days
        if days_gone > 4 and random.random() < 0.34:
            called = dt.datetime.combine(left_on, dt.time(12), now.tzinfo) + dt.timedelta(days=days_gone // 2)
            reason, words, condition = next(mendable)
            call = save_call(
                leaver,
                owner,
                called,
                random,
                outcome=CallOutcome.TALKED,
                words=words,
                is_within_power=True,
                would_return=True,
                return_condition=condition,
            )
            call.reasons.add(reasons[gettext(reason)])
            Leaver.objects.filter(pk=leaver.pk).update(n_calls=1)


def silences_that_ended(since: dt.date) -> list[tuple[Spell, dt.date]]:
    """Return stretches that ended after the day and were followed by another, with its first day."""
    following = Window(Lead("first_day"), partition_by="client_id", order_by="first_day")
    spells = Spell.objects.annotate(returned_on=following).select_related("client").order_by("client__external_id", "first_day")
    return [
        (spell, spell.returned_on) for spell in spells if spell.returned_on and spell.last_day + dt.timedelta(days=spell.patience) >= since
    ]
