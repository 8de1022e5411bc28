"""Things to print: a typst source of ours and data of anybody's become a PDF or a picture.

Sources lie in `templates/prints/`. They read `#let data = json(bytes(sys.inputs.data))`, so whatever a person typed stays a value and is
never read as typst. Every host prints the same: Manrope from its wheel and no fonts of the machine; no packages, no network.
Pictures go in as text: `image(bytes(data.code), format: "svg")`. `lib.typ` has what several prints need.
"""

import json
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

SCREEN_PPI = 144.0


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """Return a PDF made by `templates/prints/<template>.typ`."""
    return compiled(template, data, "pdf")


def png(template: str, data: dict[str, Any], *, ppi: float = SCREEN_PPI) -> bytes:
    """Return the only page of a print as a picture."""
    return compiled(template, data, "png", ppi)


def compiled(template: str, data: dict[str, Any], kind: Literal["pdf", "png"], ppi: float | None = None) -> bytes:
    """Run typst over a source of ours; it may read its own folder and nothing else."""
    folder = Path(settings.BASE_DIR) / "templates" / "prints"
    with as_file(files("font_manrope") / "files") as fonts:
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
