"""`manage.py anonymity_audit`: try to find out who answered what in the anonymous surveys of this database."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from surveys.attacks.report import Finding, everything
from surveys.enums import WaveState
from surveys.models import StaffWave


class Command(BaseCommand):
    """Attacks the database, writes nothing; ends with 1 when an answer could be told apart."""

    help = "Try to find out who answered what in anonymous staff surveys; reads only. Ends with 1 when that succeeds."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take log files to search."""
        parser.add_argument("--log", type=Path, action="append", default=[], help="a log to search for links and codes; may be repeated")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make every attack and print a line for each."""
        lines = [line for path in options["log"] for line in path.read_text(errors="replace").splitlines()]
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            self.say_what_is_attacked()
            findings = list(everything(lines if options["log"] else None))
            transaction.set_rollback(True)
        for finding in findings:
            self.stdout.write(self.line(finding))
        if any(finding.is_link for finding in findings):
            self.stderr.write("Somebody's answer can be told apart: see the lines with FOUND.")
            sys.exit(1)
        self.stdout.write("No answer leads to a person.")

    def say_what_is_attacked(self) -> None:
        """Print how many surveys there are, and the honest limit of those under way."""
        states = list(StaffWave.objects.values_list("state", flat=True))
        running, closed = states.count(WaveState.RUNNING), states.count(WaveState.CLOSED)
        self.stdout.write(f"Anonymous surveys: {closed} closed, {running} running.")
        if running:
            self.stdout.write("Of those running, whoever has the database and the key file could still open ballots; the tally ends that.")
        self.stdout.write(f"{'attack':32}{'claims':>8}{'by chance':>11}  verdict")

    def line(self, finding: Finding) -> str:
        """Return a finding as a line of the table."""
        return f"{finding.attack:32}{finding.claims:>8}{finding.chance:>11.1f}  {finding.verdict}"
