"""The purchases of the CDNOW customers as the models look at them."""

import csv
import datetime as dt
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
from django.conf import settings

from metrics.formulas.buying import Array, Histories, Whole

CUT = dt.date(1997, 9, 30)
FILE = Path(settings.BASE_DIR) / "tests" / "data" / "cdnow_purchases.csv"
WEEK = 7


@cache
def days_of_clients() -> list[list[dt.date]]:
    """Return everybody's purchase days in order."""
    days: dict[str, set[dt.date]] = defaultdict(set)
    with FILE.open() as file:
        for row in csv.DictReader(file):
            days[row["client_id"]].add(dt.date.fromisoformat(row["date"]))
    return [sorted(each) for each in days.values()]


def known_at(cut: dt.date, people: list[list[dt.date]] | None = None) -> tuple[Whole, Whole, Whole]:
    """Return (x, t_x, T) in days of everybody who had bought by the day."""
    known = [[day for day in days if day <= cut] for days in people or days_of_clients()]
    rows = [(len(days) - 1, (days[-1] - days[0]).days, (cut - days[0]).days) for days in known if days]
    repeats, recency, age = np.array(rows, dtype=np.int64).T
    return repeats, recency, age


def bought_after(cut: dt.date, until: dt.date, people: list[list[dt.date]] | None = None) -> Array:
    """Return on how many days each of them bought after the cut."""
    return np.array([sum(cut < day <= until for day in days) for days in people or days_of_clients() if days[0] <= cut], dtype=float)


def in_weeks(cut: dt.date = CUT) -> Histories:
    """Return one row per Client, in weeks, as the published figures are."""
    repeats, recency, age = known_at(cut)
    return Histories(repeats.astype(float), recency / WEEK, age / WEEK, np.ones(repeats.size))
