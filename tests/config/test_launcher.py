"""`manage.py up` with real processes: it starts, stops, finds its data again and survives being killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest

from config import embedded, launcher, state

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.worker, pytest.mark.timeout(900), pytest.mark.xdist_group("launcher")]


class Launcher:
    """A running `manage.py up` with a `var/` of its own."""

    def __init__(self, var: Path, **environment: str) -> None:
        unset = {"DATABASE_URL", "REDIS_URL", "TEST_DATABASE_URL", "BASE_URL", "MAYAK_LAUNCHER"}
        clean = {name: value for name, value in os.environ.items() if name not in unset}
        self.var = var
        self.output = var.with_name(f"{time.monotonic_ns()}.out")
        self.environment = clean | {"MAYAK_VAR": str(var), "PORT": "18100"} | environment
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo"], cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )

    def url(self) -> str:
        """Wait for the address it prints."""
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            if found := re.findall(r"running:\s+(\S+)", self.text()):
                return str(found[-1])
            assert self.process.poll() is None, self.text()
            time.sleep(0.1)
        raise AssertionError(self.text())

    def text(self) -> str:
        """Return what it has printed."""
        return self.output.read_text(errors="replace")

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.process.wait(120)

    def manage(self, *arguments: str) -> str:
        """Run another command as a second terminal would."""
        return subprocess.check_output([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, text=True)  # noqa: S603

    def leftovers(self) -> list[str]:
        """Return the command lines of living processes that work on this `var/`."""
        found = []
        for process in psutil.process_iter():
            with_mark = False
            try:
                with_mark = process.environ().get(launcher.MARK) == str(self.var) or str(self.var) in " ".join(process.cmdline())
            except psutil.Error:
                continue
            if with_mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        return found


@contextmanager
def running(var: Path, **environment: str) -> Iterator[Launcher]:
    """Start a launcher, give it when it answers, stop it."""
    started = Launcher(var, **environment)
    try:
        started.url()
        yield started
    finally:
        if started.process.poll() is None:
            started.stop()


def get(url: str) -> tuple[int, str]:
    """Open a page, past any proxy of this machine."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=20) as response:
        return response.status, response.read().decode()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A folder so deep that a socket inside it would be too long for the kernel."""
    return tmp_path / ("deep-" + "x" * 60) / ("deeper-" + "y" * 40)


def test_life_of_an_installation(var: Path) -> None:
    var.parent.mkdir()
    with running(var) as first:
        assert get(first.url() + "/login/")[0] == 200
        assert get(first.url() + "/healthz") == (200, "ok\n")
        first.manage("shell", "-v", "0", "-c", "from company.models import Company; Company.objects.create(name='Лён')")
        second = Launcher(var)
        assert second.process.wait(120) == 0
        assert "running already: http://127.0.0.1:18100" in second.text()
        assert first.stop() == 0
    assert first.leftovers() == []
    assert not (var / "run" / "database_url").exists()
    assert_data_survives_a_kill(var)


def assert_data_survives_a_kill(var: Path) -> None:
    """Kill the launcher and nothing else, then start again: the data are there and the old processes gone."""
    with running(var) as killed:
        killed.stop(signal.SIGKILL)
        orphans = killed.leftovers()
        assert len(orphans) >= 4
    with running(var) as restarted:
        assert restarted.url() == "http://127.0.0.1:18100"
        names = restarted.manage("shell", "-v", "0", "-c", "from company.models import Company; print(Company.objects.get().name)")
        assert names.strip() == "Лён"
        assert restarted.stop(signal.SIGTERM) == 0
    assert restarted.leftovers() == []


def test_busy_port_is_stepped_over(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        busy.bind(("127.0.0.1", 18300))
        busy.listen()
        assert embedded.free_port(18300) > 18300


def test_stale_pid_file_of_another_process_is_no_obstacle(tmp_path: Path) -> None:
    server = embedded.Postgres(tmp_path / "postgres", throw_away=True)
    server.start("one")
    server.stop()
    (server.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{server.folder}\n")
    assert "/one?" in server.start("one")
    server.stop()


def test_russian_letters_are_letters_whatever_the_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    server = embedded.Postgres(tmp_path / "postgres", throw_away=True)
    url = server.start("one")
    try:
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT lower('ЁЖ') = 'ёж' AND 'Анна' ILIKE 'анна'")
            assert cursor.fetchone() == (True,)
        connection.close()
    finally:
        server.stop()


def test_missing_servers_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "package_folder", lambda _name: None)
    monkeypatch.setattr(embedded, "MACHINE_POSTGRES", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(embedded.ServerError, match="Install PostgreSQL"):
        embedded.postgres_binaries()
    with pytest.raises(embedded.ServerError, match="Install Valkey"):
        embedded.valkey_binary()


def test_announcement_names_address_and_logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logins = tmp_path / "logins.json"
    logins.write_text('[{"role": "владелец · owner", "email": "owner@example.org", "password": "secret words"}]')
    monkeypatch.setattr(state, "LOGINS_FILE", logins)
    text = launcher.announcement("http://127.0.0.1:8000")
    assert "http://127.0.0.1:8000" in text
    assert re.search(r"владелец · owner\s+owner@example.org\s+secret words", text)
