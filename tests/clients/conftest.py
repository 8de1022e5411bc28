"""Uploaded files of the tests stay out of the tree."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    """Keep uploads in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
