"""Charts are clean SVG: our colours, our links, nothing the CSP forbids."""

import re
from typing import Any

import pytest
from django.utils import translation

from common import charts
from common.charts import render_chart

BARS: dict[str, Any] = {
    "width": "container",
    "height": 80,
    "mark": {"type": "bar", "aria": True, "color": "var(--mk-pos)"},
    "encoding": {
        "x": {"field": "month", "type": "temporal", "timeUnit": "yearmonth", "axis": {"format": "%b"}},
        "y": {"field": "came", "type": "quantitative"},
        "href": {"field": "url"},
        "description": {"field": "words"},
    },
}
ROWS = [
    {"month": "2026-01-01", "came": 1500, "url": "/clients/?month=1&kind=new", "words": "январь <1>"},
    {"month": "2026-02-01", "came": 2500, "url": "/clients/?month=2", "words": "февраль"},
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def svg() -> str:
    with translation.override("ru"):
        return render_chart(BARS, ROWS)


def test_every_drawing_is_as_wide_as_it_says_with_its_axes(svg: str) -> None:
    assert re.findall(r"mk-chart-(\w+)", svg) == list(charts.WIDTHS)
    drawn = [float(width) for width in re.findall(r'<svg [^>]*width="([\d.]+)"', svg)]
    assert drawn == pytest.approx(list(charts.WIDTHS.values()), abs=1)


def test_nothing_inline_that_the_csp_forbids(svg: str) -> None:
    assert re.findall(r"\sstyle=|<style|<script|\son\w+=", svg) == []


def test_colours_stay_variables(svg: str) -> None:
    assert svg.count('fill="var(--mk-pos)"') == 2 * len(charts.WIDTHS)


def test_marks_carry_titles_and_links_of_this_site(svg: str) -> None:
    assert re.findall(r"<title>(.*?)</title>", svg)[:2] == ["январь &lt;1&gt;", "февраль"]
    assert re.findall(r'href="(.*?)"', svg)[:2] == ["/clients/?month=1&amp;kind=new", "/clients/?month=2"]


def test_numbers_and_months_follow_the_language(svg: str) -> None:
    assert "янв" in svg
    with translation.override("en"):
        assert "Jan" in render_chart(BARS, ROWS)


def test_ids_differ_between_pictures() -> None:
    line = {"width": "container", "mark": {"type": "line", "clip": True}, "encoding": BARS["encoding"]}
    names = re.findall(r'id="(.*?)"', render_chart(line, ROWS))
    assert len(names) == len(set(names))


def test_words_of_the_data_are_escaped() -> None:
    text = {"mark": "text", "encoding": {"text": {"field": "words"}}}
    assert "<script>" not in render_chart(text, [{"words": "<script>alert(1)</script>"}])


def test_drawn_once(svg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "draw", lambda *_args: pytest.fail("drawn again"))
    with translation.override("ru"):
        assert render_chart(BARS, ROWS) == svg


def test_spec_is_left_as_it_was(svg: str) -> None:
    assert BARS["width"] == "container"
