"""`manage.py prepare`: bring database and files up to date before the processes start."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from common.catalogue import compile_messages
from common.fonts import make_font
from company.models import Company
from config.demo_logins import keep_demo_logins
from config.static_files import collect_when_changed
from surveys.checks import lost_keys


class Command(BaseCommand):
    """Compiles texts, migrates, makes the cache table, collects static files, loads the demo company once."""

    help = "Compile texts, migrate, make the cache table, collect static files; load the demo company when there is none yet."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one option."""
        parser.add_argument("--no-demo", action="store_true", help="Leave an empty database empty.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do each step; all are safe to repeat."""
        compile_messages()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        make_font(settings.VAR_DIR / "font")
        collect_when_changed()
        if not options["no_demo"] and not Company.objects.exists():
            self.stdout.write("Создаю демо-компанию · Making the demo company …")
            call_command("demo")
        keep_demo_logins()
        for line in lost_keys():
            self.stderr.write(line)
