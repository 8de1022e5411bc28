"""When to call again, which group of the queue a day belongs to, how long somebody was with us."""

import datetime as dt
from dataclasses import dataclass

PAUSES = (1, 3, 7, 14)
QUEUE_DAYS = 365
MONTH_ENDS = (30, 61, 92)
MORNING, NOON, EVENING = dt.time(10), dt.time(13), dt.time(17)


def next_attempt(today: dt.date, attempts: int) -> dt.date:
    """Return the day of the next attempt after so many: pauses of 1, 3, 7 and then 14 days each.

    >>> next_attempt(dt.date(2026, 5, 1), 2)
    datetime.date(2026, 5, 4)
    """
    return today + dt.timedelta(PAUSES[min(max(attempts, 1), len(PAUSES)) - 1])


def group_bounds(today: dt.date) -> tuple[dt.date, ...]:
    """Return the earliest day of leaving of the first, second and third month of the queue; older ones come last."""
    return tuple(today - dt.timedelta(days) for days in MONTH_ENDS)


def month_of_leaving(left_on: dt.date, today: dt.date) -> int:
    """Return the number of the group: 1, 2 and 3 months since leaving, 4 for longer."""
    return 1 + sum(left_on < bound for bound in group_bounds(today))


@dataclass(frozen=True)
class Stretch:
    """A length of time in whole years and months; `days` when it is shorter than a month."""

    years: int
    months: int
    days: int


def stretch_between(start: dt.date, end: dt.date) -> Stretch:
    """Return the whole years and months from one day to another.

    >>> stretch_between(dt.date(2023, 9, 30), dt.date(2026, 11, 30))
    Stretch(years=3, months=2, days=1157)
    """
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return Stretch(max(months, 0) // 12, max(months, 0) % 12, (end - start).days)


def next_hour(now: dt.time) -> dt.time:
    """Return the hour to try again at: who was not in by day may be in by evening, and the other way round.

    >>> next_hour(dt.time(10, 20))
    datetime.time(17, 0)
    """
    return EVENING if now < NOON else MORNING
