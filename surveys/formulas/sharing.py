"""When a score may be shown to the world: enough answers, fresh, and given by people.

30 answers: below that the 95 % interval of a usual NPS is wider than +-25 points and the number says little. 180 days: two quarters,
after which the firm that is praised may be another one. One answer in five in doubt: the rest may not be clean either.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

MIN_PUBLIC_ANSWERS = 30
MAX_AGE_DAYS = 180
MAX_SUSPECT_SHARE = Fraction(1, 5)


class Refusal(StrEnum):
    """Why a score may not be shown outside."""

    OTHERS = "others"
    FEW = "few"
    OLD = "old"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Evidence:
    """What stands behind a score: trusted answers, answers in doubt, days since the last was taken, and whether Clients gave them."""

    answers: int
    suspect: int
    age_days: int
    is_of_clients: bool = True


def refusal(evidence: Evidence) -> Refusal | None:
    """Return why the score stays inside, or None."""
    if not evidence.is_of_clients:
        return Refusal.OTHERS
    if evidence.answers < MIN_PUBLIC_ANSWERS:
        return Refusal.FEW
    if evidence.age_days > MAX_AGE_DAYS:
        return Refusal.OLD
    is_doubtful = Fraction(evidence.suspect, evidence.answers + evidence.suspect) > MAX_SUSPECT_SHARE
    return Refusal.DOUBTFUL if is_doubtful else None
