"""A foreign key from purchases to Clients that is checked once per statement, not once per row."""

from django.db import migrations

CREATE = """
CREATE FUNCTION clients_purchase_needs_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed LEFT JOIN clients_client c ON c.id = changed.client_id WHERE c.id IS NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a purchase names a Client who does not exist';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION clients_client_has_purchases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM removed JOIN clients_purchase p ON p.client_id = removed.id) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a Client with purchases cannot be removed before them';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER purchase_inserted AFTER INSERT ON clients_purchase
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION clients_purchase_needs_client();
CREATE TRIGGER purchase_updated AFTER UPDATE ON clients_purchase
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION clients_purchase_needs_client();
CREATE TRIGGER client_deleted AFTER DELETE ON clients_client
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION clients_client_has_purchases();
"""
DROP = """
DROP TRIGGER purchase_inserted ON clients_purchase;
DROP TRIGGER purchase_updated ON clients_purchase;
DROP TRIGGER client_deleted ON clients_client;
DROP FUNCTION clients_purchase_needs_client;
DROP FUNCTION clients_client_has_purchases;
"""


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("clients", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
