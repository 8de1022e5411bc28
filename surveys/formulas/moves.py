"""Whether the same people, asked twice, have moved.

Each person is +1 (9-10), 0 (7-8) or -1 (0-6) each time; a move is the second minus the first, from -2 to 2, and the mean move times 100
is the change of NPS among them. The test flips the signs of the moves in every possible way (Fisher's randomisation test, 1935; McNemar's
exact test when all moves are of one size): p is the share of the ways whose sum is at least as large. It needs no variance, so nothing
collapses when few people moved. Above 400 movers the sum is taken as normal with variance (sum of squared moves), corrected for its step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import comb, erfc, sqrt

MOST_EXACT = 400


@dataclass(frozen=True)
class Moves:
    """How many people moved by each of -2, -1, 0, 1, 2."""

    counts: Mapping[int, int]

    @property
    def n(self) -> int:
        """How many people answered both times."""
        return sum(self.counts.values())

    @property
    def total(self) -> int:
        """The sum of the moves."""
        return sum(move * count for move, count in self.counts.items())

    @property
    def squares(self) -> int:
        """The sum of the squared moves."""
        return sum(move * move * count for move, count in self.counts.items())

    @property
    def mean(self) -> float:
        """The mean move, from -2 to 2."""
        return self.total / self.n

    @property
    def error(self) -> float:
        """The standard error of the mean move; two persons are added, of whom one moved, so that it is never zero (Agresti, Min, 2005)."""
        added = self.n + 2
        return sqrt((self.squares + 1) / added - (self.total / added) ** 2) / sqrt(added)

    @cached_property
    def p_value(self) -> float:
        """The chance of such a sum of moves, or a larger one, if ups and downs were equally likely."""
        ones = self.counts.get(1, 0) + self.counts.get(-1, 0)
        twos = self.counts.get(2, 0) + self.counts.get(-2, 0)
        if ones + twos == 0:
            return 1.0
        return exact_chance(ones, twos, abs(self.total)) if ones + twos <= MOST_EXACT else normal_chance(ones, twos, abs(self.total))


def exact_chance(ones: int, twos: int, reached: int) -> float:
    """Return the share of all ways to give signs to the moves whose sum is at least `reached` away from zero."""
    tails = upper_tails(ones)
    ways = 0
    for ups in range(twos + 1):
        missing = reached - 2 * (2 * ups - twos)
        needed = -((-missing - ones) // 2)
        ways += comb(twos, ups) * tails[min(max(needed, 0), ones + 1)]
    return float(min(1.0, (2 * ways if reached else 2 ** (ones + twos)) / 2 ** (ones + twos)))


def upper_tails(ones: int) -> list[int]:
    """Return, for every k from 0, how many ways have at least k ups among the moves by one."""
    return [*reversed(list(accumulate(comb(ones, ups) for ups in range(ones, -1, -1)))), 0]


def normal_chance(ones: int, twos: int, reached: int) -> float:
    """Return the same for many movers; sums lie two apart, or four when everybody moved by two."""
    half_step = 1 if ones else 2
    return erfc(max(reached - half_step, 0) / sqrt(ones + 4 * twos) / sqrt(2))
