"""Pictures of this app: what Clients bring, how the pool fills and leaks."""

import json
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.charts import Chart, render_chart
from common.money import MINUS, NBSP, SIGNS, format_cents, group_digits
from metrics.formulas.pool import PoolFlow, PoolMonth
from metrics.queries import Bin, Distribution

THOUSAND_CENTS = 100_000
INK = {"stroke": "var(--mk-ink)", "strokeWidth": 2}
NUMBER = {"type": "text", "dy": -12, "fontSize": 13, "fontWeight": 700, "color": "var(--mk-ink)"}
ZERO = {"mark": "rule", "encoding": {"x": None, "y": {"datum": 0}}}
DASHED = {"stroke": "var(--mk-ink-3)", "strokeWidth": 2, "strokeDash": [5, 4]}


def distribution_chart(found: Distribution, currency: str) -> Chart:
    """Draw bars of Clients by money brought in, with lines at the mean and the median."""
    unit, sign = (THOUSAND_CENTS, _("thousand")) if found.bins[0].high and found.bins[0].high >= THOUSAND_CENTS else (100, "")
    rows = [bin_row(bar, found, unit, currency) for bar in found.bins]
    title = " ".join(filter(None, [sign, SIGNS.get(currency, currency), _("for all the time")]))
    words = _("On average a Client has brought %(mean)s, half of them less than %(median)s.") % {
        "mean": format_cents(found.mean, currency),
        "median": format_cents(found.median, currency),
    }
    table = [[row["range"], group_digits(row["clients"])] for row in rows]
    return Chart(render_chart(distribution_spec(found, unit, title), rows), words, [_("Money"), _("Clients")], table)


def bin_row(bar: Bin, found: Distribution, unit: int, currency: str) -> dict[str, Any]:
    """Write one bar as data; the one with the mean is amber."""
    width = found.bins[0].high or 0
    has_mean = bar.low <= found.mean and (bar.high is None or found.mean < bar.high)
    text = range_words(bar.low, bar.high, currency)
    return {
        "low": bar.low / unit,
        "high": (bar.low + width) / unit,
        "clients": bar.clients,
        "color": "var(--mk-beam)" if has_mean else "var(--mk-data-3)",
        "range": text,
        "words": f"{text}: {group_digits(bar.clients)}",
    }


def range_words(low: int | None, high: int | None, currency: str) -> str:
    """Write a band of money: up to, from - to, above."""
    if low is None or (low == 0 and high is not None):
        return _("up to %(high)s") % {"high": format_cents(high or 0, currency)}
    if high is None:
        return _("%(low)s and more") % {"low": format_cents(low, currency)}
    return f"{group_digits(low // 100)}–{group_digits(high // 100)}{NBSP}{SIGNS.get(currency, currency)}"


def distribution_spec(found: Distribution, unit: int, title: str) -> dict[str, Any]:
    """Describe the histogram; a line beyond the last bar stands at its middle."""
    width = found.bins[0].high or 0
    most = (found.bins[-1].low + width / 2) / unit
    edges = [bar.low / unit for bar in found.bins]
    axis = {
        "values": edges,
        "title": title,
        "titleColor": "var(--mk-ink-3)",
        "titleFontSize": 12,
        "titleFontWeight": 500,
        "titlePadding": 10,
        "labelOverlap": "greedy",
        "tickCount": len(edges),
    }
    end = f"datum.value == {edges[-1]} ? datum.label + '+' : datum.label"
    scale = {"domain": [0, (found.bins[-1].low + width) / unit], "nice": False}
    x = {"field": "low", "type": "quantitative", "scale": scale, "axis": axis | {"labelExpr": end}}
    y = {"field": "clients", "type": "quantitative"}
    encoding = {"x": x, "x2": {"field": "high"}, "y": y, "color": {"field": "color", "scale": None}, "description": {"field": "words"}}
    look = {"type": "rect", "aria": True, "cornerRadius": 4, "stroke": "var(--mk-surface)", "strokeWidth": 3}
    bars = {"mark": look, "encoding": encoding | {"y2": {"datum": 0}}}
    return {
        "width": "container",
        "height": 200,
        "layer": [bars, line_at(found.median, unit, most, DASHED), line_at(found.mean, unit, most, INK)],
    }


def line_at(cents: int, unit: int, most: float, look: dict[str, Any]) -> dict[str, Any]:
    """Describe an upright line."""
    return {"mark": {"type": "rule", **look}, "encoding": {"x": {"datum": min(max(cents / unit, 0), most)}}}


def pool_chart(months: Sequence[PoolMonth], flow: PoolFlow, query: str) -> Chart:
    """Draw the base as a line above, and below it who came and came back up, who left down; every bar opens its Clients."""
    urls = {month.month: f"{reverse('metrics:pool_clients')}?{query}&month={month.month}" for month in months}
    rows = [row for month in months for row in month_rows(month, urls[month.month], is_last=month is months[-1])]
    span = ngettext("In %(count)s month", "In %(count)s months", flow.months) % {"count": flow.months}
    words = _("Active Clients: %(active)s. %(span)s came: %(came)s, came back: %(returned)s, left: %(left)s.") % {
        "active": group_digits(months[-1].active),
        "span": span,
        "came": group_digits(flow.came),
        "returned": group_digits(flow.returned),
        "left": group_digits(flow.left),
    }
    columns = [_("Month"), _("Active at the end"), _("Came"), pgettext("pool", "Came back"), pgettext("pool", "Left")]
    table = [[format_date(month.month, "m.Y"), *month_links(month, urls[month.month])] for month in months]
    return Chart(render_chart(pool_spec(months), rows), words, columns, table)


def month_links(month: PoolMonth, url: str) -> list[str]:
    """Write the figures of a month, each with a link to its Clients."""
    figures = {"active": month.active, "came": month.came, "returned": month.returned, "left": month.left}
    return [
        format_html('<a class="mk-link" href="{}&amp;kind={}">{}</a>', url, kind, group_digits(number)) if number else "0"
        for kind, number in figures.items()
    ]


def month_name(month: PoolMonth) -> str:
    """Name a month in three letters, small where the language writes months so."""
    return format_date(month.month, pgettext("format of a month in a chart", "M"))


def month_rows(month: PoolMonth, url: str, *, is_last: bool) -> list[dict[str, Any]]:
    """Write one month as rows: the base, three bars, two labels."""
    name, inflow = month_name(month), month.came + month.returned
    bars = (
        ("came", month.came, "var(--mk-pos)", pgettext("pool", "came"), month.came),
        ("returned", month.returned, "var(--mk-data-2)", pgettext("pool", "came back"), month.returned),
        ("left", -month.left, "var(--mk-neg)", pgettext("pool", "left"), month.left),
    )
    rows: list[dict[str, Any]] = [
        {"kind": "base", "value": month.active, "label": group_digits(month.active) if is_last else ""},
        *(
            {"kind": "bar", "value": value, "color": color, "words": f"{name}: {what} {number}", "url": f"{url}&kind={kind}"}
            for kind, value, color, what, number in bars
        ),
        {"kind": "up", "value": inflow, "label": f"+{inflow}" if inflow else ""},
        {"kind": "down", "value": -month.left, "label": f"{MINUS}{month.left}" if month.left else ""},
    ]
    return [row | {"month": f"{month.month:%Y-%m}"} for row in rows]


def pool_spec(months: Sequence[PoolMonth]) -> dict[str, Any]:
    """Describe the two stacked panels with one axis of months."""
    names = {f"{month.month:%Y-%m}": month_name(month) for month in months}
    x = {"field": "month", "type": "ordinal", "scale": {"domain": list(names), "paddingInner": 0.4, "paddingOuter": 0.3}}
    base_y = {"field": "value", "type": "quantitative", "scale": {"zero": False}, "axis": {"tickCount": 2}}
    flow_y = {"field": "value", "type": "quantitative", "axis": {"labels": False, "grid": False}}
    base = [only("base", "line"), only("base", "point", "datum.label"), only("base", NUMBER, "datum.label", text=True)]
    colors = {"color": {"field": "color", "scale": None}, "description": {"field": "words"}, "href": {"field": "url"}}
    bars = only("bar", {"type": "bar", "aria": True}) | {"encoding": colors}
    flows = [bars, ZERO, only("up", {"type": "text", "dy": -8}, text=True), only("down", {"type": "text", "dy": 9}, text=True)]
    month_axis = {
        "labelAngle": 0,
        "labelPadding": 18,
        "labelOverlap": "parity",
        "labelExpr": f"({json.dumps(names, ensure_ascii=False)})[datum.value]",
    }
    panels = [panel(90, x | {"axis": None}, base_y, base), panel(130, x | {"axis": month_axis}, flow_y, flows)]
    return {"vconcat": panels, "spacing": 16}


def panel(height: int, x: dict[str, Any], y: dict[str, Any], layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe one panel."""
    return {"width": "container", "height": height, "encoding": {"x": x, "y": y}, "layer": layers}


def only(kind: str, mark: Any, condition: str = "true", *, text: bool = False) -> dict[str, Any]:
    """Describe a layer of rows of one kind."""
    layer: dict[str, Any] = {"transform": [{"filter": f"datum.kind == '{kind}' && {condition}"}], "mark": mark}
    return layer | {"encoding": {"text": {"field": "label"}}} if text else layer
