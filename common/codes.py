"""QR codes, as pictures of one colour on white."""

import io

import segno

QUIET = 4
"""White modules around a code: the standard asks for four, and phones on a patterned table need them."""


def qr_svg(text: str, *, border: int = QUIET) -> str:
    """Return the code as SVG."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=border, xmldecl=False, light="#fff", scale=8)
    return target.getvalue().decode()


def qr_png(text: str) -> bytes:
    """Return the code as PNG of about 1000 pixels a side."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="png", border=QUIET, scale=24)
    return target.getvalue()
