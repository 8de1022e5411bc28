"""What is printed for somebody who brings Clients: the code by itself, a card of 90 x 50 mm."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.models import Client, ReferralLink
from common import prints
from common.codes import qr_png, qr_svg
from company.formulas.brand import brand_of, initials
from company.formulas.names import first_name
from company.queries import the_company

FILES: dict[str, tuple[str, Callable[[ReferralLink], bytes]]] = {
    "code.svg": ("image/svg+xml", lambda link: qr_svg(link_url(link)).encode()),
    "code.png": ("image/png", lambda link: qr_png(link_url(link))),
    "card.pdf": ("application/pdf", lambda link: prints.pdf("referral_card", card_data(link, "one"))),
    "sheet.pdf": ("application/pdf", lambda link: prints.pdf("referral_card", card_data(link, "sheet"))),
}


def link_url(link: ReferralLink) -> str:
    """Return the full address of a link."""
    return f"{settings.BASE_URL}{reverse('programme:seller_landing', args=[link.code])}"


def public_name(link: ReferralLink) -> str:
    """Return how strangers read who sent them: a Client by first name only."""
    owner = link.owner
    return first_name(owner.name) if isinstance(owner, Client) else str(owner)


def card_data(link: ReferralLink, size: str) -> dict[str, Any]:
    """Return the words of a card in the language in use."""
    company, name = the_company(), public_name(link)
    return {
        "locale": (get_language() or "ru")[:2],
        "size": size,
        "company": company.name,
        "mark": initials(company.name),
        "color": brand_of(company.brand_color).base,
        "tagline": company.tagline,
        "title": _("Card of recommendation"),
        "lead": _("Recommended by %(name)s") % {"name": name} if name else _("Recommended by a friend"),
        "hint": _("Point your camera at the code and leave a phone: we will call you ourselves."),
        "alt": _("QR code of the recommendation"),
        "code": qr_svg(link_url(link), border=0),
        "url": link_url(link).partition("://")[2].rstrip("/"),
    }
