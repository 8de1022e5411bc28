"""A small map to test with."""

from pathlib import Path

import pytest
from pytest_django import Settings

from company.models import Branch
from touchpoints.models import Touchpoint


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Keep photos of a test in its own folder."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def garden(db: None) -> Branch:
    """One branch."""
    return Branch.objects.create(name="Садовая", position=1)


@pytest.fixture
def factory(db: None) -> Branch:
    """Another branch."""
    return Branch.objects.create(name="Заводская", position=2)


@pytest.fixture
def sign(db: None) -> Touchpoint:
    """A touchpoint of every branch."""
    return Touchpoint.objects.create(name="Вывеска", kind="business", hint="Горит вечером?")


@pytest.fixture
def smile(db: None) -> Touchpoint:
    """A touchpoint of the last class."""
    return Touchpoint.objects.create(name="Улыбка", kind="employee", position=1)
