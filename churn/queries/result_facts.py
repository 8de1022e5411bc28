"""What is known about each leaver of a scope, as SQL: every figure of the results and every list behind a figure starts from it."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from churn.models import Leaver
from clients.models import Segment, ValueBand
from clients.queries import value_bands
from company.models import Branch

MOST_ATTEMPTS = 6
"""Attempts from this one on are one row."""

CHOSEN_SQL = """
chosen AS MATERIALIZED (
  SELECT l.id, l.client_id, l.left_on, l.noticed_on, l.last_purchase_on, l.at_risk_cents,
         CASE WHEN l.state = 'returned' THEN l.returned_on END AS returned_on
  FROM churn_leaver l {joins}
  WHERE NOT l.is_rehearsal AND l.left_on BETWEEN %(since)s AND %(until)s {where}
)
"""
# Money after a return counts until the next leaving. Who was called by two people counts for the one who talked last, else tried last.
FACTS_SQL = (
    "WITH "
    + CHOSEN_SQL
    + """, calls AS (
  SELECT k.leaver_id, max(k.attempt) AS attempts, min(k.attempt) FILTER (WHERE k.outcome = 'talked') AS reached_at,
         min((k.called_at AT TIME ZONE %(zone)s)::date) AS first_day,
         bool_or(EXISTS (SELECT 1 FROM churn_exitcall_reasons r WHERE r.exitcall_id = k.id)) AS is_named,
         (array_agg(k.would_return ORDER BY k.called_at DESC, k.id DESC) FILTER (WHERE k.would_return IS NOT NULL))[1] AS will,
         bool_or(k.outcome = 'talked' AND k.next_call_on IS NOT NULL) AS is_promised,
         bool_or(k.action_id IS NOT NULL) AS is_acted,
         (array_agg(k.caller_id ORDER BY (k.outcome = 'talked') DESC, k.called_at DESC, k.id DESC))[1] AS caller_id
  FROM churn_exitcall k JOIN chosen ON chosen.id = k.leaver_id
  WHERE NOT k.is_rehearsal
  GROUP BY k.leaver_id
), facts AS (
  SELECT chosen.*, coalesce(calls.attempts, 0) AS attempts, calls.reached_at, calls.first_day, calls.caller_id, calls.will,
         coalesce(calls.is_named, false) AS is_named, coalesce(calls.is_promised, false) AS is_promised,
         coalesce(calls.is_acted, false) AS is_acted, chosen.returned_on IS NOT NULL AS is_back,
         coalesce(chosen.returned_on >= calls.first_day, false) AS is_after_call,
         coalesce(calls.reached_at, calls.attempts, 0) AS tries, coalesce(money.cents, 0) AS back_cents
  FROM chosen LEFT JOIN calls ON calls.leaver_id = chosen.id
  LEFT JOIN LATERAL (
    SELECT sum(d.cents) AS cents FROM clients_clientday d
    WHERE d.client_id = chosen.client_id AND d.day >= chosen.returned_on AND NOT EXISTS (
      SELECT 1 FROM churn_leaver later
      WHERE later.client_id = chosen.client_id AND later.last_purchase_on > chosen.last_purchase_on AND later.last_purchase_on < d.day
    )
  ) money ON chosen.returned_on IS NOT NULL
)
"""
)
BRANCH_SQL = "AND c.branch_id = %(branch)s"
SEGMENT_SQL = "AND c.segment_id = %(segment)s"
# What a Client had brought by the time they left: money after a return must not decide in which band the return is counted.
BAND_SQL = """AND (
    SELECT coalesce(sum(d.cents), 0) FROM clients_clientday d WHERE d.client_id = l.client_id AND d.day <= l.last_purchase_on
  ) BETWEEN %(least)s AND %(most)s"""
MOST_CENTS = 2**62
# What stands inside a query of Django takes its values by place.
NAMED_PARAMETER = re.compile(r"%\((\w+)\)s")

SHOWS: Final = {
    "left": "true",
    "called": "attempts > 0",
    "reached": "reached_at IS NOT NULL",
    "named": "is_named",
    "willing": "will",
    "unwilling": "NOT will",
    "promised": "is_promised",
    "acted": "is_acted",
    "returned": "is_back",
    "after_call": "is_after_call",
    "itself": "is_back AND NOT is_after_call",
}
GROUPS: Final = {
    "month": "date_trunc('month', left_on)::date = %(value)s::date",
    "caller": "caller_id = %(value)s::int",
    "reason": """id IN (
        SELECT k.leaver_id FROM churn_exitcall k JOIN churn_exitcall_reasons r ON r.exitcall_id = k.id
        WHERE r.reason_id = %(value)s::int AND NOT k.is_rehearsal)""",
    "tried": "tries >= %(value)s::int",
    "reached_at": "reached_at = %(value)s::int",
    "reached_from": "reached_at >= %(value)s::int",
}


@dataclass(frozen=True)
class Scope:
    """Whose results: who left in a period, of a branch, a segment, a band of value at leaving. Days of calls are of the time zone."""

    since: dt.date
    until: dt.date
    zone: str
    branch: Branch | None = None
    segment: Segment | None = None
    band: ValueBand | None = None

    @property
    def joins(self) -> str:
        """Join the Client where something is asked of them."""
        return "JOIN clients_client c ON c.id = l.client_id" if self.branch or self.segment else ""

    @property
    def where(self) -> str:
        """Return the conditions asked for."""
        asked = [(self.branch, BRANCH_SQL), (self.segment, SEGMENT_SQL), (self.band, BAND_SQL)]
        return " ".join(condition for row, condition in asked if row)

    @property
    def params(self) -> dict[str, Any]:
        """Return the values of the conditions."""
        least, most = self.bounds
        return {
            "since": self.since,
            "until": self.until,
            "zone": self.zone,
            "branch": self.branch and self.branch.pk,
            "segment": self.segment and self.segment.pk,
            "least": least,
            "most": most,
        }

    @property
    def bounds(self) -> tuple[int, int]:
        """Return the least and the most money of the band; the lowest band takes refunds in, too."""
        if self.band is None:
            return 0, 0
        lower = [
            band.up_to for band in value_bands() if band.up_to is not None and (self.band.up_to is None or band.up_to < self.band.up_to)
        ]
        return max(lower, default=-MOST_CENTS), (self.band.up_to or MOST_CENTS) - 1

    def sql(self, rest: str, start: str = FACTS_SQL) -> str:
        """Return a statement over the facts of the scope; whoever runs it gives `params`."""
        return start.format(joins=self.joins, where=self.where) + rest


def leavers_behind(scope: Scope, *, show: str, group: str = "", value: str = "") -> QuerySet[Leaver]:
    """Return the leavers behind a figure, the dearest first: what is shown of whom."""
    condition = f"({SHOWS[show]})" + (f" AND {GROUPS[group]}" if group else "")
    statement, params = scope.sql(f"SELECT id FROM facts WHERE {condition}"), scope.params | {"value": value}
    names = NAMED_PARAMETER.findall(statement)
    found = RawSQL(NAMED_PARAMETER.sub("%s", statement), [params[name] for name in names])  # noqa: S611 - as above
    return Leaver.objects.filter(pk__in=found).select_related("client", "caller").order_by("-at_risk_cents", "-left_on", "pk")
