"""The code of manners on paper: a sheet for the wall, a list to sign; and the certificate of the month."""

from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import prints
from common.codes import qr_svg
from common.typography import month_words
from company.formulas.brand import brand_of
from company.queries import the_company
from programme.formulas.manners import rules_of
from programme.models import MannersVersion, MonthPick, PraiseCode
from programme.praise_links import code_url
from programme.queries.manners import Readers


def base_data() -> dict[str, Any]:
    """Return what every print needs, in the language in use."""
    company = the_company()
    return {
        "locale": get_language() or "ru",
        "company": company.name,
        "mark": company.name[:1].upper(),
        "color": brand_of(company.brand_color).base,
    }


def version_words(version: MannersVersion) -> str:
    """Return which version it is."""
    return _("Version %(number)s, %(day)s") % {"number": version.number, "day": date_format(version.published_at, "j E Y")}


def manners_pdf(version: MannersVersion) -> bytes:
    """Print the code on one page of A4."""
    rules = [{"title": rule.title, "body": rule.body} for rule in rules_of(version.text)]
    words = {"title": _("Our good manners"), "intro": version.intro, "rules": rules, "foot": version_words(version)}
    return prints.pdf("manners", base_data() | words)


def sheet_pdf(version: MannersVersion, readers: Readers) -> bytes:
    """Print a list to sign, a page for each branch, for those who read on paper."""
    parts = [
        {
            "branch": str(part.branch or _("the whole company")),
            "people": [{"name": reader.employee.name, "position": reader.employee.position} for reader in part.waiting],
        }
        for part in readers.branches
        if part.waiting
    ]
    words = {
        "title": _("I have read the code of manners"),
        "foot": version_words(version),
        "columns": [_("Name"), _("Position"), _("Date"), _("Signature")],
        "parts": parts,
        "nobody": _("Everybody has read it."),
    }
    return prints.pdf("manners_sheet", base_data() | words)


def certificate_data(pick: MonthPick) -> dict[str, Any]:
    """Return the words of a certificate."""
    person = pick.employee
    return base_data() | {
        "title": _("Thank you"),
        "lead": _("Colleague of the month at “%(company)s”") % {"company": the_company().name},
        "name": person.name,
        "position": ", ".join(filter(None, (person.position, str(person.branch or "")))),
        "why": pick.why,
        "month": capfirst(month_words(pick.month)),
        "signer": pick.picked_by.name if pick.picked_by else "",
        "signer_position": pick.picked_by.position if pick.picked_by else "",
    }


def certificate_pdf(pick: MonthPick) -> bytes:
    """Print the certificate on A4, lying."""
    return prints.pdf("praise_certificate", certificate_data(pick))


def praise_code_pdf(code: PraiseCode) -> bytes:
    """Print the code of a branch as an A4 sheet of four cards for the back room."""
    url = code_url(code)
    card = {
        "point": _("A colleague helped you? Say it"),
        "branch": code.branch.name if code.branch else "",
        "code": qr_svg(url, border=0),
        "url": url.partition("://")[2].rstrip("/"),
    }
    words = {
        "title": _("Thank a colleague"),
        "hint": _("Point your phone's camera: name, a sentence, done"),
        "fold": "",
        "alt": _("QR code"),
        "cards": [card] * 4,
    }
    return prints.pdf("point_codes", base_data() | words)
