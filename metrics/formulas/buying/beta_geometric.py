"""BG/NBD and MBG/NBD: a Client buys at a rate of their own and, after a purchase, leaves with a chance of their own.

Rates vary between Clients as Gamma(r, alpha), chances of leaving as Beta(a, b). The two models differ in one thing: in MBG/NBD a Client
may leave after the first purchase too. In BG/NBD nobody does, so whoever bought once is alive for certain, whatever the silence:
it must never say who has left (docs/adr/0018-who-has-left-by-a-model.md) and is here to check ours against published figures.

Sources: Fader, Hardie, Lee, "Counting Your Customers the Easy Way" (2005); Batislam, Denizel, Filiztekin, "Empirical validation and
comparison of models for customer base analysis" (2007).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, hyp2f1, psi

from metrics.formulas.buying.fitting import Fit, Likelihood, Params, fit_to
from metrics.formulas.buying.histories import Array, Histories, weighted_sum

NEAR_ONE = 1e-6
ALIKE = 100.0
"""From this `a` on chances of leaving hardly differ, and powers of the closed formula leave the range of a float."""
POINTS, SHARES = np.polynomial.hermite_e.hermegauss(16)


@dataclass(frozen=True)
class BetaGeometric:
    """The model; `first` is 1 when a Client may leave after the first purchase, else 0."""

    first: int
    names = ("r", "alpha", "a", "b")

    def fit(self, known: Histories) -> Fit:
        """Find the most likely parameters."""
        start = np.array([1.0, float(np.average(known.age, weights=known.weight)) / 2 + 1, 1.0, 2.0])
        return fit_to(known, self.likelihood_of, self.names, start)

    def likelihood_of(self, known: Histories) -> Likelihood:
        """Return the likelihood of these histories."""
        repeats, which = np.unique(known.repeats, return_inverse=True)
        weights = np.bincount(which, known.weight).astype(float)

        def likelihood(params: Array) -> tuple[float, Array]:
            by_repeats, slope = self.of_repeats(params, repeats, weights)
            by_time, slope_by_time = self.of_time(params, known)
            return by_repeats + by_time, slope + slope_by_time

        return likelihood

    def of_repeats(self, params: Array, repeats: Array, weights: Array) -> tuple[float, Array]:
        """Sum what depends on the number of purchases alone: it is counted once for each number."""
        r, alpha, a, b = params
        turns = repeats + self.first
        value = gammaln(r + repeats) - gammaln(r) + r * np.log(alpha)
        value += gammaln(a + b) + gammaln(b + turns) - gammaln(b) - gammaln(a + b + turns)
        by_a = psi(a + b) - psi(a + b + turns)
        slopes = [psi(r + repeats) - psi(r) + np.log(alpha), r / alpha + 0 * repeats, by_a, by_a + psi(b + turns) - psi(b)]
        return weighted_sum(weights, value), np.array([weighted_sum(weights, slope) for slope in slopes])

    def of_time(self, params: Array, known: Histories) -> tuple[float, Array]:
        """Sum what depends on the times: still with us, or gone after the last purchase."""
        r, alpha, a, _b = params
        power, here, last = r + known.repeats, alpha + known.age, alpha + known.recency
        log_here, log_last = np.log(here), np.log(last)
        odds = self.log_odds_gone(params, known.repeats, power * (log_here - log_last))
        gone = expit(odds)
        value = np.logaddexp(0, odds) - power * log_here
        slopes = (
            gone * (log_here - log_last) - log_here,
            -power * ((1 - gone) / here + gone / last),
            gone / a,
            -gone / self.turns_survived(params, known.repeats),
        )
        return weighted_sum(known.weight, value), np.array([weighted_sum(known.weight, slope) for slope in slopes])

    def turns_survived(self, params: Array, repeats: Array) -> Array:
        """Return b plus the purchases after which the Client did not leave."""
        turns: Array = params[3] + repeats + self.first - 1
        return np.where(turns > 0, turns, 1.0) if not self.first else turns

    def log_odds_gone(self, params: Array, repeats: Array, silence: Array) -> Array:
        """Return the logarithm of the odds that the last purchase was the last one."""
        odds: Array = np.log(params[2]) - np.log(self.turns_survived(params, repeats)) + silence
        return odds if self.first else np.where(repeats > 0, odds, -np.inf)

    def p_alive(self, params: Params, known: Histories) -> Array:
        """Return the chance that each Client has not left."""
        values = self.values(params)
        r, alpha = values[:2]
        silence = (r + known.repeats) * (np.log(alpha + known.age) - np.log(alpha + known.recency))
        alive: Array = expit(-self.log_odds_gone(values, known.repeats, silence))
        return alive

    def scores(self, params: Params, known: Histories, soon: float, far: float) -> tuple[Array, Array, Array]:
        """Return all three scores: not left, buys soon, purchases to expect in the long run."""
        return self.p_alive(params, known), self.p_buys(params, known, soon), self.expected(params, known, far)

    def p_buys(self, params: Params, known: Histories, within: float) -> Array:
        """Return the chance of at least one purchase within so much time from now."""
        r, alpha = params["r"], params["alpha"]
        wait = -np.expm1(-(r + known.repeats) * np.log1p(within / (alpha + known.age)))
        return self.p_alive(params, known) * wait

    def expected(self, params: Params, known: Histories, within: float) -> Array:
        """Return how many purchases to expect within so much time from now."""
        return self.expected_in_parts(params, known, [within], [1.0])

    def expected_in_parts(self, params: Params, known: Histories, ends: Sequence[float], worth: Sequence[float]) -> Array:
        """Return the same with each stretch of time, from one end to the next, counted at what it is worth.

        The slow part depends on the number of purchases and the age alone, so it is counted once for each pair of them.
        """
        pairs, row_of = np.unique(known.repeats + 1j * known.age, return_inverse=True)
        by_end = [self.bought_if_alive(params, pairs.real, pairs.imag, end) for end in ends]
        stretches = np.diff(np.array(by_end), axis=0, prepend=0)
        bought: Array = (np.array(worth)[:, None] * stretches).sum(axis=0)[row_of] * self.p_alive(params, known)
        return np.maximum(bought, 0)

    def bought_if_alive(self, params: Params, repeats: Array, age: Array, within: float) -> Array:
        """Return how many purchases to expect from a Client who has not left.

        The formula of the sources with Euler's transformation of the hypergeometric function, which cannot overflow.
        """
        r, alpha, a, b = self.values(params)
        if a > ALIKE:
            return bought_by_points(r + repeats, within / (alpha + age), a, b + repeats + self.first)
        a = a if abs(a - 1) > NEAR_ONE else 1 + NEAR_ONE
        last = a + b + repeats + self.first - 1
        share = within / (alpha + age + within)
        left = (1 - share) ** (a - 1) * hyp2f1(a + b + self.first - 1 - r, a - 1, last, share)
        bought: Array = last / (a - 1) * (1 - left)
        return bought

    def values(self, params: Params) -> Array:
        """Return the parameters in order."""
        return np.array([params[name] for name in self.names])


def bought_by_points(power: Array, time: Array, leaves: float, stays: Array) -> Array:
    """Return the mean of (1 - (1 + p time) ** -power) / p over chances p of leaving ~ Beta(leaves, stays).

    The logarithm of the odds of p is nearly normal where both are large, so a few points of Gauss and Hermite are enough.
    """
    points, shares = POINTS[:, None], SHARES[:, None]
    odds = np.log(leaves / stays) + points * np.sqrt(1 / leaves + 1 / stays)
    density = leaves * odds - (leaves + stays) * np.logaddexp(0, odds) + points**2 / 2
    weights = shares * np.exp(density - density.max(axis=0))
    chance = expit(odds)
    bought = -np.expm1(-power * np.log1p(chance * time)) / chance
    mean: Array = (weights * bought).sum(axis=0) / weights.sum(axis=0)
    return mean


MBG_NBD = BetaGeometric(first=1)
BG_NBD = BetaGeometric(first=0)
