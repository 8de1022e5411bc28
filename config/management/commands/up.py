"""`manage.py up`: run Mayak on this machine (what `make run` calls)."""

import subprocess
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import launcher
from config.embedded import ServerError


class Command(BaseCommand):
    """Starts the servers, web, worker and beat; stops them on Ctrl-C."""

    help = "Run Mayak here: PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others), web, worker and beat."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one option."""
        parser.add_argument("--no-demo", action="store_true", help="Do not load the demo company on first start.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until stopped."""
        try:
            code = launcher.run(demo=not options["no_demo"])
        except launcher.AlreadyRunning as news:
            self.stdout.write(f"Маяк уже работает · Mayak is running already: {news}")
        except KeyboardInterrupt:
            self.stdout.write("")
        except subprocess.CalledProcessError as error:
            raise CommandError("Mayak could not be prepared; the lines above say why.") from error
        except ServerError as error:
            raise CommandError(str(error)) from error
        else:
            if code:
                raise CommandError("A process ended by itself, so the others were stopped; the lines above say why.")
