"""`manage.py messages`: bring the Russian catalogue in step with the sources and compile it."""

from typing import Any

from django.core.management.base import BaseCommand

from common import catalogue


class Command(BaseCommand):
    """Rewrites locale/ru, prints what is not translated yet."""

    help = "Update locale/ru from the sources, compile it, list what has no Russian text yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Update, compile, report."""
        missing = catalogue.update()
        catalogue.compile_messages()
        for msgid, context in missing:
            self.stdout.write(f"{msgid!r}" + (f" ({context})" if context else ""))
        self.stdout.write(f"{len(missing)} without a Russian text")
