"""A mail server with moods, and the promise every fault must leave whole."""

import asyncio
import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from mailing.models import MailWave, Message, SmtpAccount
from mailing.queries import counts_by_state
from mailing.services.accounts import default_account
from tests.faults.senders import NAME
from tests.mailing.mail_server import OK, Manners, MarkedController

UNFINISHED = ("queued", "claimed", "sending")


@dataclass
class Moods(Manners):
    """Refuses recipients for now, drops its reply or thinks for a while, each with a chance."""

    chance: random.Random = field(default_factory=random.Random)
    refuses: float = 0
    drops: float = 0
    thinks_seconds: float = 0
    dropped: int = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """Refuse some for now."""
        if self.chance.random() < self.refuses:
            return "451 4.3.0 later"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter; then perhaps think, or hang up without a word."""
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.thinks_seconds)
        if self.chance.random() < self.drops and server.transport is not None:
            self.dropped += 1
            server.transport.close()
        return answer


@contextmanager
def moody_server(**moods: object) -> Iterator[Moods]:
    """Run such a server and make it the one of the settings."""
    handler = Moods(**moods)  # type: ignore[arg-type] # the fields of the dataclass
    controller = MarkedController(handler, hostname="127.0.0.1", port=0)
    controller.start()
    place = {"EMAIL_URL": f"smtp://127.0.0.1:{controller.port}", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": controller.port}
    try:
        with override_settings(**place):
            yield handler
    finally:
        controller.stop()


def hurry() -> None:
    """Take the speed limit off."""
    SmtpAccount.objects.filter(pk=default_account().pk).update(rate_per_second=10_000, burst=10_000, tokens=10_000)


def let_leases_run_out() -> None:
    """Move every lease into the past, as a quarter of an hour would."""
    Message.objects.exclude(lease_until=None).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def let_time_pass() -> None:
    """Make every queued message and every resting account due now, as hours would."""
    Message.objects.filter(state="queued").update(next_at=timezone.now() - dt.timedelta(seconds=1))
    SmtpAccount.objects.update(open_until=None)


def cut_connections() -> int:
    """End the senders' connections to the database from its side; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
            [NAME],
        )
        return int(cursor.fetchone()[0])


def is_finished(wave: MailWave) -> bool:
    """Say whether every message of the wave is in a final state."""
    counts = counts_by_state(wave)
    return not any(counts[state] for state in UNFINISHED)


def finish(wave: MailWave, seconds: float = 60) -> None:
    """Let time pass until every message has its final state."""
    begin = time.monotonic()
    next_sweep = begin
    while not is_finished(wave):
        now = time.monotonic()
        assert now < begin + seconds, counts_by_state(wave)
        let_time_pass()
        if now >= next_sweep:  # seldom: a sender that lives must get a chance to use what it claimed
            let_leases_run_out()
            next_sweep = now + 3
        time.sleep(0.2)


def fates(wave_pk: int) -> dict[str, list[str]]:
    """Return the addresses of a wave by the state of their messages."""
    found: dict[str, list[str]] = {}
    for state, address in Message.objects.filter(wave_id=wave_pk).values_list("state", "to_address"):
        found.setdefault(state, []).append(address)
    return found


def assert_promise(wave: MailWave, server: Manners, *, planned: int, doubts: int) -> None:
    """Hold the wave of this test's database against the promise."""
    assert_kept(fates(wave.pk), server, planned=planned, doubts=doubts)


def assert_kept(ends: dict[str, list[str]], server: Manners, *, planned: int, doubts: int) -> None:
    """No second copy, nobody lost, and no more doubt than there were causes for it."""
    assert {address: copies for address, copies in Counter(server.recipients).items() if copies > 1} == {}
    assert sum(map(len, ends.values())) == planned
    assert not set(ends) & set(UNFINISHED)
    there, sent, unknown = set(server.recipients), set(ends.get("sent", [])), set(ends.get("unknown", []))
    assert sent <= there, "said to be sent, and the server never had it"
    assert there <= sent | unknown, "the server has it, and we say it was not sent"
    assert len(unknown) <= doubts


__all__ = [
    "OK",
    "Moods",
    "assert_kept",
    "assert_promise",
    "cut_connections",
    "fates",
    "finish",
    "hurry",
    "is_finished",
    "let_leases_run_out",
    "let_time_pass",
    "moody_server",
]
