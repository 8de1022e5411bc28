"""When a letter may leave: weekdays and hours of the recipient's own zone, spread evenly over several days.

A person's moment follows from a stable hash, so planning the same wave again gives the same moment. A day whose window the change of
clocks swallows whole is left out; an hour that the clocks repeat counts from its first passing.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

LONGEST_WAIT = 15
DAY = dt.timedelta(days=1)

Stretch = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Window:
    """Days of the week (Monday is 0) and hours, `hour_to` exclusive, in a zone."""

    weekdays: frozenset[int]
    hour_from: int
    hour_to: int
    zone: str

    def on(self, day: dt.date) -> Stretch | None:
        """Return the beginning and the end of the window on a day, in UTC; None where there is none."""
        if day.weekday() not in self.weekdays:
            return None
        begin, end = self.moment(day, self.hour_from), self.moment(day, self.hour_to)
        return (begin, end) if begin < end else None

    def moment(self, day: dt.date, hour: int) -> dt.datetime:
        """Return an o'clock of the zone in UTC; 24 is the midnight that ends the day."""
        day, hour = (day + DAY, 0) if hour == 24 else (day, hour)
        return dt.datetime.combine(day, dt.time(hour), tzinfo=ZoneInfo(self.zone)).astimezone(dt.UTC)


def place_of(key: str) -> float:
    """Return the key's place from 0 to 1, the same for ever and evenly spread over keys."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48


def next_open(moment: dt.datetime, window: Window) -> dt.datetime:
    """Return the moment itself if letters may leave then, else the next one at which they may."""
    first = moment.astimezone(ZoneInfo(window.zone)).date()
    for offset in range(LONGEST_WAIT):
        stretch = window.on(first + offset * DAY)
        if stretch and moment < stretch[1]:
            return max(moment, stretch[0])
    return moment


@lru_cache(maxsize=512)
def stretches(window: Window, opens: dt.datetime, closes: dt.datetime, days: int) -> tuple[Stretch, ...]:
    """Return the first so many windows between two moments, cut to them."""
    found: list[Stretch] = []
    zone = ZoneInfo(window.zone)
    day, last = opens.astimezone(zone).date(), closes.astimezone(zone).date()
    while day <= last and len(found) < days:
        stretch = window.on(day)
        begin, end = (max(stretch[0], opens), min(stretch[1], closes)) if stretch else (closes, closes)
        if begin < end:
            found.append((begin, end))
        day += DAY
    return tuple(found)


def due_at(place: float, window: Window, opens: dt.datetime, closes: dt.datetime, days: int) -> dt.datetime:
    """Return when the person at this place gets the letter: at the first open moment, or evenly over the windows of several days."""
    open_times = stretches(window, opens, closes, days) if days > 1 else ()
    rest = place * sum((end - begin).total_seconds() for begin, end in open_times)
    for begin, end in open_times:
        length = (end - begin).total_seconds()
        if rest < length:
            return begin + dt.timedelta(seconds=int(rest))
        rest -= length
    return next_open(opens, window)
