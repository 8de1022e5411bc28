"""What the two models say of every Client on a day."""

from dataclasses import dataclass

import numpy as np

from metrics.formulas.buying.beta_geometric import MBG_NBD, BetaGeometric
from metrics.formulas.buying.fitting import Fit, NoFitError
from metrics.formulas.buying.histories import Array, Histories, Whole, grouped
from metrics.formulas.buying.pareto_nbd import PARETO_NBD, ParetoNbd

Model = BetaGeometric | ParetoNbd
SOON_DAYS, YEAR_DAYS = 90, 365


@dataclass(frozen=True)
class Fits:
    """Both models fitted to the same histories; Pareto/NBD is a second opinion and may be missing."""

    mbg: Fit
    pareto: Fit | None


@dataclass(frozen=True)
class Scores:
    """One number for each Client (or each row of equal Clients).

    `p_alive` - has not left, `p_buys` - buys within the days asked for, `expected` - purchase days within as many days as were asked for.
    """

    p_alive: Array
    p_buys: Array
    expected: Array
    p_alive_pareto: Array | None
    p_buys_pareto: Array | None
    expected_pareto: Array | None

    def taken(self, rows: Whole) -> "Scores":
        """Return the scores of the rows, in their order."""
        return Scores(*(None if each is None else each[rows] for each in self.values()))  # type: ignore[arg-type]  # None stays None

    def values(self) -> tuple[Array | None, ...]:
        """Return all of them, in order."""
        return self.p_alive, self.p_buys, self.expected, self.p_alive_pareto, self.p_buys_pareto, self.expected_pareto


def fit_both(known: Histories) -> Fits:
    """Fit both models; `NoFitError` when the main one cannot be."""
    main = MBG_NBD.fit(known)
    try:
        return Fits(main, PARETO_NBD.fit(known))
    except NoFitError:
        return Fits(main, None)


def scores_of(fits: Fits, known: Histories, *, soon: float = SOON_DAYS, far: float = YEAR_DAYS) -> Scores:
    """Score every row."""
    main = MBG_NBD.scores(fits.mbg.params, known, soon, far)
    second = PARETO_NBD.scores(fits.pareto.params, known, soon, far) if fits.pareto else (None, None, None)
    return Scores(*main, *second)


def scores_at(repeats: Whole, recency: Whole, age: Whole, *, soon: float = SOON_DAYS, far: float = YEAR_DAYS) -> Scores:
    """Fit both models to what was known on a day and score every Client of it, in the order given.

    In whole days: purchase days after the first, days from the first to the last, days from the first to the day we look.
    """
    known, row_of = grouped(*(np.asarray(each, dtype=np.int64) for each in (repeats, recency, age)))
    return scores_of(fit_both(known), known, soon=soon, far=far).taken(row_of)
