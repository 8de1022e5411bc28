"""How long the queue is: counted by triggers, so that no way of changing a leaver can forget to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Rows are only added: adding up in place would make two callers wait for each other, or deadlock.
FUNCTION = """
CREATE FUNCTION churn_queue_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO churn_queuestep (left_on, is_rehearsal, caller_id, next_call_on, n, cents)
    SELECT left_on, is_rehearsal, caller_id, next_call_on, sum(step), sum(step * at_risk_cents)
    FROM ({rows}) AS steps JOIN clients_client c ON c.id = steps.client_id AND NOT c.do_not_call
    WHERE state IN ('queued', 'talked')
    GROUP BY 1, 2, 3, 4 HAVING sum(step) <> 0 OR sum(step * at_risk_cents) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER queue_step_{event} AFTER {event} ON churn_leaver {tables}
FOR EACH STATEMENT EXECUTE FUNCTION churn_queue_{event}();
"""
COLUMNS = "client_id, state, left_on, is_rehearsal, caller_id, next_call_on, at_risk_cents"
BORN = f"SELECT {COLUMNS}, 1 AS step FROM born"
GONE = f"SELECT {COLUMNS}, -1 AS step FROM gone"
EVENTS = {
    "insert": (BORN, "REFERENCING NEW TABLE AS born"),
    "update": (f"{BORN} UNION ALL {GONE}", "REFERENCING OLD TABLE AS gone NEW TABLE AS born"),
    "delete": (GONE, "REFERENCING OLD TABLE AS gone"),
}
# Who asks to be left in peace leaves the queue without any change of the leaver.
IN_PEACE = """
CREATE FUNCTION churn_queue_in_peace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO churn_queuestep (left_on, is_rehearsal, caller_id, next_call_on, n, cents)
    SELECT left_on, is_rehearsal, caller_id, next_call_on, side, side * at_risk_cents
    FROM churn_leaver, (SELECT CASE WHEN NEW.do_not_call THEN -1 ELSE 1 END AS side) AS sides
    WHERE client_id = NEW.id AND state IN ('queued', 'talked');
    RETURN NULL;
END $$;
CREATE TRIGGER queue_step_in_peace AFTER UPDATE OF do_not_call ON clients_client
FOR EACH ROW WHEN (OLD.do_not_call IS DISTINCT FROM NEW.do_not_call) EXECUTE FUNCTION churn_queue_in_peace();
"""
# The triggers above hold the table against writers until this migration commits.
BACKFILL = """
INSERT INTO churn_queuestep (left_on, is_rehearsal, caller_id, next_call_on, n, cents)
SELECT left_on, is_rehearsal, caller_id, next_call_on, count(*), sum(at_risk_cents)
FROM churn_leaver l JOIN clients_client c ON c.id = l.client_id AND NOT c.do_not_call
WHERE state IN ('queued', 'talked') GROUP BY 1, 2, 3, 4
"""
DROP = "DROP TRIGGER queue_step_{event} ON churn_leaver; DROP FUNCTION churn_queue_{event}();"
DROP_IN_PEACE = "DROP TRIGGER queue_step_in_peace ON clients_client; DROP FUNCTION churn_queue_in_peace();"


class Migration(migrations.Migration):

    dependencies = [
        ('churn', '0010_six_critic_callers'),
        ('clients', '0006_speed_not_to_call'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QueueStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('left_on', models.DateField()),
                ('is_rehearsal', models.BooleanField()),
                ('next_call_on', models.DateField(blank=True, null=True)),
                ('n', models.IntegerField()),
                ('cents', models.BigIntegerField()),
                ('caller', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('n', 0), _negated=True), models.Q(('cents', 0), _negated=True), _connector='OR'), name='queue_step_is_a_step')],
            },
        ),
        migrations.RunSQL(
            [*(FUNCTION.format(event=event, rows=rows, tables=tables) for event, (rows, tables) in EVENTS.items()), IN_PEACE, BACKFILL],
            [*(DROP.format(event=event) for event in EVENTS), DROP_IN_PEACE],
        ),
    ]
