"""`make run`: everything Mayak needs, started by one command and stopped by Ctrl-C.

One launcher per `var/` at a time (a record lock that dies with its process). Whatever an earlier one, killed, left running is
recognised by the mark in its environment and stopped first.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer

from config import embedded, state

MARK = "MAYAK_LAUNCHER"
FIRST_PORT = 8000
ANNOUNCE_SECONDS = 60
ROOT_IS_FINE = "ignore:You're running the worker"  # on a machine of one's own, reading JSON from a loopback port


class AlreadyRunning(Exception):  # noqa: N818 - it is news, not an error
    """Another launcher serves this folder; the text is its URL."""


def run(*, demo: bool = True) -> int:
    """Start servers, prepare the database and files, run what the Procfile names until told to stop."""
    state.RUN_DIR.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_one())
        stack.enter_context(stopped_by_signals())
        stop_leftovers()
        environment = stack.enter_context(servers())
        prepare = [sys.executable, "manage.py", "prepare", *([] if demo else ["--no-demo"])]
        subprocess.run(prepare, cwd=state.BASE_DIR, env=environment, check=True, start_new_session=True)  # noqa: S603 - our own command
        return serve(stack.enter_context(address(environment)))


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the folder's lock. A record lock: forked children do not inherit it, the kernel drops it with the process."""
    with (state.RUN_DIR / "lock").open("a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(state.read_url(state.WEB_URL_FILE, "")) from None
        yield


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Turn SIGTERM and a closed terminal into the exception of Ctrl-C, so that everything started is stopped."""
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = [signal.signal(number, signal.default_int_handler) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def stop_leftovers() -> None:
    """Stop the processes and Valkey of a launcher that was killed."""
    family = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    leftovers = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid not in family and process.environ().get(MARK) == str(state.VAR_DIR):
                process.terminate()
                leftovers.append(process)
    for process in psutil.wait_procs(leftovers, timeout=10)[1]:
        process.kill()


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Start the servers the environment does not name; give the environment that names all of them."""
    environment = os.environ | {MARK: str(state.VAR_DIR), "PYTHONUNBUFFERED": "1"}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    environment.setdefault("PYTHONWARNINGS", ROOT_IS_FINE)
    with contextlib.ExitStack() as stack:
        if not environment.get("DATABASE_URL"):
            postgres = embedded.Postgres(state.VAR_DIR / "postgres")
            stack.callback(postgres.stop)
            environment["DATABASE_URL"] = stack.enter_context(written(state.DATABASE_URL_FILE, postgres.start("mayak")))
        if not environment.get("REDIS_URL"):
            valkey = embedded.Valkey(state.VAR_DIR / "valkey", mark={MARK: str(state.VAR_DIR)})
            stack.callback(valkey.stop)
            environment["REDIS_URL"] = stack.enter_context(written(state.REDIS_URL_FILE, valkey.start()))
        yield environment


@contextlib.contextmanager
def address(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Choose a free port as late as possible: preparing takes a minute, in which another program may take it."""
    port = str(embedded.free_port(int(environment.get("PORT", FIRST_PORT))))
    placed = {"BASE_URL": f"http://127.0.0.1:{port}"} | environment | {"PORT": port}
    with written(state.WEB_URL_FILE, placed["BASE_URL"]):
        yield placed


@contextlib.contextmanager
def written(path: Path, url: str) -> Iterator[str]:
    """Keep an address in a file, for other commands, while its server runs."""
    state.write_private(path, url)
    try:
        yield url
    finally:
        path.unlink(missing_ok=True)


def serve(environment: dict[str, str]) -> int:
    """Run the Procfile until a signal comes or a process ends."""
    manager = PatientManager(AnnouncingPrinter(environment))
    for name, command in parse_procfile((state.BASE_DIR / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=environment, cwd=str(state.BASE_DIR))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    return 0 if manager.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM) else int(manager.returncode or 1)


class PatientManager(Manager):  # type: ignore[misc]  # honcho has no types
    """Stops by pid, and learns the pids a moment after the start: a Ctrl-C in that moment is answered a little later."""

    def terminate(self) -> None:
        """Stop everything as soon as everything has started."""
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()


class AnnouncingPrinter(Printer):  # type: ignore[misc]  # honcho has no types
    """Prints what the processes say and, once the pages answer, where to go and how to sign in."""

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__(sys.stdout)
        self.environment = environment
        self.waiting: threading.Thread | None = None

    def write(self, message: Message) -> None:
        """Print a line; with the first one all processes exist, so the waiting can begin."""
        if not self.waiting:
            self.waiting = threading.Thread(target=announce, args=[self.environment], daemon=True)
            self.waiting.start()
        if message.name != "system":
            super().write(message)


def announce(environment: dict[str, str]) -> None:
    """Wait for the first page and print the address and the demo logins."""
    deadline = time.monotonic() + ANNOUNCE_SECONDS
    while time.monotonic() < deadline:
        if embedded.is_listening(int(environment["PORT"])):
            sys.stdout.write(announcement(environment["BASE_URL"]))
            sys.stdout.flush()
            return
        time.sleep(0.1)


def announcement(url: str) -> str:
    """Return the block that `make run` ends with."""
    logins = json.loads(state.LOGINS_FILE.read_text()) if state.LOGINS_FILE.exists() else []
    people = [f"    {login['role']:<24} {login['email']:<24} {login['password']}" for login in logins]
    demo = ["", "  Демо-компания · Demo company:", *people] if people else []
    lines = [f"  Маяк работает · Mayak is running:  {url}", *demo, "", "  Ctrl-C останавливает всё · stops everything"]
    width = max(map(len, lines)) + 2
    return "\n".join(["", "─" * width, *lines, "─" * width, ""]) + "\n"
