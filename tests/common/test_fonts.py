"""The web font is made once."""

from pathlib import Path

from fontTools.ttLib import TTFont

from common.fonts import make_font


def test_font_is_variable_and_knows_our_signs(tmp_path: Path) -> None:
    with TTFont(make_font(tmp_path)) as font:
        assert set("ЖяAz₽−±×→№«»\u00a0") <= {chr(code) for code in font.getBestCmap()}
        assert "fvar" in font


def test_second_call_keeps_the_file(tmp_path: Path) -> None:
    first = make_font(tmp_path).stat().st_mtime_ns
    assert make_font(tmp_path).stat().st_mtime_ns == first
