"""From purchases to expect to money to expect: of every Client, and of a new one with its interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from common.proportions import Z95
from metrics.formulas.buying.beta_geometric import MBG_NBD
from metrics.formulas.buying.fitting import Params
from metrics.formulas.buying.gamma_gamma import GAMMA_GAMMA, Spending
from metrics.formulas.buying.histories import Array, Histories, Whole

YEAR_DAYS, FAR_YEARS, MONTHS = 365, 5, 12
MOST_CORRELATION = 0.3
STEP = 1e-4
NOBODY = Histories(np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1))


@dataclass(frozen=True)
class Worth:
    """Purchase days to come of each row: within a year, within five, and these five in days of today's worth."""

    year: Array
    far: Array
    far_today: Array


@dataclass(frozen=True)
class Between:
    """A value with its 95 % interval; without bounds when the data do not settle it."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class MeanCheck:
    """The mean money of a purchase day after the first, with its standard error."""

    value: float
    error: float


def worth_of(params: Params, known: Histories, *, discount: float) -> Worth:
    """Count purchase days to come by MBG/NBD.

    Those of a month count at its end: divided by (1 + discount) as many times as years have passed by then.
    """
    ends = [YEAR_DAYS * (month + 1) / MONTHS for month in range(FAR_YEARS * MONTHS)]
    values = [(1 + discount) ** -((month + 1) / MONTHS) for month in range(FAR_YEARS * MONTHS)]
    far = MBG_NBD.expected(params, known, YEAR_DAYS * FAR_YEARS)
    today = MBG_NBD.expected_in_parts(params, known, ends, values) if discount else far
    return Worth(MBG_NBD.expected(params, known, YEAR_DAYS), far, today)


def spending_of(repeats: Whole, later_cents: Whole) -> Spending | None:
    """Return what Gamma-Gamma looks at: Clients who came back and paid more than they took back; None when there are too few."""
    kept = (repeats > 0) & (later_cents > 0)
    if kept.sum() < 2:
        return None
    return Spending(repeats[kept].astype(float), later_cents[kept] / repeats[kept])


def checks_of(params: Params, repeats: Whole, later_cents: Whole) -> Array:
    """Return the money to expect on a purchase day of each Client; whoever took back as much as they paid counts as nothing."""
    means = np.maximum(later_cents, 0) / np.maximum(repeats, 1)
    return GAMMA_GAMMA.expected(params, repeats.astype(float), means)


def mean_check(repeats: Whole, later_cents: Whole) -> MeanCheck | None:
    """Return the mean check of purchase days after the first, as a ratio of sums over Clients; None when nobody came back."""
    days = int(repeats.sum())
    if not days:
        return None
    value = float(later_cents.sum()) / days
    left = later_cents - value * repeats
    return MeanCheck(value, float(np.sqrt((left * left).sum())) / days)


def bought_by_new_client(params: Params) -> float:
    """Return the purchase days of a new Client within five years: the first one and those to expect after it."""
    return 1 + float(MBG_NBD.expected(params, NOBODY, YEAR_DAYS * FAR_YEARS)[0])


def value_of_new_client(buying: Params, buying_cov: Sequence[Sequence[float]] | None, check: Between) -> Between:
    """Return what a new Client is expected to bring in five years, with a 95 % interval by the delta method on logarithms.

    How often and how much are fitted apart and taken for independent, so their variances add up.
    """
    value = bought_by_new_client(buying) * check.value
    spread = variance_of_log(bought_by_new_client, buying, buying_cov)
    if spread is None or check.low is None or check.low <= 0:
        return Between(value, None, None)
    half = Z95 * sqrt(spread + (np.log(check.value / check.low) / Z95) ** 2)
    return Between(value, value * exp(-half), value * exp(half))


def new_client_check(params: Params, covariance: Sequence[Sequence[float]] | None) -> Between:
    """Return the money a new Client is expected to spend on a day, by Gamma-Gamma, with its interval."""
    value, spread = GAMMA_GAMMA.of_new_client(params), variance_of_log(GAMMA_GAMMA.of_new_client, params, covariance)
    if spread is None:
        return Between(value, None, None)
    half = Z95 * sqrt(spread)
    return Between(value, value * exp(-half), value * exp(half))


def check_between(check: MeanCheck) -> Between:
    """Return the mean check with its interval, for a company whose money no model describes."""
    half = Z95 * check.error
    return Between(check.value, check.value - half, check.value + half)


def variance_of_log(value_of: Callable[[Params], float], params: Params, covariance: Sequence[Sequence[float]] | None) -> float | None:
    """Return the variance of the logarithm of a value by the delta method; `covariance` is that of the logarithms of the parameters."""
    if not covariance:
        return None
    slope = []
    for name in params:
        up, down = ({**params, name: params[name] * exp(step)} for step in (STEP, -STEP))
        slope.append(np.log(value_of(up) / value_of(down)) / (2 * STEP))
    spread = float(np.array(slope) @ np.array(covariance) @ np.array(slope))
    return spread if np.isfinite(spread) and spread >= 0 else None
