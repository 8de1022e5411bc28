"""What is printed for a door: its code by itself, on a table tent, on a poster."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from common import prints
from common.codes import qr_png, qr_svg
from company.formulas.brand import brand_of
from company.models import Company
from company.queries import the_company
from surveys.letters import in_words
from surveys.links import door_url
from surveys.models import Door
from surveys.services import coming_wave, wave_shown

FILES: dict[str, tuple[str, Callable[[Door, dt.datetime], bytes]]] = {
    "code.svg": ("image/svg+xml", lambda door, _now: qr_svg(door_url(door)).encode()),
    "code.png": ("image/png", lambda door, _now: qr_png(door_url(door))),
    "tent.pdf": ("application/pdf", lambda door, now: prints.pdf("door_tent", print_data(door, now))),
    "poster.pdf": ("application/pdf", lambda door, now: prints.pdf("door_poster", print_data(door, now))),
}


def print_data(door: Door, now: dt.datetime) -> dict[str, Any]:
    """Return the words of a poster or tent in the language of the survey."""
    wave, company = wave_shown(door=door, now=now) or coming_wave(survey=door.survey, now=now), the_company()
    wording = wave.questionnaire
    with translation.override(wording.locale):
        return company_data(company) | {
            "locale": wording.locale,
            "question": in_words(wording.score_question, company),
            "scale": f"0 — {wording.low_label} · 10 — {wording.high_label}",
            "hint": _("Point your phone's camera: one question, 20\u00a0seconds"),
            "fold": _("Fold along both lines and glue this part under the front"),
            "alt": _("QR code of the survey"),
            "code": qr_svg(door_url(door), border=0),
            "url": short(door_url(door)),
        }


def company_data(company: Company) -> dict[str, str]:
    """Return how the company looks on paper."""
    return {"company": company.name, "mark": company.name[:1].upper(), "color": brand_of(company.brand_color).base}


def short(url: str) -> str:
    """Return an address as a person types it."""
    return url.partition("://")[2].rstrip("/")
