"""Early warning: whether leaving really followed a sign more often than it followed none."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from common.experiments import ShareDifference, compare_shares
from common.periods import add_months, month_of

SEEN_DAYS = 90
"""A sign counts for so many days before the end of a month."""
HORIZON_DAYS = 180
"""Somebody who left within so many days after it left soon."""
MONTHS = 24
HALF_DAYS = 180
"""Buying "more rarely" and "for less" compares the last half-year with the one before."""
ENOUGH = 20
ENOUGH_VISITS, ENOUGH_PURCHASES = 4, 3
RARER, SMALLER = Fraction(1, 2), Fraction(7, 10)
WAITED_DAYS = 14


class Verdict(Enum):
    """What the company's own history says of a sign."""

    TOO_FEW = "too_few"
    NOT_SHOWN = "not_shown"
    MATTERS = "matters"


@dataclass(frozen=True)
class SignCounts:
    """Clients with a sign and without, how many of either left soon, and how many of those who left had shown it."""

    n_with: int
    gone_with: int
    n_without: int
    gone_without: int
    leavers: int = 0
    leavers_with: int = 0

    @property
    def difference(self) -> ShareDifference | None:
        """How much more often they left with the sign than without."""
        return compare_shares(self.gone_with, self.n_with, self.gone_without, self.n_without)

    @property
    def ratio(self) -> float | None:
        """How many times as often; None when nobody left without the sign."""
        if not (self.n_with and self.gone_without):
            return None
        return self.gone_with * self.n_without / (self.n_with * self.gone_without)

    @property
    def verdict(self) -> Verdict:
        """Judge the sign: it matters only when the whole interval of the difference is above zero.

        >>> SignCounts(100, 40, 1000, 150).verdict.value
        'matters'
        >>> SignCounts(100, 18, 1000, 150).verdict.value
        'not_shown'
        >>> SignCounts(10, 9, 1000, 150).verdict.value
        'too_few'
        """
        difference = self.difference
        if min(self.n_with, self.n_without) < ENOUGH or difference is None:
            return Verdict.TOO_FEW
        return Verdict.MATTERS if difference.low > 0 else Verdict.NOT_SHOWN


def month_ends(first_day: dt.date, last_day: dt.date) -> list[dt.date]:
    """Return the ends of the last 24 months whose following 180 days are known and before which 90 days were, oldest first.

    >>> month_ends(dt.date(2026, 1, 20), dt.date(2026, 11, 22))
    [datetime.date(2026, 4, 30)]
    """
    latest = last_day - dt.timedelta(HORIZON_DAYS)
    ends = [add_months(month_of(latest), 1 - back) - dt.timedelta(1) for back in range(MONTHS + 1)]
    return sorted(day for day in ends if first_day + dt.timedelta(SEEN_DAYS) <= day <= latest)[-MONTHS:]
