"""Answers are counted by triggers, so that no page and no bulk load can forget to."""

from django.db import migrations

# One key at a time, always in the same order: two corrections that cross each other wait, and never deadlock.
# What is taken away is taken from rows that exist: when a branch, a segment or a wave is deleted, its rows of the tally go first.
ADD = """
CREATE FUNCTION surveys_tally_add(
    the_wave bigint, the_branch bigint, the_segment bigint, the_channel varchar, the_score smallint, suspect boolean, change integer
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF change > 0 THEN
        INSERT INTO surveys_answertally AS kept (wave_id, branch_id, segment_id, channel, score, is_suspect, n)
        VALUES (the_wave, the_branch, the_segment, the_channel, the_score, suspect, change)
        ON CONFLICT ON CONSTRAINT answer_tally_once DO UPDATE SET n = kept.n + excluded.n;
    ELSE
        UPDATE surveys_answertally SET n = n + change
        WHERE wave_id = the_wave AND branch_id IS NOT DISTINCT FROM the_branch AND segment_id IS NOT DISTINCT FROM the_segment
          AND channel = the_channel AND score = the_score AND is_suspect = suspect;
    END IF;
END $$;
"""
FUNCTION = """
CREATE FUNCTION surveys_tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM surveys_tally_add(wave_id, branch_id, segment_id, channel, score, suspect, change::integer)
    FROM (
        SELECT wave_id, branch_id, segment_id, channel, score, suspect_reason <> '' AS suspect, sum(step) AS change
        FROM ({rows}) AS steps GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(step) <> 0 ORDER BY 1, 2, 3, 4, 5, 6 OFFSET 0
    ) AS changes;
    RETURN NULL;
END $$;
CREATE TRIGGER answer_tally_{event} AFTER {event} ON surveys_answer {tables}
FOR EACH STATEMENT EXECUTE FUNCTION surveys_tally_{event}();
"""
COLUMNS = "wave_id, branch_id, segment_id, channel, score, suspect_reason"
BORN = f"SELECT {COLUMNS}, 1 AS step FROM born"
GONE = f"SELECT {COLUMNS}, -1 AS step FROM gone"
EVENTS = {
    "insert": (BORN, "REFERENCING NEW TABLE AS born"),
    "update": (f"{BORN} UNION ALL {GONE}", "REFERENCING OLD TABLE AS gone NEW TABLE AS born"),
    "delete": (GONE, "REFERENCING OLD TABLE AS gone"),
}
# The triggers above hold the table against writers until this migration commits.
BACKFILL = """
DELETE FROM surveys_answertally;
INSERT INTO surveys_answertally (wave_id, branch_id, segment_id, channel, score, is_suspect, n)
SELECT wave_id, branch_id, segment_id, channel, score, suspect_reason <> '', count(*) FROM surveys_answer GROUP BY 1, 2, 3, 4, 5, 6;
"""
DROP = "DROP TRIGGER answer_tally_{event} ON surveys_answer; DROP FUNCTION surveys_tally_{event}();"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_loop_one_open_case")]

    operations = [
        migrations.RunSQL(
            [ADD, *(FUNCTION.format(event=event, rows=rows, tables=tables) for event, (rows, tables) in EVENTS.items()), BACKFILL],
            [*(DROP.format(event=event) for event in EVENTS), "DROP FUNCTION surveys_tally_add;", "DELETE FROM surveys_answertally;"],
        ),
    ]
