"""Sharing calls out: the most senior free person first, the freshest and most valuable leavers first."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from churn.enums import OPEN_STATES, QueueMonth
from churn.models import HandOver, Leaver
from churn.queries import CallerDay, available_callers, away_on, begun_calls, caller_days, heads, in_order, left_hanging, shareable, stuck
from churn.services.callers import FREE
from clients.models import Client
from company.models import User

NOBODY = {"caller": None, "caller_note": "", "exception_reason": "", "is_rehearsal": False} | FREE


@transaction.atomic
def assign_callers(*, today: dt.date) -> None:
    """Give every open leaver the most senior owner or manager who is not responsible, not away and whose day is not full.

    Calls somebody has begun or was given by a person stay where they are, unless that person is away. What fits into nobody's
    day waits with the most senior one. Safe to repeat: nothing moves unless somebody's day has changed.
    """
    now = timezone.now()
    follow_responsible()
    release(now)
    people = available_callers(today)
    if not people:
        return
    days = caller_days(people, begun_calls(now, today), today=today)
    share_out(shareable(now, today), left_hanging(now, today), days, today)
    give_the_rest(people, now, today)


def two_callers(today: dt.date) -> tuple[User | None, User | None]:
    """Return the most senior person who can call today, and the one who stands in for Clients of the first."""
    first, second = [*available_callers(today)[:2], None, None][:2]
    return first, second


def follow_responsible() -> None:
    """Copy responsible people who got an account only after the leaver was found; they stop being callers."""
    user = Client.objects.filter(pk=OuterRef("client_id")).values("responsible__user")[:1]
    late = Leaver.objects.filter(state__in=OPEN_STATES, responsible=None, client__responsible__user__isnull=False)
    late.filter(caller=F("client__responsible__user")).update(caller=None, caller_note="", **FREE)
    late.filter(taken_by=F("client__responsible__user")).update(**FREE)
    late.update(responsible=Subquery(user))


def release(now: dt.datetime) -> None:
    """Take calls from those who cannot make them."""
    for cases in stuck(now):
        Leaver.objects.filter(pk__in=cases.values("pk")).not_on_the_phone(now).update(**NOBODY)


def share_out(pool: QuerySet[Leaver], hanging: QuerySet[Leaver], days: list[CallerDay], today: dt.date) -> None:
    """Fill the days of the people one call after another; calls left hanging find a caller even when all days are full."""
    free = {day.user.pk: day.free for day in days}
    given: dict[int, list[Leaver]] = {}
    for leaver in in_order(locked(hanging), today):
        if taker := choose(leaver, free) or choose(leaver, dict.fromkeys(free, 1)):
            take_place(leaver, taker, free, given)
            HandOver.objects.create(leaver=leaver, from_caller_id=leaver.caller_id, to_caller_id=taker)
    for leaver in first_locked(pool, today, sum(free.values())):
        if taker := choose(leaver, free):
            take_place(leaver, taker, free, given)
    for taker, leavers in given.items():
        moved = [leaver.pk for leaver in leavers if leaver.caller_id != taker]
        Leaver.objects.filter(pk__in=moved).update(caller=taker, caller_note="", **FREE)


def first_locked(pool: QuerySet[Leaver], today: dt.date, count: int) -> list[Leaver]:
    """Hold so many rows, the first in the order of calling: of a long queue only their keys are looked up."""
    if not count:
        return []
    keys = heads(pool, today, dict.fromkeys(QueueMonth, count))
    return list(in_order(locked(Leaver.objects.filter(pk__in=keys)), today)[:count])


def locked(leavers: QuerySet[Leaver]) -> QuerySet[Leaver]:
    """Hold the rows, without waiting for those somebody is taking now."""
    known = leavers.annotate(now_responsible=F("client__responsible__user"))
    return known.select_for_update(of=("self",), skip_locked=True)


def choose(leaver: Leaver, free: dict[int, int]) -> int | None:
    """Return the first person with a place left who does not look after the Client."""
    responsible = {leaver.responsible_id, leaver.now_responsible}  # type: ignore[attr-defined]  # annotated by locked()
    return next((user for user, places in free.items() if places and user not in responsible), None)


def take_place(leaver: Leaver, taker: int, free: dict[int, int], given: dict[int, list[Leaver]]) -> None:
    """Count one call into the person's day."""
    free[taker] = max(free[taker] - 1, 0)
    given.setdefault(taker, []).append(leaver)


def give_the_rest(people: Iterable[User], now: dt.datetime, today: dt.date) -> None:
    """Give the calls that fit into nobody's day to the most senior person who may make them."""
    theirs_away = Leaver.objects.filter(pk__in=shareable(now, today).filter(away_on(today, "caller__")).values("pk"), taken_by=None)
    for user in [*people][:3]:
        theirs = Q(responsible=user) | Q(client__responsible__user=user)
        # Apart, so that those without a caller, who are few, are found by them and not among all.
        for waiting in (Leaver.objects.filter(caller=None), theirs_away):
            keys = waiting.filter(state__in=OPEN_STATES).exclude(theirs).values("pk")
            Leaver.objects.filter(pk__in=keys, taken_by=None).update(caller=user, caller_note="")
