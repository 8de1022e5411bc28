"""The trend of NPS over waves."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.charts import Chart, render_chart
from common.templatetags.mayak import signed
from surveys.queries import StaffPoint, TrendPoint

X: dict[str, Any] = {"field": "wave", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0}}
SIGNED = {"labelExpr": "datum.value > 0 ? '+' + datum.label : datum.label"}
Y: dict[str, Any] = {"type": "quantitative", "scale": {"zero": False, "nice": True}, "axis": SIGNED}
WORDS = {"field": "words", "type": "nominal"}
TREND: dict[str, Any] = {
    "width": "container",
    "height": 232,
    "layer": [
        {"mark": "area", "encoding": {"x": X, "y": {**Y, "field": "low"}, "y2": {"field": "high"}}},
        {"mark": "line", "encoding": {"x": X, "y": {**Y, "field": "score"}}},
        {"mark": {"type": "point", "aria": True}, "encoding": {"x": X, "y": {**Y, "field": "score"}, "description": WORDS}},
        {"mark": {"type": "text", "dy": -14}, "encoding": {"x": X, "y": {**Y, "field": "score"}, "text": {"field": "label"}}},
    ],
}


def trend_chart(points: Sequence[TrendPoint | StaffPoint], name: str = "NPS") -> Chart:
    """Draw the waves with their intervals."""
    rows = [trend_row(point, label) for point, label in zip(points, labels(points), strict=True)]
    first, last = points[0], points[-1]
    conclusion = _("%(name)s by wave: from %(first)s to %(last)s.") % {
        "name": name,
        "first": signed(first.estimate.score),
        "last": signed(last.estimate.score),
    }
    if any(point.is_reworded for point in points):
        conclusion += " " + _("* the wording of the questions has changed.")
    table = [[row["wave"], row["label"], f"{signed(row['low'])} … {signed(row['high'])}", row["n"]] for row in rows]
    return Chart(render_chart(TREND, rows), conclusion, [_("Wave"), name, _("95 % interval"), _("Answers")], table)


def trend_row(point: TrendPoint | StaffPoint, label: str) -> dict[str, Any]:
    """Return one wave as the chart takes it."""
    estimate = point.estimate
    return {
        "wave": f"{label} *" if point.is_reworded else label,
        "score": round(estimate.score, 1),
        "low": round(estimate.low, 1),
        "high": round(estimate.high, 1),
        "n": estimate.n,
        "label": signed(estimate.score),
        "words": f"{point.wave.name}: {signed(estimate.score)}",
    }


def labels(points: Sequence[TrendPoint | StaffPoint]) -> list[str]:
    """Return short names under the axis: months, or days where two waves share a month."""
    days = [localdate(point.wave.starts_at) for point in points]
    months = {(day.year, day.month) for day in days}
    month = pgettext("format of a month in a chart", "M")
    return [date_format(day, f"{month} y" if len(months) == len(days) else f"j {month} y") for day in days]
