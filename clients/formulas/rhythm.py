"""A Client's own rhythm: how long a silence is still usual for them, and the spells that follow from it.

`clients/queries/rollups.py` computes the same in SQL; a test holds the two together.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DEFAULT_PATIENCE = 180
"""Days allowed to a Client with fewer than three purchase days: too few gaps to speak of a rhythm."""
SHORTEST_PATIENCE, LONGEST_PATIENCE = 30, 365
GAPS_ALLOWED = 3
ENOUGH_DAYS = 3
SHORTEST_GAP, LONGEST_GAP = 7, 365


@dataclass(frozen=True)
class DayTotal:
    """What a Client did on a day: `n` purchases (returns are not counted) and their money with returns, in minor units."""

    n: int
    cents: int


@dataclass
class Stretch:
    """A spell under construction: purchase days so close that the Client never left."""

    first_day: dt.date
    last_day: dt.date
    patience: int
    n_days: int
    cents: int


def patience_days(purchase_days: Sequence[dt.date]) -> int:
    """Return the days of silence after which the Client counts as gone.

    Three mean gaps between the purchase days so far, rounded half up, kept within 30 and 365; 180 with fewer than three days.
    Days may come in any order and repeat.
    """
    days = sorted(set(purchase_days))
    if len(days) < ENOUGH_DAYS:
        return DEFAULT_PATIENCE
    gaps, span = len(days) - 1, (days[-1] - days[0]).days
    rounded = (2 * GAPS_ALLOWED * span + gaps) // (2 * gaps)
    return min(max(rounded, SHORTEST_PATIENCE), LONGEST_PATIENCE)


def usual_gap_days(first_day: dt.date, last_day: dt.date, n_days: int) -> int | None:
    """Return the mean gap between a Client's purchase days: the day they usually come again. None with fewer than three days.

    The mean gap, not the patience: patience is three gaps and tells when somebody is gone, which is too late for "it is time".
    Rounded half up and kept within 7 and 365, so that who buys daily is not written to daily.
    """
    if n_days < ENOUGH_DAYS:
        return None
    gaps, span = n_days - 1, (last_day - first_day).days
    return min(max((2 * span + gaps) // (2 * gaps), SHORTEST_GAP), LONGEST_GAP)


def spells_of(days: Mapping[dt.date, DayTotal]) -> list[Stretch]:
    """Cut a Client's days into spells, each ended by a silence longer than the patience known on its last day.

    A day with returns only is no purchase day: its money goes to the spell before it, or to the first one.
    """
    bought = sorted(day for day, total in days.items() if total.n)
    spells: list[Stretch] = []
    for position, day in enumerate(bought, start=1):
        patience = patience_days(bought[:position])
        if spells and (day - spells[-1].last_day).days <= spells[-1].patience:
            spell = spells[-1]
            spell.last_day, spell.patience, spell.n_days = day, patience, spell.n_days + 1
        else:
            spells.append(Stretch(day, day, patience, 1, 0))
    for day, total in days.items() if spells else ():
        before = [spell for spell in spells if spell.first_day <= day]
        (before or spells[:1])[-1].cents += total.cents
    return spells
