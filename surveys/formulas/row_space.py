"""What can be computed from published sums: the combinations of sets of people, and the lightest one among them.

A published set is a row of 0 and 1 over atoms (people nobody tells apart). Whoever knows the sums of all rows knows the sum of every
combination of them, and of nothing else. Ranks are computed modulo a prime, so nothing is rounded; the search is a small integer
programme (HiGHS) where there are too many combinations to try, and what it finds is believed only after the exact check.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

Grid = npt.NDArray[np.int64]
PRIME = 2**31 - 1
INFEASIBLE = 2
MANY = 100_000  # combinations; more are left to the integer programme


def reduced(matrix: Grid) -> tuple[Grid, list[int]]:
    """Return the matrix in reduced row echelon form modulo the prime, and its pivot columns from the left."""
    work, pivots = matrix % PRIME, list[int]()
    for column in range(work.shape[1]):
        row = len(pivots)
        places = np.flatnonzero(work[row:, column])
        if not len(places):
            continue
        work[[row, row + places[0]]] = work[[row + places[0], row]]
        work[row] = work[row] * pow(int(work[row, column]), -1, PRIME) % PRIME
        factors = work[:, column].copy()
        factors[row] = 0
        touched = np.flatnonzero(factors)
        work[touched] = (work[touched] - factors[touched, None] * work[row]) % PRIME
        pivots.append(column)
        if len(pivots) == len(work):
            break
    return work, pivots


def rank(matrix: Grid) -> int:
    """Return how many rows of the matrix say something the others do not.

    >>> rank(np.array([[1, 1, 0], [0, 0, 1], [1, 1, 1]]))
    2
    """
    return len(reduced(matrix)[1]) if matrix.size else 0


def taking_part(rows: Grid, target: Grid) -> list[int] | None:
    """Return which rows are combined to give the target, earlier rows being preferred; None when it cannot be computed.

    >>> taking_part(np.array([[1, 1, 1], [1, 1, 0], [0, 1, 1]]), np.array([0, 0, 1]))
    [0, 1]
    >>> taking_part(np.array([[1, 1, 1], [1, 1, 0]]), np.array([1, 0, 0])) is None
    True
    """
    work, pivots = reduced(np.column_stack([rows.T, target]))
    if pivots and pivots[-1] == len(rows):
        return None
    return [column for place, column in enumerate(pivots) if work[place, -1]]


def lightest(rows: Grid, weights: Grid, limit: int, *, signed: bool = False, without: Sequence[Grid] = ()) -> Grid | None:
    """Return the lightest nonempty set of atoms under the limit whose sum can be computed from the rows, or None.

    A signed one is the difference of two sets apart from each other, +1 and -1: as light as both together. Sets that contain one of
    `without` whole are passed over.

    >>> lightest(np.array([[1, 1, 1], [1, 1, 0]]), np.array([9, 9, 2]), 5)
    array([0, 0, 1])
    """
    first, second = two_bases(rows, weights, limit)
    if not (first.at_pivots < limit).any():
        return None  # whatever leaves out the heavy atoms is empty
    half = (limit - 1) // 2
    # A light vector weighs at most half at the first pivots; if not, the rest is left for everything outside of them.
    searches = [(first, half), (second, limit - 2 - half)]
    if sum(ways(basis, limit, most, signed=signed) for basis, most in searches) > MANY:
        return lightest_by_programme(rows, weights, limit, signed=signed, without=without)
    search = Search(weights, limit, signed=signed, without=without)
    for basis, most in searches:
        search.through(basis, most)
    return None if search.best is None else np.array(search.best[1], dtype=np.int64)


@dataclass(frozen=True)
class Basis:
    """A basis of the space in which every vector has a pivot atom of its own; `counted` are the pivots' weights that a search limits."""

    vectors: Grid
    at_pivots: Grid
    counted: Grid


def two_bases(rows: Grid, weights: Grid, limit: int) -> tuple[Basis, Basis]:
    """Return a basis by the heaviest pivots, and one that takes other atoms as far as it can; its pivots shared with the first are free."""
    order = np.argsort(-weights, kind="stable")
    first, places = basis_by(rows, order)
    taken = np.isin(order, places[weights[places] < limit])
    second, others = basis_by(rows, np.concatenate([order[~taken], order[taken]]))
    shared = np.isin(others, places[weights[places] < limit])
    return Basis(first, weights[places], weights[places]), Basis(second, weights[others], np.where(shared, 0, weights[others]))


def basis_by(rows: Grid, order: Grid) -> tuple[Grid, Grid]:
    """Return a basis whose pivots are the first possible ones in this order of atoms, and these pivots."""
    work, pivots = reduced(rows[:, order])
    return work[: len(pivots)][:, np.argsort(order)], order[pivots]


def ways(basis: Basis, limit: int, most: int, *, signed: bool) -> int:
    """Return how many choices of pivots, each with a sign, a search would try.

    >>> ones = Basis(np.eye(3, dtype=np.int64), np.array([9, 1, 1]), np.array([9, 1, 1]))
    >>> ways(ones, 5, 4, signed=False), ways(ones, 5, 1, signed=True)
    (4, 5)
    """
    counts = Counter({(0, 0): 1})
    for weight, counted in zip(basis.at_pivots.tolist(), basis.counted.tolist(), strict=True):
        for (total, part), number in list(counts.items()):
            if total + weight < limit and part + counted <= most:
                counts[total + weight, part + counted] += number * (2 if signed else 1)
    return counts.total()


class Search:
    """The search for the lightest vector, by trying combinations: its entries at the pivots of a basis decide all others."""

    def __init__(self, weights: Grid, limit: int, *, signed: bool, without: Sequence[Grid]) -> None:
        self.weights, self.limit, self.signs, self.without = weights, limit, [1, -1] if signed else [1], without
        self.best: tuple[int, list[int]] | None = None

    def through(self, basis: Basis, most: int) -> None:
        """Try every vector that weighs at most so much at the counted pivots, one pivot more at a time."""
        nothing = np.zeros(1, dtype=np.int64)
        tried = Tried(np.zeros((1, len(self.weights)), dtype=np.int64), nothing, nothing, nothing - 1)
        while len(tried.last):
            tried = Tried.together([block for pivot in range(len(basis.vectors)) for block in self.grown(tried, basis, pivot, most)])

    def grown(self, tried: "Tried", basis: Basis, pivot: int, most: int) -> "Iterator[Tried]":
        """Yield the vectors with one pivot more; all are looked at."""
        weight, counted = basis.at_pivots[pivot], basis.counted[pivot]
        chosen = (tried.last < pivot) & (tried.totals + weight < self.limit) & (tried.parts + counted <= most)
        if not chosen.any():
            return
        for sign in self.signs if (tried.last[chosen] >= 0).any() else self.signs[:1]:  # a vector and its opposite say the same
            more = (tried.vectors[chosen] + sign * basis.vectors[pivot]) % PRIME
            self.look_at(more)
            yield Tried(more, tried.totals[chosen] + weight, tried.parts[chosen] + counted, np.full(len(more), pivot))

    def look_at(self, vectors: Grid) -> None:
        """Keep the lightest of these that is a set, or a difference of two."""
        plain = (vectors <= 1) | (vectors == PRIME - 1) if len(self.signs) > 1 else vectors <= 1
        totals = (vectors != 0) @ self.weights
        for place in np.flatnonzero(plain.all(axis=1) & (totals < self.limit)):
            vector = np.where(vectors[place] > 1, -1, vectors[place])
            if any((vector[cut > 0] > 0).all() for cut in self.without):
                continue
            found = int(totals[place]), (vector * (1 if vector[np.flatnonzero(vector)[0]] > 0 else -1)).tolist()
            self.best = min(self.best or found, found)


class Tried(NamedTuple):
    """Vectors, what they weigh at all pivots and at the counted ones, and the last pivot of each."""

    vectors: Grid
    totals: Grid
    parts: Grid
    last: Grid

    @classmethod
    def together(cls, blocks: "Sequence[Tried]") -> "Tried":
        """Join blocks; of none there is nothing."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(*(np.concatenate(part) for part in zip(*blocks, strict=True))) if blocks else cls(empty[None], empty, empty, empty)


def lightest_by_programme(rows: Grid, weights: Grid, limit: int, *, signed: bool, without: Sequence[Grid]) -> Grid | None:
    """Return a lightest set by integer programming, where there is too much to try."""
    heavy = rows[:, weights >= limit]
    columns = np.flatnonzero(weights < limit)
    programme = Programme(rows[:, columns], np.unique(heavy, axis=1), weights[columns], limit, signed=signed)
    for cut in without:
        programme.forbid(cut[columns], int(cut.sum()) - 1)
    while (found := programme.solve()) is not None:
        target = np.zeros(rows.shape[1], dtype=np.int64)
        target[columns] = found
        if taking_part(rows, target) is not None:
            return target
        programme.refuse(found)
    return None


class Programme:
    """The integer programme: 0/1 variables for atoms (twice when signed), and a free one for every row."""

    def __init__(self, light: Grid, heavy: Grid, weights: Grid, limit: int, *, signed: bool) -> None:
        self.atoms, self.free = int(light.shape[1]), int(light.shape[0])
        one = np.eye(self.atoms)
        self.signs = [1, -1] if signed else [1]
        ones = np.ones((1, self.atoms))
        self.parts: list[tuple[npt.NDArray[np.float64], float, float]] = []
        self.add(np.hstack([one * sign for sign in self.signs]), -light.T, 0, 0)
        self.add(np.zeros((heavy.shape[1], self.width)), heavy.T, 0, 0)
        self.add(np.hstack([ones, np.zeros((1, self.width - self.atoms))]), None, 1, np.inf)
        self.weights = np.hstack([weights] * len(self.signs)).astype(float)
        self.add(self.weights[None, :], None, 0, limit - 1)
        if signed:
            self.add(np.hstack([one, one]), None, 0, 1)

    @property
    def width(self) -> int:
        """Return how many 0/1 variables there are."""
        return self.atoms * len(self.signs)

    def add(self, binary: npt.NDArray[np.float64], free: Grid | None, low: float, high: float) -> None:
        """Add constraints."""
        rest = np.zeros((len(binary), self.free)) if free is None else free
        self.parts.append((np.hstack([binary, rest]), low, high))

    def forbid(self, pattern: Grid, most: int) -> None:
        """Allow at most so many of the pattern's atoms together; a negative place counts against."""
        self.add(np.hstack([pattern.astype(float) * sign for sign in self.signs])[None, :], None, -np.inf, most)

    def refuse(self, found: Grid) -> None:
        """Forbid exactly this answer."""
        chosen = np.hstack([found == sign for sign in self.signs])
        self.add(np.where(chosen, 1.0, -1.0)[None, :], None, -np.inf, float(chosen.sum() - 1))

    def solve(self) -> Grid | None:
        """Return the lightest answer, None when there is none; RuntimeError when the solver gave up, so that nothing is let out."""
        result = milp(
            np.concatenate([self.weights, np.zeros(self.free)]),
            constraints=[LinearConstraint(*part) for part in self.parts if len(part[0])],
            integrality=np.concatenate([np.ones(self.width), np.zeros(self.free)]),
            bounds=Bounds(
                np.concatenate([np.zeros(self.width), np.full(self.free, -np.inf)]),
                np.concatenate([np.ones(self.width), np.full(self.free, np.inf)]),
            ),
        )
        if result.status == INFEASIBLE:
            return None
        if result.x is None:
            raise RuntimeError(result.message)
        halves = np.rint(result.x[: self.width]).astype(np.int64).reshape(len(self.signs), self.atoms)
        return np.asarray(sum(half * sign for half, sign in zip(halves, self.signs, strict=True)), dtype=np.int64)
