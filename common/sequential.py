"""Looking at an experiment more than once: how far apart two groups must be at each promised look for chance not to be blamed.

Whoever looks five times at the usual 5 % finds "something" in 14 experiments of 100 where there is nothing. Here the 5 % are spent over the
looks by the rule of Lan and DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70 (1983), with O'Brien and Fleming's
shape: hardly anything early, nearly all at the end.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from common.experiments import ALPHA

FloatArray = NDArray[np.float64]
NODES = 512
FARTHEST = 40.0
NOTHING = 1e-12
"""Less than this is not spent at all: no difference is large enough then."""
LEAST_GROWTH = 1e-3
"""A look that knows hardly more than the one before says nothing of its own; it keeps the boundary it found."""


def alpha_spent(share: float, alpha: float = ALPHA) -> float:
    """Return how much of the error may be spent by the time this share (0 to 1) of the experiment has passed, both sides together."""
    return float(4 * ndtr(-ndtri(1 - alpha / 4) / np.sqrt(share))) if share > 0 else 0.0


def boundaries(shares: Sequence[float], information: Sequence[float] | None = None, alpha: float = ALPHA) -> list[float]:
    """Return how many standard errors the difference must reach at each look.

    `shares` say which part of the experiment has passed at each look: by them the error is spent. `information` says how much was known at
    each, in any unit: two looks that know i and j > i go together as the square root of i / j. Left out, it grows with the shares.
    Five even looks: 4.877, 3.357, 2.680, 2.290, 2.031.
    """
    known = [float(value) for value in (shares if information is None else information)]
    found: list[float] = []
    walk = Walk()
    for share, level in zip(shares, known, strict=True):
        found.append(walk.boundary(level, alpha_spent(share, alpha)))
    return found


@cache
def rule() -> tuple[FloatArray, FloatArray]:
    """Return the nodes and weights of Gauss and Legendre from -1 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights


class Walk:
    """The sum of differences as a random walk that has not left the boundaries yet: its density at Gauss nodes, look by look.

    Armitage, McPherson and Rowe, "Repeated significance tests on accumulating data", JRSS A 132 (1969).
    """

    def __init__(self) -> None:
        self.known, self.spent, self.last = 0.0, 0.0, float("inf")
        self.places: FloatArray = np.zeros(1)
        self.mass: FloatArray = np.ones(1)

    def boundary(self, known: float, may_be_spent: float) -> float:
        """Go on to the next look and return its boundary."""
        if known <= self.known * (1 + LEAST_GROWTH):
            return self.last
        step = float(np.sqrt(known - self.known))
        to_spend = may_be_spent - self.spent
        self.last = self.found(known, step, to_spend) if to_spend > NOTHING else float("inf")
        self.spent = may_be_spent if to_spend > NOTHING else self.spent
        self.move(known, step)
        return self.last

    def found(self, known: float, step: float, to_spend: float) -> float:
        """Find the boundary beyond which exactly so much is spent."""
        root = float(np.sqrt(known))
        return float(brentq(lambda height: self.beyond(height * root, step) - to_spend, 0.0, FARTHEST, xtol=1e-10))

    def beyond(self, edge: float, step: float) -> float:
        """Return how likely the walk is outside the edges after the step."""
        return float(np.sum(self.mass * (ndtr((-edge - self.places) / step) + ndtr((self.places - edge) / step))))

    def move(self, known: float, step: float) -> None:
        """Carry the density of those still inside over to the nodes of this look."""
        edge = min(self.last, FARTHEST / 4) * float(np.sqrt(known))
        nodes, weights = rule()
        places = nodes * edge
        kernel = np.exp(-(((places[:, None] - self.places[None, :]) / step) ** 2) / 2) / (step * np.sqrt(2 * np.pi))
        self.mass = (kernel @ self.mass) * weights * edge
        self.places, self.known = places, known


def level_of(boundary: float) -> float:
    """Return the usual error level, both sides together, of so many standard errors: 0.05 for 1.96."""
    return float(2 * ndtr(-boundary))
