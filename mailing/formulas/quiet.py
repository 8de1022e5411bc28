"""Quiet hours in a recipient's own time zone."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Quiet:
    """From one o'clock to another, also across midnight; equal hours mean no quiet."""

    start: int
    end: int

    def covers(self, hour: int) -> bool:
        """Say whether the hour of the day is quiet."""
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


def quiet_until(quiet: Quiet, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """Return when the quiet around the moment ends there, None if it is not quiet; an hour the clocks skip ends where they go on."""
    local = now.astimezone(zone)
    if not quiet.covers(local.hour):
        return None
    day = local.date() + dt.timedelta(days=local.hour >= quiet.end)
    return dt.datetime.combine(day, dt.time(quiet.end), tzinfo=zone).astimezone(dt.UTC)
