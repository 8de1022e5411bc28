"""The company's colour on pages for Clients: white text on it must stay readable.

Contrast and luminance are those of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio): 1 to 21, text needs 4.5.
"""

import re
from dataclasses import dataclass

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
TEXT_CONTRAST = 4.5


@dataclass(frozen=True)
class Brand:
    """The colours a page for Clients needs, as `#rrggbb`."""

    base: str
    hover: str
    soft: str
    paper: str
    line: str


def brand_of(color: str) -> Brand:
    """Derive all colours from the one the company chose, darkening it until white text on it has 4.5 : 1."""
    base = readable(rgb(color))
    return Brand(
        base=hex_of(base),
        hover=hex_of(mix(base, (0, 0, 0), 0.18)),
        soft=hex_of(mix(base, WHITE, 0.9)),
        paper=hex_of(mix(base, (250, 247, 240), 0.985)),
        line=hex_of(mix(base, (236, 231, 220), 0.92)),
    )


def readable(color: Rgb) -> Rgb:
    """Darken the colour in steps of 4 % until white text on it is readable."""
    while contrast(color, WHITE) < TEXT_CONTRAST:
        color = mix(color, (0, 0, 0), 0.04)
    return color


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: Rgb) -> float:
    """Return the relative luminance, 0 to 1."""
    red, green, blue = (linear(part / 255) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    """Undo the gamma of sRGB for one channel."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def mix(color: Rgb, other: Rgb, share: float) -> Rgb:
    """Blend in a share of another colour."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue


def rgb(color: str) -> Rgb:
    """Read `#rrggbb`."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def hex_of(color: Rgb) -> str:
    """Write `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def initials(name: str) -> str:
    """Return the letters of the round mark: `Лён и хлопок` gives `ЛХ`."""
    words = [word for word in re.findall(r"\w+", name) if len(word) > 1] or ["·"]
    return "".join(word[0] for word in words[:2]).upper()
