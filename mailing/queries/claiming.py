"""What may be sent next, read by index however much waits; the rules of sending and what was decided."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from mailing.models import MailEvent, MailSettings, MailWave, SmtpAccount

# Which waves have something queued, one index probe each, however many messages they hold.
WAITING_WAVES = """
WITH RECURSIVE waiting(id) AS (
    (SELECT wave_id FROM mailing_message WHERE state = 'queued' ORDER BY wave_id LIMIT 1)
    UNION ALL
    SELECT (SELECT m.wave_id FROM mailing_message m WHERE m.state = 'queued' AND m.wave_id > waiting.id ORDER BY m.wave_id LIMIT 1)
    FROM waiting WHERE waiting.id IS NOT NULL
)
SELECT wave.id FROM waiting JOIN mailing_mailwave wave ON wave.id = waiting.id
"""

# The first messages of each wave by its own index, then the first of these.
DUE = """
SELECT due.id FROM unnest(%(waves)s::bigint[]) AS wave(id), LATERAL (
    SELECT m.id, m.next_at FROM mailing_message m
    WHERE m.wave_id = wave.id AND m.state = 'queued' AND m.next_at <= statement_timestamp() AND m.expires_at > statement_timestamp()
    ORDER BY m.next_at, m.id LIMIT %(size)s
) AS due
ORDER BY due.next_at, due.id LIMIT %(size)s
"""

# The next domains in the alphabet that have something queued in these waves: a skip from one to the next, not a scan.
DOMAINS = """
SELECT DISTINCT domain FROM unnest(%(waves)s::bigint[]) AS wave(id), LATERAL (
    WITH RECURSIVE waiting(domain) AS (
        (SELECT m.domain FROM mailing_message m
         WHERE m.wave_id = wave.id AND m.state = 'queued' AND m.domain > %(after)s ORDER BY m.domain LIMIT 1)
        UNION ALL
        SELECT (SELECT m.domain FROM mailing_message m
                WHERE m.wave_id = wave.id AND m.state = 'queued' AND m.domain > waiting.domain ORDER BY m.domain LIMIT 1)
        FROM waiting WHERE waiting.domain IS NOT NULL
    )
    SELECT domain FROM waiting WHERE domain IS NOT NULL LIMIT %(size)s
) AS found
ORDER BY domain LIMIT %(size)s
"""

# In turns: the first message of every domain, then the second of every domain, up to what each may get.
DUE_BY_DOMAIN = """
SELECT due.id, due.domain FROM unnest(%(domains)s::text[], %(shares)s::int[]) AS chosen(domain, share), LATERAL (
    SELECT m.id, m.next_at, chosen.domain, row_number() OVER (ORDER BY m.next_at, m.id) AS turn
    FROM unnest(%(waves)s::bigint[]) AS wave(id), LATERAL (
        SELECT id, next_at FROM mailing_message
        WHERE wave_id = wave.id AND domain = chosen.domain AND state = 'queued'
            AND next_at <= statement_timestamp() AND expires_at > statement_timestamp()
        ORDER BY next_at, id LIMIT chosen.share
    ) AS m
    ORDER BY m.next_at, m.id LIMIT chosen.share
) AS due
ORDER BY due.turn, due.next_at, due.id LIMIT %(size)s
"""


def rows_of(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def running_waves(account: SmtpAccount) -> list[int]:
    """Return the waves that go through the account and have something queued."""
    found = rows_of(f"{WAITING_WAVES} WHERE wave.state = 'running' AND wave.account_id = %(account)s", account=account.pk)
    return [wave for (wave,) in found]


def overdue_waves() -> list[int]:
    """Return the waves that have something queued although their window is over."""
    return [wave for (wave,) in rows_of(f"{WAITING_WAVES} WHERE wave.window_end <= statement_timestamp()")]


def due_messages(waves: list[int], size: int) -> list[int]:
    """Return the messages of the waves that should be sent first."""
    return [message for (message,) in rows_of(DUE, waves=waves, size=size)]


def waiting_domains(waves: list[int], after: str, size: int) -> list[str]:
    """Return the next domains, in the database's alphabet, that have something queued."""
    return [domain for (domain,) in rows_of(DOMAINS, waves=waves, after=after, size=size)]


def due_by_domain(waves: list[int], shares: dict[str, int], size: int) -> list[int]:
    """Return messages of the domains in turns, no domain getting more than its share."""
    found = rows_of(DUE_BY_DOMAIN, waves=waves, domains=list(shares), shares=list(shares.values()), size=size)
    return [message for message, _domain in found]


DATABASE_NAME = """
SELECT CASE WHEN has_function_privilege('pg_control_system()', 'execute') AND has_function_privilege('pg_control_checkpoint()', 'execute')
    THEN (SELECT system_identifier FROM pg_control_system()) || '/' || (SELECT timeline_id FROM pg_control_checkpoint()) ELSE '' END
"""


def database_name() -> str:
    """Return what tells this cluster and its line of time from another, empty where we may not ask."""
    return str(rows_of(DATABASE_NAME)[0][0])


def mail_settings() -> MailSettings | None:
    """Return the company's rules of sending, None where it has not made any."""
    return MailSettings.objects.first()


def recent_events(*, mail_wave: MailWave | None, count: int = 20) -> QuerySet[MailEvent]:
    """Return what was decided lately about the wave, or about all waves and mail servers."""
    events = MailEvent.objects.select_related("wave__letter", "account", "actor")
    return (events.filter(wave=mail_wave) if mail_wave else events)[:count]
