"""Purchases written as lines of text: a Client, a day and, if known, an amount."""

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation

import numpy as np

from metrics.formulas.judgement import Past

SIGNS = ";\t,"
Days = Mapping[str, set[dt.date]]


class BadLineError(ValueError):
    """A line that says no purchase; the text says which."""


def days_of_lines(lines: Iterable[str]) -> Days:
    """Gather each Client's purchase days; amounts below zero are returns and no purchases. A first line without a day is a heading."""
    days: dict[str, set[dt.date]] = defaultdict(set)
    for number, cells in enumerate(cells_of(lines), start=1):
        day = day_of(cells)
        if day is None and number > 1 and any(cells):
            raise BadLineError(f"Line {number}: no day like 1997-09-30 in the second column")
        if day is not None and not is_return(cells):
            days[cells[0].strip()].add(day)
    return days


def cells_of(lines: Iterable[str]) -> Iterator[list[str]]:
    """Cut lines at whichever sign the first of them has."""
    rows = iter(lines)
    first = next(rows, "")
    sign = next((sign for sign in SIGNS if sign in first), ",")
    yield from csv.reader([first], delimiter=sign)
    yield from csv.reader(rows, delimiter=sign)


def day_of(cells: list[str]) -> dt.date | None:
    """Read the day in the second column."""
    with suppress(ValueError, IndexError):
        return dt.date.fromisoformat(cells[1].strip()[:10])
    return None


def is_return(cells: list[str]) -> bool:
    """Say whether the third column is an amount below zero."""
    with suppress(InvalidOperation, IndexError):
        return Decimal(cells[2].strip().replace(",", ".")) < 0
    return False


def past_of_days(days: Days, *, cut: dt.date, horizon: int) -> Past:
    """Return what was known of everybody on a day, and what they bought in so many days after it."""
    until, rows = cut + dt.timedelta(horizon), []
    for each in days.values():
        known = sorted(day for day in each if day <= cut)
        if known:
            after = sum(cut < day <= until for day in each)
            rows.append((len(known) - 1, (known[-1] - known[0]).days, (cut - known[0]).days, after))
    if not rows:
        raise BadLineError(f"Nobody had bought anything by {cut}")
    repeats, recency, age, bought = np.array(rows, dtype=np.int64).T
    return Past(repeats, recency, age, bought, horizon)
