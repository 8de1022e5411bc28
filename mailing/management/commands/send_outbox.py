"""`manage.py send_outbox`: send what is due, without Celery."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from mailing.services import drain

PAUSE = 5.0
TURN = 50.0


class Command(BaseCommand):
    """Sends once, or goes on until it is told to stop."""

    help = "Send the messages that are due; with --loop, go on until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer --loop."""
        parser.add_argument("--loop", action="store_true", help="look again every five seconds until SIGTERM or Ctrl-C")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Send; on SIGTERM finish the message in hand and give the others back."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                count = drain(seconds=TURN, is_stopping=stop.is_set)
                if count or not options["loop"]:
                    self.stdout.write(f"{count} messages dealt with")
            except OperationalError as error:
                if not options["loop"]:
                    raise
                self.stderr.write(f"the database is away: {error}")
            if not options["loop"]:
                break
            close_old_connections()
            stop.wait(PAUSE)
