"""Specimens for the gallery of components: figures only to show what a component looks like."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from common.charts import Chart, render_chart

COLOURS = ["ink", "ink-2", "ink-3", "paper", "surface", "line", "beam", "beam-soft", "pos", "pas", "neg", "data-1"]
BARS: dict[str, Any] = {
    "width": "container",
    "height": 140,
    "encoding": {"x": {"field": "month", "type": "ordinal", "sort": None, "axis": {"labelAngle": 0}}},
    "layer": [
        {"mark": {"type": "bar", "color": "var(--mk-pos)"}, "encoding": {"y": {"field": "came", "type": "quantitative"}}},
        {"mark": {"type": "bar", "color": "var(--mk-neg)"}, "encoding": {"y": {"field": "left", "type": "quantitative"}}},
    ],
}
FLOW = [{"month": str(month), "came": 12 + month % 5, "left": -9 - month % 4} for month in range(1, 13)]


class SpecimenForm(forms.Form):
    """Fields of every kind."""

    check = forms.CharField(label=_("Average check"), initial="2 315")
    phone = forms.CharField(label=_("Phone"), min_length=16)
    branch = forms.ChoiceField(label=_("Branch"), choices=[("1", "1"), ("2", "2")])
    influence = forms.BooleanField(label=_("We could have helped it"), required=False)


def specimens() -> dict[str, Any]:
    """Return what the gallery shows."""
    flow = Chart(
        svg=render_chart(BARS, FLOW),
        conclusion=_("More come than leave, all year round."),
        columns=[_("Month"), _("Came"), _("Left")],
        rows=[[row["month"], row["came"], row["left"]] for row in FLOW],
    )
    return {
        "colours": COLOURS,
        "chart": flow,
        "form": SpecimenForm({"check": "2 315", "phone": "+7 900 000-41", "branch": "1"}),
        "periods": [("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year"))],
        "parts": [("neg", 16), ("pas", 26), ("pos", 58)],
        "steps": [_("File"), _("Columns"), _("Check"), _("Report")],
        "how": [(_("Answers"), "214"), (_("Left out: no score"), "3")],
    }
