"""How long a worker waits for its next letters when a million lie in the outbox, with and without a limit for each domain."""

import time
import uuid

from django.db import connection
from django.utils import timezone

from bench.report import tell
from bench.sending import planned
from mailing.models import DomainPace, MailWave, SmtpAccount
from mailing.queries import DUE
from mailing.services import default_account
from mailing.services.claiming import claim

ROWS = 1_000_000
CLAIMS = 200
SIZE = 100

# The template's rows over and over under other addresses: planning a million one by one is not what is measured.
COPY = """
INSERT INTO mailing_message (wave_id, external_key, recipient_key, to_address, to_name, context, link, message_id, unsubscribe_hash,
    state, reason, attempts, next_at, expires_at, server_reply, domain, zone, created_at)
SELECT wave_id, n::text, sha256(('r' || n)::bytea), 'c' || n || '@d' || n %% 5000 || '.example.org', '', context, link, 'b' || n,
    sha256(('u' || n)::bytea), 'queued', '', 0, next_at + n * interval '1 microsecond', expires_at, '',
    'd' || n %% 5000 || '.example.org', '', created_at
FROM (SELECT * FROM mailing_message WHERE wave_id = %s ORDER BY id LIMIT 1) AS first, generate_series(1, %s) AS n
"""


def milliseconds() -> tuple[float, float]:
    """Claim again and again; return the middle time and the one that 95 of 100 keep within."""
    account, owner, times = default_account(), uuid.uuid4(), []
    for _turn in range(CLAIMS):
        started = time.perf_counter()
        batch = claim(account=account, owner=owner, size=SIZE)
        times.append((time.perf_counter() - started) * 1000)
        if not batch.messages:
            raise SystemExit("A claim got nothing.")
    times.sort()
    return times[CLAIMS // 2], times[CLAIMS * 95 // 100]


def main() -> None:
    """Fill the outbox, claim by time, then in turns over the domains."""
    account = default_account()
    rates = {"rate_per_second": 1e6, "burst": 1_000_000, "tokens": 1e6, "refilled_at": timezone.now()}
    SmtpAccount.objects.filter(pk=account.pk).update(**rates, domain_rate_per_minute=None)
    wave = MailWave.objects.filter(kind="bench", occurrence_key="claiming").first() or planned(1_000_000)
    with connection.cursor() as cursor:
        cursor.execute(COPY, [wave.pk, ROWS])
        cursor.execute("EXPLAIN " + DUE, {"waves": [wave.pk], "size": SIZE})
        if any("Seq Scan on mailing_message" in line for (line,) in cursor.fetchall()):
            raise SystemExit("The claim reads the whole table.")
        cursor.execute("ANALYZE mailing_message")
    p50, p95 = milliseconds()
    SmtpAccount.objects.filter(pk=account.pk).update(domain_rate_per_minute=600)
    DomainPace.objects.filter(account=account).delete()
    domain_p50, domain_p95 = milliseconds()
    tell(rows=ROWS, p50=p50, p95=p95, domain_p50=domain_p50, domain_p95=domain_p95)


if __name__ == "__main__":
    main()
