"""The mirror in words and pictures."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from common.charts import Chart, render_chart
from common.proportions import score_axis
from common.templatetags.mayak import signed
from common.typography import month_words
from surveys.queries import Mirror, MirrorPair, MirrorUnit, Story, closed_on
from surveys.staff_words import band_words

FEW = 30
MIN_PAIRS = 8
MOMENT = dt.timedelta(seconds=1)  # a survey closes at the midnight after its last day
SERIES: dict[str, Any] = {"field": "series", "type": "nominal"}
X: dict[str, Any] = {"field": "wave", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0}}
SIDE: dict[str, Any] = {**SERIES, "scale": {"domain": ["eNPS", "NPS"], "paddingOuter": 1.5}}
Y: dict[str, Any] = {
    "type": "quantitative",
    "scale": {"zero": False, "nice": True},
    "axis": {"labelExpr": "datum.value > 0 ? '+' + datum.label : datum.label"},
}
COLOR = {**SERIES, "scale": {"domain": ["eNPS", "NPS"], "range": ["var(--mk-beam)", "var(--mk-data-1)"]}}
SHAPE = {**SERIES, "scale": {"domain": ["eNPS", "NPS"], "range": ["square", "circle"]}}
HAS_SCORE = [{"filter": "datum.score !== null"}]
PICTURE: dict[str, Any] = {
    "width": "container",
    "height": 232,
    "layer": [
        {
            "mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.3},
            "encoding": {"x": X, "xOffset": SIDE, "y": {**Y, "field": "low"}, "y2": {"field": "high"}, "color": COLOR},
        },
        {
            "transform": HAS_SCORE,
            "mark": {"type": "point", "aria": True, "size": 80},
            "encoding": {
                "x": X,
                "xOffset": SIDE,
                "y": {**Y, "field": "score"},
                "fill": COLOR,
                "shape": SHAPE,
                "description": {"field": "words", "type": "nominal"},
            },
        },
        {
            "transform": HAS_SCORE,
            "mark": {"type": "text", "dx": 8, "align": "left"},
            "encoding": {"x": X, "xOffset": SIDE, "y": {**Y, "field": "score"}, "text": {"field": "label"}},
        },
    ],
}


@dataclass(frozen=True)
class MirrorRow:
    """A branch in the table: both scores of its newest pair, in words where there is no number."""

    unit: MirrorUnit
    band: str
    is_small: bool


@dataclass(frozen=True)
class MirrorTable:
    """The branches with the axis they share."""

    rows: list[MirrorRow]
    low: int
    high: int


def mirror_table(units: Sequence[MirrorUnit]) -> MirrorTable:
    """Lay the newest pairs of the branches out on one axis."""
    ends = [end for unit in units for end in ends_of(unit.newest)]
    return MirrorTable([mirror_row(unit) for unit in units], *score_axis(ends))


def mirror_row(unit: MirrorUnit) -> MirrorRow:
    """Return a branch in words."""
    pair = unit.newest
    known = [n for n in (pair.staff.estimate.n if pair.staff and pair.staff.estimate else None, pair.counts.n) if n is not None]
    return MirrorRow(unit, band_words(pair.staff.group) if pair.staff else "", min(known) < FEW)


def ends_of(pair: MirrorPair) -> list[float]:
    """Return all ends a pair draws."""
    ends: list[float] = [pair.clients.low, pair.clients.high] if pair.clients else []
    if pair.staff and pair.staff.estimate:
        ends += [pair.staff.estimate.low, pair.staff.estimate.high]
    elif pair.staff:
        ends += [pair.staff.group.band_low or 0, pair.staff.group.band_high or 0]
    return ends


def mirror_stories(found: Mirror) -> list[str]:
    """Say, of the company and every branch, what changed beyond chance on both sides."""
    units = [*([found.company] if found.company else []), *found.branches]
    return [story_words(unit, unit.story) for unit in units if unit.story]


def story_words(unit: MirrorUnit, story: Story) -> str:
    """Tell one story in a sentence."""
    words = {
        (False, False): _("%(place)s: eNPS fell (%(staff_when)s, %(staff)s), NPS fell (%(when)s, %(clients)s)."),
        (True, True): _("%(place)s: eNPS rose (%(staff_when)s, %(staff)s), NPS rose (%(when)s, %(clients)s)."),
        (False, True): _("%(place)s: eNPS fell (%(staff_when)s, %(staff)s), NPS rose (%(when)s, %(clients)s)."),
        (True, False): _("%(place)s: eNPS rose (%(staff_when)s, %(staff)s), NPS fell (%(when)s, %(clients)s)."),
    }
    return words[story.staff_change > 0, story.clients_change > 0] % {
        "place": unit.branch or _("The company"),
        "staff": signed(story.staff_change),
        "clients": signed(story.clients_change),
        "staff_when": month_of(story.after.staff_wave.closes_at - MOMENT),
        "when": month_of(closed_on(story.after.wave) - MOMENT),
    }


def month_of(moment: Any) -> str:
    """Write the company's month of a moment."""
    return month_words(localtime(moment))


def mirror_chart(unit: MirrorUnit) -> Chart:
    """Draw eNPS and NPS of every pair beside each other."""
    rows = [row for pair in unit.pairs for row in chart_rows(pair)]
    conclusion = _("Each wave of Clients stands beside the staff survey that closed last before it: eNPS left, NPS right.")
    heads = [_("Wave of Clients"), "NPS", _("Staff survey"), "eNPS"]
    return Chart(render_chart(PICTURE, rows), conclusion, heads, [twin_row(pair) for pair in unit.pairs])


def chart_rows(pair: MirrorPair) -> list[dict[str, Any]]:
    """Return both sides of a pair as the chart takes them; a band has ends but no score."""
    name = date_format(localtime(closed_on(pair.wave) - MOMENT), "m.y")
    rows: list[dict[str, Any]] = []
    staff = pair.staff.estimate if pair.staff else None
    for series, estimate, wave in (("eNPS", staff, pair.staff_wave.name), ("NPS", pair.clients, pair.wave.name)):
        if estimate:
            label = signed(estimate.score)
            words = {"label": label, "words": f"{series}, {wave}: {label}"}
            rows.append({"wave": name, "series": series, "score": estimate.score, "low": estimate.low, "high": estimate.high, **words})
        elif series == "eNPS" and pair.staff:
            group = pair.staff.group
            rows.append({"wave": name, "series": series, "score": None, "low": group.band_low, "high": group.band_high})
    return rows


def twin_row(pair: MirrorPair) -> list[str]:
    """Return a pair as a row of the table."""
    return [pair.wave.name, clients_words(pair), pair.staff_wave.name, staff_score_words(pair)]


def clients_words(pair: MirrorPair) -> str:
    """Write what Clients said."""
    return f"{signed(pair.clients.score)} ± {pair.clients.margin:.0f} ({pair.counts.n})" if pair.clients else _("fewer than 5 answers")


def staff_score_words(pair: MirrorPair) -> str:
    """Write what employees said."""
    if pair.staff is None:
        return _("withheld")
    one = pair.staff.estimate
    return f"{signed(one.score)} ± {one.margin:.0f} ({one.n})" if one else band_words(pair.staff.group)


def history(units: Sequence[MirrorUnit]) -> tuple[list[str], list[list[str]]]:
    """Return every pair of every branch as a table."""
    heads = [_("Branch"), _("Staff survey"), "eNPS", _("Wave of Clients"), "NPS"]
    rows = [
        [str(unit.branch), pair.staff_wave.name, staff_score_words(pair), pair.wave.name, clients_words(pair)]
        for unit in units
        for pair in reversed(unit.pairs)
    ]
    return heads, rows


def mirror_how() -> dict[str, object]:
    """Say how pairs are made and when a sentence is written."""
    text = _(
        "A wave of Clients is paired with the staff survey that closed last before it, because what employees feel reaches Clients later. "
        "A sentence is written only when both changes are larger than chance at 5 %%, as two groups of people each, corrected for the "
        "number of places looked at (Holm). Under %(few)s answers a score is marked as small. One follows the other does not mean that one "
        "causes the other."
    ) % {"few": FEW}
    return {"formula": _("eNPS and NPS = % of 9–10 − % of 0–6"), "text": text}
