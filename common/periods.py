"""Months and other stretches of days."""

import datetime as dt


def month_of(day: dt.date) -> dt.date:
    """Return the first day of the day's month."""
    return day.replace(day=1)


def add_months(month: dt.date, count: int) -> dt.date:
    """Return the first day of the month so many months later."""
    index = month.year * 12 + month.month - 1 + count
    return dt.date(index // 12, index % 12 + 1, 1)


def months_back(last: dt.date, count: int) -> list[dt.date]:
    """Return `count` months ending with the month of `last`, oldest first."""
    return [add_months(month_of(last), offset - count + 1) for offset in range(count)]
