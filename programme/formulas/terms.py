"""By which day a request about personal data must be answered."""

import datetime as dt
from calendar import monthrange
from collections.abc import Container
from itertools import count

WORKING_DAYS = 10
WEEKEND = (5, 6)


def ten_working_days(since: dt.date, holidays: Container[dt.date]) -> dt.date:
    """Return the tenth working day after the day of the request (152-FZ, articles 14, 20 and 21)."""
    later = (since + dt.timedelta(n) for n in count(1))
    working = (day for day in later if day.weekday() not in WEEKEND and day not in holidays)
    return next(day for number, day in enumerate(working, 1) if number == WORKING_DAYS)


def one_month(since: dt.date) -> dt.date:
    """Return the same day of the next month, or its last day (GDPR, article 12(3); Regulation 1182/71)."""
    year, month = since.year + since.month // 12, since.month % 12 + 1
    return dt.date(year, month, min(since.day, monthrange(year, month)[1]))
