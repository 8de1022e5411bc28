"""`manage.py start_company`: the first company and its owner on a server that has no demo."""

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from company.enums import Currency
from programme.forms import OwnCompanyForm
from programme.services import NotEmptyError, found_company


class Command(BaseCommand):
    """Asks for the password on the terminal, or reads it as a line of standard input."""

    help = "Set up your company and its first owner in an empty installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the form in the demo asks for."""
        parser.add_argument("--company", required=True, help="what it is called")
        parser.add_argument("--owner", required=True, help="the owner's name")
        parser.add_argument("--email", required=True, help="the owner's address, to sign in with")
        parser.add_argument("--branch", action="append", default=[], help="a branch; may be repeated")
        parser.add_argument("--word", default="Клиент", help="what you call those who buy from you, in Russian")
        parser.add_argument("--currency", default=Currency.RUB.value, choices=Currency.values)
        parser.add_argument("--time-zone", default="Europe/Moscow")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check as the form does, then set up."""
        form = OwnCompanyForm(
            {
                "name": options["company"],
                "branches": "\n".join(options["branch"]),
                "own_word": options["word"],
                "currency": options["currency"],
                "time_zone": options["time_zone"],
                "owner_name": options["owner"],
                "owner_email": options["email"],
                "password": getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n"),
            }
        )
        if not form.is_valid():
            raise CommandError("\n".join(f"{field}: {' '.join(map(str, errors))}" for field, errors in form.errors.items()))
        try:
            owner = found_company(new=form.new_company())
        except NotEmptyError as error:
            raise CommandError("There is a company here already.") from error
        self.stdout.write(f"{options['company']} is ready. Sign in as {owner.email}.")
