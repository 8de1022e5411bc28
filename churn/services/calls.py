"""Recording a call: once, by the right person, with everything that follows from it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from churn.access import call_rule
from churn.enums import OPEN_STATES, CallOutcome, LeaverState
from churn.models import ExitCall, Leaver, Reason, ScriptVersion
from churn.services.callers import FREE
from churn.services.leases import held_by
from churn.services.reason_merges import living
from churn.services.told_turns import note_told
from clients.models import Client
from company.models import User
from touchpoints.models import Action
from touchpoints.services import create_action


class CallError(ValueError):
    """A call that breaks a rule; the text says which."""


class CallConflictError(CallError):
    """Somebody else has already saved a call to this leaver."""


@dataclass(frozen=True)
class CallRecord:
    """What the caller noted."""

    outcome: CallOutcome
    request_key: uuid.UUID
    attempt: int
    words: str = ""
    reasons: Sequence[Reason] = ()
    is_within_power: bool | None = None
    would_return: bool | None = None
    return_condition: str = ""
    action_owner: User | None = None
    action_due_on: dt.date | None = None
    second_score: int | None = None
    next_call_on: dt.date | None = None
    next_call_at: dt.time | None = None
    script: ScriptVersion | None = None
    do_not_call: bool = False
    steps_done: Sequence[int] = field(default_factory=list)

    @property
    def was_reached(self) -> bool:
        """Say whether there was a talk."""
        return self.outcome == CallOutcome.TALKED


@transaction.atomic
def record_call(*, leaver: Leaver, record: CallRecord, actor: User) -> ExitCall:
    """Save a call once, move the leaver on, and create the action that would bring the Client back."""
    check_record(record)
    if known := ExitCall.objects.filter(request_key=record.request_key, leaver=leaver).first():
        return known
    if not call_rule(actor, leaver).may_call:
        raise CallError(_("This call is not yours: the person responsible never calls, and one call has one caller."))
    if not advance(leaver, record, actor):
        return saved_meanwhile(leaver, record)
    action = fixing_action(record, leaver, actor)
    call = ExitCall.objects.create(leaver=leaver, caller=actor, action=action, **fields_of(record, leaver, actor))
    call.reasons.set(living(record.reasons) if record.was_reached else [])
    note_told(call)
    if record.do_not_call:
        Client.objects.filter(pk=leaver.client_id).update(do_not_call=True)
    return call


def check_record(record: CallRecord) -> None:
    """Refuse a talk without a reason, and a missed call that nobody will repeat."""
    if record.was_reached and not record.reasons:
        raise CallError(_("Mark at least one reason."))
    if not record.was_reached and not record.next_call_on and not record.do_not_call:
        raise CallError(_("Choose when to call again."))


def advance(leaver: Leaver, record: CallRecord, actor: User) -> bool:
    """Move the leaver on if nobody has done so since the page was opened."""
    begun = Leaver.objects.filter(pk=leaver.pk, n_calls=record.attempt, caller=actor, state__in=OPEN_STATES)
    return bool(begun.update(**state_after(leaver, record)))


def state_after(leaver: Leaver, record: CallRecord) -> dict[str, Any]:
    """Return where the leaver stands after the call. An exception allows one call, so it ends here."""
    values: dict[str, Any] = {
        "n_calls": record.attempt + 1,
        "draft": {},
        "state": next_state(leaver, record),
        "next_call_on": None if record.do_not_call else record.next_call_on,
        **FREE,
        "next_call_at": record.next_call_at if record.next_call_on and not record.do_not_call else None,
    }
    return values | ({"exception_reason": "", "caller": None} if leaver.exception_reason else {})


def next_state(leaver: Leaver, record: CallRecord) -> str:
    """Say what the call makes of the case: without a next date a talk closes it."""
    if record.do_not_call or (record.was_reached and not record.next_call_on):
        return LeaverState.CLOSED
    return LeaverState.TALKED if record.was_reached else leaver.state


def saved_meanwhile(leaver: Leaver, record: CallRecord) -> ExitCall:
    """Return the same call sent twice at once, or say that another one came first."""
    if twin := ExitCall.objects.filter(request_key=record.request_key, leaver=leaver).first():
        return twin
    raise CallConflictError(_("Another call to this Client has just been saved. Look at it, then add yours."))


def fields_of(record: CallRecord, leaver: Leaver, actor: User) -> dict[str, Any]:
    """Return the columns of the call; what only a talk can bring is left out of a missed one."""
    talk = {
        "is_within_power": record.is_within_power,
        "would_return": record.would_return,
        "return_condition": record.return_condition,
        "second_score": record.second_score,
    }
    return {
        "responsible": leaver.responsible,
        "exception_reason": leaver.exception_reason if actor.pk == leaver.responsible_id else "",
        "outcome": record.outcome,
        "attempt": record.attempt + 1,
        "is_rehearsal": leaver.is_rehearsal,
        "words": record.words,
        "next_call_on": None if record.do_not_call else record.next_call_on,
        "do_not_call": record.do_not_call,
        "script": record.script,
        "steps_done": list(record.steps_done),
        "request_key": record.request_key,
        **(talk if record.was_reached else {}),
    }


def fixing_action(record: CallRecord, leaver: Leaver, actor: User) -> Action | None:
    """Create the action the Client waits for, when the caller asked for one."""
    if not (record.was_reached and record.return_condition and record.action_owner and record.action_due_on):
        return None
    return create_action(
        title=record.return_condition[:200],
        owner=record.action_owner,
        due_on=record.action_due_on,
        actor=actor,
        details=record.words,
        expected_effect=str(_("{name} comes back")).format(name=leaver.client)[:200],
        request_key=uuid.uuid5(record.request_key, "action"),
    )


@transaction.atomic
def save_draft(*, leaver: Leaver, attempt: int, draft: dict[str, Any], actor: User) -> bool:
    """Keep what the caller has typed so far; say no when the call was saved meanwhile or is somebody else's."""
    mine = Leaver.objects.filter(pk=leaver.pk, caller=actor, n_calls=attempt, state__in=OPEN_STATES)
    return bool(mine.update(draft=draft, **held_by(actor, timezone.now())))
