"""Cells of cohorts, kept by triggers so that no load and no page can forget to."""

import django.db.models.deletion
from django.db import migrations, models

MONTHS = """
CREATE FUNCTION clients_cohort_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Planned every time: the same trigger sees one row or six million.
    EXECUTE 'INSERT INTO clients_cohortcell (cohort_month, month, segment_id, branch_id, clients, n, cents)
        SELECT * FROM (
            SELECT m.cohort_month, m.month, c.segment_id, c.branch_id,
                sum(m.step * (m.n > 0)::int) AS clients, sum(m.step * m.n) AS n, sum(m.step * m.cents) AS cents
            FROM ({rows}) AS m JOIN clients_client c ON c.id = m.client_id GROUP BY 1, 2, 3, 4
        ) AS changes WHERE clients <> 0 OR n <> 0 OR cents <> 0';
    RETURN NULL;
END $$;
CREATE TRIGGER client_month_cohort_{event} AFTER {event} ON clients_clientmonth {tables}
FOR EACH STATEMENT EXECUTE FUNCTION clients_cohort_{event}();
"""
BORN, GONE = "SELECT born.*, 1 AS step FROM born", "SELECT gone.*, -1 AS step FROM gone"
EVENTS = {
    "insert": (BORN, "REFERENCING NEW TABLE AS born"),
    "update": (f"{BORN} UNION ALL {GONE}", "REFERENCING OLD TABLE AS gone NEW TABLE AS born"),
    "delete": (GONE, "REFERENCING OLD TABLE AS gone"),
}
# A Client takes all their months along to another segment or branch; one who is removed with months still there takes them away.
CLIENTS = """
CREATE FUNCTION clients_cohort_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO clients_cohortcell (cohort_month, month, segment_id, branch_id, clients, n, cents)
        SELECT m.cohort_month, m.month, c.segment_id, c.branch_id,
            sum(c.step * (m.n > 0)::int), sum(c.step * m.n), sum(c.step * m.cents)
        FROM ({rows}) AS c JOIN clients_clientmonth m ON m.client_id = c.id GROUP BY 1, 2, 3, 4';
    RETURN NULL;
END $$;
CREATE TRIGGER client_cohort_{name} AFTER {event} ON clients_client {tables}
FOR EACH STATEMENT EXECUTE FUNCTION clients_cohort_{name}();
"""
MOVED = """
    SELECT gone.id, side.segment_id, side.branch_id, side.step FROM gone JOIN born ON born.id = gone.id
    CROSS JOIN LATERAL (VALUES (gone.segment_id, gone.branch_id, -1), (born.segment_id, born.branch_id, 1))
        AS side (segment_id, branch_id, step)
    WHERE (gone.segment_id, gone.branch_id) IS DISTINCT FROM (born.segment_id, born.branch_id)
"""
WAYS = {
    "moved": (MOVED, "update", "REFERENCING OLD TABLE AS gone NEW TABLE AS born"),
    "removed": ("SELECT gone.id, gone.segment_id, gone.branch_id, -1 AS step FROM gone", "delete", "REFERENCING OLD TABLE AS gone"),
}
# The triggers above hold both tables against writers until this migration commits.
BACKFILL = """
INSERT INTO clients_cohortcell (cohort_month, month, segment_id, branch_id, clients, n, cents)
SELECT m.cohort_month, m.month, c.segment_id, c.branch_id, count(*) FILTER (WHERE m.n > 0), sum(m.n), sum(m.cents)
FROM clients_clientmonth m JOIN clients_client c ON c.id = m.client_id GROUP BY 1, 2, 3, 4;
"""
CREATE = [
    *(MONTHS.format(event=event, rows=rows, tables=tables) for event, (rows, tables) in EVENTS.items()),
    *(CLIENTS.format(name=name, rows=rows, event=event, tables=tables) for name, (rows, event, tables) in WAYS.items()),
    BACKFILL,
]
DROP = [
    *(f"DROP TRIGGER client_month_cohort_{event} ON clients_clientmonth; DROP FUNCTION clients_cohort_{event};" for event in EVENTS),
    *(f"DROP TRIGGER client_cohort_{name} ON clients_client; DROP FUNCTION clients_cohort_{name};" for name in WAYS),
]


def away(to: str) -> models.ForeignKey:
    """Name a row that may be gone: then the changes of its cells add up to nothing."""
    on_delete = django.db.models.deletion.DO_NOTHING
    return models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=on_delete, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_speed_not_to_call"), ("company", "0005_logo_and_channels_scope")]

    operations = [
        migrations.AddField(
            model_name="rollupcheck",
            name="cells",
            field=models.PositiveIntegerField(default=0, help_text="Cells of cohorts that were wrong."),
        ),
        migrations.AddField(
            model_name="rollupcheck",
            name="unbalanced",
            field=models.JSONField(default=list, help_text="Rollups whose totals were not those of the purchases."),
        ),
        migrations.CreateModel(
            name="CohortCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cohort_month", models.DateField()),
                ("month", models.DateField()),
                (
                    "clients",
                    models.IntegerField(help_text="Clients who bought in the month; who only brought something back is not among them."),
                ),
                ("n", models.IntegerField()),
                ("cents", models.BigIntegerField()),
                ("branch", away("company.branch")),
                ("segment", away("clients.segment")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__gte", models.F("cohort_month"))), name="cohort_cell_ordered")
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
