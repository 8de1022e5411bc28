"""Did the calls bring anybody back? Clients called soon after we noticed, beside those nobody called by then."""

import datetime as dt
from dataclasses import dataclass, field

from churn.queries.result_facts import Scope
from churn.queries.results import Share, rows_of
from common.experiments import MeanDifference, Sample, ShareDifference, compare_means, compare_shares

CALLED_WITHIN_DAYS = 30
WATCHED_DAYS = 90

# Everybody is judged from the same day of their silence, and only if still away on it: else who came back early would count against
# the calls, as nobody calls them any more. Nobody is in the second group who could not have been called.
LANDMARK_SQL = """
SELECT is_called, count(*), count(*) FILTER (WHERE returned_on <= ends_on), coalesce(sum(cents), 0), coalesce(sum(cents * cents), 0)
FROM (
  SELECT facts.*, coalesce(first_day <= starts_on, false) AS is_called, (
      SELECT coalesce(sum(d.cents), 0)::numeric FROM clients_clientday d
      WHERE d.client_id = facts.client_id AND d.day > starts_on AND d.day <= ends_on
    ) AS cents
  FROM (SELECT facts.*, noticed_on + %(within)s AS starts_on, noticed_on + %(within)s + %(watched)s AS ends_on FROM facts) facts
  JOIN clients_client c ON c.id = facts.client_id
  WHERE ends_on < %(today)s AND (returned_on IS NULL OR returned_on > starts_on) AND (attempts > 0 OR (c.phone <> '' AND NOT c.do_not_call))
) seen
GROUP BY is_called
"""


@dataclass(frozen=True)
class LandmarkGroup:
    """One of the two groups: who came back within the days, and their money."""

    back: Share = field(default_factory=lambda: Share(0, 0))
    cents: int = 0
    money: Sample = field(default_factory=lambda: Sample(0, 0.0, 0.0))

    @property
    def cents_each(self) -> int:
        """Money per Client, those who did not come counted too."""
        return round(self.cents / self.back.n) if self.back.n else 0


@dataclass(frozen=True)
class Landmark:
    """Called within 30 days after we noticed, and not called by then; followed for the 90 days after."""

    called: LandmarkGroup
    uncalled: LandmarkGroup

    @property
    def shares(self) -> ShareDifference | None:
        """How much more often the called ones came back."""
        return compare_shares(self.called.back.hits, self.called.back.n, self.uncalled.back.hits, self.uncalled.back.n)

    @property
    def money(self) -> MeanDifference | None:
        """How much more money a called one brought, in minor units."""
        return compare_means(self.called.money, self.uncalled.money)

    @property
    def is_few(self) -> bool:
        """Say whether a group is too small to lean on."""
        return self.called.back.is_few or self.uncalled.back.is_few


def landmark(scope: Scope, today: dt.date) -> Landmark:
    """Compare the leavers of a scope whose days are over."""
    params = scope.params | {"within": CALLED_WITHIN_DAYS, "watched": WATCHED_DAYS, "today": today}
    found = {bool(row[0]): group_of(*(int(number) for number in row[1:])) for row in rows_of(scope.sql(LANDMARK_SQL), params)}
    return Landmark(found.get(True, LandmarkGroup()), found.get(False, LandmarkGroup()))


def group_of(n: int, hits: int, cents: int, squares: int) -> LandmarkGroup:
    """Make a group of its sums."""
    return LandmarkGroup(Share(hits, n), cents, Sample.of_sums(n, cents, squares))
