"""SQL of the staging tables: what the check read soundly, one pair of unlogged tables per import, dropped after loading.

They are filled by COPY while the file is read once, and everything after that is set-based.
"""

CREATE = """
DROP TABLE IF EXISTS import_client_{id}, import_purchase_{id};
CREATE UNLOGGED TABLE import_client_{id} (
    line integer NOT NULL, key text NOT NULL, external_id text NOT NULL, name text NOT NULL, phone text NOT NULL, email text NOT NULL,
    branch text NOT NULL, segment text NOT NULL, channel text NOT NULL, responsible text NOT NULL, brought_by text NOT NULL,
    sent_by text NOT NULL
);
CREATE UNLOGGED TABLE import_purchase_{id} (
    line integer NOT NULL, key text NOT NULL, day date NOT NULL, cents bigint NOT NULL,
    product text NOT NULL, branch text NOT NULL, purchase_id text NOT NULL
);
"""
DROP = "DROP TABLE IF EXISTS import_client_{id}, import_purchase_{id}"
# The newest column stands for all: what was staged before an upgrade is checked again.
EXISTS = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('import_client_{id}') AND attname = 'sent_by')"
COPY_CLIENTS = "COPY import_client_{id} FROM STDIN"
COPY_PURCHASES = "COPY import_purchase_{id} FROM STDIN"
ANALYZE = "ANALYZE import_client_{id}; ANALYZE import_purchase_{id}"
COUNT = "SELECT (SELECT count(*) FROM import_client_{id}), (SELECT count(*) FROM import_purchase_{id})"

CONTRADICTIONS = """
SELECT line, first_line,
    (name <> '' AND first_name <> '' AND lower(name) <> lower(first_name)) AS other_name,
    (phone <> '' AND first_phone <> '' AND phone <> first_phone) AS other_phone
FROM (
    SELECT line, name, phone, email, first_value(line) OVER w AS first_line, first_value(name) OVER w AS first_name,
        first_value(phone) OVER w AS first_phone, first_value(email) OVER w AS first_email
    FROM import_client_{id} WHERE key LIKE 'i%%' WINDOW w AS (PARTITION BY key ORDER BY line)
) told
WHERE (name <> '' AND first_name <> '' AND lower(name) <> lower(first_name))
    OR (phone <> '' AND first_phone <> '' AND phone <> first_phone)
    OR (email <> '' AND first_email <> '' AND email <> first_email)
ORDER BY line LIMIT %s
"""
NAMESAKES = """
SELECT s.key, min(s.name) FROM import_client_{id} s JOIN clients_client c ON lower(c.name) = lower(s.name)
WHERE s.key LIKE 'n%%'
GROUP BY s.key
HAVING count(DISTINCT c.id) > 1
    AND count(DISTINCT c.id) FILTER (WHERE c.external_id IS NULL AND c.phone = '' AND c.email = '') <> 1
"""
LINES_OF_KEYS = """
SELECT line, key FROM import_client_{id} WHERE key = ANY(%s) UNION SELECT line, key FROM import_purchase_{id} WHERE key = ANY(%s)
ORDER BY line LIMIT %s
"""
FORGET_LINES = """
DELETE FROM import_client_{id} WHERE line = ANY(%s);
DELETE FROM import_purchase_{id} WHERE line = ANY(%s)
"""
TAKEN = """
SELECT DISTINCT ON (key) line, left(key, 1), taken_by FROM (
    SELECT s.*, c.name AS taken_by FROM import_client_{id} s JOIN clients_client c ON c.external_id = s.external_id
    WHERE s.key LIKE 'i%%' AND s.name <> ''
    UNION ALL
    SELECT s.*, c.name FROM import_client_{id} s JOIN clients_client c ON c.phone <> '' AND right(c.phone, 10) = right(s.phone, 10)
    WHERE s.key LIKE 'p%%' AND s.name <> ''
    UNION ALL
    SELECT s.*, c.name FROM import_client_{id} s JOIN clients_client c ON c.email <> '' AND c.email = s.email
    WHERE s.key LIKE 'e%%' AND s.name <> ''
) told
WHERE taken_by <> '' AND lower(name) <> lower(taken_by)
ORDER BY key, line LIMIT %s
"""
# Who is named as the sender: somebody of the base or of the file, and nobody sends themselves.
UNKNOWN_SENDERS = """
SELECT line, sent_by, sent_by = external_id FROM import_client_{id} s
WHERE sent_by <> '' AND (sent_by = external_id OR (
    NOT EXISTS (SELECT FROM clients_client c WHERE c.external_id = s.sent_by)
    AND NOT EXISTS (SELECT FROM import_client_{id} o WHERE o.external_id = s.sent_by)))
ORDER BY line LIMIT %s
"""
NEW_NAMES = """
SELECT min(s.name) FROM (
    SELECT {column} AS name FROM import_client_{id} WHERE {column} <> '' {also}
) s WHERE lower(s.name) NOT IN (SELECT lower(name) FROM {table}) GROUP BY lower(s.name) ORDER BY 1
"""
ALSO_PURCHASES = "UNION SELECT branch FROM import_purchase_{id} WHERE branch <> ''"
