"""`manage.py demo`: fill an empty installation with the demo company."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programme.services import NotEmptyError, load_demo


class Command(BaseCommand):
    """Loads the dry cleaner «Лён и хлопок»."""

    help = "Load the demo company into an empty installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a seed: the same seed gives the same company on the same day."""
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, or say why not."""
        try:
            load_demo(seed=options["seed"], now=timezone.localtime(timezone.now(), ZoneInfo("Europe/Moscow")))
        except NotEmptyError as error:
            raise CommandError("There is a company here already; the demo goes only into an empty installation.") from error
        self.stdout.write("The demo company is ready.")
