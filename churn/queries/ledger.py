"""The ledger of leaving: how many left each month, how many of them without a word, the money, and who came back."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from churn.enums import LedgerPart
from clients.formulas.rhythm import LONGEST_PATIENCE
from common.periods import add_months, month_of, months_back
from common.proportions import wilson_interval

MONTHS = 12
# Leavings by a Client's own rhythm and those the queue knows are matched by the Client and the last purchase; where both name one, the day
# of the queue counts. A word is a note or a report that somebody told us; a talk breaks the silence too, a rehearsal does not.
GONE = """
WITH spells AS (
  SELECT s.client_id, s.last_day, s.last_day + s.patience + 1 AS left_on, s.id
  FROM clients_spell s
  WHERE s.last_day BETWEEN %(since)s::date - {longest} - 1 AND %(today)s AND s.last_day + s.patience + 1 <= %(today)s
), leavers AS (
  SELECT l.* FROM churn_leaver l WHERE l.left_on BETWEEN %(since)s::date - {longest} - 1 AND %(today)s
), gone AS (
  SELECT coalesce(l.client_id, s.client_id) AS client_id, coalesce(l.last_purchase_on, s.last_day) AS last_day,
         coalesce(l.left_on, s.left_on) AS left_on, l.id AS leaver_id, l.at_risk_cents, l.returned_on,
         coalesce(l.detection = 'told' OR l.told_note <> '', false) AS is_told
  FROM spells s FULL JOIN leavers l ON l.client_id = s.client_id AND l.last_purchase_on = s.last_day
  WHERE coalesce(l.left_on, s.left_on) BETWEEN %(since)s AND %(until)s
), known AS (
  SELECT g.*,
         coalesce(g.at_risk_cents, (SELECT greatest(coalesce(sum(d.cents), 0), 0) FROM clients_clientday d
            WHERE d.client_id = g.client_id AND d.day > g.last_day - 365 AND d.day <= g.last_day)) AS cents,
         NOT g.is_told AND EXISTS (SELECT 1 FROM churn_exitcall k
            WHERE k.leaver_id = g.leaver_id AND k.outcome = 'talked' AND NOT k.is_rehearsal) AS is_asked,
         CASE WHEN g.leaver_id IS NOT NULL THEN g.returned_on ELSE (SELECT min(n.first_day) FROM clients_spell n
            WHERE n.client_id = g.client_id AND n.first_day > g.last_day) END AS back_on
  FROM gone g
)
"""
BY_MONTH = """
SELECT date_trunc('month', left_on)::date, count(*), coalesce(sum(cents), 0)::bigint,
       count(*) FILTER (WHERE is_told), count(*) FILTER (WHERE is_asked),
       coalesce(sum(cents) FILTER (WHERE NOT is_told AND NOT is_asked), 0)::bigint,
       count(back_on), coalesce(sum(cents) FILTER (WHERE back_on IS NOT NULL), 0)::bigint
FROM known GROUP BY 1 ORDER BY 1
"""
PARTS = {
    LedgerPart.ALL: "true",
    LedgerPart.TOLD: "is_told",
    LedgerPart.ASKED: "is_asked",
    LedgerPart.SILENT: "NOT is_told AND NOT is_asked",
    LedgerPart.BACK: "back_on IS NOT NULL",
}
LISTED = """
SELECT r.client_id, coalesce(nullif(c.name, ''), c.external_id, nullif(c.phone, ''), c.email), r.leaver_id, r.last_day, r.left_on,
       r.cents::bigint, r.is_told, r.is_asked, r.back_on
FROM known r JOIN clients_client c ON c.id = r.client_id
WHERE {part} ORDER BY r.cents DESC, r.client_id, r.left_on LIMIT %(limit)s OFFSET %(offset)s
"""
COUNTED = "SELECT count(*) FROM known WHERE {part}"


@dataclass(frozen=True)
class LedgerMonth:
    """Those who left in one month; money is what they brought in their last twelve months with us."""

    month: dt.date
    left: int
    cents: int
    told: int
    asked: int
    silent_cents: int
    back: int
    back_cents: int

    @property
    def silent(self) -> int:
        """Clients who left without a word, and whom we have not talked to since."""
        return self.left - self.told - self.asked

    @property
    def noticed(self) -> int:
        """Clients somebody told us of, or whom we have asked."""
        return self.told + self.asked

    @property
    def back_share(self) -> float:
        """The share that came back."""
        return self.back / self.left if self.left else 0.0

    @property
    def back_interval(self) -> tuple[float, float]:
        """Wilson's interval of the share that came back."""
        return wilson_interval(self.back, self.left)


@dataclass(frozen=True)
class LedgerRow:
    """One leaving behind a figure."""

    client_id: int
    name: str
    leaver_id: int | None
    last_day: dt.date
    left_on: dt.date
    cents: int
    is_told: bool
    is_asked: bool
    back_on: dt.date | None


def ledger(*, today: dt.date, months: int = MONTHS) -> list[LedgerMonth]:
    """Return the last months, the newest first; a month in which nobody left stands with zeros."""
    wanted = months_back(today, months)
    found = {row[0]: LedgerMonth(*row) for row in rows_of(BY_MONTH, since=wanted[0], until=today, today=today)}
    return [found.get(month) or LedgerMonth(month, 0, 0, 0, 0, 0, 0, 0) for month in reversed(wanted)]


def ledger_count(*, month: dt.date, part: LedgerPart, today: dt.date) -> int:
    """Count the leavings behind a figure."""
    return int(rows_of(COUNTED.format(part=PARTS[part]), **days_of(month, today))[0][0])


def ledger_rows(*, month: dt.date, part: LedgerPart, today: dt.date, limit: int, offset: int) -> list[LedgerRow]:
    """Return the leavings behind a figure, the most valuable first."""
    found = rows_of(LISTED.format(part=PARTS[part]), **days_of(month, today), limit=limit, offset=offset)
    return [LedgerRow(*row) for row in found]


def days_of(month: dt.date, today: dt.date) -> dict[str, dt.date]:
    """Return the days of a month as the queries take them."""
    since = month_of(month)
    return {"since": since, "until": min(add_months(since, 1) - dt.timedelta(1), today), "today": today}


def rows_of(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query over the leavings."""
    with connection.cursor() as cursor:
        cursor.execute(GONE.format(longest=LONGEST_PATIENCE) + sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
