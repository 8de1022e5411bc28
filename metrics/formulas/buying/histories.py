"""What the models look at: of each Client the repeat purchases, the last of them and how long they have been known."""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
ROUGH_PARTS = 50
"""Into how many parts of the longest time `roughly` cuts it."""


@dataclass(frozen=True)
class Histories:
    """Rows of (x, t_x, T) in one unit of time; `weight` says how many Clients share a row.

    `repeats` (x) counts purchase days after the first, `recency` (t_x) is the time from the first to the last of them, `age` (T) the
    time from the first to the day we look.
    """

    repeats: Array
    recency: Array
    age: Array
    weight: Array

    def __post_init__(self) -> None:
        """Refuse what no Client can have done."""
        refuse_impossible(self.repeats, self.recency, self.age)

    @property
    def clients(self) -> int:
        """How many Clients there are."""
        return int(self.weight.sum())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the rows with their weights."""
        return sha256(np.stack([self.repeats, self.recency, self.age, self.weight]).tobytes()).hexdigest()


def refuse_impossible(repeats: Array | Whole, recency: Array | Whole, age: Array | Whole) -> None:
    """Raise when these are not the histories of Clients."""
    if not repeats.size or not ((repeats >= 0) & (recency >= 0) & (recency <= age)).all():
        raise ValueError("Not the histories of Clients")


def weighted_sum(weight: Array, values: Array) -> float:
    """Sum values with weights; not by `@`, whose threads wait for each other longer than they count on a busy machine."""
    return float((weight * values).sum())


def roughly(known: Histories) -> Histories:
    """Merge Clients with as many purchases and nearly the same times; each row has their mean times. For the first steps of a fit only."""
    width = float(known.age.max()) / ROUGH_PARTS
    places = [(each / width).astype(np.int64) for each in (known.recency, known.age)]
    keys = (known.repeats.astype(np.int64) * (ROUGH_PARTS + 1) + places[0]) * (ROUGH_PARTS + 1) + places[1]
    found, row_of = np.unique(keys, return_inverse=True)
    weight = np.bincount(row_of, known.weight).astype(float)
    recency, age = (np.bincount(row_of, known.weight * each) / weight for each in (known.recency, known.age))
    return Histories((found // (ROUGH_PARTS + 1) ** 2).astype(float), np.minimum(recency, age), age, weight)


def grouped(repeats: Whole, recency: Whole, age: Whole) -> tuple[Histories, Whole]:
    """Merge Clients with the same history in days; return the rows and which of them each Client has.

    A million Clients make about 300 000 rows, so that everything after this costs a third.
    """
    refuse_impossible(repeats, recency, age)
    days = int(age.max(initial=0)) + 1
    keys, row_of, weight = np.unique((repeats * days + recency) * days + age, return_inverse=True, return_counts=True)
    known = [each.astype(float) for each in (keys // days**2, keys // days % days, keys % days, weight)]
    return Histories(*known), row_of
