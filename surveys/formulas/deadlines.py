"""Deadlines in working hours.

Hours are counted on the clock of UTC between the wall-clock ends of working days, so that a change to summer time inside a night
moves nothing and one inside a working day counts the hours that really pass.
"""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

import holidays

# Which country's public holidays a company keeps, by its currency; elsewhere only the weekdays count.
COUNTRIES = {"RUB": "RU", "BYN": "BY", "KZT": "KZ"}


@cache
def public_holidays(currency: str) -> Container[dt.date]:
    """Return the public holidays of the country whose money it is."""
    return holidays.country_holidays(COUNTRIES[currency]) if currency in COUNTRIES else frozenset()


@dataclass(frozen=True)
class WorkingWeek:
    """When the company works: weekdays (Monday is 0), from one full hour to another (24 is midnight), in its time zone."""

    zone: ZoneInfo
    days: frozenset[int] = frozenset(range(5))
    begins: int = 9
    ends: int = 18
    free: Container[dt.date] = field(default=frozenset())

    def works_on(self, day: dt.date) -> bool:
        """Say whether it is a working day."""
        return day.weekday() in self.days and day not in self.free

    def span(self, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """Return the ends of the day's working hours in UTC."""
        return self.moment(day, self.begins), self.moment(day, self.ends)

    def moment(self, day: dt.date, hour: int) -> dt.datetime:
        """Return a full hour of the day in UTC."""
        wall = dt.datetime.combine(day + dt.timedelta(days=hour // 24), dt.time(hour % 24), self.zone)
        return wall.astimezone(dt.UTC)


def deadline(start: dt.datetime, hours: int, week: WorkingWeek) -> dt.datetime:
    """Return the moment at which so many working hours have passed since the start."""
    left = dt.timedelta(hours=hours)
    first = start.astimezone(week.zone).date()
    for offset in count():
        day = first + dt.timedelta(days=offset)
        if not week.works_on(day):
            continue
        begins, ends = week.span(day)
        begins = max(begins, start)
        if ends > begins:
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
    raise AssertionError  # days do not end
