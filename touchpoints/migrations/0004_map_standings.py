"""Count the ratings in force of the audits there are. Without rounds yet, each audit stands for itself."""

from typing import ClassVar

from django.db import migrations

FILL = """
WITH ordered AS (
    SELECT mark.touchpoint_id, audit.branch_id, mark.rating, mark.marked_at,
           lead(mark.rating) OVER newest AS previous, row_number() OVER newest AS age
    FROM touchpoints_auditmark mark JOIN touchpoints_audit audit ON audit.id = mark.audit_id
    WHERE audit.state = 'done' AND mark.rating IS NOT NULL
    WINDOW newest AS (PARTITION BY mark.touchpoint_id, audit.branch_id ORDER BY mark.marked_at DESC, audit.id DESC)
)
INSERT INTO touchpoints_standing (touchpoint_id, branch_id, rating, previous, worst, best, n_marks, rated_at)
SELECT touchpoint_id, branch_id, rating, previous, rating, rating, 1, marked_at FROM ordered WHERE age = 1
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """The rollup begins filled."""

    dependencies: ClassVar = [("touchpoints", "0003_rounds_keys")]
    operations: ClassVar = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
