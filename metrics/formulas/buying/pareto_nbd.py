"""Pareto/NBD: a Client buys at a rate of their own until they leave, at any moment, at another rate of their own.

Rates of buying vary between Clients as Gamma(r, alpha), rates of leaving as Gamma(s, beta). Source: Schmittlein, Morrison, Colombo,
"Counting your customers: who are they and what will they do next?" (1987); Fader, Hardie, "A note on deriving the Pareto/NBD model".

The usual formulas hold the integral over the moment of leaving as a difference of two hypergeometric functions, which is slow, has no
simple derivative and cancels out. Here it is summed by Gauss and Legendre in a variable in which the integrand is nearly constant,
so that 16 points are enough (a test holds them against adaptive integration), and the derivatives come from the same points.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, psi

from metrics.formulas.buying.fitting import Fit, Likelihood, Params, fit_to
from metrics.formulas.buying.histories import Array, Histories, weighted_sum

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)
# The power in the substitution; it takes the edge off the integrand where the silence is long.
BEND = 3
SMALLEST = 1e-300
# Rows at a time: what fits into the processor's cache.
CHUNK = 16_384


@dataclass(frozen=True)
class Rates:
    """Where two rates stand: Gamma(power, alpha) of buying, Gamma(s, beta) of leaving. Numbers or arrays of one shape."""

    power: Array
    alpha: Array
    s: Array
    beta: Array


@dataclass(frozen=True)
class Gone:
    """Of leaving unseen between two moments: the logarithm of its likelihood and means over the moments of leaving."""

    log_value: Array
    log_alpha: Array
    per_alpha: Array
    log_beta: Array
    per_beta: Array


def gone_between(rates: Rates, start: Array, end: Array) -> Gone:
    """Integrate s (beta + t)^-(s + 1) (alpha + t)^-power over t from start to end.

    If alpha and beta were equal, W = (alpha + t)^-(power + s) would make the integrand constant. So W is taken with the number between
    them that gives the integrand no slope at the start, where most of it lies, and W = y^3.
    """
    here, there, total = rates.alpha + start, rates.beta + start, rates.power + rates.s
    base = (total + 1) / (rates.power / here + (rates.s + 1) / there)
    half = -np.expm1(-total / BEND * np.log1p((end - start) / base)) / 2
    sums = np.zeros((5, *np.shape(half)))
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        y = 1 - half * (1 - node)
        step = -BEND / total * np.log(y)
        passed = base * np.expm1(step)
        grown_here, grown_there = np.log1p(passed / here), np.log1p(passed / there)
        part = weight * y**2 * np.exp((total + 1) * step - rates.power * grown_here - (rates.s + 1) * grown_there)
        sums += part * np.stack([np.ones_like(part), grown_here, 1 / (here + passed), grown_there, 1 / (there + passed)])
    whole = np.maximum(sums[0], SMALLEST)
    at_here, at_there = np.log(here), np.log(there)
    size = np.log(np.maximum(BEND * half * whole * base / total, SMALLEST)) + np.log(rates.s)
    means = sums[1:] / whole
    return Gone(size - rates.power * at_here - (rates.s + 1) * at_there, means[0] + at_here, means[1], means[2] + at_there, means[3])


def part_of(known: Histories, first: int) -> Histories:
    """Return a part of the rows."""
    rows = slice(first, first + CHUNK)
    return Histories(known.repeats[rows], known.recency[rows], known.age[rows], known.weight[rows])


def in_parts(known: Histories, count: Callable[[Histories], Array]) -> Array:
    """Count part by part and put the results together."""
    return np.concatenate([count(part_of(known, first)) for first in range(0, known.age.size, CHUNK)])


def log_here(params: Array, known: Histories) -> Array:
    """Return the log-likelihood of being with us now, without what all Clients of as many purchases share."""
    r, alpha, s, beta = params
    value: Array = -(r + known.repeats) * np.log(alpha + known.age) - s * np.log(beta + known.age)
    return value


def gone_since_last(params: Array, known: Histories) -> Gone:
    """Return the same of having left between the last purchase and now."""
    r, alpha, s, beta = params
    power = r + known.repeats
    rates = Rates(power, np.full_like(power, alpha), np.full_like(power, s), np.full_like(power, beta))
    return gone_between(rates, known.recency, known.age)


def of_time(params: Array, known: Histories) -> tuple[float, Array]:
    """Sum what depends on the times: still with us, or gone at any moment since the last purchase; and its slopes."""
    r, alpha, s, beta = params
    power, here, there = r + known.repeats, alpha + known.age, beta + known.age
    gone, with_us = gone_since_last(params, known), log_here(params, known)
    value = np.logaddexp(with_us, gone.log_value)
    share = np.exp(gone.log_value - value)
    slopes = (
        -(1 - share) * np.log(here) - share * gone.log_alpha,
        -power * ((1 - share) / here + share * gone.per_alpha),
        -(1 - share) * np.log(there) + share * (1 / s - gone.log_beta),
        -(1 - share) * s / there - share * (s + 1) * gone.per_beta,
    )
    return weighted_sum(known.weight, value), np.array([weighted_sum(known.weight, slope) for slope in slopes])


@dataclass(frozen=True)
class ParetoNbd:
    """The model."""

    names = ("r", "alpha", "s", "beta")

    def fit(self, known: Histories) -> Fit:
        """Find the most likely parameters."""
        age = float(np.average(known.age, weights=known.weight)) + 1
        return fit_to(known, self.likelihood_of, self.names, np.array([1.0, age / 2, 1.0, age]))

    def likelihood_of(self, known: Histories) -> Likelihood:
        """Return the likelihood of these histories."""
        repeats, which = np.unique(known.repeats, return_inverse=True)
        weights = np.bincount(which, known.weight).astype(float)

        def likelihood(params: Array) -> tuple[float, Array]:
            r, alpha, s, beta = params
            value = weighted_sum(weights, gammaln(r + repeats) - gammaln(r)) + known.clients * (r * np.log(alpha) + s * np.log(beta))
            by_r = weighted_sum(weights, psi(r + repeats) - psi(r)) + known.clients * np.log(alpha)
            slope = np.array([by_r, known.clients * r / alpha, known.clients * np.log(beta), known.clients * s / beta])
            for first in range(0, known.age.size, CHUNK):
                more, steeper = of_time(params, part_of(known, first))
                value, slope = value + more, slope + steeper
            return value, slope

        return likelihood

    def p_alive(self, params: Params, known: Histories) -> Array:
        """Return the chance that each Client has not left."""
        values = self.values(params)

        def alive(part: Histories) -> Array:
            share: Array = expit(log_here(values, part) - gone_since_last(values, part).log_value)
            return share

        return in_parts(known, alive)

    def scores(self, params: Params, known: Histories, soon: float, far: float) -> tuple[Array, Array, Array]:
        """Return all three scores: not left, buys soon, purchases to expect in the long run; the slow first one is counted once."""
        alive = self.p_alive(params, known)
        return alive, alive * self.p_buys_if_alive(params, known, soon), alive * self.expected_if_alive(params, known, far)

    def p_buys(self, params: Params, known: Histories, within: float) -> Array:
        """Return the chance of at least one purchase within so much time from now."""
        return self.p_alive(params, known) * self.p_buys_if_alive(params, known, within)

    def p_buys_if_alive(self, params: Params, known: Histories, within: float) -> Array:
        """Return the same of a Client who is with us now: neither stays silent nor leaves before a purchase."""
        r, alpha, s, beta = self.values(params)

        def silent(part: Histories) -> Array:
            power, here, there = r + part.repeats, alpha + part.age, beta + part.age
            stays = -power * np.log1p(within / here) - s * np.log1p(within / there)
            rates = Rates(power, here, np.full_like(here, s), there)
            leaves = gone_between(rates, np.zeros_like(here), np.full_like(here, within)).log_value
            none: Array = np.exp(stays) + np.exp(leaves + power * np.log(here) + s * np.log(there))
            return np.clip(none, 0, 1)

        return 1 - in_parts(known, silent)

    def expected(self, params: Params, known: Histories, within: float) -> Array:
        """Return how many purchases to expect within so much time from now."""
        return self.p_alive(params, known) * self.expected_if_alive(params, known, within)

    def expected_if_alive(self, params: Params, known: Histories, within: float) -> Array:
        """Return the same of a Client who is with us now."""
        r, alpha, s, beta = self.values(params)
        longer = np.log1p(within / (beta + known.age))
        time = longer if s == 1 else -np.expm1(-(s - 1) * longer) / (s - 1)
        bought: Array = (r + known.repeats) * (beta + known.age) / (alpha + known.age) * time
        return bought

    def values(self, params: Params) -> Array:
        """Return the parameters in order."""
        return np.array([params[name] for name in self.names])


PARETO_NBD = ParetoNbd()
