"""Net Promoter Score of a set of scores from 0 to 10.

NPS = % of 9-10 minus % of 0-6, in points from -100 to 100. Source: Reichheld, "The One Number You Need to Grow" (2003).
A score of 0 is a score; answers without a score do not exist here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from common.proportions import NpsEstimate, estimate_nps

MIN_ANSWERS = 5


@dataclass(frozen=True)
class NpsCounts:
    """How many promoters, passives and detractors there are."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @classmethod
    def of(cls, scores: Mapping[int, int]) -> Self:
        """Count the groups of a distribution {score: how many}."""
        return cls(
            promoters=sum(count for score, count in scores.items() if score >= 9),
            passives=sum(count for score, count in scores.items() if 7 <= score <= 8),
            detractors=sum(count for score, count in scores.items() if score <= 6),
        )

    @property
    def n(self) -> int:
        """How many answers there are."""
        return self.promoters + self.passives + self.detractors

    @property
    def net(self) -> int:
        """Promoters minus detractors."""
        return self.promoters - self.detractors

    @property
    def is_enough(self) -> bool:
        """Say whether the score may be shown."""
        return self.n >= MIN_ANSWERS

    def __add__(self, other: "NpsCounts") -> "NpsCounts":
        return NpsCounts(self.promoters + other.promoters, self.passives + other.passives, self.detractors + other.detractors)

    def __sub__(self, part: "NpsCounts") -> "NpsCounts":
        return NpsCounts(self.promoters - part.promoters, self.passives - part.passives, self.detractors - part.detractors)

    def estimate(self, population: int | None = None) -> NpsEstimate | None:
        """Estimate NPS with its interval; None under five answers."""
        return estimate_nps(self.promoters, self.passives, self.detractors, population) if self.is_enough else None

    def share(self, part: int) -> float:
        """Return a part as a share of all answers."""
        return part / self.n if self.n else 0.0


@dataclass(frozen=True)
class SilenceBounds:
    """NPS if everybody who said nothing were a detractor, and if they were a promoter."""

    silent: int
    low: float
    high: float


def silence_bounds(counts: NpsCounts, population: int) -> SilenceBounds | None:
    """Bound NPS of the whole audience; None when nobody was asked."""
    if population <= 0:
        return None
    silent = max(population - counts.n, 0)
    base, total = counts.net, counts.n + silent
    return SilenceBounds(silent, 100 * (base - silent) / total, 100 * (base + silent) / total)
