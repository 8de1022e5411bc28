"""`manage.py read_bounces`: read the mailbox for reports once, or one letter from standard input."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mailing.mailbox import MailboxError
from mailing.services import read_reports, take_report


class Command(BaseCommand):
    """Reads what BOUNCE_URL names."""

    help = "Read reports of undelivered letters and unsubscribing letters from BOUNCE_URL; with --stdin, one letter from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer --stdin, for mail servers that pipe letters into a program."""
        parser.add_argument("--stdin", action="store_true", help="read one letter from standard input instead")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read."""
        if options["stdin"]:
            take_report(sys.stdin.buffer.read())
            return
        try:
            count = read_reports()
        except MailboxError as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error
        self.stdout.write(f"{count} letters read")
