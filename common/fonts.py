"""The web font: a subset of Manrope (Russian, English, the signs we use) made from the wheel `font-manrope`."""

from importlib.resources import as_file, files
from pathlib import Path

from fontTools import subset

UNICODES = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x400, 0x460),
    *(0x490, 0x491, 0x4A2, 0x4A3, 0x4B0, 0x4B1, 0x4D8, 0x4D9, 0x4E8, 0x4E9, 0x49A, 0x49B, 0x492, 0x493, 0x4AE, 0x4AF, 0x4BA, 0x4BB),
    *range(0x2010, 0x2027),
    *(0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x20B8, 0x20BD, 0x2116, 0x2122),
    *(0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x221E, 0x00D7),
]


def make_font(folder: Path) -> Path:
    """Write `manrope.woff2` into the folder unless it is there; return its path.

    The launcher calls `make_font(settings.VAR_DIR / "font")` before collectstatic: static files serve it as `font/manrope.woff2`.
    Takes about a second the first time and nothing afterwards.
    """
    target = folder / "manrope.woff2"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    with as_file(files("font_manrope") / "files" / "Manrope-VariableFont_wght.ttf") as source:
        write_subset(source, draft)
    draft.replace(target)
    return target


def write_subset(source: Path, target: Path) -> None:
    """Cut the variable font down to our letters; keep kerning, tabular figures and the weight axis."""
    options = subset.Options(flavor="woff2", layout_features=["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl", "case"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=UNICODES)
    with subset.load_font(str(source), options) as font:
        cutter.subset(font)
        subset.save_font(font, str(target), options)
