"""Fixing what Clients left for: actions beside reasons, and a second call to those who named them."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from churn.enums import LeaverState
from churn.models import Leaver, Reason
from churn.queries import to_reopen
from churn.services.finding import FINDING_LOCK
from churn.services.setup import wait_for_turn
from churn.services.sharing import assign_callers
from company.models import User
from touchpoints.models import Action


@transaction.atomic
def set_reasons(*, action: Action, reasons: Iterable[Reason], actor: User) -> None:
    """Say which reasons of leaving an action removes."""
    del actor
    action.reasons.set(reasons)


@transaction.atomic
def queue_call_back(*, action: Action, today: dt.date, actor: User) -> int:
    """Put those who named what the done action removed back into the queue for today; return how many."""
    wait_for_turn(FINDING_LOCK)
    chosen: dict[int, int] = {}
    for pk, client in to_reopen(action, actor).values_list("pk", "client"):
        chosen.setdefault(client, pk)
    closed = Leaver.objects.filter(pk__in=chosen.values(), state=LeaverState.CLOSED)
    queued = closed.update(state=LeaverState.TALKED, next_call_on=today)
    assign_callers(today=today)
    return queued
