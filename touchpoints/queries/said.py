"""SQL of what audits said of a touchpoint, one row for every time it was rated in a branch. Everything that counts marks begins here.

Auditors of one round in one branch count together: the middle mark, of two the worse. An audit without a round is a round of its own.
Skipped touchpoints and audits under way are left out.
"""

WALK = "coalesce(audit.round_id, -audit.id)"
"""What tells one round from another: an audit without a round is told by its own number."""

SAID = f"""
SELECT mark.touchpoint_id, audit.branch_id, {WALK} AS walk, percentile_disc(0.5) WITHIN GROUP (ORDER BY mark.rating) AS rating,
       min(mark.rating) AS worst, max(mark.rating) AS best, count(*) AS n_marks, max(mark.marked_at) AS rated_at,
       max(audit.id) AS last_id
FROM touchpoints_auditmark mark JOIN touchpoints_audit audit ON audit.id = mark.audit_id
WHERE audit.state = 'done' AND mark.rating IS NOT NULL AND {{which}}
GROUP BY mark.touchpoint_id, audit.branch_id, {WALK}
"""


def said(which: str = "true") -> str:
    """Return the statement over the marks that pass a condition on `mark` and `audit`."""
    return SAID.format(which=which)
