"""How the dearest levers have moved from day to day."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from common.charts import Chart, render_chart
from common.money import format_cents
from metrics.formulas.constraint import Lever
from metrics.models import ConstraintDay

COLORS = ("var(--mk-beam)", "var(--mk-data-1)", "var(--mk-data-2)")
MILLION_CENTS = 100_000_000
POINTS = 60


def thinned(days: Sequence[ConstraintDay]) -> list[ConstraintDay]:
    """Keep at most so many days, evenly, the last one always."""
    step = max(len(days) // POINTS, 1)
    return list(reversed(list(reversed(days))[::step]))


def constraint_chart(days: Sequence[ConstraintDay], levers: Sequence[Lever], names: Mapping[Lever, Any], currency: str) -> Chart | None:
    """Draw a line for each of the levers; None with fewer than two days."""
    shown = thinned(days)
    if len(shown) < 2 or not levers:
        return None
    worth = [(row.day, {each["lever"]: each["cents"] for each in row.levers["levers"]}) for row in shown]
    rows = [
        {
            "day": day.isoformat(),
            "value": found[lever] / MILLION_CENTS,
            "color": color,
            "words": f"{names[lever]}, {format_date(day, 'd.m.Y')}: {format_cents(found[lever], currency)}",
            "label": str(names[lever]) if day == worth[-1][0] else "",
        }
        for lever, color in zip(levers, COLORS, strict=False)
        for day, found in worth
        if lever in found
    ]
    columns = [_("Day"), *(str(names[lever]) for lever in levers)]
    table = [
        [format_date(day, "d.m.Y"), *(format_cents(found[lever], currency) if lever in found else "—" for lever in levers)]
        for day, found in worth
    ]
    words = _("Money a year by the dearest levers, millions.")
    return Chart(render_chart(spec(), rows), words, columns, table)


def spec() -> dict[str, Any]:
    """Describe the lines; the last point carries the name."""
    encoding = {
        "x": {"field": "day", "type": "temporal", "axis": {"format": "%m.%Y", "tickCount": 5}},
        "y": {"field": "value", "type": "quantitative"},
        "color": {"field": "color", "scale": None},
        "detail": {"field": "color"},
    }
    points = {"mark": {"type": "point", "aria": True}, "encoding": {"description": {"field": "words"}}}
    named = {
        "mark": {"type": "text", "dy": -12, "dx": -4, "align": "right"},
        "encoding": {"text": {"field": "label"}, "color": {"value": "var(--mk-ink)"}},
    }
    return {"width": "container", "height": 200, "encoding": encoding, "layer": [{"mark": "line"}, points, named]}
