"""The worksheet of a segment on one page of A4: what is known above, the seven questions with answers and room to write below."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.models import Segment
from common import prints
from common.money import format_cents, group_digits
from common.templatetags.mayak import decimal
from company.formulas.brand import brand_of
from company.queries import the_company
from metrics.models import SellNote
from metrics.sell_board import Facts, Question

EMPTY_LINES = 2


def sell_pdf(segment: Segment | None, facts: Facts | None, questions: list[Question], today: dt.date) -> bytes:
    """Print the worksheet in the language in use."""
    company = the_company()
    return prints.pdf(
        "worksheet",
        {
            "locale": "en" if (get_language() or "").startswith("en") else "ru",
            "company": company.name,
            "color": brand_of(company.brand_color).base,
            "title": _("Sell more: %(segment)s") % {"segment": segment or _("all Clients")},
            "lead": facts_words(facts, company.currency) if facts else _("No purchases are known yet."),
            "foot": _("As of %(day)s") % {"day": date_format(today, "j E Y")},
            "more": _("More lines on the screen: {n}"),
            "widths": [6, 5],
            "columns": [_("Answers"), _("What we do about it")],
            "rows": [row for question in questions for row in rows_of(question)],
        },
    )


def facts_words(facts: Facts, currency: str) -> str:
    """Say in a line what is known of these Clients."""
    words = [_("Clients with us: %(number)s") % {"number": group_digits(facts.sums.active)}]
    frequency = facts.growth.frequency_now if facts.growth else None
    check = facts.growth.check_now if facts.growth else None
    if frequency:
        words.append(_("purchases a year: %(number)s") % {"number": decimal(frequency)})
    if check:
        words.append(_("average check: %(money)s") % {"money": format_cents(check, currency)})
    words.append(_("have stopped growing: %(number)s") % {"number": group_digits(facts.fallen.clients)})
    return ", ".join(words) + "."


def rows_of(question: Question) -> list[dict[str, Any]]:
    """Return a question, its answers, and empty lines to write on."""
    notes = [{"cells": [cell(note.words), cell(action_words(note))]} for note in question.notes]
    empty = {"cells": [cell("", tone="gap"), cell("", tone="gap")]}
    return [{"head": str(question.question.label)}, *(notes or [empty] * EMPTY_LINES)]


def action_words(note: SellNote) -> str:
    """Say which action an answer has become."""
    if note.action is None:
        return ""
    return f"{note.action.title} ({note.action.owner}, {date_format(note.action.due_on, 'j E')})"


def cell(text: str, *, tone: str = "") -> dict[str, str]:
    """Return one cell of the table; an empty one is a line to write on."""
    return {"text": text, "note": "", "tone": tone if text or tone == "gap" else "gap"}
