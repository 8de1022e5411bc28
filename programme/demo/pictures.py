"""Small drawings that stand for photos of the demo firm: the same name gives the same picture."""

import io
import zlib

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

SIZE = (640, 480)
SKIES = ("#dfe9ee", "#efe6d8", "#e4e8d9", "#ecdfe3")
THINGS = ("#2e6f72", "#8a5a3c", "#4f6d3a", "#7a4b63")


def drawing(name: str, *, is_mended: bool = False) -> "ContentFile[bytes]":
    """Return a JPEG of a counter, a door and a sign; on a mended one the lamp is lit and nothing is crooked."""
    seed = zlib.crc32(name.encode())
    wall, thing = SKIES[seed % len(SKIES)], THINGS[seed // 7 % len(THINGS)]
    picture = Image.new("RGB", SIZE, wall)
    pen = ImageDraw.Draw(picture)
    tilt = 0 if is_mended else 26
    pen.rectangle((0, 360, 640, 480), fill="#c9bda9")
    pen.rectangle((70, 150, 230, 360), fill=thing)
    pen.ellipse((200, 250, 214, 264), fill="#f4ead2")
    pen.polygon([(300, 110 + tilt), (590, 110 - tilt), (590, 170 - tilt), (300, 170 + tilt)], fill=thing)
    pen.ellipse((420, 30, 470, 80), fill="#ffd27a" if is_mended else "#8d8778")
    for place in range(4):
        left = 320 + 70 * place
        height = 40 + (seed >> (4 * place)) % 60
        pen.rectangle((left, 360 - height, left + 46, 360), fill="#ffffff", outline=thing, width=3)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return ContentFile(target.getvalue(), name="photo.jpg")
