"""The score of phone access month by month, as a picture."""

from collections.abc import Sequence
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.charts import Chart, render_chart
from touchpoints.formulas.phone import ScoreEstimate
from touchpoints.queries.phone import PeriodScore

X: dict[str, Any] = {"field": "month", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0}}
Y: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, 100]}}
SPEC: dict[str, Any] = {
    "width": "container",
    "height": 180,
    "layer": [
        {
            "mark": {"type": "rule", "strokeWidth": 8, "opacity": 0.45, "color": "var(--mk-data-2)", "strokeCap": "round"},
            "encoding": {"x": X, "y": {**Y, "field": "low"}, "y2": {"field": "high"}},
        },
        {"mark": "line", "encoding": {"x": X, "y": {**Y, "field": "score"}}},
        {
            "mark": {"type": "point", "aria": True},
            "encoding": {"x": X, "y": {**Y, "field": "score"}, "description": {"field": "words", "type": "nominal"}},
        },
        {"mark": {"type": "text", "dx": 16, "dy": -8}, "encoding": {"x": X, "y": {**Y, "field": "score"}, "text": {"field": "label"}}},
    ],
}


def phone_chart(months: Sequence[PeriodScore]) -> Chart | None:
    """Draw the months that have a score; one of them is no trend."""
    known = [(month, month.estimate) for month in months if month.estimate]
    if len(known) <= 1:
        return None
    rows = [month_row(month, estimate) for month, estimate in known]
    conclusion = _("Phone access by month: from %(first)s to %(last)s. Months with fewer than three calls are left out.") % {
        "first": rows[0]["label"],
        "last": rows[-1]["label"],
    }
    table = [[row["words"], row["label"], f"{row['low']:.0f}–{row['high']:.0f}", row["n"]] for row in rows]
    return Chart(render_chart(SPEC, rows), conclusion, [_("Month"), pgettext("phone", "Score"), _("95 % interval"), _("Calls")], table)


def month_row(month: PeriodScore, estimate: ScoreEstimate) -> dict[str, Any]:
    """Write one month as the chart takes it."""
    return {
        "month": format_date(month.month, pgettext("format of a month in a chart", "M")),
        "score": round(estimate.score, 1),
        "low": round(estimate.low, 1),
        "high": round(estimate.high, 1),
        "n": estimate.n,
        "label": f"{estimate.score:.0f}",
        "words": format_date(month.month, "m.Y"),
    }
