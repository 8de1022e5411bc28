"""`manage.py reset_second_factor`: for an owner who lost the phone and the recovery codes, when there is no other owner."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from company.models import User
from company.services import reset_second_factor


class Command(BaseCommand):
    """Removes apps, passkeys and recovery codes of one person and ends their sessions; the password stays."""

    help = "Remove the second factor of a person, known by the e-mail address, and end their sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the address."""
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Remove it, or say that there is nobody or nothing."""
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if not user:
            raise CommandError("Nobody signs in with this address.")
        done = reset_second_factor(user=user, actor=None)
        self.stdout.write("Removed: the password alone signs in now." if done else "This person has no second factor.")
