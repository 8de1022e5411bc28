"""Whether the programme itself is alive: what had to be done by a day, and which part of it was.

Everything is counted on the day its time was up, so what is done late mends no past month and what is not due yet spoils none.
A part of too few says nothing: it has no share until there are enough.
"""

from dataclasses import dataclass
from enum import StrEnum

from common.proportions import wilson_interval

FEW_PEOPLE = 20
FEW_DEEDS = 10


class Sign(StrEnum):
    """A sign of health, in the order in which the work is done."""

    ASKED = "asked"
    ANSWERED = "answered"
    CRITICS = "critics"
    PROMISES = "promises"
    AUDITS = "audits"
    CALLS = "calls"


NEEDED = {
    Sign.ASKED: FEW_PEOPLE,
    Sign.ANSWERED: FEW_PEOPLE,
    Sign.CRITICS: FEW_DEEDS,
    Sign.PROMISES: FEW_DEEDS,
    Sign.AUDITS: FEW_DEEDS,
    Sign.CALLS: FEW_PEOPLE,
}
"""Of fewer the interval is as wide as half of the scale: nothing is shown then."""


@dataclass(frozen=True)
class Part:
    """So many of so many; without `needed` of them there is no share.

    >>> Part(9, 12, needed=10).share, Part(7, 8, needed=10).share, Part(7, 8, needed=10).missing
    (0.75, None, 2)
    """

    hits: int = 0
    n: int = 0
    needed: int = FEW_DEEDS

    @property
    def is_enough(self) -> bool:
        """Say whether there are enough to speak of."""
        return self.n >= self.needed

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(self.needed - self.n, 0)

    @property
    def share(self) -> float | None:
        """The share from 0 to 1."""
        return self.hits / self.n if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share."""
        return wilson_interval(self.hits, self.n) if self.is_enough else None
