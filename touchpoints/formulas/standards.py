"""How often a standard is kept, and when it begins to slip."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from common.proportions import wilson_interval

COMPARED = 3


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1; 0 when there is nothing to count."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval by Wilson."""
        return wilson_interval(self.hits, self.n)

    @property
    def percents(self) -> tuple[float, float, float]:
        """The share and the ends of its interval, in percent, as the picture of an interval takes them."""
        low, high = self.interval
        return 100 * self.value, 100 * low, 100 * high


def sum_shares(shares: Iterable[Share]) -> Share:
    """Count several shares as one."""
    listed = list(shares)
    return Share(sum(share.hits for share in listed), sum(share.n for share in listed))


def slips(newest_first: Sequence[Share]) -> bool:
    """Say whether the share fell two audits running: it fell twice, or it fell to nought and stayed there.

    The second half is for a walk of one auditor, which finds a standard either kept or not.
    """
    if len(newest_first) < COMPARED:
        return False
    now, before, earlier = (Fraction(share.hits, share.n) for share in newest_first[:COMPARED])
    return now < before < earlier or (now == before == 0 < earlier)


def steps_together(branches: Iterable[Sequence[Share]]) -> list[Share]:
    """Return the company's last three shares, newest first: each branch brings its own last three audits.

    A branch with fewer would make the circle of branches differ from step to step, so it is left out.
    """
    long_enough = [shares for shares in branches if len(shares) >= COMPARED]
    return [sum_shares(shares[step] for shares in long_enough) for step in range(COMPARED)] if long_enough else []
