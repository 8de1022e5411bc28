"""How well a score tells those something happened to from the others."""

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from metrics.formulas.buying import Array


def auc(scores: Array, hits: npt.NDArray[np.bool_]) -> float | None:
    """Return the chance that a hit drawn at random scores higher than a miss, ties counted half; None without both.

    The area under the ROC curve by ranks (Hanley and McNeil, 1982): 1 is perfect, 0.5 a coin.
    """
    n_hits = int(hits.sum())
    n_misses = hits.size - n_hits
    if not n_hits or not n_misses:
        return None
    above = float(rankdata(scores)[hits].sum()) - n_hits * (n_hits + 1) / 2
    return above / (n_hits * n_misses)
