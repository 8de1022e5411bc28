"""eNPS of a closed circle of people: an interval that knows that most of them have answered.

The unseen answers are predicted from the seen ones (adjusted Wald centre and variance, see `common.proportions.estimate_nps`) and added to
what is known, one answer wider for the lattice. With many unseen this is nearly that interval itself; when everybody answered, nothing
is left to guess and it has no width. The usual finite-population correction keeps the shrunken centre: where all but one of a small team
answered it can miss the score of all every time. `tests/surveys/test_enps.py` draws teams: ours holds it in at least 93 of 100 draws.
"""

from math import sqrt

from common.proportions import Z95, NpsEstimate, nps_moments
from surveys.formulas.nps import NpsCounts


def estimate_of_asked(counts: NpsCounts, asked: int) -> NpsEstimate | None:
    """Estimate the score all who were asked would give together; None under five answers."""
    if not counts.is_enough:
        return None
    score, unseen = counts.net / counts.n, max(asked - counts.n, 0)
    if not unseen:
        return NpsEstimate(100 * score, 100 * score, 100 * score, counts.n)
    guess, variance = nps_moments(counts.promoters, counts.passives, counts.detractors)
    spread = variance * (counts.n + 3)
    share = unseen / (counts.n + unseen)
    middle = score + share * (guess - score)
    half = Z95 * share * sqrt(variance + spread / unseen) + 1 / (counts.n + unseen)
    low, high = least_and_most(counts, unseen)
    return NpsEstimate(100 * score, 100 * max(middle - half, low), 100 * min(middle + half, high), counts.n)


def least_and_most(counts: NpsCounts, unseen: int) -> tuple[float, float]:
    """Return the scores if all the unseen were critics, and if they were fans."""
    everybody = counts.n + unseen
    return (counts.net - unseen) / everybody, (counts.net + unseen) / everybody
