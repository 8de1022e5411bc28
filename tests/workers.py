"""A pytest plugin with real neighbours: Valkey, an SMTP server that keeps what it gets, a Celery worker in its own process."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

from config.embedded import Valkey, free_port

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class SmtpSink:
    """Accepts every letter and keeps it; `replies` maps an address to the answer to its RCPT, such as `550 no such user`."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """What `EMAIL_URL` must be to write to this server."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer as told, else take the address."""
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep the letter."""
        letter = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
        letter["X-Sink-Recipients"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(letter)
        return "250 kept"


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A listening SMTP server."""
    sink = SmtpSink(free_port(20_000 + os.getpid() % 5000))
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    yield sink
    controller.stop()


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey, one for the session."""
    server = Valkey(tmp_path_factory.mktemp("valkey") / "data")
    yield server.start()
    server.stop()


def process_environment(**more: str) -> dict[str, str]:
    """Return what a process of Mayak needs to work on the database of this very test."""
    base = os.environ["TEST_DATABASE_URL"]
    name = str(connection.settings_dict["NAME"])
    database = base.replace("/postgres?", f"/{name}?")
    return os.environ | {"DATABASE_URL": database, "MAIL_FENCE": str(settings.MAIL_FENCE), **more}


class StartWorker(Protocol):
    """Starts a Celery worker with extra environment variables; it ends with the block."""

    def __call__(self, **environment: str) -> Any:
        """Return a context manager over the process."""


@pytest.fixture
def start_worker(transactional_db: None, valkey_url: str, tmp_path: Path) -> StartWorker:
    """Starts a real worker, with beat inside, on the database of this test: what it yields is a context manager."""

    @contextmanager
    def start(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "celery", "--app", "config", "--quiet", "worker", "--beat", "--pool", "solo"]
        command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--schedule", str(tmp_path / f"beat-{uuid4()}")]
        quiet = {"PYTHONWARNINGS": "ignore:You're running the worker", "REDIS_URL": valkey_url}
        process = subprocess.Popen(command, cwd=ROOT, env=process_environment(**quiet | environment))  # noqa: S603 - our own
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    return start


def wait_for(happened: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is true, or fail."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s")
        time.sleep(0.1)
