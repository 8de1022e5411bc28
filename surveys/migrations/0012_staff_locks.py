"""What people were promised cannot be changed behind their backs: the database itself refuses."""

from django.db import migrations

FROZEN = (
    "kind", "locale", "public_token", "slices", "threshold", "comment_threshold", "question", "why_question", "ten_question",
    "options", "remind_whom", "public_key", "starts_at", "invited",
)  # fmt: skip
WAVE = f"""
CREATE FUNCTION surveys_staff_wave_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ({", ".join(f"OLD.{column}" for column in FROZEN)}) IS DISTINCT FROM ({", ".join(f"NEW.{column}" for column in FROZEN)}) THEN
        RAISE EXCEPTION 'a staff survey keeps what people were promised when it started' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'draft' OR OLD.state = 'closed' THEN
        RAISE EXCEPTION 'a staff survey never goes back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER staff_wave_frozen BEFORE UPDATE ON surveys_staffwave
FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION surveys_staff_wave_frozen();
"""
BALLOT = """
CREATE FUNCTION surveys_staff_ballot_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sealed ballot is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER staff_ballot_sealed BEFORE UPDATE ON surveys_staffballot FOR EACH ROW EXECUTE FUNCTION surveys_staff_ballot_sealed();
"""
TICKET = """
CREATE FUNCTION surveys_staff_ticket_spent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a used ticket stays used' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER staff_ticket_spent BEFORE UPDATE ON surveys_staffticket
FOR EACH ROW WHEN (OLD.answered AND NOT NEW.answered) EXECUTE FUNCTION surveys_staff_ticket_spent();
"""
GUESS = """
CREATE FUNCTION surveys_motive_guess_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM surveys_staffwave WHERE id = NEW.wave_id AND (state = 'closed' OR kind <> 'motives')) THEN
        RAISE EXCEPTION 'a guess is made before the results open' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER motive_guess_in_time BEFORE INSERT OR UPDATE ON surveys_motiveguess
FOR EACH ROW EXECUTE FUNCTION surveys_motive_guess_in_time();
"""
DROP = """
DROP TRIGGER staff_wave_frozen ON surveys_staffwave; DROP FUNCTION surveys_staff_wave_frozen();
DROP TRIGGER staff_ballot_sealed ON surveys_staffballot; DROP FUNCTION surveys_staff_ballot_sealed();
DROP TRIGGER staff_ticket_spent ON surveys_staffticket; DROP FUNCTION surveys_staff_ticket_spent();
DROP TRIGGER motive_guess_in_time ON surveys_motiveguess; DROP FUNCTION surveys_motive_guess_in_time();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0011_staff")]

    operations = [migrations.RunSQL([WAVE, BALLOT, TICKET, GUESS], DROP)]
