"""What is printed of QR codes at touchpoints: one by itself, a table tent, an A4 sheet of several to cut."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import prints
from common.codes import qr_png, qr_svg
from company.formulas.brand import brand_of
from company.queries import the_company
from touchpoints.code_links import code_url
from touchpoints.models import PointCode

FILES: dict[str, tuple[str, Callable[[PointCode], bytes]]] = {
    "code.svg": ("image/svg+xml", lambda code: qr_svg(code_url(code)).encode()),
    "code.png": ("image/png", lambda code: qr_png(code_url(code))),
    "tent.pdf": ("application/pdf", lambda code: prints.pdf("point_tent", print_data([code]))),
    "sheet.pdf": ("application/pdf", lambda code: sheet([code])),
}


def sheet(codes: Sequence[PointCode]) -> bytes:
    """Return A4 sheets with four cards each."""
    return prints.pdf("point_codes", print_data(codes))


def print_data(codes: Sequence[PointCode]) -> dict[str, Any]:
    """Return the words of the cards in the language in use."""
    company = the_company()
    return {
        "locale": get_language() or "ru",
        "company": company.name,
        "mark": company.name[:1].upper(),
        "color": brand_of(company.brand_color).base,
        "title": _("How is it here?"),
        "hint": _("Point your phone's camera: one tap, five\u00a0seconds"),
        "fold": _("Fold here"),
        "alt": _("QR code of the touchpoint"),
        "cards": [card(code) for code in codes],
    }


def card(code: PointCode) -> dict[str, str]:
    """Return what differs from card to card."""
    url = code_url(code)
    return {
        "point": code.touchpoint.name,
        "branch": code.branch.name if code.branch else "",
        "code": qr_svg(url, border=0),
        "url": url.partition("://")[2].rstrip("/"),
    }
