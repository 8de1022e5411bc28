"""The month for the meeting on one page of A4: what moved, what to do next, the health of the programme."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import prints
from common.typography import month_words, no_break
from company.formulas.brand import brand_of
from company.models import Company
from programme.health_words import SignRow
from programme.month_words import LateRow, MonthWords, ReadingRow, Step


def month_pdf(month: dt.date, company: Company, words: MonthWords, health: list[SignRow], *, today: dt.date) -> bytes:
    """Print the report in the language in use."""
    data = {
        "locale": "en" if (get_language() or "").startswith("en") else "ru",
        "company": company.name,
        "color": brand_of(company.brand_color).base,
        "title": _("Month for the meeting: %(month)s") % {"month": month_words(month)},
        "foot": foot(today),
        "moved": moved_block(words),
        "still": {"title": _("Within chance"), "rows": [figure_of(row) for row in words.still]},
        "early": {"title": _("Not compared"), "rows": [early_of(row) for row in words.early]},
        "todo": todo_block(words),
        "health": {"title": _("Health of the programme"), "rows": [sign_of(row) for row in health]},
    }
    return prints.pdf("programme_month", data)


def foot(today: dt.date) -> str:
    """Say how to read the sheet."""
    how = _("The month against the three before it; moved means beyond chance, all figures looked at together. Ranges are 95 % intervals.")
    moment = _("What to do is as of %(day)s.") % {"day": date_format(today, "j E Y")}
    return str(no_break(f"{moment} {how}"))


def moved_block(words: MonthWords) -> dict[str, Any]:
    """Return what moved, the worse first."""
    return {
        "title": _("What moved"),
        "empty": _("Nothing moved beyond chance."),
        "lead": words.pool,
        "rows": [figure_of(row) | {"verdict": _("better") if row.is_better else _("worse"), "good": row.is_better} for row in words.moved],
    }


def figure_of(row: ReadingRow) -> dict[str, Any]:
    """Return a figure before and after."""
    return {"name": str(row.name), "before": row.before, "after": row.after, "note": " · ".join(filter(None, [row.range, row.behind]))}


def early_of(row: ReadingRow) -> dict[str, Any]:
    """Return a figure that cannot be compared, if there is one, and why."""
    figure = figure_of(row)
    return figure | {"note": " · ".join(filter(None, [row.lack, figure["note"]]))}


def todo_block(words: MonthWords) -> dict[str, Any]:
    """Return what to do next."""
    return {
        "title": _("What to do next"),
        "late": _("Late: finish, or agree on a new day"),
        "more": _("and %(n)s more") % {"n": words.late_more} if words.late_more else "",
        "empty": _("Nothing is late."),
        "rows": [late_of(row) for row in words.late],
        "steps": [step_of(step) for step in words.steps],
    }


def late_of(row: LateRow) -> dict[str, str]:
    """Return a late action."""
    note = _("%(owner)s, was due %(day)s") % {"owner": row.owner, "day": row.due}
    promised = _("Promised to Clients")
    return {"name": row.action.title, "note": f"{promised}. {note}" if row.is_promised else note}


def step_of(step: Step) -> dict[str, str]:
    """Return a step."""
    return {"name": step.title, "note": step.why}


def sign_of(row: SignRow) -> dict[str, Any]:
    """Return a sign: a weak one has words in the place of a figure."""
    low, high = row.part.interval or (0.0, 0.0)
    note = row.refused or f"{row.of} · {row.range}"
    return {"name": str(row.words.name), "value": row.figure, "note": note, "share": row.part.share, "low": low, "high": high}
