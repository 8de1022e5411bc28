"""The plan of a day: calls with a time, then the queue as far as the day holds, then what is done."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from churn.models import CallerSettings, ExitCall, Leaver
from churn.queries.callers import CallerDay, caller_days, calls_made, settings_of
from churn.queries.queue import first_few
from company.models import User


@dataclass(frozen=True)
class DayPlan:
    """One person's calls of one day. `left_over` is what the day does not hold."""

    day: dt.date
    settings: CallerSettings
    timed: list[Leaver]
    then: list[Leaver]
    made: list[ExitCall]
    left_over: int

    @property
    def is_away(self) -> bool:
        """Say whether the person is away on the day."""
        return self.settings.is_away_on(self.day)

    @property
    def count(self) -> int:
        """How many calls are still to be made."""
        return len(self.timed) + len(self.then)

    @property
    def first(self) -> Leaver | None:
        """The call to begin with."""
        return next(iter([*self.timed, *self.then]), None)


def day_plan(*, user: User, today: dt.date) -> DayPlan:
    """Return the person's calls of today."""
    settings, made = settings_of(user), list(calls_made([user], today).select_related("leaver__client").order_by("called_at"))
    due = own_due(user, today)
    timed, rest = parted(due, today)
    then = first_few(rest, today, settings.calls_a_day - len(made) - len(timed))
    left_over = max(due.count() - len(timed) - len(then), 0)
    return DayPlan(today, settings, timed, then, made, left_over)


def tomorrow_plan(*, user: User, today: dt.date) -> DayPlan:
    """Return what is likely tomorrow: calls put off to it, then what today does not hold."""
    day, plan = today + dt.timedelta(1), day_plan(user=user, today=today)
    planned = [leaver.pk for leaver in [*plan.timed, *plan.then]]
    due = own_due(user, day).exclude(pk__in=planned)
    timed, rest = parted(due, day)
    then = first_few(rest, day, plan.settings.calls_a_day - len(timed))
    left_over = max(due.count() - len(timed) - len(then), 0)
    return DayPlan(day, plan.settings, timed, then, [], left_over)


def own_due(user: User, day: dt.date) -> QuerySet[Leaver]:
    """Return the calls given to the person that are due by the day."""
    return Leaver.objects.all().due(day).filter(caller=user).select_related("client")


def parted(due: QuerySet[Leaver], day: dt.date) -> tuple[list[Leaver], QuerySet[Leaver]]:
    """Part calls promised for an hour of the day from all the others."""
    at_an_hour = Q(next_call_on=day, next_call_at__isnull=False)
    return list(due.filter(at_an_hour).order_by("next_call_at", "pk")), due.exclude(at_an_hour)


def people_days(*, today: dt.date) -> list[CallerDay]:
    """Return the day of everybody who may sign in, the most senior first."""
    people = User.objects.filter(is_active=True).order_by("seniority", "id")
    return caller_days(people, Leaver.objects.all().due(today), today=today)
