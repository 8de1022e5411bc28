"""Photos from strangers' phones: decoded, turned upright, shrunk and written anew as JPEG, so that nothing else survives."""

import io
from typing import IO, Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class Photo(ContentFile):  # type: ignore[type-arg]  # no generic at run time
    """A clean JPEG: the only kind of picture that is ever stored."""


class ImageError(ValueError):
    """A file that is not a photo we take. `code` is one of `too_heavy`, `too_large`, `not_an_image`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reencode(upload: IO[bytes], size: int) -> Photo:
    """Return the picture as a JPEG of at most 1600 px a side, without EXIF, location or anything appended to the file."""
    if size > MAX_BYTES:
        raise ImageError("too_heavy")
    try:
        return Photo(to_jpeg(open_small(upload)), name="photo.jpg")
    except BOMBS as error:
        raise ImageError("too_large") from error
    except ImageError:
        raise
    except BROKEN as error:
        raise ImageError("not_an_image") from error


def open_small(upload: IO[bytes]) -> Image.Image:
    """Decode the picture upright; its size is read from the header and refused before any pixel is."""
    picture: Any = Image.open(upload, formats=FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise ImageError("too_large")
    picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
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
