"""`manage.py restore`: put a backup in the place of an empty database and its uploads."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import launcher, state
from config.embedded import ServerError
from config.pg_tools import BackupError
from config.restoring import has_same_key, restore


class Command(BaseCommand):
    """Checks the archive, restores it in one transaction and holds all letters until a manager confirms the database."""

    help = "Restore an archive of `manage.py backup` into an empty database. Letters are held until a manager confirms the database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the archive."""
        parser.add_argument("archive", type=Path)
        parser.add_argument("--force", action="store_true", help="Lose what the database holds; uploads are kept aside.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore; where no server is named and none runs, start the embedded one for as long."""
        try:
            if os.environ.get("DATABASE_URL") or state.DATABASE_URL_FILE.exists():
                self.restore(options["archive"], force=options["force"])
            else:
                self.restore_embedded(options["archive"], force=options["force"])
        except (BackupError, ServerError, OSError, subprocess.SubprocessError) as error:
            raise CommandError(str(error)) from error

    def restore(self, archive: Path, *, force: bool) -> None:
        """Restore into the database of the settings and say what comes next."""
        manifest = restore(path=archive, now=timezone.now(), force=force)
        self.stdout.write(f"Restored: {len(manifest.files) - 1} uploads and the database of {manifest.moment:%Y-%m-%d %H:%M} UTC.")
        if not has_same_key(manifest):
            self.stderr.write("SECRET_KEY is another one: links in letters and authenticator apps fail. Put the old one back.")
        self.stdout.write("Next: manage.py prepare, start Mayak, look through the letters and confirm the database on their page.")

    def restore_embedded(self, archive: Path, *, force: bool) -> None:
        """Call ourselves once more beside the embedded servers."""
        state.RUN_DIR.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "manage.py", "restore", str(archive.resolve()), *(["--force"] if force else [])]
        with launcher.only_one(), launcher.servers() as environment:
            done = subprocess.run(command, cwd=state.BASE_DIR, env=environment, check=False)  # noqa: S603 - our own command
        if done.returncode:
            raise CommandError("The restore did not come to its end; the line above says why.")
