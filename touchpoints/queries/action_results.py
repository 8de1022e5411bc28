"""What came of a done action: the rating of its touchpoints before it and since."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from company.models import Branch
from touchpoints.models import Action, Touchpoint
from touchpoints.queries.said import said

OF_ACTION = "mark.touchpoint_id IN (SELECT touchpoint_id FROM touchpoints_action_touchpoints WHERE action_id = %(action)s)"
OUTCOMES = f"""
WITH latest AS (
  SELECT DISTINCT ON (touchpoint_id, branch_id, is_after) touchpoint_id, branch_id, rating, rated_at, is_after
  FROM (SELECT *, rated_at > %(done_at)s AS is_after FROM ({said(OF_ACTION)}) said) known
  ORDER BY touchpoint_id, branch_id, is_after, rated_at DESC, last_id DESC
)
SELECT touchpoint_id, branch_id,
       max(rating) FILTER (WHERE NOT is_after), max(rated_at) FILTER (WHERE NOT is_after),
       max(rating) FILTER (WHERE is_after), max(rated_at) FILTER (WHERE is_after)
FROM latest GROUP BY touchpoint_id, branch_id
"""


@dataclass(frozen=True)
class Outcome:
    """The rating of one touchpoint in one branch before an action was done and since; None where nobody has looked."""

    touchpoint: Touchpoint
    branch: Branch | None
    before: int | None
    before_at: dt.datetime | None
    after: int | None
    after_at: dt.datetime | None

    @property
    def change(self) -> int | None:
        """How many steps it went up or down."""
        return None if self.before is None or self.after is None else self.after - self.before


def action_outcomes(action: Action) -> list[Outcome]:
    """Return what was seen at the touchpoints of a done action, those looked at since first; one nobody ever rated has an empty row."""
    points = {point.pk: point for point in action.touchpoints.all()}
    branches = {branch.pk: branch for branch in Branch.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES, {"action": action.pk, "done_at": action.done_at})
        found = [Outcome(points[point], branches.get(branch), *rest) for point, branch, *rest in cursor.fetchall()]
    seen = {outcome.touchpoint.pk for outcome in found}
    unseen = [Outcome(point, None, None, None, None, None) for pk, point in points.items() if pk not in seen]
    return sorted([*found, *unseen], key=lambda one: (one.after is None, one.touchpoint.name, one.branch.position if one.branch else -1))


def unseen_points(outcomes: Iterable[Outcome]) -> list[Touchpoint]:
    """Return the touchpoints on the map that no branch has rated since, each once."""
    seen = {outcome.touchpoint.pk for outcome in outcomes if outcome.after is not None}
    found = {one.touchpoint.pk: one.touchpoint for one in outcomes if one.touchpoint.pk not in seen and not one.touchpoint.is_archived}
    return list(found.values())
