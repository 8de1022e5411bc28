"""What has moved in a month: the chance of every change by itself, then all of them looked at together.

Nine figures compared at 5 % each would cry wolf in a third of the months in which nothing happened. So the chances are corrected by Holm's
step-down method: in such a month at most one time in twenty anything is said to have moved.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from math import erfc, hypot, sqrt

from common.experiments import compare_shares
from common.proportions import Z95
from programme.formulas.health import Part
from surveys.formulas.comparison import ALPHA, holm
from touchpoints.formulas.phone import ScoreEstimate

FARTHEST = 12.0
HALVINGS = 60


class Figure(StrEnum):
    """What a month is read by, in the order of the path."""

    NPS = "nps"
    ENPS = "enps"
    LEFT = "left"
    POINTS = "points"
    PHONE = "phone"
    CRITICS = "critics"
    PROMISES = "promises"
    AUDITS = "audits"
    CALLS = "calls"


class Lack(StrEnum):
    """Why a figure cannot be compared."""

    NONE = ""
    NOT_ASKED = "not_asked"
    FIRST = "first"
    CHANGED = "changed"
    WIDE = "wide"
    FEW = "few"
    FEW_BEFORE = "few_before"


def two_sided(z: float) -> float:
    """Return the chance of being so many standard errors away, or farther, to either side."""
    return erfc(z / sqrt(2))


def chance_of(is_seen: Callable[[float], bool]) -> float:
    """Return the level at which a difference is just seen, found by halving; `is_seen` says whether it is, at so many standard errors."""
    low, high = 0.0, FARTHEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_seen(middle) else (low, middle)
    return two_sided(low)


def share_chance(after: Part, before: Part) -> float:
    """Return the chance of so large a difference of two shares, by Newcombe's interval turned round.

    >>> round(share_chance(Part(18, 20), Part(30, 60)), 3)
    0.002
    >>> share_chance(Part(5, 10), Part(30, 60))
    1.0
    """

    def is_seen(z: float) -> bool:
        found = compare_shares(after.hits, after.n, before.hits, before.n, z)
        return bool(found and found.is_seen)

    return chance_of(is_seen)


def score_chance(after: ScoreEstimate, before: ScoreEstimate) -> float:
    """Return the same of two mean scores of calls, so that at 5 % it agrees with `touchpoints.formulas.phone.moved`."""
    change = after.score - before.score
    if change > 0:
        error = hypot(after.score - after.low, before.high - before.score)
    else:
        error = hypot(after.high - after.score, before.score - before.low)
    return two_sided(Z95 * abs(change) / error) if error else 1.0


def moved(chances: Mapping[str, float]) -> set[str]:
    """Return what has moved beyond chance, all of it looked at together.

    >>> moved({"a": 0.03, "b": 0.2, "c": 0.9}), moved({"a": 0.01, "b": 0.2, "c": 0.9})
    (set(), {'a'})
    """
    return {name for name, chance in holm(chances).items() if chance < ALPHA}
