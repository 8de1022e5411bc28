"""Reminders of a visit: whose time has come, who would get a letter, what came of it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Greatest, Least, NullIf

from clients.enums import ReminderSkip, ReminderTiming
from clients.formulas.rhythm import ENOUGH_DAYS, LONGEST_GAP, SHORTEST_GAP
from clients.models import Client, Purchase, ReminderTurn, VisitReminder
from common.assignment import is_held_out
from mailing.queries import suppressed_addresses

LATEST_DAYS = 14
"""Who has been due for longer is left in peace: switching a reminder on does not write to those long gone."""
WEEK = 7


def gap_of(reminder: VisitReminder) -> Value | Least:
    """Return the expression for the days from a Client's last purchase to the reminder; `usual_gap_days` in SQL."""
    if reminder.timing == ReminderTiming.FIXED:
        return Value(reminder.after_days, output_field=IntegerField())
    span = Func(F("sum__last_day"), F("sum__first_day"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())
    gaps = F("sum__n_days") - 1
    rounded = (span * 2 + gaps) / NullIf(gaps * 2, 0)
    return Least(Greatest(rounded, SHORTEST_GAP), LONGEST_GAP, output_field=IntegerField())


def reminded(reminder: VisitReminder) -> QuerySet[Any]:
    """Return the Clients a reminder is for, each with `due_on`; one that is not saved yet has no segments."""
    found: QuerySet[Any] = Client.objects.filter(sum__isnull=False)
    if segments := segment_ids(reminder):
        found = found.filter(segment__in=segments)
    if reminder.product:
        last = Purchase.objects.filter(client=OuterRef("pk"), day=OuterRef("sum__last_day"), product__icontains=reminder.product)
        found = found.filter(Exists(last))
    if reminder.timing == ReminderTiming.RHYTHM:
        found = found.filter(sum__n_days__gte=ENOUGH_DAYS)
    dated: QuerySet[Any] = found.annotate(due_on=ExpressionWrapper(F("sum__last_day") + gap_of(reminder), output_field=DateField()))
    return dated


def segment_ids(reminder: VisitReminder) -> list[int]:
    """Return the ids of the segments of a saved reminder."""
    return list(reminder.segments.values_list("pk", flat=True)) if reminder.pk else []


def due_clients(reminder: VisitReminder, today: dt.date, *, ahead: int = 0) -> QuerySet[Any]:
    """Return the Clients whose time came in the last 14 days (or comes within so many days) and who had no turn after this purchase."""
    had = ReminderTurn.objects.filter(reminder=reminder, client=OuterRef("pk"), last_day=OuterRef("sum__last_day"))
    window = (today - dt.timedelta(days=LATEST_DAYS - 1), today + dt.timedelta(days=ahead))
    # A purchase is never older than the longest gap before the window: lets the index on last_day narrow the search.
    oldest = window[0] - dt.timedelta(days=max(LONGEST_GAP, reminder.after_days or 0))
    found = reminded(reminder).filter(sum__last_day__gte=oldest, sum__last_day__lt=window[1], due_on__range=window)
    return found.filter(~Exists(had)).select_related("sum", "branch").order_by("due_on", "pk")


@dataclass(frozen=True)
class Turn:
    """A Client whose time came, and what is to be done: a letter, nothing for the sake of comparison, nothing for a reason."""

    client: Client
    due_on: dt.date
    skip_reason: str
    is_held_out: bool


def turns_of(reminder: VisitReminder, clients: Iterable[Any]) -> list[Turn]:
    """Decide about each of the Clients. Only those who could be written to are held out, else the groups would not compare."""
    people = list(clients)
    suppressed = suppressed_addresses(person.email for person in people if person.email)
    written = written_after(reminder, people)
    turns = []
    for person in people:
        reason = skip_reason(person, suppressed, written)
        held = not reason and is_held_out(experiment_of(reminder), person.pk, reminder.held_out_percent)
        turns.append(Turn(person, person.due_on, reason, held))
    return turns


def experiment_of(reminder: VisitReminder) -> str:
    """Return the name under which the Clients of a reminder are parted: the same Client stays on the same side."""
    return f"visit-reminder-{reminder.pk}"


def written_after(reminder: VisitReminder, people: list[Client]) -> set[tuple[int, dt.date]]:
    """Return (Client, last purchase) where another reminder has written already."""
    others = ReminderTurn.objects.filter(client__in=people, skip_reason="", is_held_out=False).exclude(reminder=reminder.pk)
    return set(others.values_list("client", "last_day"))


def skip_reason(person: Client, suppressed: set[str], written: set[tuple[int, dt.date]]) -> str:
    """Return why the Client gets no letter; nothing if one may be sent."""
    if not person.email:
        return ReminderSkip.NO_EMAIL
    if person.do_not_mail:
        return ReminderSkip.DO_NOT_MAIL
    if person.email in suppressed:
        return ReminderSkip.SUPPRESSED
    return ReminderSkip.OTHER_REMINDER if (person.pk, person.sum.last_day) in written else ""


@dataclass(frozen=True)
class Forecast:
    """What the next seven days would bring: letters, held out, left in peace and why; the first who would get a letter."""

    letters: int
    held_out: int
    skipped: list[tuple[ReminderSkip, int]]
    example: Client | None


def forecast(reminder: VisitReminder, today: dt.date) -> Forecast:
    """Return what a reminder would do this week if it went on now."""
    turns = turns_of(reminder, due_clients(reminder, today, ahead=WEEK - 1))
    reasons = Counter(turn.skip_reason for turn in turns if turn.skip_reason)
    written = [turn.client for turn in turns if not turn.skip_reason and not turn.is_held_out]
    return Forecast(
        letters=len(written),
        held_out=sum(turn.is_held_out for turn in turns),
        skipped=[(reason, reasons[reason]) for reason in ReminderSkip if reasons[reason]],
        example=written[0] if written else None,
    )


def latest_buyer(reminder: VisitReminder) -> Client | None:
    """Return the Client of the reminder who bought last: somebody real to preview a letter with when nobody is due."""
    found: Client | None = reminded(reminder).exclude(email="").select_related("sum", "branch").order_by("-sum__last_day", "pk").first()
    return found


def reminder_rows() -> QuerySet[VisitReminder]:
    """Return the reminders with how many were written to, held out and left in peace."""
    written = Q(turns__skip_reason="", turns__is_held_out=False)
    return VisitReminder.objects.select_related("template").annotate(
        n_written=Count("turns", filter=written),
        n_held_out=Count("turns", filter=Q(turns__is_held_out=True)),
        n_skipped=Count("turns", filter=~Q(turns__skip_reason="") & Q(turns__isnull=False)),
    )


def reminder_turns(reminder: VisitReminder, group: str) -> QuerySet[ReminderTurn]:
    """Return the turns of one group, newest first: written, held or skipped; any other name is all."""
    groups = {"written": Q(skip_reason="", is_held_out=False), "held": Q(is_held_out=True), "skipped": ~Q(skip_reason="")}
    return ReminderTurn.objects.filter(groups.get(group, Q()), reminder=reminder).select_related("client")
