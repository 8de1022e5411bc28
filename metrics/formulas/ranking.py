"""How well a score tells those something happened to from the others."""

import numpy as np
import numpy.typing as npt

from metrics.formulas.buying import Array, Whole


def auc(scores: Array | Whole, hits: npt.NDArray[np.bool_] | Whole, clients: Whole | None = None) -> float | None:
    """Return the chance that a hit drawn at random scores higher than a miss, ties counted half; None without both.

    Each score may stand for several Clients: `clients` of them, of whom `hits` were hit; one each without it. The area under the ROC
    curve by counting pairs (Hanley and McNeil, 1982): 1 is perfect, 0.5 a coin.
    """
    hit = hits.astype(np.int64)
    missed = (np.ones_like(hit) if clients is None else clients) - hit
    pairs = int(hit.sum()) * int(missed.sum())
    if not pairs:
        return None
    order = np.argsort(scores)
    ordered = scores[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    hit, missed = np.add.reduceat(hit[order], starts), np.add.reduceat(missed[order], starts)
    below = np.cumsum(missed) - missed
    return int((hit * (2 * below + missed)).sum()) / (2 * pairs)
