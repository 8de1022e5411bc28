"""Things to print: a typst source of ours and data of anybody's become a PDF or a picture.

Sources lie in `templates/prints/`. They read `#let data = json(bytes(sys.inputs.data))`, so whatever a person typed stays a value and is
never read as typst. Every host prints the same: Manrope from its wheel and no fonts of the machine; no packages, no network.
Pictures go in as text: `image(bytes(data.code), format: "svg")`; photos as files of their own: `image("photos/" + name)`.
`lib.typ` has what several prints need.
"""

import atexit
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst
from django.conf import settings

SCREEN_PPI = 144.0
NO_PHOTOS: Mapping[str, bytes] = {}


def pdf(template: str, data: dict[str, Any], photos: Mapping[str, bytes] = NO_PHOTOS) -> bytes:
    """Return a PDF made by `templates/prints/<template>.typ`; photos are pictures by name."""
    return compiled(template, data, "pdf", photos=photos)


def png(template: str, data: dict[str, Any], photos: Mapping[str, bytes] = NO_PHOTOS, *, ppi: float = SCREEN_PPI) -> bytes:
    """Return the first page of a print as a picture."""
    return compiled(template, data, "png", ppi, photos)


def compiled(
    template: str,
    data: dict[str, Any],
    kind: Literal["pdf", "png"],
    ppi: float | None = None,
    photos: Mapping[str, bytes] = NO_PHOTOS,
) -> bytes:
    """Run typst over a source of ours; it may read its own folder and nothing else."""
    with folder_with(photos) as folder:
        made = typst.compile(
            str(folder / f"{template}.typ"),
            root=str(folder),
            font_paths=[static_fonts()],
            ignore_system_fonts=True,
            format=kind,
            ppi=ppi,
            sys_inputs={"data": json.dumps(data)},
        )
    return bytes(made if isinstance(made, bytes) else made[0])


@cache
def static_fonts() -> str:
    """Return a folder with every weight of Manrope as a font of its own: typst would rather take the variable one, which few shops like."""
    folder = TemporaryDirectory(prefix="print-fonts-")
    atexit.register(folder.cleanup)
    with as_file(files("font_manrope") / "files") as fonts:
        for font in fonts.glob("Manrope-*.ttf"):
            if "Variable" not in font.name:
                shutil.copy(font, folder.name)
    return folder.name


@contextmanager
def folder_with(photos: Mapping[str, bytes]) -> Iterator[Path]:
    """Give the folder of sources; with photos, a copy of it for a moment that has them beside the sources."""
    sources = Path(settings.BASE_DIR) / "templates" / "prints"
    if not photos:
        yield sources
        return
    with TemporaryDirectory(prefix="print-") as name:
        folder = Path(name) / "prints"
        shutil.copytree(sources, folder)
        (folder / "photos").mkdir()
        for number, content in photos.items():
            (folder / "photos" / number).write_bytes(content)
        yield folder
