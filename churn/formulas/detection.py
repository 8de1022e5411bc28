"""Ways to tell from purchases alone who has left, how each errs, and which of them to believe.

Every way is a patience in days: a Client has left when the silence is longer. What differs is where the patience comes from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import expm1, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clients.formulas import rhythm
from common.proportions import Z95, wilson_interval
from metrics.formulas.buying import Histories
from metrics.formulas.ranking import auc

Days = NDArray[np.int64]
Scores = NDArray[np.float64]

HORIZONS = (180, 90, 60)
"""How many days tell who was right; the longest that three of fit into the history."""
PARTS = 3
LIMITS = (30, 45, 60, 75, 90, 120, 150, 180, 210, 240, 270, 300, 330, 365)
"""Limits of silence the recency rule chooses from."""
ENOUGH_EACH = 30
"""Below so many who left, or who bought again, a group is too small to choose by."""
ENOUGH_FOR_MODEL = 500
"""Below so many Clients a model is not fitted."""
LARGEST_POWER = 20.0
"""e to this power is far beyond any patience; keeps exponents of odd fits finite."""


@dataclass(frozen=True)
class Past:
    """Clients as they stood on a past day, alike ones together, and whether they bought within the horizon after it.

    `x` repeat purchase days, `t_x` days from the first to the last purchase, `silence` days since the last, `n` so many Clients.
    """

    x: Days
    t_x: Days
    silence: Days
    bought: NDArray[np.bool_]
    n: Days

    def part(self, chosen: NDArray[np.bool_]) -> "Past":
        """Return some of the rows."""
        return Past(self.x[chosen], self.t_x[chosen], self.silence[chosen], self.bought[chosen], self.n[chosen])

    @property
    def has_few(self) -> NDArray[np.bool_]:
        """Say of each row whether these Clients have too few purchase days for a rhythm."""
        return self.x + 1 < rhythm.ENOUGH_DAYS

    def count(self, chosen: NDArray[np.bool_]) -> int:
        """Count the Clients in some of the rows."""
        return int(self.n[chosen].sum())


@dataclass(frozen=True)
class Mark:
    """How a way did: whom it called lost, whom it took for present, and who in fact bought."""

    called: int
    came_back: int
    kept: int
    left_unnoticed: int

    @property
    def bought(self) -> int:
        """Clients who bought within the horizon."""
        return self.came_back + self.kept - self.left_unnoticed

    @property
    def gone(self) -> int:
        """Clients who bought nothing within the horizon."""
        return self.called - self.came_back + self.left_unnoticed

    @property
    def is_enough(self) -> bool:
        """Say whether there are enough of both kinds to judge by."""
        return min(self.bought, self.gone) >= ENOUGH_EACH

    @property
    def false_share(self) -> float:
        """The share of those who bought that was called lost."""
        return self.came_back / self.bought if self.bought else 0.0

    @property
    def missed_share(self) -> float:
        """The share of those who left that was taken for present."""
        return self.left_unnoticed / self.gone if self.gone else 0.0

    @property
    def error(self) -> float:
        """The balanced error: both shares weigh the same, however many left. A coin has 0.5, a seer 0."""
        return (self.false_share + self.missed_share) / 2

    @property
    def variance(self) -> float:
        """The variance of the balanced error."""
        parts = ((self.false_share, self.bought), (self.missed_share, self.gone))
        return sum(share * (1 - share) / n for share, n in parts if n) / 4

    @property
    def came_back_interval(self) -> tuple[float, float]:
        """Wilson's interval of those called lost who came back."""
        return wilson_interval(self.came_back, self.called)

    @property
    def unnoticed_interval(self) -> tuple[float, float]:
        """Wilson's interval of those taken for present who left."""
        return wilson_interval(self.left_unnoticed, self.kept)


def horizon_for(history_days: int) -> int | None:
    """Return how many days a check may look ahead, None when the history is too short for any.

    One horizon to choose the limit by, one to judge everybody by, and as much before them to know Clients from.

    >>> [horizon_for(days) for days in (1000, 540, 539, 180, 179)]
    [180, 180, 90, 60, None]
    """
    return next((days for days in HORIZONS if history_days >= PARTS * days), None)


def margin(one: Mark, other: Mark) -> float:
    """Return how far two balanced errors may differ by chance, 95 %.

    As if they were of different Clients: both are of the same ones, which makes the true margin narrower, so this errs towards no change.
    """
    return Z95 * sqrt(one.variance + other.variance)


def choose(marks: Mapping[Any, Mark], order: Sequence[Any]) -> Any:
    """Return whom to believe: the first in order, the plainest, unless a later one errs less by more than chance.

    So the plainest of those that cannot be told from the best is taken. Too few Clients: the first in order.

    >>> close, worse = Mark(100, 30, 100, 30), Mark(100, 35, 100, 35)
    >>> choose({"limit": worse, "model": close}, ["limit", "model"])
    'limit'
    >>> many, better = Mark(10_000, 3500, 10_000, 3500), Mark(10_000, 3000, 10_000, 3000)
    >>> choose({"limit": many, "model": better}, ["limit", "model"])
    'model'
    """
    known = [name for name in order if name in marks]
    if not known or not all(mark.is_enough for mark in marks.values()):
        return order[0]
    best = min(known, key=lambda name: marks[name].error)
    return next(name for name in known if marks[name].error - marks[best].error <= margin(marks[name], marks[best]))


def mark_of(past: Past, patience: Days | int) -> Mark:
    """Judge one way by what happened."""
    lost = past.silence > patience
    return Mark(past.count(lost), past.count(lost & past.bought), past.count(~lost), past.count(~lost & ~past.bought))


def best_limit(past: Past, usual: int = rhythm.DEFAULT_PATIENCE) -> int:
    """Return the limit of silence that errs least; of equal ones the nearest to the usual one, which stands while few are known."""
    marks = {limit: mark_of(past, limit) for limit in LIMITS}
    if not marks[usual].is_enough:
        return usual
    return min(marks, key=lambda limit: (marks[limit].error, abs(limit - usual)))


def rhythm_patience(past: Past) -> Days:
    """Return three mean gaps, as `clients.formulas.rhythm.patience_days` does for one Client."""
    gaps = np.maximum(past.x, 1)
    rounded = (2 * rhythm.GAPS_ALLOWED * past.t_x + gaps) // (2 * gaps)
    own = np.clip(rounded, rhythm.SHORTEST_PATIENCE, rhythm.LONGEST_PATIENCE)
    return np.where(past.has_few, rhythm.DEFAULT_PATIENCE, own)


def model_patience(x: int, t_x: int, params: Mapping[str, float]) -> int:
    """Return after how many days of silence the chance that the Client is still with us falls below one half by MBG/NBD.

    P(alive) = 1 / (1 + a / (b + x) ((alpha + T) / (alpha + t_x))^(r + x)) is one half where the second term is one, so
    T - t_x = (alpha + t_x) (((b + x) / a)^(1 / (r + x)) - 1); kept within 30 and 365 as every patience. Time in days.

    >>> model_patience(0, 0, {"r": 0.525, "alpha": 43.28, "a": 0.891, "b": 1.614})
    91
    """
    power = min(log((params["b"] + x) / params["a"]) / (params["r"] + x), LARGEST_POWER)
    days = (params["alpha"] + t_x) * expm1(power)
    return int(min(max(np.ceil(days), rhythm.SHORTEST_PATIENCE), rhythm.LONGEST_PATIENCE))


def model_patiences(past: Past, params: Mapping[str, float]) -> Days:
    """Return `model_patience` of every row."""
    power = np.minimum(np.log((params["b"] + past.x) / params["a"]) / (params["r"] + past.x), LARGEST_POWER)
    days = np.ceil((params["alpha"] + past.t_x) * np.expm1(power))
    clipped: Days = np.clip(days, rhythm.SHORTEST_PATIENCE, rhythm.LONGEST_PATIENCE).astype(np.int64)
    return clipped


def ranking(scores: Scores, past: Past) -> float | None:
    """Return the AUC of a score over Clients: the chance that one who bought has a higher score than one who did not."""
    return auc(scores, np.where(past.bought, past.n, 0), past.n)


def histories_of(past: Past) -> Histories:
    """Return the past as models of buying take it; a row each."""
    return Histories(*(column.astype(float) for column in (past.x, past.t_x, past.t_x + past.silence, past.n)))
