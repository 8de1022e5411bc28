"""The sheet for the monthly meeting, one page of A4: who left, why, what the calls brought, whom to call first, what to fix."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from churn.queries.meeting import Meeting, ToFix, meeting
from churn.queries.results import MonthResults, ReasonResults, Results, Share
from common import prints
from common.money import format_cents, group_digits
from common.typography import month_words
from company.formulas.brand import brand_of
from company.models import User
from company.queries import the_company

MOST_REASONS = 6
MOST_TO_FIX = 5


def month_pdf(month: dt.date, *, today: dt.date, actor: User) -> bytes:
    """Print the sheet of a month in the language in use."""
    company = the_company()
    found = meeting(month, today=today, user=actor, zone=company.time_zone)
    data = {
        "locale": "en" if (get_language() or "").startswith("en") else "ru",
        "company": company.name,
        "color": brand_of(company.brand_color).base,
        "title": _("Leaving and coming back: %(month)s") % {"month": month_words(month)},
        "foot": foot(today),
        "figures": figures(found, company.currency),
        "months": month_table(found.months, company.currency),
        "reasons": reason_block(found),
        "first": first_block(found, company.currency),
        "fix": fix_block(found.to_fix),
    }
    return prints.pdf("leaving_month", data)


def foot(today: dt.date) -> str:
    """Say how to read the sheet."""
    how = _("Ranges are 95 % intervals. Returned after a call: the first call was before the purchase. Rehearsal calls are not counted.")
    return _("As of %(day)s.") % {"day": date_format(today, "j E Y")} + " " + how


def figures(found: Meeting, currency: str) -> list[dict[str, str]]:
    """Return the four figures at the top."""
    sums, counts = found.of_month, found.counts
    noticed = _("noticed by silence %(silent)s, told of %(told)s") % {"silent": counts.silent, "told": counts.told}
    after = _("of those who left in the month: %(n)s after a call") % {"n": sums.returned_after_call}
    money = format_cents(sums.returned_after_call_cents, currency)
    return [
        figure(_("They left"), group_digits(sums.left), format_cents(sums.at_risk_cents, currency), noticed),
        figure(_("Called"), group_digits(sums.called), _("talked to %(n)s") % {"n": sums.reached}, share_words(sums.reach)),
        figure(_("Came back in the month"), group_digits(counts.back), _("whenever they had left"), after),
        figure(_("Money returned"), format_cents(sums.returned_cents, currency), _("after a call %(money)s") % {"money": money}, ""),
    ]


def figure(name: str, value: str, note: str, more: str) -> dict[str, str]:
    """Return one figure of the sheet."""
    return {"name": name, "value": value, "note": note, "more": more}


def share_words(share: Share) -> str:
    """Write a share with its interval, and a warning where it is of few."""
    if not share.n:
        return ""
    low, high = (round(100 * end) for end in share.interval)
    words = _("%(share)s %% (%(low)s–%(high)s)") % {"share": round(100 * share.share), "low": low, "high": high}
    return f"{words}, {pgettext('share', 'few')}" if share.is_few else words


def month_table(months: list[MonthResults], currency: str) -> dict[str, Any]:
    """Return the months of leaving."""
    heads = [_("Month of leaving"), _("Left"), _("At risk"), _("Called"), _("Talked to"), _("Returned after a call"), _("Money returned")]
    return {"title": _("Those who left, by month"), "heads": heads, "rows": [month_cells(row, currency) for row in months]}


def month_cells(row: MonthResults, currency: str) -> list[str]:
    """Return a month as texts."""
    sums: Results = row.sums
    back = " · ".join(filter(None, [str(sums.returned_after_call), share_words(sums.back_after_call)]))
    texts = [str(capfirst(date_format(row.month, "F Y"))), group_digits(sums.left), format_cents(sums.at_risk_cents, currency)]
    return [*texts, group_digits(sums.called), group_digits(sums.reached), back, format_cents(sums.returned_cents, currency)]


def reason_block(found: Meeting) -> dict[str, Any]:
    """Return the reasons of the last three months with bars."""
    named, left = found.of_reasons.named, found.of_reasons.left
    unexplained = _("Of %(left)s who left in three months, %(n)s have not told us why.") % {"left": left, "n": left - named}
    rows = [reason_row(row, named) for row in found.reasons[:MOST_REASONS]]
    return {"title": _("Why, in their own words"), "lead": unexplained, "rows": rows}


def reason_row(row: ReasonResults, named: int) -> dict[str, Any]:
    """Return a reason with its share of those who named any."""
    share = Share(row.sums.left, named)
    low, high = share.interval
    outside = "" if row.reason.is_within_power else _("outside our power")
    return {
        "name": str(row.reason),
        "note": outside,
        "words": f"{row.sums.left} · {share_words(share)}",
        "share": share.share,
        "low": low,
        "high": high,
    }


def first_block(found: Meeting, currency: str) -> dict[str, Any]:
    """Return whom to call first."""
    rows = []
    for leaver in found.first:
        left = _("left on %(day)s") % {"day": date_format(leaver.left_on, "j E")}
        rows.append({"name": str(leaver.client), "note": left, "value": format_cents(leaver.at_risk_cents, currency)})
    return {"title": _("Call first"), "empty": _("Nobody waits for a call."), "rows": rows}


def fix_block(to_fix: list[ToFix]) -> dict[str, Any]:
    """Return what to fix: the reasons within our power, with who is at it."""
    rows = [{"name": str(row.reason), "value": str(row.n), "note": action_words(row)} for row in to_fix[:MOST_TO_FIX]]
    return {"title": _("What to fix"), "empty": _("Nobody has named a reason within our power."), "rows": rows}


def action_words(row: ToFix) -> str:
    """Say what is being done and by whom, or that nothing is."""
    if not row.actions:
        return _("No action yet. Who takes it?")
    first = row.actions[0]
    words = {"title": first.title, "owner": first.owner, "day": date_format(first.due_on, "j E")}
    return _("%(title)s: %(owner)s, by %(day)s") % words
