"""The days on which a repeating survey makes a wave."""

import calendar
import datetime as dt

from common.periods import add_months, month_of

WEEK = dt.timedelta(days=7)
MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


def turn_after(rhythm: str, day: dt.date, month_day: int) -> dt.date:
    """Return the turn that follows a day; `month_day` is the day of the month wanted, a shorter month takes its last.

    >>> turn_after("monthly", dt.date(2027, 2, 28), 31)
    datetime.date(2027, 3, 31)
    """
    if rhythm == "weekly":
        return day + WEEK
    month = add_months(month_of(day), MONTHS[rhythm])
    return month.replace(day=min(month_day, calendar.monthrange(month.year, month.month)[1]))


def first_turn_after(rhythm: str, day: dt.date, month_day: int, today: dt.date) -> dt.date:
    """Return the first turn later than today; turns that passed unnoticed in between are not made up for."""
    turn = turn_after(rhythm, day, month_day)
    while turn <= today:
        turn = turn_after(rhythm, turn, month_day)
    return turn
