"""Charts: a Vega-Lite spec and rows of data become inline SVG on the server.

A spec is data beside the app that owns it. It holds no data and no colours but CSS variables (`"color": "var(--mk-pos)"`), so one
picture serves light, dark and print. Write `"width": "container"`: the chart is drawn in four widths, and CSS shows the one that
fits its card, so letters stay about 12 px everywhere. What a spec may use besides Vega-Lite:

- titles on marks: `"mark": {"type": "bar", "aria": true}` with `"description": {"field": "words"}` in the encoding;
- links on marks: `"href": {"field": "url"}` with addresses that start with `/`.

The look (Manrope 12, hairline grid, no ticks) comes from `CONFIG`; a legend is HTML in the card's header.
"""

import hashlib
import html
import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import vl_convert
from django.core.cache import cache as shelf
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Whole widths of the drawings; mayak.css shows each where the card is nearest to it.
WIDTHS = {"s": 290, "m": 440, "l": 640, "xl": 1000}
KEEP_SECONDS = 24 * 3600
VEGA_LITE = "5.20"
LOCALES: dict[str, Literal["ru-RU", "en-US"]] = {"ru": "ru-RU", "en": "en-US"}
AXIS = {"labelFontSize": 12, "labelColor": "var(--mk-ink-3)", "labelPadding": 8, "labelOverlap": True}
QUIET = {"title": None, "domain": False, "ticks": False, "tickCount": 4, "gridColor": "var(--mk-line)"}
CONFIG: dict[str, Any] = {
    "aria": False,
    "background": None,
    "padding": {"top": 2, "right": 0, "bottom": 4, "left": 0},
    "font": "Manrope",
    "axis": AXIS | QUIET,
    "axisX": {"grid": False},
    "view": {"stroke": None},
    "legend": {"disable": True},
    "header": {"labelColor": "var(--mk-ink-3)", "labelFontSize": 12, "title": None},
    "bar": {"size": 18, "cornerRadiusEnd": 4, "color": "var(--mk-data-1)"},
    "line": {"strokeWidth": 2.5, "color": "var(--mk-data-1)", "strokeCap": "round"},
    "area": {"color": "var(--mk-data-2)", "opacity": 0.22},
    "point": {"filled": True, "size": 64, "color": "var(--mk-data-1)", "stroke": "var(--mk-surface)", "strokeWidth": 2, "opacity": 1},
    "rule": {"color": "var(--mk-ink-3)"},
    "text": {"fontSize": 11, "color": "var(--mk-ink-2)", "fontWeight": 600},
}
# vl-convert resolves links against its own base; ours are paths of this site.
LINK_BASE = 'xlink:href="https://vega.github.io/vega-datasets/'
MARK_WITH_WORDS = re.compile(r'<(\w+) aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*"([^>]*)/>')
SPOKEN = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
WHOLE_WIDTH = re.compile(r'<svg [^>]*width="([\d.]+)"')
CLIP = re.compile(r'(id="|url\(#)(clip\d+)')


@dataclass(frozen=True)
class Chart:
    """A drawn chart with its conclusion and table, as `_components/chart.html` takes it."""

    svg: SafeString
    conclusion: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)


def render_chart(spec: dict[str, Any], data: list[dict[str, Any]]) -> SafeString:
    """Draw the data by the spec: an SVG of each width, kept by the hash of all that made them."""
    language = get_language() or "ru"
    key = "chart:" + hashlib.sha256(json.dumps([VEGA_LITE, CONFIG, spec, data, WIDTHS, language]).encode()).hexdigest()
    drawn: str | None = shelf.get(key)
    if drawn is None:
        drawn = "".join(f'<div class="mk-chart-{name}">{fitted(spec, data, width, language)}</div>' for name, width in WIDTHS.items())
        shelf.set(key, drawn, KEEP_SECONDS)
    return mark_safe(drawn)  # noqa: S308 - Vega escapes every text of the data


def fitted(spec: dict[str, Any], data: list[dict[str, Any]], width: int, language: str) -> str:
    """Draw one SVG whose whole width, axes and labels included, is the width: measure once, then draw without the excess."""
    whole = WHOLE_WIDTH.search(first := draw(spec, data, width, language))
    excess = round(float(whole[1])) - width if whole else 0
    return draw(spec, data, width - excess, language) if excess else first


def draw(spec: dict[str, Any], data: list[dict[str, Any]], width: int, language: str) -> str:
    """Draw one SVG with so much width between its axes."""
    prepare()
    locale = LOCALES.get(language, "en-US")
    full = sized(deepcopy(spec), width) | {"data": {"values": data}, "config": CONFIG | spec.get("config", {})}
    svg: str = vl_convert.vegalite_to_svg(full, vl_version=VEGA_LITE, format_locale=locale, time_format_locale=locale)
    return cleaned(svg)


@cache
def prepare() -> None:
    """Let Vega measure words in our font."""
    vl_convert.register_font_directory(str(files("font_manrope") / "files"))


def sized(part: Any, width: int) -> Any:
    """Put the width in place of every `"width": "container"`."""
    if isinstance(part, dict):
        return {key: width if (key, value) == ("width", "container") else sized(value, width) for key, value in part.items()}
    return [sized(item, width) for item in part] if isinstance(part, list) else part


def cleaned(svg: str) -> str:
    """Give marks a `<title>`, links our own addresses, clips names no other picture has; drop what only confuses a screen reader."""
    prefix = hashlib.sha256(svg.encode()).hexdigest()[:8]
    titled = MARK_WITH_WORDS.sub(
        lambda found: f"<{found[1]}{found[3]}><title>{html.escape(html.unescape(found[2]))}</title></{found[1]}>", svg
    )
    silent = SPOKEN.sub("", titled.replace(LINK_BASE, 'href="'))
    return CLIP.sub(lambda found: f"{found[1]}{prefix}-{found[2]}", silent)
