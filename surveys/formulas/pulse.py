"""A pulse: what share of people picks our statement out of several, and whether it has changed.

The share has Wilson's interval. Two pulses are compared by Fisher's exact test, two-sided at 5 %: right also for groups of five, where
the usual test of two shares is not. Who answered both times is unknown, so the two are taken as separate samples.
"""

from dataclasses import dataclass
from enum import StrEnum

from scipy.stats import fisher_exact

from common.proportions import wilson_interval

ALPHA = 0.05


class Turn(StrEnum):
    """How a share stands against the last time."""

    GROWS = "grows"
    FALLS = "falls"
    SAME = "same"


@dataclass(frozen=True)
class Known:
    """How many picked our statement."""

    right: int
    n: int

    @property
    def share(self) -> float:
        """The share, from 0 to 1."""
        return self.right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        return wilson_interval(self.right, self.n)

    def beats_chance(self, options: int) -> bool:
        """Say whether more people know it than would hit it blindly among so many statements."""
        return self.interval[0] > 1 / options


def chance_of(before: Known, now: Known) -> float:
    """Return the chance of such a difference, or a larger one, if nothing had changed: Fisher's exact test."""
    table = [[before.right, before.n - before.right], [now.right, now.n - now.right]]
    return float(fisher_exact(table).pvalue)


def turn_of(before: Known, now: Known) -> Turn:
    """Say whether more or fewer people know our statement than last time."""
    if chance_of(before, now) >= ALPHA:
        return Turn.SAME
    return Turn.GROWS if now.share > before.share else Turn.FALLS
