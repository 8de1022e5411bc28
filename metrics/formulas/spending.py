"""By what money a purchase day to come is counted: a model, where money has nothing to do with how often people buy, else plain means."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from metrics.formulas.buying import Array, Fit, NoFitError, Whole
from metrics.formulas.buying.gamma_gamma import GAMMA_GAMMA, Spending
from metrics.formulas.buying.money import MOST_CORRELATION, MeanCheck, checks_of, mean_check, spending_of

FEWEST_OF_SEGMENT = 30
"""Clients of a segment who came back, from which it has a mean of its own."""


class CheckSource(StrEnum):
    """By what the money of a day is counted; `metrics.enums.CheckSource` has the words for it."""

    GAMMA_GAMMA = "gamma_gamma"
    CORRELATED = "correlated"
    NO_FIT = "no_fit"


@dataclass(frozen=True)
class Checks:
    """Money to expect on a purchase day of each Client, in minor units, and by what it was counted.

    `left_out` counts Clients who came back and took back all they paid: the model does not see them. `company` is the mean of all.
    """

    cents: Array
    source: CheckSource
    fit: Fit | None
    spending: Spending
    correlation: float
    left_out: int
    company: MeanCheck


def checks_to_come(repeats: Whole, later_cents: Whole, segments: Whole) -> Checks | None:
    """Count the check of each Client; None when nobody who came back has paid anything.

    `later_cents` is what a Client paid after the first day, `segments` their segment (0 without one).
    """
    spending, company = spending_of(repeats, later_cents), mean_check(repeats, later_cents)
    if spending is None or company is None or company.value <= 0:
        return None
    source, fit = source_of(spending)
    cents = checks_of(fit.params, repeats, later_cents) if fit else means_of(repeats, later_cents, segments, company.value)
    left_out = int(((repeats > 0) & (later_cents <= 0)).sum())
    return Checks(cents, source, fit, spending, spending.correlation, left_out, company)


def source_of(spending: Spending) -> tuple[CheckSource, Fit | None]:
    """Fit Gamma-Gamma, unless those who buy more often also spend differently, which it takes to be impossible."""
    if abs(spending.correlation) >= MOST_CORRELATION:
        return CheckSource.CORRELATED, None
    try:
        return CheckSource.GAMMA_GAMMA, GAMMA_GAMMA.fit(spending)
    except NoFitError:
        return CheckSource.NO_FIT, None


def means_of(repeats: Whole, later_cents: Whole, segments: Whole, company: float) -> Array:
    """Return the mean check of the segment of each Client, that of the company where a segment has too few who came back."""
    names, which = np.unique(segments, return_inverse=True)
    days, money = np.bincount(which, repeats, names.size), np.bincount(which, later_cents, names.size)
    enough = (np.bincount(which, repeats > 0, names.size) >= FEWEST_OF_SEGMENT) & (money > 0) & (names > 0)
    means = np.where(enough, money / np.maximum(days, 1), company)
    checks: Array = means[which]
    return checks
