"""Cohorts: Clients by the month of their first purchase, and what they did in each month after it.

    share of a cell       = Clients of the cohort who bought in the month / all Clients of the cohort
    money per Client      = money of the cohort in the month / all Clients of the cohort, also those who bought nothing
    cumulative            = the same added up from the first month

Age 0 is the month of the first purchase itself, so its share is 1. Cohorts may be grouped by quarters; age stays in months, and a cell
of a quarter exists once all its three months have come so far: otherwise one month would stand for the quarter. The running month is
not over and is left out. Money less returns, so a month may be below zero.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from common.experiments import ShareDifference, compare_shares
from common.periods import add_months
from common.proportions import wilson_interval

AGES = 25
FEW = 30
HEAT = 7
MONTHS_PER_QUARTER = 3
COMPARED = 6
MONTHS_PER_YEAR = 12
COMPARED_AGES = (3, 1)


class Measure(StrEnum):
    """What a cell shows."""

    SHARE = "share"
    CLIENTS = "clients"
    PER_CLIENT = "money"
    CUMULATIVE = "sum"


@dataclass(frozen=True)
class Counted:
    """Clients who bought, their purchases and their money in one month."""

    clients: int = 0
    n: int = 0
    cents: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Add up two groups of Clients."""
        return Counted(self.clients + other.clients, self.n + other.n, self.cents + other.cents)


Counts = Mapping[tuple[dt.date, dt.date], Counted]


@dataclass(frozen=True)
class Cell:
    """What `base` Clients did when they were so many months old; `total_cents` is all they had brought by then."""

    age: int
    base: int
    counted: Counted
    total_cents: int

    @property
    def share(self) -> float:
        """The share who bought."""
        return self.counted.clients / self.base if self.base else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        return wilson_interval(self.counted.clients, self.base)

    @property
    def is_few(self) -> bool:
        """Say whether too few Clients stand behind the cell to lean on it."""
        return self.base < FEW

    def value(self, measure: Measure) -> float:
        """Return what the cell shows: a share, Clients, or minor units per Client."""
        match measure:
            case Measure.SHARE:
                return self.share
            case Measure.CLIENTS:
                return self.counted.clients
            case Measure.PER_CLIENT:
                return self.counted.cents / self.base if self.base else 0.0
            case Measure.CUMULATIVE:
                return self.total_cents / self.base if self.base else 0.0


@dataclass(frozen=True)
class Cohort:
    """Clients first seen in a month or a quarter that begins with `first`; one cell for each age they have all reached."""

    first: dt.date
    size: int
    cells: tuple[Cell, ...]

    @property
    def is_few(self) -> bool:
        """Say whether the cohort is too small to lean on."""
        return self.size < FEW


@dataclass(frozen=True)
class Group:
    """Some cohorts at one age: how many Clients, and how many of them bought then."""

    first: dt.date
    last: dt.date
    bought: int
    size: int

    @property
    def share(self) -> float:
        """The share who bought."""
        return self.bought / self.size if self.size else 0.0


@dataclass(frozen=True)
class Newer:
    """The newest cohorts beside those of the same months a year before, at the same age; `difference` is newer less older."""

    age: int
    newer: Group
    older: Group
    difference: ShareDifference

    @property
    def verdict(self) -> str:
        """Say `better` or `worse` when the difference is larger than chance, else `same`."""
        if not self.difference.is_seen:
            return "same"
        return "better" if self.difference.difference > 0 else "worse"


def cohort_of(months: Sequence[dt.date], counts: Counts, until: dt.date) -> Cohort:
    """Put the months of a cohort together; `until` is the first month that is not over."""
    ages = [age for age in range(AGES) if add_months(months[-1], age) < until]
    counted = [sum((counts.get((month, add_months(month, age)), Counted()) for month in months), Counted()) for age in ages]
    size = counted[0].clients if counted else 0
    totals = accumulate(each.cents for each in counted)
    cells = tuple(Cell(age, size, each, total) for age, each, total in zip(ages, counted, totals, strict=True))
    return Cohort(months[0], size, cells)


def cohorts_of(counts: Counts, *, until: dt.date, rows: int, by_quarter: bool) -> list[Cohort]:
    """List the last cohorts, oldest first; months or whole quarters in which nobody came are left out."""
    step = MONTHS_PER_QUARTER if by_quarter else 1
    end = add_months(until, -((until.month - 1) % step))
    firsts = [add_months(end, -step * (rows - row)) for row in range(rows)]
    found = [cohort_of([add_months(first, shift) for shift in range(step)], counts, until) for first in firsts]
    return [cohort for cohort in found if cohort.size]


def together(cohorts: Iterable[Cohort]) -> tuple[Cell, ...]:
    """Weigh the cohorts together: at each age those that have reached it, so the Clients behind it get fewer."""
    known, cells = list(cohorts), []
    for age in range(AGES):
        same = [cohort.cells[age] for cohort in known if age < len(cohort.cells)]
        if same:
            counted = sum((cell.counted for cell in same), Counted())
            cells.append(Cell(age, sum(cell.base for cell in same), counted, sum(cell.total_cents for cell in same)))
    return tuple(cells)


def heat_of(value: float, most: float) -> int:
    """Return the step of tint from 0 to 6, even steps from zero to the largest value."""
    return min(max(int(HEAT * value / most), 0), HEAT - 1) if most > 0 else 0


def group_at(counts: Counts, months: Sequence[dt.date], age: int) -> Group:
    """Add up some cohorts at one age."""
    bought = sum(counts.get((month, add_months(month, age)), Counted()).clients for month in months)
    return Group(months[0], months[-1], bought, sum(counts.get((month, month), Counted()).clients for month in months))


def newer_against_older(counts: Counts, *, until: dt.date) -> Newer | None:
    """Compare the six newest cohorts with those of the same six months a year before, three months after the first purchase or else one.

    The same months, because who comes in December may differ from who comes in May. None while either side has fewer than 30 Clients.
    """
    for age in COMPARED_AGES:
        last = add_months(until, -1 - age)
        months = [add_months(last, shift - COMPARED + 1) for shift in range(COMPARED)]
        newer = group_at(counts, months, age)
        older = group_at(counts, [add_months(month, -MONTHS_PER_YEAR) for month in months], age)
        found = compare_shares(newer.bought, newer.size, older.bought, older.size)
        if found and min(newer.size, older.size) >= FEW:
            return Newer(age, newer, older, found)
    return None
