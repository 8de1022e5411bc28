"""Every test here breaks something; all carry the mark `fault`, and all need committed rows."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.mailing.conftest import letter, plan

SECONDS = 400  # processes, servers and leases take their time, more so on a busy machine
__all__ = ["letter", "plan"]


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Put the mark on the tests of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fault)
            item.add_marker(pytest.mark.timeout(SECONDS))
