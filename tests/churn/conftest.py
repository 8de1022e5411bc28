"""All tests of leavers live on one day."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from tests.churn.world import TODAY


@pytest.fixture(autouse=True)
def _one_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9), dt.UTC), tick=True):
        yield
