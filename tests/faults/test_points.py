"""A sender killed at marked points, run by the real command and by a real Celery worker."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from mailing.models import Heartbeat, Message, SmtpAccount
from mailing.queries import counts_by_state
from mailing.services import drain
from tests.mailing.conftest import PlanWave
from tests.mailing.mail_server import Manners, mail_server
from tests.workers import SmtpSink, StartWorker, process_environment, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def sender(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `manage.py send_outbox` against the mail server of the settings."""
    environment = process_environment(EMAIL_URL=settings.EMAIL_URL)
    command = [sys.executable, "manage.py", "send_outbox", *options]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE)  # noqa: S603 - our own
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("point", "state", "accepted"),
    [
        ("on_greeting", "claimed", 0),
        ("on_mail", "claimed", 0),
        ("on_recipient", "claimed", 0),
        ("on_data", "sending", 0),
        ("before_content", "sending", 1),
    ],
)
def test_kill_9_leaves_the_exact_state_and_never_a_second_copy(plan: PlanWave, point: str, state: str, accepted: int) -> None:
    wave = plan(1)
    with mail_server() as server:
        with sender() as process:
            setattr(server, point, lambda: os.kill(process.pid, signal.SIGKILL))
            assert process.wait(60) == -signal.SIGKILL
        setattr(server, point, lambda: None)
        wait_for(lambda: len(server.accepted) == accepted)
        assert Message.objects.get().state == state
        drain(seconds=10)
        assert Message.objects.get().state == state
        let_the_lease_run_out()
        drain(seconds=10)
        drain(seconds=10)
        assert len(server.accepted) == (1 if state == "claimed" else accepted)
    assert counts_by_state(wave)["sent" if state == "claimed" else "unknown"] == 1


def sessions() -> set[int]:
    """Return the sessions others have with the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        return {pid for (pid,) in cursor.fetchall()}


def let_the_lease_run_out() -> None:
    """Move every lease into the past."""
    Message.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_kill_9_while_the_yes_is_being_written_down_does_not_lose_it(plan: PlanWave) -> None:
    plan(1)
    with mail_server() as server, sender() as process, row_locked_from(server) as release:
        wait_for(is_somebody_waiting_for_a_lock, 60)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
        assert Message.objects.get().state == "sending"
        release()  # the one statement is with the database already, which ends it without its sender
        wait_for(lambda: Message.objects.get().state == "sent")
        let_the_lease_run_out()
        drain(seconds=10)
        assert len(server.accepted) == 1
    assert Message.objects.get().tries.count() == 1


@contextmanager
def row_locked_from(server: Manners) -> Iterator[Callable[[], None]]:
    """Hold the message's row from the moment the server has its letter, so that `sent` cannot be committed."""
    is_locked, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Message.objects.select_for_update().get()
            is_locked.set()
            is_over.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)

    def lock() -> None:
        holder.start()
        is_locked.wait(60)

    def release() -> None:
        is_over.set()
        holder.join()

    server.before_content = lock
    try:
        yield release
    finally:
        is_over.set()


def is_somebody_waiting_for_a_lock() -> bool:
    """Say whether a statement of this database waits for another's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def test_sigterm_ends_the_letter_in_hand_and_gives_the_others_back(plan: PlanWave) -> None:
    wave = plan(30)
    with mail_server() as server, sender("--loop") as process:
        server.before_content = lambda: process.send_signal(signal.SIGTERM) if len(server.accepted) == 2 else None
        assert process.wait(60) == 0
    assert set(Counter(server.recipients).values()) == {1}
    counts = counts_by_state(wave)
    assert counts["sent"] == len(server.accepted)
    assert counts["queued"] == 30 - counts["sent"]
    assert 0 < counts["sent"] < 30


def test_senders_that_die_are_replaced_and_all_end_with_their_keeper(plan: PlanWave) -> None:
    wave = plan(60)
    SmtpAccount.objects.update(rate_per_second=15, burst=5, tokens=5)
    with mail_server() as server, sender("--loop", "--senders", "2") as process:
        wait_for(partial(has_accepted, server, 8), 60)
        first, second = psutil.Process(process.pid).children()
        before = sessions()
        first.kill()
        wait_for(lambda: before - sessions())  # the database may still be writing down its last claim
        wait_for(lambda: len([child for child in psutil.Process(process.pid).children() if child.status() != psutil.STATUS_ZOMBIE]) == 2)
        let_the_lease_run_out()
        wait_for(partial(has_accepted, server, 20), 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not second.is_running()
        counts = counts_by_state(wave)
    assert set(Counter(server.recipients).values()) == {1}
    assert counts["sent"] + counts["unknown"] == len(server.accepted)
    assert counts["claimed"] == counts["sending"] == 0


def test_three_senders_killed_at_random_moments_lose_and_repeat_nothing(plan: PlanWave) -> None:
    wave = plan(60)
    kills = 3
    with mail_server() as server:
        for kill in range(kills):
            with sender("--loop") as process:
                wait_for(partial(has_accepted, server, 8 * (kill + 1)), 60)
                process.kill()
                process.wait(60)
            let_the_lease_run_out()
        drain(seconds=30)
        drain(seconds=30)
    counts = counts_by_state(wave)
    assert set(Counter(server.recipients).values()) == {1}
    assert counts["sent"] + counts["unknown"] == 60
    assert counts["unknown"] <= kills


def has_accepted(server: Manners, count: int) -> bool:
    """Say whether the server has taken so many letters."""
    return len(server.accepted) >= count


@pytest.mark.worker
def test_a_real_worker_rung_by_a_real_beat_delivers(plan: PlanWave, smtp_sink: SmtpSink, start_worker: StartWorker) -> None:
    wave = plan(12)
    smtp_sink.replies["client3@example.org"] = "550 5.1.1 no such user"
    with start_worker(EMAIL_URL=smtp_sink.url):
        wait_for(lambda: counts_by_state(wave)["queued"] == counts_by_state(wave)["claimed"] == counts_by_state(wave)["sending"] == 0, 90)
    assert Counter(letter["X-Sink-Recipients"] for letter in smtp_sink.messages) == Counter(
        f"client{number}@example.org" for number in range(12) if number != 3
    )
    assert counts_by_state(wave)["sent"] == 11
    assert counts_by_state(wave)["failed"] == 1
    assert set(Heartbeat.objects.values_list("name", flat=True)) >= {"drain", "beat"}


@pytest.mark.worker
def test_a_worker_without_a_mail_server_writes_files(plan: PlanWave, start_worker: StartWorker, tmp_path: Path) -> None:
    wave = plan(2)
    with start_worker(EMAIL_URL="", MAYAK_VAR=str(tmp_path)):
        wait_for(lambda: counts_by_state(wave)["sent"] == 2, 90)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2
