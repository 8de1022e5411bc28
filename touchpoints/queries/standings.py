"""SQL of the ratings in force: what the marks of finished audits come to."""

from collections.abc import Sequence

from touchpoints.queries.said import said

# Two refreshes at once would each miss what the other has not committed yet: they go one after another. Readers do not wait.
LOCK = "LOCK TABLE touchpoints_standing IN SHARE ROW EXCLUSIVE MODE"

REFRESH = """
WITH said AS ({said}), ordered AS (
    SELECT *, lead(rating) OVER newest AS previous, row_number() OVER newest AS age
    FROM said WINDOW newest AS (PARTITION BY touchpoint_id, branch_id ORDER BY rated_at DESC, last_id DESC)
), in_force AS (
    SELECT * FROM ordered WHERE age = 1
), gone AS (
    DELETE FROM touchpoints_standing standing
    WHERE NOT EXISTS (
        SELECT FROM in_force
        WHERE in_force.touchpoint_id = standing.touchpoint_id AND in_force.branch_id IS NOT DISTINCT FROM standing.branch_id
    ) {of_standings}
    RETURNING 1
), written AS (
    INSERT INTO touchpoints_standing AS standing (touchpoint_id, branch_id, rating, previous, worst, best, n_marks, rated_at)
    SELECT touchpoint_id, branch_id, rating, previous, worst, best, n_marks, rated_at FROM in_force
    ON CONFLICT (touchpoint_id, branch_id) DO UPDATE
    SET rating = excluded.rating, previous = excluded.previous, worst = excluded.worst, best = excluded.best,
        n_marks = excluded.n_marks, rated_at = excluded.rated_at
    WHERE (standing.rating, standing.previous, standing.worst, standing.best, standing.n_marks, standing.rated_at) IS DISTINCT FROM
          (excluded.rating, excluded.previous, excluded.worst, excluded.best, excluded.n_marks, excluded.rated_at)
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""


def refresh_statement(touchpoint_ids: Sequence[int] | None) -> str:
    """Return the statement that counts standings anew: of all touchpoints, or of the ids given to it."""
    if touchpoint_ids is None:
        return REFRESH.format(said=said(), of_standings="")
    return REFRESH.format(said=said("mark.touchpoint_id = ANY(%(ids)s)"), of_standings="AND standing.touchpoint_id = ANY(%(ids)s)")
