"""Faults 4, 5 and 7: Valkey is killed, emptied or silent; there are two schedulers, or none."""

import datetime as dt
import itertools
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from config.celery import app
from config.embedded import Valkey, free_port, is_ours, wait_until
from mailing.models import Heartbeat, SmtpAccount
from mailing.queries import counts_by_state, outbox_health
from mailing.services.accounts import default_account
from tests.faults.harness import Moods, assert_promise, is_finished, moody_server
from tests.faults.senders import Farm
from tests.mailing.conftest import PlanWave
from tests.workers import StartWorker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
LONGEST_PAUSE = 10.0
BACK_WITHIN = 15.0


class Killable:
    """A Valkey of its own that comes back on the same port with the same password."""

    def __init__(self, folder: Path) -> None:
        self.server = Valkey(folder)
        self.port, self.password = free_port(24_000), "only-for-tests"
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty."""
        self.server.folder.mkdir(parents=True, exist_ok=True)
        process = self.server.launch(self.port, self.password)
        wait_until(lambda: is_ours(self.url), process, self.server.log)

    def kill(self) -> None:
        """Kill -9."""
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait(10)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Killable]:
    """A running one."""
    broker = Killable(tmp_path / "valkey")
    broker.start()
    yield broker
    broker.server.stop()


def seen_at(name: str) -> float:
    """Return when a background job was last heard of."""
    return Heartbeat.objects.get(pk=name).at.timestamp()


def test_letters_go_on_leaving_while_valkey_dies_five_times(plan: PlanWave, valkey: Killable, start_worker: StartWorker) -> None:
    wave = plan(120)
    default_account()
    SmtpAccount.objects.update(rate_per_second=8, burst=8, tokens=8)
    with moody_server() as server, start_worker(REDIS_URL=valkey.url, EMAIL_URL=settings.EMAIL_URL), Farm(1) as farm:
        wait_for(lambda: server.accepted, 60)
        wait_for(lambda: Heartbeat.objects.filter(name="beat").exists(), 60)
        arrivals = [time.monotonic()]
        for _ in range(5):
            valkey.kill()
            watch(server, arrivals, 1)
            valkey.start()
            watch(server, arrivals, 1)
        restarted_at = time.time()
        while not is_finished(wave):
            watch(server, arrivals, 0.2)
        wait_for(lambda: seen_at("beat") > restarted_at, BACK_WITHIN)
        farm.stop()
        assert_promise(wave, server, planned=120, doubts=0)
    assert max(later - earlier for earlier, later in itertools.pairwise(arrivals)) < LONGEST_PAUSE


def watch(server: Moods, arrivals: list[float], seconds: float) -> None:
    """Write down when more letters had arrived."""
    known, until = len(server.accepted), time.monotonic() + seconds
    while time.monotonic() < until:
        if len(server.accepted) > known:
            known = len(server.accepted)
            arrivals.append(time.monotonic())
        time.sleep(0.02)


def test_an_emptied_broker_loses_no_letter(plan: PlanWave, valkey: Killable, start_worker: StartWorker) -> None:
    wave = plan(40)
    default_account()
    SmtpAccount.objects.update(rate_per_second=10, burst=5, tokens=5)
    with moody_server() as server, start_worker(REDIS_URL=valkey.url, EMAIL_URL=settings.EMAIL_URL):
        wait_for(lambda: len(server.accepted) > 5, 60)
        redis.Redis.from_url(valkey.url).flushall()
        wait_for(lambda: is_finished(wave), 60)
        assert_promise(wave, server, planned=40, doubts=0)


def test_a_silent_broker_is_given_up_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", free_port(25_000))) as black_hole:
        url = f"redis://127.0.0.1:{black_hole.getsockname()[1]}/0"
        begin = time.monotonic()
        with pytest.raises(Exception, match=r"(?i)time|connect"):
            ping(url)
        assert time.monotonic() - begin < 8


def ping(url: str) -> None:
    """Speak to a broker the way a bell is rung."""
    with app.connection_for_write(url) as connection:
        connection.ensure_connection(max_retries=0, timeout=2)
        connection.channel()


def test_two_schedulers_ring_twice_and_send_once(plan: PlanWave, valkey: Killable, start_worker: StartWorker, tmp_path: Path) -> None:
    wave = plan(30)
    with moody_server() as server:
        place = {"REDIS_URL": valkey.url, "EMAIL_URL": settings.EMAIL_URL}
        with start_worker(**place), start_worker(**place, MAYAK_VAR=str(tmp_path / "other")):
            wait_for(lambda: is_finished(wave), 90)
        assert_promise(wave, server, planned=30, doubts=0)


def test_no_scheduler_is_an_alarm_within_two_minutes(plan: PlanWave) -> None:
    plan(1)
    now = timezone.now()
    Heartbeat.objects.create(name="drain", at=now - dt.timedelta(seconds=121))
    assert outbox_health(now).is_worker_silent
    assert counts_by_state(plan(1))["queued"] == 1
    with override_settings(EMAIL_URL=""):
        assert outbox_health(now).writes_files
