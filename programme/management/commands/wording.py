"""The wording check for documents kept elsewhere: `manage.py wording FILE...`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from company.formulas.words import CLIENT
from company.models import Company
from programme.formulas.wording import Lexicon
from programme.wording.documents import check, mended
from programme.wording.refusals import REASONS, RefusedError


class Command(BaseCommand):
    """Show every small letter in its context; with --fix write the mended files beside the old ones."""

    help = "Find the company's word for a Client written with a small letter in .txt, .md, .html, .docx, .xlsx and .pptx files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take files, and what to do with them."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--fix", action="store_true", help="write FILE.fixed.EXT with capital letters beside each file")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check the files one by one; a place to mend or a file that does not open makes the command fail, for use in scripts."""
        company = Company.objects.first()
        lexicon = Lexicon((company and company.word_forms) or CLIENT)
        wrong = sum(self.check_file(path, lexicon, fix=options["fix"]) for path in options["files"])
        if wrong:
            raise CommandError(ngettext("%(count)s place to mend", "%(count)s places to mend", wrong) % {"count": wrong}, returncode=1)
        self.stdout.write(_("Every form has its capital letter."))

    def check_file(self, path: Path, lexicon: Lexicon, *, fix: bool) -> int:
        """Print what is found in one file; return how many places."""
        try:
            body = path.read_bytes()
            document = check(body, path.name, lexicon)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        except RefusedError as refusal:
            raise CommandError(f"{path}: {REASONS[refusal.code]}", returncode=2) from refusal
        for _part, place in document.places:
            around = place.context
            self.stdout.write(f"{path}: {around.before}[{around.word}]{around.after}")
        if fix and document.places:
            path.with_suffix(f".fixed{path.suffix}").write_bytes(mended(body, path.name, lexicon, skipped=()))
        return len(document.places)
