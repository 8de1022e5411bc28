"""Senders in processes of their own, forked from one that has imported everything: they start at once and may be killed at any moment."""

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from typing import Any, Self

import django
from django.conf import settings
from django.db import Error, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not settings.configured:
    django.setup()

from mailing.services import drain

NAME = "sender"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.senders"])


def neighbours() -> dict[str, Any]:
    """Return what a child must know of this very test: its database and its mail server."""
    return {
        "DATABASE": {key: connection.settings_dict[key] for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")},
        "MAIL_FENCE": settings.MAIL_FENCE,
        "EMAIL_URL": settings.EMAIL_URL,
        "EMAIL_HOST": getattr(settings, "EMAIL_HOST", ""),
        "EMAIL_PORT": getattr(settings, "EMAIL_PORT", 0),
        "EMAIL_HOST_USER": getattr(settings, "EMAIL_HOST_USER", ""),
        "EMAIL_HOST_PASSWORD": getattr(settings, "EMAIL_HOST_PASSWORD", ""),
    }


def settle_in(world: dict[str, Any]) -> None:
    """Take the test's database and mail server for one's own."""
    connection.settings_dict.update(world["DATABASE"])
    connection.settings_dict["OPTIONS"] = connection.settings_dict.get("OPTIONS", {}) | {"application_name": NAME}
    for name, value in world.items():
        setattr(settings, name, value)
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


def send_on(world: dict[str, Any]) -> None:
    """Do what `manage.py send_outbox --loop` does, without its long pauses."""
    settle_in(world)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.wait(0.05):
        with suppress(Error):
            drain(seconds=50, is_stopping=stop.is_set)
            continue
        connection.close()


def start_sender(world: dict[str, Any]) -> ForkServerProcess:
    """Start one more sender in a world."""
    process = FORKS.Process(target=send_on, args=[world], daemon=True)
    process.start()
    return process


class Farm:
    """Some senders at work; a killed one is replaced."""

    def __init__(self, size: int, world: dict[str, Any] | None = None) -> None:
        self.size = size
        self.world = world or neighbours()
        self.senders: list[ForkServerProcess] = []
        self.kills = 0

    def __enter__(self) -> Self:
        self.senders = [start_sender(self.world) for _ in range(self.size)]
        return self

    def __exit__(self, *_: object) -> None:
        for sender in self.senders:
            sender.kill()
            sender.join()

    def kill_one(self, chance: random.Random) -> None:
        """Kill -9 one of them and put a new one in its place."""
        victim = self.senders.pop(chance.randrange(len(self.senders)))
        victim.kill()
        victim.join()
        self.kills += 1
        self.senders.append(start_sender(self.world))

    def stop(self) -> None:
        """Ask all of them to end and wait until they have."""
        for sender in self.senders:
            sender.terminate()
        for sender in self.senders:
            sender.join(30)


def answer_from(world: dict[str, Any], pipe: Any, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Run a function in the child and send back what it returns."""
    settle_in(world)
    pipe.send(function(*args))


def elsewhere(world: dict[str, Any], function: Callable[..., Any], *args: Any) -> Any:
    """Return what the function returns in a process that lives in another world."""
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=answer_from, args=[world, theirs, function, args], daemon=True)
    process.start()
    try:
        assert ours.poll(150), "the other process said nothing"
        return ours.recv()
    finally:
        process.kill()
        process.join()
