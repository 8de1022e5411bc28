"""The money each Client is expected to bring, and the sums of it by groups."""

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from django.db import connection

from metrics.formulas.buying import Array, Histories, Params
from metrics.formulas.buying.money import Worth, worth_of
from metrics.formulas.spending import Checks
from metrics.models import LtvVersion
from metrics.queries.scores import Known, discount_in_force

CLEAR_GROUPS = "DELETE FROM metrics_scoregroup"
# Everybody is looked at once; the splits are then made of the few parts that are found.
FILL_GROUPS = """
WITH parts AS (
    SELECT c.segment_id, c.branch_id, c.channel_id, date_trunc('month', m.first_day::timestamp)::date AS month, max(s.until) AS until,
        count(*) AS clients, sum(m.cents) AS brought, sum(s.p_alive) AS alive,
        sum(s.year_cents) AS year, sum(s.far_cents) AS far, sum(s.far_today_cents) AS far_today
    FROM metrics_clientscore s JOIN clients_client c ON c.id = s.client_id JOIN clients_clientsum m ON m.client_id = s.client_id
    GROUP BY 1, 2, 3, 4
)
INSERT INTO metrics_scoregroup
    (dimension, key, month, until, clients, brought_cents, alive, year_cents, far_cents, far_today_cents)
SELECT CASE GROUPING(segment_id, branch_id, channel_id, month)
        WHEN 7 THEN 'segment' WHEN 11 THEN 'branch' WHEN 13 THEN 'channel' WHEN 14 THEN 'cohort' ELSE 'all' END,
    coalesce(segment_id, branch_id, channel_id), month, max(until),
    sum(clients), sum(brought), sum(alive), round(sum(year)), round(sum(far)), round(sum(far_today))
FROM parts GROUP BY GROUPING SETS ((), (segment_id), (branch_id), (channel_id), (month))
HAVING count(*) > 0
"""
CLEAR_LOST = "DELETE FROM metrics_lostmonth"
# Expected money over the chance of being with us is what is expected of those who are.
FILL_LOST = """
INSERT INTO metrics_lostmonth (month, branch_id, clients, cents)
SELECT date_trunc('month', p.last_day + p.patience + 1)::date, c.branch_id, count(*),
    round(sum(s.far_cents / nullif(s.p_alive, 0) * (1 - s.p_alive)))
FROM clients_spell p
JOIN clients_clientsum m ON m.client_id = p.client_id AND m.last_day = p.last_day
JOIN metrics_clientscore s ON s.client_id = p.client_id AND p.last_day + p.patience < s.until
JOIN clients_client c ON c.id = p.client_id
GROUP BY 1, 2 HAVING sum(s.far_cents) IS NOT NULL
"""


@dataclass(frozen=True)
class MoneyScores:
    """The money of a purchase day of each Client, in minor units, and the days to come of each row of equal Clients."""

    check: Array
    worth: Worth


def money_scores(checks: Checks, params: Params, rows: Histories, discount: Fraction) -> MoneyScores:
    """Return what to multiply: purchases to come by what they will bring; no Client is expected to take money back."""
    return MoneyScores(checks.cents, worth_of(params, rows, discount=float(discount)))


def sight_of(known: Known) -> str:
    """Return a fingerprint of all that money to come depends on besides the histories: what was paid, by whom, and the discount."""
    seen = sha256(known.clients.tobytes() + known.later_cents.tobytes() + known.segments.tobytes())
    seen.update(str(discount_in_force()).encode())
    return seen.hexdigest()


def money_notes(checks: Checks | None, known: Known, version: LtvVersion | None) -> dict[str, Any]:
    """Write down by what money was counted, for the row of the main model."""
    notes: dict[str, Any] = {"seen": sight_of(known), "discount": str(discount_in_force()), "version": version.pk if version else None}
    if checks is None:
        return notes
    return notes | {
        "source": checks.source.value,
        "correlation": checks.correlation,
        "returning": int(checks.spending.mean.size),
        "left_out": checks.left_out,
        "check_cents": checks.company.value,
        "check_error": checks.company.error,
    }


def roll_up_scores() -> None:
    """Add up the scores by group anew, and the money lost with those who left by month."""
    with connection.cursor() as cursor:
        for statement in (CLEAR_GROUPS, FILL_GROUPS, CLEAR_LOST, FILL_LOST):
            cursor.execute(statement)
