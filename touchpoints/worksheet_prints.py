"""The three worksheets, each on one page of A4: gaps first, with room to write by hand."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import prints
from common.money import format_cents
from company.formulas.brand import brand_of
from company.queries import the_company
from touchpoints.enums import HoldStrength
from touchpoints.models import Hold, Lesson
from touchpoints.queries.worksheets import FearRow, FearSheet, HoldColumn, HoldSheet, TalkRow, TalkSheet

Cell = dict[str, str]
Row = dict[str, Any]
COLUMNS_OF_PAPER = 4
"""So many segments stand side by side; further ones are named under the table."""


def fears_pdf(sheet: FearSheet, today: dt.date) -> bytes:
    """Print fears against guarantees."""
    lead = _("Fears without a guarantee in force: %(gaps)s of %(all)s. An empty line waits for your promise.")
    rows = [row_of(fear_cells(row)) for row in sheet.rows]
    return page(
        today,
        title=_("Fears and guarantees"),
        lead=lead % {"gaps": sheet.gaps, "all": len(sheet.rows)},
        widths=[5, 6],
        columns=[_("What the buyer is afraid of"), _("What we guarantee")],
        rows=rows,
    )


def fear_cells(row: FearRow) -> list[Cell]:
    """Return a fear and what answers it."""
    given = " · ".join(guarantee.promise for guarantee in row.given)
    planned = [_("thought of: %(promise)s") % {"promise": guarantee.promise} for guarantee in row.planned]
    kind = str(capfirst(row.fear.get_kind_display()))
    return [cell(row.fear.words, note=kind, tone="bold"), cell(given, note=" · ".join(planned), tone="" if given else "gap")]


def talk_pdf(sheet: TalkSheet, today: dt.date) -> bytes:
    """Print ideas by how far they are."""
    rows: list[Row] = []
    currency = the_company().currency
    for state, found in sheet.sections:
        rows += [{"head": str(capfirst(state.label))}, *(row_of(talk_cells(row, currency)) for row in found)]
    return page(
        today,
        title=_("Reasons to talk"),
        lead=_("What would make a Client tell a friend about us."),
        widths=[5, 3, 4],
        columns=[_("The idea"), _("Where and since when"), _("What came of it")],
        rows=rows,
    )


def talk_cells(row: TalkRow, currency: str) -> list[Cell]:
    """Return an idea, where it is tried and its result."""
    idea = row.idea
    where = [str(place) for place in (idea.branch, idea.touchpoint) if place]
    since = date_format(idea.tried_on, "j E Y") if idea.tried_on else ""
    numbers = [_("Clients who came: %(number)s") % {"number": idea.came}] if idea.came is not None else []
    if idea.cost_cents is not None:
        numbers.append(_("cost %(money)s") % {"money": format_cents(idea.cost_cents, currency)})
    kind = str(capfirst(idea.get_kind_display()))
    return [
        cell(idea.text, note=kind, tone="bold"),
        cell(" · ".join(where), note=since),
        cell(idea.result, note=", ".join(numbers), tone="gap" if row.lacks_result else ""),
    ]


def holds_pdf(sheet: HoldSheet, lessons: Sequence[Lesson], today: dt.date) -> bytes:
    """Print what holds each segment, its weakest, and the lessons."""
    columns, further = sheet.rated[:COLUMNS_OF_PAPER], sheet.rated[COLUMNS_OF_PAPER:]
    rows = (
        [row_of([cell(_("The weakest"), tone="bold"), *(cell(weakest_words(column), tone="gap") for column in columns)])] if columns else []
    )
    rows += [
        row_of([cell(str(capfirst(line.kind.label)), tone="bold"), *(strength_cell(hold) for hold in line.cells[: len(columns)])])
        for line in sheet.lines
    ]
    if lessons:
        rows.append({"head": _("What we teach Clients")})
        rows += [row_of(lesson_cells(lesson, len(columns))) for lesson in lessons]
    lead = _("What leaving would cost a Client, and what staying gives. The weakest comes first.")
    names = ", ".join(name_of(column) for column in further)
    return page(
        today,
        title=_("What holds Clients"),
        lead=lead + (" " + _("On the screen only: %(names)s.") % {"names": names} if names else ""),
        widths=[3] + [2] * len(columns) if columns else [1],
        columns=[_("What holds"), *(name_of(column) for column in columns)],
        rows=rows,
    )


def name_of(column: HoldColumn) -> str:
    """Return whose column it is."""
    return str(column.segment or _("All Clients"))


def weakest_words(column: HoldColumn) -> str:
    """Return what holds least in a column."""
    return ", ".join(str(hold.get_kind_display()) for hold in column.weakest) or "—"


def strength_cell(hold: Hold | None) -> Cell:
    """Return how strongly a thing holds, with how it shows."""
    if hold is None:
        return cell("—", tone="faint")
    return cell(str(hold.get_strength_display()), note=hold.note, tone="good" if hold.strength == HoldStrength.STRONG else "")


def lesson_cells(lesson: Lesson, columns: int) -> list[Cell]:
    """Return a lesson across the table: the first columns say what and how many came."""
    came = _("came: %(number)s") % {"number": getattr(lesson, "came", 0)}
    what = cell(
        lesson.title,
        note=f"{capfirst(lesson.get_kind_display())}, {date_format(lesson.held_on, 'j E Y')}" + ("" if columns else f", {came}"),
    )
    return [what, *([cell(came)] if columns else []), *(cell("") for _column in range(columns - 1))]


def cell(text: str, *, note: str = "", tone: str = "") -> Cell:
    """Return one cell of the table."""
    return {"text": text, "note": note, "tone": tone}


def row_of(cells: list[Cell]) -> Row:
    """Return one row of the table."""
    return {"cells": cells}


def page(today: dt.date, **sheet: Any) -> bytes:
    """Print a sheet under the company's name, in the language in use."""
    company = the_company()
    day = date_format(today, "j E Y")
    return prints.pdf(
        "worksheet",
        sheet
        | {
            "locale": "en" if (get_language() or "").startswith("en") else "ru",
            "company": company.name,
            "color": brand_of(company.brand_color).base,
            "foot": _("As of %(day)s") % {"day": day},
            "more": _("More lines on the screen: {n}"),
        },
    )
