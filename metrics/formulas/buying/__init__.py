"""Models of when Clients buy and when they leave: MBG/NBD, Pareto/NBD as a second opinion, BG/NBD to check against what was published.

They work on distinct histories with weights (`grouped`), with derivatives written out: a million Clients take seconds. Time is in
whatever unit the histories are; Mayak uses days.
"""

from metrics.formulas.buying.beta_geometric import BG_NBD, MBG_NBD
from metrics.formulas.buying.fitting import Fit, NoFitError, Params
from metrics.formulas.buying.gamma_gamma import GAMMA_GAMMA, Spending
from metrics.formulas.buying.histories import Array, Histories, Whole, grouped
from metrics.formulas.buying.pareto_nbd import PARETO_NBD
from metrics.formulas.buying.scores import SOON_DAYS, YEAR_DAYS, Fits, Model, Scores, fit_both, scores_at, scores_of

__all__ = [
    "BG_NBD",
    "GAMMA_GAMMA",
    "MBG_NBD",
    "PARETO_NBD",
    "SOON_DAYS",
    "YEAR_DAYS",
    "Array",
    "Fit",
    "Fits",
    "Histories",
    "Model",
    "NoFitError",
    "Params",
    "Scores",
    "Spending",
    "Whole",
    "fit_both",
    "grouped",
    "scores_at",
    "scores_of",
]
