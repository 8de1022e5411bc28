"""What Clients say of a touchpoint on the whole, and how far it is from what we say."""

from enum import StrEnum

from common.proportions import wilson_interval

LEAST_VOICES = 5
AWFUL, WOW = -1, 1


class Verdict(StrEnum):
    """What Clients say on the whole."""

    GOOD = "good"
    MIXED = "mixed"
    BAD = "bad"
    FEW = "few"


class Gap(StrEnum):
    """How our own rating and the Clients' word stand to each other, the dearest mistake first."""

    BLIND = "blind"
    UNSEEN = "unseen"
    SHARED = "shared"
    HARSH = "harsh"
    NONE = "none"


def verdict_of(praise: int, blame: int) -> Verdict:
    """Judge the voices for and against: one side has it only if Wilson's 95 % interval of its share lies above a half."""
    n = praise + blame
    if n < LEAST_VOICES:
        return Verdict.FEW
    low, high = wilson_interval(blame, n)
    if low > 0.5:
        return Verdict.BAD
    return Verdict.GOOD if high < 0.5 else Verdict.MIXED


def gap_between(ours: int | None, theirs: Verdict) -> Gap:
    """Compare our rating (-1, 0, 1 or None) with the Clients' verdict."""
    if theirs == Verdict.BAD:
        if ours is None:
            return Gap.UNSEEN
        return Gap.SHARED if ours == AWFUL else Gap.BLIND
    return Gap.HARSH if theirs == Verdict.GOOD and ours == AWFUL else Gap.NONE
