"""What calls that nobody answered cost: calls a month x share not got through x share who become Clients x price of a Client.

The share not got through is measured by mystery calls and has Wilson's interval; the calls a month and the share who become Clients
are what the company says of itself and have none. Branches are added with the interval of a sum of independent estimates (MOVER: Zou and
Donner, Statistics in Medicine 27, 2008), which is narrower than the sum of the ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from common.proportions import wilson_interval

CALLS_ENOUGH = 3


@dataclass(frozen=True)
class Range:
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Range":
        """Return so many times as much."""
        return Range(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Callers:
    """Calls a month, and how many of how many of those who get through become Clients."""

    calls: int
    buyers: int
    out_of: int


def lost_clients(callers: Callers, got_through: int, made: int) -> Range | None:
    """Return how many Clients a month are lost to calls nobody answered; None while too few mystery calls were made."""
    if made < CALLS_ENOUGH:
        return None
    missed = made - got_through
    share = Range(missed / made, *wilson_interval(missed, made))
    return share.times(callers.calls * callers.buyers / callers.out_of)


def add(ranges: Iterable[Range]) -> Range | None:
    """Add independent estimates; None when there is nothing to add."""
    listed = list(ranges)
    if not listed:
        return None
    value = sum(each.value for each in listed)
    below = sqrt(sum((each.value - each.low) ** 2 for each in listed))
    above = sqrt(sum((each.high - each.value) ** 2 for each in listed))
    return Range(value, value - below, value + above)
