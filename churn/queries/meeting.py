"""One sheet for the monthly meeting: the month, the reasons, the results, whom to call first, what to fix."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from churn.enums import Detection, LeaverState
from churn.models import Leaver, Reason
from churn.queries.queue import due_leavers
from churn.queries.result_facts import Scope
from churn.queries.results import MonthResults, ReasonResults, Results, result_tables
from common.periods import add_months
from company.models import User
from touchpoints.enums import OPEN_ACTION_STATES
from touchpoints.models import Action

MONTHS = 6
REASON_MONTHS = 3
FIRST_CALLS = 6


@dataclass(frozen=True)
class MonthCounts:
    """Who left in a month, noticed by silence or told of, and who came back in it, whenever they left."""

    silent: int
    told: int
    back: int


@dataclass(frozen=True)
class ToFix:
    """A reason within our power, how many named it, and what is being done about it."""

    reason: Reason
    n: int
    actions: list[Action]


@dataclass(frozen=True)
class Meeting:
    """What the sheet says. Months by leaving, newest first; reasons of the last three months."""

    month: dt.date
    counts: MonthCounts
    of_month: Results
    months: list[MonthResults]
    of_reasons: Results
    reasons: list[ReasonResults]
    first: list[Leaver]
    to_fix: list[ToFix]


def meeting(month: dt.date, *, today: dt.date, user: User, zone: str) -> Meeting:
    """Gather the sheet of a month; whom to call first is as of today."""
    last = add_months(month, 1) - dt.timedelta(1)
    long = result_tables(Scope(add_months(month, 1 - MONTHS), last, zone))
    short = result_tables(Scope(add_months(month, 1 - REASON_MONTHS), last, zone))
    return Meeting(
        month=month,
        counts=month_counts(month, last),
        of_month=next((row.sums for row in long.months if row.month == month), Results()),
        months=long.months,
        of_reasons=short.sums,
        reasons=short.reasons,
        first=list(due_leavers(user, today).filter(is_rehearsal=False)[:FIRST_CALLS]),
        to_fix=what_to_fix(short.reasons),
    )


def month_counts(first: dt.date, last: dt.date) -> MonthCounts:
    """Count who left between two days and who came back in them; rehearsal is left out."""
    left, told = Q(left_on__range=(first, last)), Q(detection=Detection.TOLD) | ~Q(told_note="")
    back = Q(state=LeaverState.RETURNED, returned_on__range=(first, last))
    counts = Leaver.objects.filter(is_rehearsal=False).aggregate(
        silent=Count("pk", filter=left & ~told), told=Count("pk", filter=left & told), back=Count("pk", filter=back)
    )
    return MonthCounts(**counts)


def what_to_fix(named: list[ReasonResults]) -> list[ToFix]:
    """Return the reasons within our power with the actions open against them."""
    ours = {row.reason.pk: row.sums.left for row in named if row.reason.is_within_power}
    open_actions = Prefetch("actions", Action.objects.filter(state__in=OPEN_ACTION_STATES).select_related("owner"))
    reasons = Reason.objects.filter(pk__in=ours).prefetch_related(open_actions)
    rows = [ToFix(reason, ours[reason.pk], list(reason.actions.all())) for reason in reasons]
    return sorted(rows, key=lambda row: (-row.n, row.reason.position, row.reason.pk))
