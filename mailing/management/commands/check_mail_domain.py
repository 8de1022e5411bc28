"""`manage.py check_mail_domain`: whether mail programs believe the company's letters."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from mailing.domains import Check, own_domain

SIGNS = {"ok": "+", "warn": "?", "bad": "-"}


class Command(BaseCommand):
    """Prints what was found and what to add; fails if anything is wrong."""

    help = "Check SPF, DKIM, DMARC, MX, PTR and From of the domain letters come from, and say what to add."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take another domain and the DKIM selector."""
        parser.add_argument("domain", nargs="?", default="", help="the domain of FROM_EMAIL if left out")
        parser.add_argument("--selector", default="", help="the DKIM selector, s= in the signature of a letter")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check."""
        with translation.override(options["language"]):
            findings = Check(options["domain"] or own_domain(), options["selector"]).findings()
        for finding in findings:
            self.stdout.write(f"{SIGNS[finding.state]} {finding.name:6} {finding.found}")
            if finding.advice:
                self.stdout.write(f"         {finding.advice}")
        if any(finding.state == "bad" for finding in findings):
            raise CommandError("The domain is not ready.")
