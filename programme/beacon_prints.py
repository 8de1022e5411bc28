"""The beacon on paper, A4 for the wall and A5 for the desk; and the sheet that calls for words."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common import prints
from common.codes import qr_svg
from programme.manners_prints import base_data
from programme.models import BeaconRound, BeaconVersion

PAPERS = ("a4", "a5")


def version_words(version: BeaconVersion) -> str:
    """Return which version it is."""
    return _("Version %(number)s, %(day)s") % {"number": version.number, "day": date_format(version.published_at, "j E Y")}


def beacon_data(version: BeaconVersion, paper: str) -> dict[str, Any]:
    """Return the words of the print."""
    return base_data() | {
        "paper": paper,
        "title": _("What the Client means to us"),
        "words": version.text,
        "meaning": version.meaning,
        "foot": version_words(version),
    }


def beacon_pdf(version: BeaconVersion, paper: str) -> bytes:
    """Print the definition."""
    return prints.pdf("beacon", beacon_data(version, paper))


def say_url(collection: BeaconRound) -> str:
    """Return the full address a phone opens."""
    return str(settings.BASE_URL) + reverse("programme:beacon_say", args=[collection.token])


def call_pdf(collection: BeaconRound) -> bytes:
    """Print the link as an A4 sheet of four cards for the back room."""
    url = say_url(collection)
    card = {
        "point": _("What does the Client mean to us?"),
        "branch": "",
        "code": qr_svg(url, border=0),
        "url": url.partition("://")[2].rstrip("/"),
    }
    words = {
        "title": _("Your words, without your name"),
        "hint": _("Point your phone's camera: one sentence, no name kept"),
        "fold": "",
        "alt": _("QR code"),
        "cards": [card] * 4,
    }
    return prints.pdf("point_codes", base_data() | words)
