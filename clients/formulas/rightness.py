"""How right a Client is for the company, 0 to 100, from five criteria (R19). `clients/queries/rightness.py` computes the same in SQL.

Each part runs from 0 (bad) to 100 (good). What nothing is known of is left out and the other weights share its place.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

YEAR = 365
ENOUGH_PEERS = 20
"""A segment with fewer Clients who bought is too small to be a measure: its Clients are compared with everybody."""
BILL_DAYS = 730
LATE_LIMIT = 60
FADING_DAYS = 90
STRONGEST = 3


@dataclass(frozen=True)
class Weights:
    """How much each criterion counts, 0 to 10."""

    rarely: int = 3
    little: int = 3
    late: int = 2
    demands: int = 1
    rude: int = 1


@dataclass(frozen=True)
class Parts:
    """The five parts of one Client; None where nothing is known."""

    rarely: int
    little: int
    late: int | None = None
    demands: int | None = None
    rude: int | None = None


def half_up(number: Fraction) -> int:
    """Round a number that is not negative, halves up.

    >>> half_up(Fraction(5, 2))
    3
    """
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def days_a_year(n_days: int, first_day: dt.date, last_day: dt.date) -> Fraction:
    """Return purchase days a year between the first and the last one, both included; a shorter time counts as a year."""
    return Fraction(n_days * YEAR, max(YEAR, (last_day - first_day).days + 1))


def place_among(values: Sequence[Fraction], own: Fraction) -> int:
    """Return how many of 100 like them have less; equal ones count half. `own` is among the values.

    >>> place_among([Fraction(1), Fraction(2), Fraction(2), Fraction(9)], Fraction(2))
    50
    """
    below, equal = sum(value < own for value in values), sum(value == own for value in values)
    return half_up(Fraction(100 * (2 * below + equal), 2 * len(values)))


def late_part(bills: Iterable[tuple[int, int]]) -> int | None:
    """Return 100 for (days late, amount) always in time, 0 from 60 days of mean delay on; larger amounts weigh more. None without bills."""
    known = list(bills)
    money = sum(cents for _days, cents in known)
    if not money:
        return None
    mean = Fraction(sum(max(days, 0) * cents for days, cents in known), money)
    return half_up(max(Fraction(0), 100 - mean * 100 / LATE_LIMIT))


def mark_strength(degree: int, made_on: dt.date, taken_back_on: dt.date | None, today: dt.date) -> Fraction:
    """Return how strongly a mark speaks: its degree, and once taken back ever less for 90 days; taken back at once, not at all."""
    if taken_back_on is None:
        return Fraction(degree)
    if taken_back_on == made_on:
        return Fraction(0)
    return max(Fraction(0), degree * (1 - Fraction((today - taken_back_on).days, FADING_DAYS)))


def mark_part(strengths: Iterable[Fraction]) -> int | None:
    """Return what the strongest mark leaves of 100; None when no mark speaks."""
    strongest = max(strengths, default=Fraction(0))
    return half_up(100 - strongest * 100 / STRONGEST) if strongest > 0 else None


def weighted(pairs: Iterable[tuple[int | None, int]]) -> int | None:
    """Return the mean of the known parts by their weights, None when none of them weighs."""
    known = [(part, weight) for part, weight in pairs if part is not None]
    total = sum(weight for _part, weight in known)
    return half_up(Fraction(sum(part * weight for part, weight in known), total)) if total else None


def right_score(parts: Parts, weights: Weights) -> int | None:
    """Return the score. A mark never raises it: its part counts at most as much as what was measured.

    >>> right_score(Parts(rarely=80, little=60), Weights())
    70
    >>> right_score(Parts(rarely=80, little=60, rude=0), Weights())
    60
    >>> right_score(Parts(rarely=10, little=20, demands=67), Weights())
    15
    """
    measured_by = [(parts.rarely, weights.rarely), (parts.little, weights.little), (parts.late, weights.late)]
    measured = weighted(measured_by)
    marks = [(parts.demands, weights.demands), (parts.rude, weights.rude)]
    capped = [(part if part is None or measured is None else min(part, measured), weight) for part, weight in marks]
    return weighted([*measured_by, *capped])
