"""Photos are written anew; hostile files are refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from common import images
from common.images import ImageError, reencode

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def encoded(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", color: str = "red", exif: Image.Exif | None = None) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, color).save(target, kind, **({"exif": exif} if exif else {}))
    return target.getvalue()


def taken(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(reencode(io.BytesIO(data), len(data)).read()))


def refusal(data: bytes, size: int | None = None) -> str:
    with pytest.raises(ImageError) as caught:
        reencode(io.BytesIO(data), len(data) if size is None else size)
    return caught.value.code


def empty_png(width: int, height: int) -> bytes:
    """A PNG whose header promises a huge picture and whose data are a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_usual_format_becomes_jpeg(kind: str) -> None:
    photo = taken(encoded(kind))
    assert (photo.format, photo.size) == ("JPEG", (40, 30))


def test_large_photo_is_shrunk_to_1600_pixels() -> None:
    assert taken(encoded("JPEG", (4000, 3000))).size == (1600, 1200)


def test_location_and_camera_are_removed() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[2] = (55.0, 45.0, 0.0)
    assert dict(taken(encoded("JPEG", exif=exif)).getexif()) == {}


def test_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert taken(encoded("JPEG", (40, 30), exif=exif)).size == (30, 40)


def test_transparent_picture_lies_on_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(target, "PNG")
    assert taken(target.getvalue()).getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "I;16"])
def test_unusual_colours_are_taken(mode: str) -> None:
    target = io.BytesIO()
    Image.new(mode, (8, 8)).save(target, "PNG")
    assert taken(target.getvalue()).mode == "RGB"


def test_what_is_appended_to_a_photo_does_not_survive() -> None:
    data = encoded("JPEG") + b"<?php evil(); ?>"
    assert b"evil" not in reencode(io.BytesIO(data), len(data)).read()


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"",
        b"not a picture",
        b"%PDF-1.7 ...",
        encoded("JPEG")[:200],
        encoded("PNG")[:60],
        encoded("BMP"),
        encoded("GIF"),
    ],
    ids=["svg", "empty", "text", "pdf", "cut jpeg", "cut png", "bmp", "gif"],
)
def test_anything_else_is_refused(data: bytes) -> None:
    assert refusal(data) == "not_an_image"


def test_heavy_file_is_refused_unread() -> None:
    assert refusal(b"", images.MAX_BYTES + 1) == "too_heavy"


@pytest.mark.parametrize("size", [(9000, 9000), (12_000, 12_000), (60_000, 60_000)])
def test_decompression_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    assert refusal(empty_png(*size)) == "too_large"
