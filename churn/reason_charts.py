"""Pictures of reasons: the unexplained part month by month, and one reason by the rows of a cut."""

from collections.abc import Sequence
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from churn.enums import ReasonCut
from churn.models import Reason
from churn.queries import NOT_STATED, CutRow
from churn.reason_words import month_name
from common.charts import Chart, render_chart
from common.money import NBSP

LEAST_ROWS = 2
MOST_ROWS = 20
PERCENT = {"type": "quantitative", "scale": {"domain": [0, 100]}}
BAND = {"type": "rule", "strokeWidth": 8, "opacity": 0.45, "color": "var(--mk-data-2)", "strokeCap": "round"}
MONTHS = {"field": "name", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0}}
NAMES = {"field": "name", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 130, "grid": False}}
WORDS = {"field": "words", "type": "nominal"}


def percent(share: float) -> str:
    """Write a share as whole percent."""
    return f"{round(share * 100)}{NBSP}%"


def unexplained_chart(months: Sequence[CutRow]) -> Chart | None:
    """Draw which part of the leavers of each month is unexplained; one month is no trend."""
    known = [row for row in months if row.left][-24:]
    if len(known) < LEAST_ROWS:
        return None
    rows = [month_row(row) for row in known]
    words = _("Nobody knows why %(last)s of those who left in the last month went; in the first one it was %(first)s.") % {
        "first": percent(known[0].unexplained_share),
        "last": percent(known[-1].unexplained_share),
    }
    table = [[month_name(row.key), f"{row.unexplained}", f"{row.left}", percent(row.unexplained_share)] for row in known]
    return Chart(render_chart(month_spec(), rows), words, [_("Month"), _("Unexplained"), _("They left"), _("Share")], table)


def month_row(row: CutRow) -> dict[str, Any]:
    """Write one month as the chart takes it."""
    low, high = row.unexplained_interval
    day = parse_date(row.key)
    return {
        "name": format_date(day, "m.y") if day else "",
        "share": round(row.unexplained_share * 100, 1),
        "low": round(low * 100, 1),
        "high": round(high * 100, 1),
        "words": f"{month_name(row.key)}: {percent(row.unexplained_share)}",
    }


def month_spec() -> dict[str, Any]:
    """Return a line over months with intervals."""
    return {
        "width": "container",
        "height": 150,
        "layer": [
            {"mark": BAND, "encoding": {"x": MONTHS, "y": {**PERCENT, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": "line", "encoding": {"x": MONTHS, "y": {**PERCENT, "field": "share"}}},
            {"mark": {"type": "point", "aria": True}, "encoding": {"x": MONTHS, "y": {**PERCENT, "field": "share"}, "description": WORDS}},
        ],
    }


def focus_chart(named_rows: Sequence[tuple[str, CutRow]], reason: Reason, cut: ReasonCut) -> Chart | None:
    """Draw how often one reason was named in each row of a cut; rows with too few answers are left out."""
    known = [(name, row) for name, row in named_rows if not row.is_small and row.key != NOT_STATED][:MOST_ROWS]
    if len(known) < LEAST_ROWS:
        return None
    rows = [focus_row(name, row, reason) for name, row in known]
    left_out = len(named_rows) - len(known)
    words = _("How often «%(reason)s» was named, of those who said why.") % {"reason": reason}
    if left_out:
        more = ngettext("%(n)s row is left out: too few answers.", "%(n)s rows are left out: too few answers.", left_out)
        words = f"{words} {more % {'n': left_out}}"
    table = [[row["name"], row["n"], percent(row["share"] / 100), f"{row['low']:.0f}–{row['high']:.0f}"] for row in rows]
    return Chart(render_chart(focus_spec(), rows), words, [str(cut.label), _("Named it"), _("Share"), _("95 % interval")], table)


def focus_row(name: str, row: CutRow, reason: Reason) -> dict[str, Any]:
    """Write one row as the chart takes it; nobody naming the reason is a share of nought."""
    named = row.named.get(reason.pk)
    share, (low, high) = (named.share, named.interval) if named else (0.0, row.nobody_named)
    return {
        "name": name,
        "n": named.n if named else 0,
        "share": round(share * 100, 1),
        "low": round(low * 100, 1),
        "high": round(high * 100, 1),
        "words": f"{name}: {percent(share)}",
    }


def focus_spec() -> dict[str, Any]:
    """Return points with intervals, a row each."""
    axis = {**PERCENT, "axis": {"title": None, "grid": True}}
    return {
        "width": "container",
        "height": {"step": 30},
        "layer": [
            {"mark": BAND, "encoding": {"y": NAMES, "x": {**axis, "field": "low"}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "aria": True}, "encoding": {"y": NAMES, "x": {**axis, "field": "share"}, "description": WORDS}},
        ],
    }
