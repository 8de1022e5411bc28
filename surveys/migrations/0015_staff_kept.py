"""A finished survey stays as it is, with the people it asked: later ones are held against it. Only who made it may be forgotten."""

from django.db import migrations, models

FROZEN = (
    "kind", "locale", "public_token", "slices", "threshold", "comment_threshold", "question", "why_question", "ten_question",
    "options", "remind_whom", "public_key", "starts_at", "invited",
)  # fmt: skip
KEPT = f"""
    IF ({", ".join(f"OLD.{column}" for column in FROZEN)}) IS DISTINCT FROM ({", ".join(f"NEW.{column}" for column in FROZEN)}) THEN
        RAISE EXCEPTION 'a staff survey keeps what people were promised when it started' USING ERRCODE = 'check_violation';
    END IF;
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION surveys_staff_wave_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {kept}
    IF NEW.state = 'draft' OR {closed} THEN
        RAISE EXCEPTION 'a staff survey never goes back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
LOOSE = "ARRAY['created_by_id', 'mail_wave_id']"
WAVE = FUNCTION.format(kept=KEPT, closed=f"(OLD.state = 'closed' AND to_jsonb(OLD) - {LOOSE} IS DISTINCT FROM to_jsonb(NEW) - {LOOSE})")
WAVE_BEFORE = FUNCTION.format(kept=KEPT, closed="OLD.state = 'closed'")
STAYS = """
CREATE FUNCTION surveys_staff_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a staff survey that has started stays, with whom it asked and what it has shown' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER staff_wave_stays BEFORE DELETE ON surveys_staffwave
FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION surveys_staff_stays();
CREATE TRIGGER staff_seat_stays BEFORE DELETE ON surveys_staffseat FOR EACH ROW EXECUTE FUNCTION surveys_staff_stays();
CREATE TRIGGER staff_seat_frozen BEFORE UPDATE ON surveys_staffseat
FOR EACH ROW WHEN (NEW.employee_id IS NOT NULL OR to_jsonb(OLD) - 'employee_id' IS DISTINCT FROM to_jsonb(NEW) - 'employee_id')
EXECUTE FUNCTION surveys_staff_stays();
CREATE TRIGGER staff_group_stays BEFORE DELETE ON surveys_staffgroup FOR EACH ROW EXECUTE FUNCTION surveys_staff_stays();
"""
STAYS_NO_MORE = """
DROP TRIGGER staff_wave_stays ON surveys_staffwave; DROP TRIGGER staff_seat_stays ON surveys_staffseat;
DROP TRIGGER staff_seat_frozen ON surveys_staffseat; DROP TRIGGER staff_group_stays ON surveys_staffgroup;
DROP FUNCTION surveys_staff_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0014_ballot_spoiled")]

    operations = [
        migrations.AddField(
            "staffseat", "person", models.BigIntegerField(null=True, editable=False, help_text="The employee's number, kept when the employee is deleted.")
        ),
        migrations.RunSQL("UPDATE surveys_staffseat SET person = employee_id", migrations.RunSQL.noop),
        migrations.RunSQL([WAVE, STAYS], [STAYS_NO_MORE, WAVE_BEFORE]),
    ]
