"""Cards with one-time codes, to be cut apart and drawn out of a box: nobody knows who drew which."""

import secrets
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import prints
from common.codes import qr_svg
from company.formulas.brand import brand_of
from company.queries import the_company
from surveys.links import code_url
from surveys.models import StaffWave
from surveys.queries import bowls_of
from surveys.staff_codes import code_of
from surveys.staff_letters import last_day


def code_sheet(wave: StaffWave) -> bytes:
    """Return the cards as PDF, each branch on sheets of its own, in an order that nobody can foresee or repeat."""
    return prints.pdf("staff_codes", sheet_data(wave))


def sheet_data(wave: StaffWave) -> dict[str, Any]:
    """Return what stands on the cards, in the language of the survey."""
    company = the_company()
    with translation.override(wave.locale):
        return {
            "locale": wave.locale,
            "company": company.name,
            "color": brand_of(company.brand_color).base,
            "title": _("Anonymous survey"),
            "until": _("until %(day)s") % {"day": date_format(last_day(wave), "j E")},
            "url": code_url().partition("://")[2].rstrip("/"),
            "steps": _("Point your phone's camera, or open the address and type the code."),
            "promise": [
                _("The code works once. Nobody knows who drew which card."),
                _("The answer is sealed and counted with all others after the survey closes."),
            ],
            "cut": _("Cut along the lines, fold the cards, and let everybody draw one out of a box."),
            "alt": _("QR code of the card"),
            "bowls": [{"name": name, "cards": cards_of(tickets)} for name, tickets in bowls_of(wave).items()],
        }


def cards_of(tickets: list[UUID]) -> list[dict[str, str]]:
    """Return the cards of a branch, shuffled; the code is in the fragment of the address, which no server ever sees or logs."""
    codes = [code_of(pk) for pk in secrets.SystemRandom().sample(tickets, len(tickets))]
    return [{"code": code, "picture": qr_svg(f"{code_url()}#{code}", border=0)} for code in codes]
