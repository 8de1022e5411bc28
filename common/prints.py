"""Things to print: a typst source of ours and data of anybody's become a PDF or a picture.

Sources lie in `templates/prints/`. They read `#let data = json(bytes(sys.inputs.data))`, so whatever a person typed stays a value and is
never read as typst. Every host prints the same: Manrope from its wheel and no fonts of the machine; no packages, no network.
Pictures go in as text: `image(bytes(data.code), format: "svg")`; photos as files of their own: `image("photos/" + name)`.
`lib.typ` has what several prints need.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst
from django.conf import settings

SCREEN_PPI = 144.0
NO_PHOTOS: Mapping[str, bytes] = {}


def pdf(template: str, data: dict[str, Any], photos: Mapping[str, bytes] = NO_PHOTOS) -> bytes:
    """Return a PDF made by `templates/prints/<template>.typ`; photos are JPEGs by name."""
    return compiled(template, data, "pdf", photos=photos)


def png(template: str, data: dict[str, Any], *, ppi: float = SCREEN_PPI) -> bytes:
    """Return the only page of a print as a picture."""
    return compiled(template, data, "png", ppi)


def compiled(
    template: str,
    data: dict[str, Any],
    kind: Literal["pdf", "png"],
    ppi: float | None = None,
    photos: Mapping[str, bytes] = NO_PHOTOS,
) -> bytes:
    """Run typst over a source of ours; it may read its own folder and nothing else."""
    with as_file(files("font_manrope") / "files") as fonts, folder_with(photos) as folder:
        made = typst.compile(
            str(folder / f"{template}.typ"),
            root=str(folder),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format=kind,
            ppi=ppi,
            sys_inputs={"data": json.dumps(data)},
        )
    return bytes(made if isinstance(made, bytes) else made[0])


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
