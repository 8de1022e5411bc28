"""A memo on one page of A4, with a code that opens it on a phone."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import prints
from common.codes import qr_svg
from programme.manners_prints import base_data
from programme.models import Playbook


def playbook_url(playbook: Playbook) -> str:
    """Return the full address of a memo."""
    return str(settings.BASE_URL) + reverse("programme:playbook", args=[playbook.pk])


def playbook_pdf(playbook: Playbook) -> bytes:
    """Print a memo."""
    parts = [
        (playbook._meta.get_field("tell").verbose_name, playbook.tell),
        (playbook._meta.get_field("afterwards").verbose_name, playbook.afterwards),
    ]
    words = {
        "kind": pgettext("print", "Bad surprise") if playbook.kind == "bad" else pgettext("print", "Good surprise"),
        "title": playbook.title,
        "trigger": playbook.trigger,
        "steps_title": _("The first hour"),
        "steps": playbook.first_hour.splitlines(),
        "decides_title": _("Who decides"),
        "decides": playbook.decides,
        "parts": [{"title": str(title).capitalize(), "text": text} for title, text in parts if text],
        "code": qr_svg(playbook_url(playbook), border=0),
        "alt": _("QR code"),
        "foot": _("Version %(number)s, %(day)s") % {"number": playbook.version, "day": date_format(playbook.changed_at, "j E Y")},
    }
    return prints.pdf("playbook", base_data() | words)
