"""Personal letters for the post: a page each, in the company's look, the address where a window envelope shows it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from churn.models import ReturnCampaign, ReturnTurn
from common import prints
from company.formulas.brand import brand_of
from company.queries import the_company


def letters_pdf(campaign: ReturnCampaign, turns: Sequence[ReturnTurn], today: dt.date) -> bytes:
    """Print the letters, dated today."""
    company = the_company()
    with translation.override(campaign.locale):
        day = date_format(today, "j E Y")
    data = {
        "locale": campaign.locale,
        "company": company.name,
        "tagline": company.tagline,
        "color": brand_of(company.brand_color).base,
        "day": day,
        "letters": [letter_data(turn) for turn in turns],
    }
    return prints.pdf("return_letters", data)


def letter_data(turn: ReturnTurn) -> dict[str, Any]:
    """Return one letter: the lines of its address and its paragraphs with their lines."""
    return {
        "to": lines_of(turn.postal_address),
        "subject": turn.subject,
        "paragraphs": [lines_of(paragraph) for paragraph in turn.letter.split("\n\n") if paragraph.strip()],
    }


def lines_of(text: str) -> list[str]:
    """Return the lines that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]
