"""The length of the queue, gathered and checked once a day."""

import logging

from django.db import connection, transaction

logger = logging.getLogger(__name__)
# Two at once would each count everybody, and the queue would be twice as long.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('churn.queue_steps'))"
# One statement, so one moment: a change that commits meanwhile is on neither side, and its own steps come with it.
GATHER = """
WITH gone AS (
    DELETE FROM churn_queuestep RETURNING left_on, is_rehearsal, caller_id, next_call_on, n, cents
), kept AS (
    SELECT left_on, is_rehearsal, caller_id, next_call_on, sum(n) AS n, sum(cents) AS cents FROM gone
    GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0 OR sum(cents) <> 0
), counted AS (
    SELECT left_on, is_rehearsal, caller_id, next_call_on, count(*) AS n, sum(at_risk_cents) AS cents
    FROM churn_leaver l JOIN clients_client c ON c.id = l.client_id AND NOT c.do_not_call
    WHERE state IN ('queued', 'talked') GROUP BY 1, 2, 3, 4
), filled AS (
    INSERT INTO churn_queuestep (left_on, is_rehearsal, caller_id, next_call_on, n, cents) TABLE counted
)
SELECT count(*) FROM ((TABLE kept EXCEPT TABLE counted) UNION ALL (TABLE counted EXCEPT TABLE kept)) AS differing
"""


@transaction.atomic
def gather_queue() -> int:
    """Put one row for each day of leaving and caller in the place of all steps; return how many sums were wrong, and log them.

    Wrong they may become when a Client asks to be left in peace in the very moment they are found.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        cursor.execute(GATHER)
        differing = int(cursor.fetchone()[0])
    if differing:
        logger.error("The length of the queue differed from a count of leavers in %s sums", differing)
    return differing
