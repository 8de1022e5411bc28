"""`manage.py send_outbox`: send what is due, without Celery."""

import multiprocessing
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from mailing.services import drain

PAUSE = 5.0
TURN = 50.0
LOOK_AFTER = 1.0
FORK = multiprocessing.get_context("fork")


class Command(BaseCommand):
    """Sends once, or goes on until it is told to stop; alone or with several senders, whose commits share the disk's time."""

    help = "Send the messages that are due; with --loop, go on until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer --loop and --senders."""
        parser.add_argument("--loop", action="store_true", help="look again every five seconds until SIGTERM or Ctrl-C")
        parser.add_argument("--senders", type=int, default=1, help="with --loop: so many processes, each with its own connection")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Send; on SIGTERM finish the message in hand and give the others back."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if options["loop"] and options["senders"] > 1:
            self.look_after(options["senders"], stop)
        else:
            self.send(stop, is_loop=options["loop"])

    def send(self, stop: threading.Event, *, is_loop: bool) -> None:
        """Send what is due, once or again and again."""
        while not stop.is_set():
            try:
                count = drain(seconds=TURN, is_stopping=stop.is_set)
                if count or not is_loop:
                    self.stdout.write(f"{count} messages dealt with")
            except (OperationalError, InterfaceError) as error:
                if not is_loop:
                    raise
                self.stderr.write(f"the database is away: {error}")
            if not is_loop:
                break
            close_old_connections()
            stop.wait(PAUSE)

    def look_after(self, count: int, stop: threading.Event) -> None:
        """Keep so many senders at work: one that dies is replaced, all end with this process."""
        connections.close_all()
        senders = [self.start() for _ in range(count)]
        while not stop.wait(LOOK_AFTER):
            senders = [sender if sender.is_alive() else self.start() for sender in senders]
        for sender in senders:
            sender.terminate()
        for sender in senders:
            sender.join()

    def start(self) -> Any:
        """Start one sender in a process of its own."""
        sender = FORK.Process(target=self.be_sender, daemon=True)
        sender.start()
        return sender

    def be_sender(self) -> None:
        """Send until told to stop, or until nobody looks after this process any more."""
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=stop_with_parent, args=[stop], daemon=True).start()
        self.send(stop, is_loop=True)


def stop_with_parent(stop: threading.Event) -> None:
    """Wait until the process that looks after us is gone, killed perhaps, then stop too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        stop.set()
