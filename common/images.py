"""Pictures from strangers: decoded, turned upright, shrunk and written anew, so that nothing else survives.

Photos become JPEG, logos PNG, which keeps what is transparent.
"""

import io
from collections.abc import Callable
from typing import IO, Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_SIDE = 1600
LOGO_SIDE = 1200
FORMATS = ("JPEG", "PNG", "WEBP")
BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class Photo(ContentFile):  # type: ignore[type-arg]  # no generic at run time
    """A clean JPEG: the only kind of picture that is ever stored."""


class Logo(ContentFile):  # type: ignore[type-arg]  # no generic at run time
    """A clean PNG."""


class ImageError(ValueError):
    """A file that is not a photo we take. `code` is one of `too_heavy`, `too_large`, `not_an_image`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reencode(upload: IO[bytes], size: int) -> Photo:
    """Return the picture as a JPEG of at most 1600 px a side, without EXIF, location or anything appended to the file."""
    return Photo(rewritten(upload, size, MAX_SIDE, to_jpeg), name="photo.jpg")


def reencode_logo(upload: IO[bytes], size: int) -> Logo:
    """Return the picture as a PNG of at most 1200 px a side, transparent where it was."""
    return Logo(rewritten(upload, size, LOGO_SIDE, to_png), name="logo.png")


def rewritten(upload: IO[bytes], size: int, side: int, write: Callable[[Image.Image], bytes]) -> bytes:
    """Read the pixels and write them anew; say what is wrong with a file that has none."""
    if size > MAX_BYTES:
        raise ImageError("too_heavy")
    try:
        return write(open_small(upload, side))
    except BOMBS as error:
        raise ImageError("too_large") from error
    except ImageError:
        raise
    except BROKEN as error:
        raise ImageError("not_an_image") from error


def open_small(upload: IO[bytes], side: int) -> Image.Image:
    """Decode the picture upright; its size is read from the header and refused before any pixel is."""
    picture: Any = Image.open(upload, formats=FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise ImageError("too_large")
    picture.draft("RGB", (side, side))
    picture.thumbnail((side, side))
    upright: Image.Image = ImageOps.exif_transpose(picture)
    return upright


def to_jpeg(picture: Image.Image) -> bytes:
    """Write the pixels on white; the new file gets no metadata."""
    canvas = Image.new("RGB", picture.size, "white")
    layer = picture.convert("RGBA")
    canvas.paste(layer, mask=layer)
    target = io.BytesIO()
    canvas.save(target, "JPEG", quality=85, optimize=True)
    return target.getvalue()


def to_png(picture: Image.Image) -> bytes:
    """Write the pixels with their transparency; the new file gets no metadata."""
    canvas = Image.new("RGBA", picture.size)
    canvas.paste(picture.convert("RGBA"))
    target = io.BytesIO()
    canvas.save(target, "PNG", optimize=True)
    return target.getvalue()
