"""`manage.py backup`: the database and the uploads in one archive; keys apart."""

import subprocess
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backing_up import make_backup, write_keys
from config.pg_tools import BackupError


def positive(text: str) -> int:
    """Read a number from one on."""
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError("a whole number from 1 on is needed")
    return int(text)


class Command(BaseCommand):
    """Writes a backup into BACKUP_FOLDER; it has its name only once it is whole."""

    help = "Back up the database and the uploads into BACKUP_FOLDER (var/backups by default). Keys are never in the archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--keep", type=positive, metavar="N", help="Remove the oldest archives so that N remain.")
        parser.add_argument("--keys-to", type=Path, metavar="FILE", help="Also write SECRET_KEY to a file, which must lie elsewhere.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the keys where asked for, then the archive."""
        try:
            if options["keys_to"]:
                write_keys(options["keys_to"])
            made = make_backup(now=timezone.now(), keep=options["keep"])
        except (BackupError, OSError, subprocess.SubprocessError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made} ({made.stat().st_size / 1e6:.1f} MB)")
