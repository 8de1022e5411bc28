"""Faults 8 and 9: PostgreSQL crashes, or cuts a connection at the worst moment."""

import datetime as dt
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from config.embedded import Postgres, wait_until
from mailing.models import MailWave, Message
from mailing.services import create_letter, drain, plan_wave
from tests.faults.harness import (
    Moods,
    assert_kept,
    assert_promise,
    cut_connections,
    fates,
    finish,
    hurry,
    is_finished,
    let_leases_run_out,
    moody_server,
)
from tests.faults.senders import Farm, elsewhere, neighbours
from tests.mailing.conftest import PlanWave, recipients
from tests.workers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
CRASHES = 4


def test_a_connection_cut_before_the_point_of_no_return_sends_nothing(plan: PlanWave) -> None:
    wave = plan(1)
    with moody_server() as server:
        server.on_recipient = cut_once(server)
        with Farm(1) as farm:
            finish(wave)
            farm.stop()
        assert_promise(wave, server, planned=1, doubts=0)
        assert server.conversations >= 2, "the letter went in a second conversation"


def test_a_connection_cut_after_the_servers_yes_is_doubt_at_most(plan: PlanWave) -> None:
    wave = plan(1)
    with moody_server() as server:
        server.before_content = cut_once(server)
        with Farm(1) as farm:
            wait_for(lambda: server.accepted)
            time.sleep(1)
            assert Message.objects.get().state in {"sending", "sent"}
            let_leases_run_out()
            finish(wave)
            farm.stop()
        assert_promise(wave, server, planned=1, doubts=1)


def cut_once(server: Moods) -> Callable[[], None]:
    """Return what cuts the sender's connections the first time it is called, from a thread that may speak to the database."""

    def cut() -> None:
        server.on_recipient = server.before_content = lambda: None
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(cut_and_leave).result(30) >= 1

    return cut


def cut_and_leave() -> int:
    """Cut, and close one's own connection."""
    try:
        return cut_connections()
    finally:
        connection.close()


class Crashable:
    """A PostgreSQL of its own, with everything durable, that can be made to crash."""

    def __init__(self, folder: Path) -> None:
        self.server = Postgres(folder)
        self.url = self.server.start("crash")

    def crash(self) -> None:
        """End it at once, as `pg_ctl stop -m immediate` does, and start it again on what it left."""
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGQUIT)
        self.server.process.wait(20)
        self.server.start("crash")
        wait_until(self.server.answers, self.server.process, self.server.log)

    def world(self) -> dict[str, Any]:
        """Return our neighbours with this database in place of the test's."""
        place = {"NAME": "crash", "HOST": str(self.server.socket_folder), "PORT": "", "USER": "postgres", "PASSWORD": ""}
        return neighbours() | {"DATABASE": place}


@pytest.fixture
def crashable() -> Iterator[Crashable]:
    """Such a server, empty."""
    with tempfile.TemporaryDirectory(prefix="mayak-") as folder:
        database = Crashable(Path(folder) / "pg")
        yield database
        database.server.stop()


def prepare(letters: int) -> int:
    """Make the tables and plan a wave; return its number."""
    call_command("migrate", verbosity=0)
    wave = plan_wave(
        kind="nps",
        occurrence_key="crash",
        letter=create_letter(name="n", locale="ru", subject="s", text="{name}", html="{name}", actor=None),
        recipients=recipients(letters),
        not_before=timezone.now() - dt.timedelta(minutes=1),
        window_end=timezone.now() + dt.timedelta(days=1),
        actor=None,
    )
    hurry()
    return wave.pk


def check_ready() -> int:
    """Ask the page that says whether we are well."""
    return Browser(raise_request_exception=False, headers={"host": "127.0.0.1"}).get("/readyz").status_code


def settle(wave_pk: int) -> dict[str, list[str]]:
    """Finish the wave; return who came to what end."""
    wave = MailWave.objects.get(pk=wave_pk)
    while not is_finished(wave):
        let_leases_run_out()
        drain(seconds=20)
    return fates(wave_pk)


def test_crashes_of_postgresql_repeat_and_lose_nothing_and_pages_come_back(crashable: Crashable) -> None:
    with moody_server(thinks_seconds=0.03) as server:
        world = crashable.world()
        wave_pk = elsewhere(world, prepare, 200)
        with Farm(2, world) as farm:
            for crash in range(1, CRASHES + 1):
                wait_for(partial(has_accepted, server, 15 * crash), 60)
                crashable.crash()
                elsewhere(world, let_leases_run_out)
            wait_for(partial(has_accepted, server, 15 * CRASHES + 20), 60)
            farm.stop()
        ends = elsewhere(world, settle, wave_pk)
        assert_kept(ends, server, planned=200, doubts=4 * CRASHES)
    assert elsewhere(world, check_ready) == 200
    crashable.server.stop()
    assert elsewhere(world, check_ready) == 503


def has_accepted(server: Moods, count: int) -> bool:
    """Say whether the server has taken so many letters."""
    return len(server.accepted) >= count
