"""Who can call today: those who are not away, and how much of their day is left."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from churn.enums import LeaverState
from churn.models import CallerSettings, ExitCall, HandOver, Leaver
from churn.queries.finding import callers
from company.models import User
from company.queries import company_zone


@dataclass(frozen=True)
class CallerDay:
    """One person's day: how many calls it holds, how many are made and how many wait."""

    user: User
    settings: CallerSettings
    called: int
    due: int
    is_away: bool

    @property
    def free(self) -> int:
        """How many more calls fit into the day after those that wait."""
        return max(self.settings.calls_a_day - self.called - self.due, 0)


def away_on(day: dt.date, prefix: str = "") -> Q:
    """Return the condition that a user, found by the prefix, is away on the day."""
    return Q(**{f"{prefix}caller_settings__away_since__lte": day, f"{prefix}caller_settings__away_until__gte": day})


def is_away(user: User, day: dt.date) -> bool:
    """Say whether the user is away on the day."""
    return User.objects.filter(away_on(day), pk=user.pk).exists()


def available_callers(today: dt.date) -> list[User]:
    """Return the owners and managers who are not away, the most senior first."""
    return list(callers().exclude(away_on(today)))


def settings_of(user: User) -> CallerSettings:
    """Return how the person calls; without a saved row the usual way."""
    return CallerSettings.objects.filter(user=user).first() or CallerSettings(user=user)


def calls_made(users: Iterable[User], day: dt.date) -> QuerySet[ExitCall]:
    """Return the calls these people made on the company's day."""
    start = dt.datetime.combine(day, dt.time.min, company_zone())
    end = dt.datetime.combine(day + dt.timedelta(1), dt.time.min, company_zone())
    return ExitCall.objects.filter(caller__in=users, called_at__gte=start, called_at__lt=end)


def caller_days(people: Iterable[User], waiting: QuerySet[Leaver], *, today: dt.date) -> list[CallerDay]:
    """Return the day of each person; `waiting` are the calls that fill it."""
    users = list(people)
    saved = {row.user_id: row for row in CallerSettings.objects.filter(user__in=users)}
    made = dict(calls_made(users, today).order_by().values_list("caller").annotate(Count("pk")))
    due = dict(waiting.filter(caller__in=users).order_by().values_list("caller").annotate(Count("pk")))
    chosen = [(user, saved.get(user.pk) or CallerSettings(user=user)) for user in users]
    return [CallerDay(user, settings, made.get(user.pk, 0), due.get(user.pk, 0), settings.is_away_on(today)) for user, settings in chosen]


BY_HAND = Exists(HandOver.objects.filter(leaver=OuterRef("pk"), to_caller=OuterRef("caller")))
UNTOUCHED = Q(state=LeaverState.QUEUED, n_calls=0, draft={}, caller_note="", exception_reason="", is_rehearsal=False)
BEGUN = ~UNTOUCHED | BY_HAND
"""Said by conditions of a row: "not among the shareable" would read a long queue once for each of its rows."""


def shareable(now: dt.datetime, today: dt.date) -> QuerySet[Leaver]:
    """Return due calls that nobody has begun and nobody was given by a person: they go to whoever is free."""
    return Leaver.objects.all().due(today).not_on_the_phone(now).filter(UNTOUCHED).exclude(BY_HAND)


def begun_calls(now: dt.datetime, today: dt.date) -> QuerySet[Leaver]:
    """Return all other due calls."""
    return Leaver.objects.all().due(today).filter(BEGUN | Q(taken_until__gt=now))


def left_hanging(now: dt.datetime, today: dt.date) -> QuerySet[Leaver]:
    """Return due calls already begun, or given by a person, whose caller is away today."""
    theirs = Leaver.objects.all().due(today).not_on_the_phone(now).filter(BEGUN, away_on(today, "caller__"))
    return theirs.filter(exception_reason="", is_rehearsal=False)


def stuck(now: dt.datetime) -> tuple[QuerySet[Leaver], QuerySet[Leaver]]:
    """Return open cases whose caller cannot call: those who no longer sign in, and those who look after the Client by now.

    Apart, so that each is looked for from its few people: together they would take a look at every case and its Client.
    """
    cases = Leaver.objects.all().open().not_on_the_phone(now)
    return cases.filter(caller__is_active=False), cases.filter(caller=F("client__responsible__user"), exception_reason="")
