"""SQL of loading a checked import: match people, create or update them, add purchases that are not there yet.

All of it runs in one transaction. People are matched in the order of the sureness of their keys: number, phone, e-mail, name.
Everybody gets an id at once, in the order of the file; whoever is found in the base gets the id known there instead.
"""

PEOPLE = """
DROP TABLE IF EXISTS pg_temp.import_people, pg_temp.import_repeated, pg_temp.import_bought;
CREATE TEMPORARY TABLE import_people (
    key text NOT NULL, line integer, external_id text, name text, phone text, email text,
    branch text, segment text, channel text, responsible text, brought_by text, sent_by text,
    client_id bigint NOT NULL DEFAULT nextval(pg_get_serial_sequence('clients_client', 'id')), is_new boolean NOT NULL DEFAULT true
) ON COMMIT DROP;
CREATE TEMPORARY TABLE import_repeated ON COMMIT DROP AS SELECT key FROM import_client_{id} GROUP BY key HAVING count(*) > 1;
INSERT INTO import_people (key, line, external_id, name, phone, email, branch, segment, channel, responsible, brought_by,
    sent_by)
SELECT key, line, external_id, name, phone, email, branch, segment, channel, responsible, brought_by, sent_by FROM import_client_{id} s
WHERE NOT EXISTS (SELECT FROM import_repeated r WHERE r.key = s.key);
INSERT INTO import_people (key, line, external_id, name, phone, email, branch, segment, channel, responsible, brought_by,
    sent_by)
SELECT key, max(line), {last}
FROM import_client_{id} JOIN import_repeated USING (key) GROUP BY key;
ANALYZE import_people
"""
LAST = "coalesce((array_agg({column} ORDER BY line DESC) FILTER (WHERE {column} <> ''))[1], '')"
PERSON_COLUMNS = ("external_id", "name", "phone", "email", "branch", "segment", "channel", "responsible", "brought_by", "sent_by")

MATCH = {
    "i": """
UPDATE import_people s SET client_id = c.id, is_new = false FROM clients_client c
WHERE left(s.key, 1) = 'i' AND c.external_id = s.external_id;
UPDATE import_people s SET client_id = m.id, is_new = false FROM (
    SELECT DISTINCT ON (key) key, id FROM (
        SELECT DISTINCT ON (c.id) c.id, s.key FROM import_people s
        JOIN clients_client c ON c.phone <> '' AND right(c.phone, 10) = right(s.phone, 10) AND c.external_id IS NULL
        WHERE left(s.key, 1) = 'i' AND s.is_new AND s.phone <> '' ORDER BY c.id, s.line
    ) once ORDER BY key, id
) m WHERE m.key = s.key
""",
    "p": """
UPDATE import_people s SET client_id = m.id, is_new = false FROM (
    SELECT s.key, min(c.id) AS id FROM import_people s
    JOIN clients_client c ON c.phone <> '' AND right(c.phone, 10) = right(s.phone, 10)
    WHERE left(s.key, 1) = 'p' GROUP BY s.key
) m WHERE m.key = s.key
""",
    "e": """
UPDATE import_people s SET client_id = m.id, is_new = false FROM (
    SELECT s.key, min(c.id) AS id FROM import_people s JOIN clients_client c ON c.email <> '' AND c.email = s.email
    WHERE left(s.key, 1) = 'e' GROUP BY s.key
) m WHERE m.key = s.key
""",
    "n": """
UPDATE import_people s SET client_id = m.id, is_new = false FROM (
    SELECT DISTINCT ON (s.key) s.key, c.id FROM import_people s JOIN clients_client c ON lower(c.name) = lower(s.name)
    WHERE left(s.key, 1) = 'n'
    ORDER BY s.key, (c.external_id IS NULL AND c.phone = '' AND c.email = '') DESC, c.id
) m WHERE m.key = s.key
""",
}
CREATE_CLIENTS = """
INSERT INTO clients_client (id, external_id, name, phone, email, branch_id, segment_id, channel_id, responsible_id, brought_by_id, note,
    do_not_call, do_not_mail, created_by_import_id, created_at)
SELECT s.client_id, nullif(s.external_id, ''), s.name, s.phone, s.email, b.id, g.id, h.id, e.id, w.id, '', false, false, %(batch)s, %(now)s
FROM import_people s
{lists}
WHERE s.is_new AND left(s.key, 1) = %(kind)s ORDER BY s.client_id
"""
BRINGERS = """SELECT r.id, coalesce(e.name, r.name) AS name
    FROM clients_recommender r LEFT JOIN company_employee e ON e.id = r.employee_id"""
# Employees the file names as those who brought somebody; of two namesakes the one who came first.
NAME_EMPLOYEES = """
INSERT INTO clients_recommender (kind, employee_id, name, email, created_at)
SELECT 'employee', min(e.id), '', '', %(now)s FROM company_employee e
WHERE lower(e.name) IN (SELECT lower(brought_by) FROM import_client_{id} WHERE brought_by <> '') GROUP BY lower(e.name)
ON CONFLICT (employee_id) DO NOTHING
"""
LIST = """LEFT JOIN (SELECT min(id) AS id, lower(name) AS name FROM {table} GROUP BY 2) {alias}
    ON s.{column} <> '' AND {alias}.name = lower(s.{column})"""
LISTS = "\n".join(
    LIST.format(table=table, alias=alias, column=column)
    for table, alias, column in (
        ("company_branch", "b", "branch"),
        ("clients_segment", "g", "segment"),
        ("clients_channel", "h", "channel"),
        ("company_employee", "e", "responsible"),
        (f"({BRINGERS}) named", "w", "brought_by"),
    )
)
# A Client of the base or of this file, by number. Whoever of ours is named counts before them.
SENDER = "LEFT JOIN clients_client f ON s.sent_by <> '' AND f.external_id = s.sent_by AND f.id <> s.client_id"
NAME_SENDERS = """
UPDATE clients_client c SET referred_by_id = f.id FROM import_people s
JOIN clients_client f ON f.external_id = s.sent_by AND f.id <> s.client_id
WHERE s.is_new AND s.sent_by <> '' AND c.id = s.client_id AND c.brought_by_id IS NULL
"""
FIELDS = (
    "external_id",
    "name",
    "phone",
    "email",
    "branch_id",
    "segment_id",
    "channel_id",
    "responsible_id",
    "brought_by_id",
    "referred_by_id",
)
REMEMBER_CHANGES = """
INSERT INTO clients_importchange (batch_id, client_id, before, after)
SELECT %(batch)s, client_id, before, after FROM (
    SELECT DISTINCT ON (c.id) c.id AS client_id,
        jsonb_build_object('external_id', c.external_id, 'name', c.name, 'phone', c.phone, 'email', c.email,
            'branch_id', c.branch_id, 'segment_id', c.segment_id, 'channel_id', c.channel_id, 'responsible_id', c.responsible_id,
            'brought_by_id', c.brought_by_id, 'referred_by_id', c.referred_by_id) AS before,
        jsonb_build_object(
            'external_id', coalesce(nullif(s.external_id, ''), c.external_id),
            'name', coalesce(nullif(s.name, ''), c.name),
            'phone', CASE WHEN s.phone = '' OR right(s.phone, 10) = right(c.phone, 10) THEN c.phone ELSE s.phone END,
            'email', coalesce(nullif(s.email, ''), c.email),
            'branch_id', coalesce(b.id, c.branch_id), 'segment_id', coalesce(g.id, c.segment_id),
            'channel_id', coalesce(h.id, c.channel_id), 'responsible_id', coalesce(e.id, c.responsible_id),
            'brought_by_id', CASE WHEN c.referred_by_id IS NULL THEN coalesce(w.id, c.brought_by_id) END,
            'referred_by_id', CASE WHEN c.referred_by_id IS NOT NULL OR coalesce(w.id, c.brought_by_id) IS NULL
                THEN coalesce(f.id, c.referred_by_id) END) AS after
    FROM import_people s JOIN clients_client c ON c.id = s.client_id
    {lists}
    {sender}
    WHERE NOT s.is_new AND c.created_by_import_id IS DISTINCT FROM %(batch)s
    ORDER BY c.id, s.line DESC
) told WHERE before <> after
"""
APPLY_CHANGES = """
UPDATE clients_client c SET external_id = t.external_id, name = t.name, phone = t.phone, email = t.email, branch_id = t.branch_id,
    segment_id = t.segment_id, channel_id = t.channel_id, responsible_id = t.responsible_id,
    brought_by_id = t.brought_by_id, referred_by_id = t.referred_by_id
FROM clients_importchange i CROSS JOIN LATERAL jsonb_to_record(i.after) AS t(external_id text, name text, phone text, email text,
    branch_id bigint, segment_id bigint, channel_id bigint, responsible_id bigint, brought_by_id bigint,
    referred_by_id bigint)
WHERE i.batch_id = %(batch)s AND c.id = i.client_id
"""
RELIED_ON = """
SELECT DISTINCT c.created_by_import_id FROM import_people s JOIN clients_client c ON c.id = s.client_id
WHERE NOT s.is_new AND c.created_by_import_id IS NOT NULL AND c.created_by_import_id <> %(batch)s
UNION SELECT DISTINCT i.batch_id FROM clients_importchange i JOIN import_people s ON s.client_id = i.client_id WHERE i.batch_id <> %(batch)s
"""
BOUGHT = """
CREATE TEMPORARY TABLE import_bought ON COMMIT DROP AS
SELECT s.client_id, told.day, told.cents, told.product, b.id AS branch_id,
    decode(md5(told.same || CASE WHEN told.ordinal = 1 THEN '' ELSE told.ordinal::text END), 'hex') AS fingerprint
FROM (
    SELECT *, row_number() OVER (PARTITION BY same ORDER BY line) AS ordinal FROM (
        SELECT line, key, day, cents, product, branch, md5(
            CASE WHEN purchase_id <> '' THEN concat_ws(chr(31), 'purchase', purchase_id, product)
            ELSE concat_ws(chr(31), key, day - date '2000-01-01', cents, product) END
        ) COLLATE "C" AS same
        FROM import_purchase_{id}
    ) hashed
) told
JOIN import_people s ON s.key = told.key
LEFT JOIN (SELECT min(id) AS id, lower(name) AS name FROM company_branch GROUP BY 2) b ON told.branch <> '' AND b.name = lower(told.branch)
ORDER BY s.client_id, told.day;
ANALYZE import_bought
"""
PAGES = "SELECT pg_relation_size('import_bought') / current_setting('block_size')::int, (SELECT count(*) FROM import_bought)"
ADD_PURCHASES = """
INSERT INTO clients_purchase (client_id, day, cents, branch_id, product, fingerprint, batch_id)
SELECT client_id, day, cents, branch_id, product, fingerprint, %(batch)s FROM import_bought
WHERE ctid >= %(first)s::tid AND ctid < %(beyond)s::tid
"""
FORGET_KNOWN = """
WITH known AS (
    DELETE FROM import_bought s USING clients_purchase p WHERE p.fingerprint = s.fingerprint RETURNING p.batch_id
)
SELECT batch_id, count(*) FROM known GROUP BY batch_id
"""
TOUCH_BOUGHT = "INSERT INTO touched SELECT DISTINCT client_id FROM import_bought ORDER BY client_id"
ANALYZE = "ANALYZE clients_client, clients_clientsum, clients_clientday, clients_clientmonth, clients_spell"
TOUCH_BATCH = "INSERT INTO touched SELECT DISTINCT client_id FROM clients_purchase WHERE batch_id = %(batch)s ORDER BY client_id"

REMOVE_PURCHASES = "DELETE FROM clients_purchase WHERE batch_id = %(batch)s"
# Clients this import did not bring who were sent by one it did, said by somebody else than this import.
FOREIGN_REFERRALS = """
SELECT EXISTS (
    SELECT FROM clients_client c JOIN clients_client f ON f.id = c.referred_by_id AND f.created_by_import_id = %(batch)s
    LEFT JOIN clients_importchange i ON i.batch_id = %(batch)s AND i.client_id = c.id
    WHERE c.created_by_import_id IS DISTINCT FROM %(batch)s
        AND (i.after ->> 'referred_by_id') IS DISTINCT FROM c.referred_by_id::text
)
"""
FOREIGN_PURCHASES = """
SELECT count(DISTINCT p.client_id) FROM clients_purchase p JOIN clients_client c ON c.id = p.client_id
WHERE c.created_by_import_id = %(batch)s AND p.batch_id IS DISTINCT FROM %(batch)s
"""
RESTORE_CLIENTS = """
UPDATE clients_client c SET {restored}
FROM clients_importchange i CROSS JOIN LATERAL jsonb_to_record(i.before) AS b(external_id text, name text, phone text, email text,
    branch_id bigint, segment_id bigint, channel_id bigint, responsible_id bigint, brought_by_id bigint,
    referred_by_id bigint)
CROSS JOIN LATERAL jsonb_to_record(i.after) AS a(external_id text, name text, phone text, email text,
    branch_id bigint, segment_id bigint, channel_id bigint, responsible_id bigint, brought_by_id bigint,
    referred_by_id bigint)
WHERE i.batch_id = %(batch)s AND c.id = i.client_id
"""
RESTORED = "{name} = CASE WHEN c.{name} IS NOT DISTINCT FROM a.{name} THEN b.{name} ELSE c.{name} END"
REMOVE_CLIENTS = "DELETE FROM clients_client WHERE created_by_import_id = %(batch)s"


def people(batch_id: int) -> str:
    """Return the SQL that gathers one row per person of the file: of several values the last filled one counts."""
    return PEOPLE.format(id=batch_id, last=", ".join(LAST.format(column=column) for column in PERSON_COLUMNS))


def restore_clients() -> str:
    """Return the SQL that puts back what an import overwrote, except where somebody has edited the Client since."""
    return RESTORE_CLIENTS.format(restored=", ".join(RESTORED.format(name=name) for name in FIELDS))
