"""What a wave will be able to tell before it is sent.

Two waves of n answers each, compared by the adjusted-Wald variance of `common.proportions.nps_moments`, show a difference of
(z for 5 % two-sided + z for 80 % power) standard errors. Source: Cohen, "Statistical Power Analysis" (1988), chapter 6.
"""

from dataclasses import dataclass
from math import ceil, sqrt

from common.proportions import Z95, nps_moments
from surveys.formulas.nps import MIN_ANSWERS, NpsCounts

POWER_80 = 0.841621
USUAL_RATE = 0.3
USUAL_MIX = NpsCounts(promoters=50, passives=30, detractors=20)
WIDEST = 60


@dataclass(frozen=True)
class Foresight:
    """How many answers to expect and the change of NPS they can show; `change` is None where there are too few."""

    invited: int
    rate: float
    answers: int
    change: int | None

    @property
    def is_blunt(self) -> bool:
        """Say whether only an upheaval could be seen."""
        return self.change is not None and self.change > WIDEST


def foresee(invited: int, rate: float, mix: NpsCounts) -> Foresight:
    """Return what so many letters can show, if answers come at the rate and are mixed as before."""
    answers = round(invited * rate)
    return Foresight(invited, rate, answers, detectable_change(answers, mix) if answers >= MIN_ANSWERS else None)


def detectable_change(answers: int, mix: NpsCounts) -> int:
    """Return the least change of NPS, in whole points, that two waves of so many answers show at 5 % with 80 % power."""
    promoters, detractors = (round(answers * part / max(mix.n, 1)) for part in (mix.promoters, mix.detractors))
    _middle, variance = nps_moments(promoters, answers - promoters - detractors, detractors)
    return min(200, ceil(100 * (Z95 + POWER_80) * sqrt(2 * variance)))
