"""Ratios of sums over Clients with their error: leavings per year, purchases per year, money per purchase.

All of them are sum(a) / sum(b) over Clients, so one estimator serves: the linearised variance of a ratio,
sum((a - R b) ** 2) / sum(b) ** 2 with n / (n - 1) (Cochran, Sampling Techniques, 1977, sec. 6.4). Clients differ a lot from one
another, and this variance feels it; a Poisson one would call chance a difference.
"""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Ratio:
    """Sums over `n` Clients: of a, of b, and of their squares and product."""

    n: int
    a: float
    b: float
    aa: float
    ab: float
    bb: float

    @property
    def value(self) -> float | None:
        """The ratio; None when b adds up to nothing."""
        return self.a / self.b if self.b > 0 else None

    @property
    def error(self) -> float | None:
        """Its standard error; None for fewer than two Clients."""
        ratio = self.value
        if ratio is None or self.n < 2:
            return None
        squares = max(self.aa - 2 * ratio * self.ab + ratio * ratio * self.bb, 0.0)
        return sqrt(squares * self.n / (self.n - 1)) / self.b
