"""Which Mayak this is."""

import tomllib
from functools import cache

from config.state import BASE_DIR


@cache
def mayak_version() -> str:
    """Return the version that `pyproject.toml` names."""
    return str(tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"])
