"""People to test as, and clients signed in as them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone, translation

from common.speech import hear
from company.enums import Role
from company.models import Company, User


@pytest.fixture(autouse=True)
def _own_fence(settings: Any, tmp_path: Path) -> None:
    """Keep the restore fence of every test, whose database begins empty, apart."""
    settings.MAIL_FENCE = tmp_path / "mail_fence.json"


@pytest.fixture(autouse=True)
def _own_ballot_keys(settings: Any, tmp_path: Path) -> None:
    """Keep the keys of every test's staff surveys apart."""
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "ballot_keys"), str(tmp_path / "ballot_keys_copy")]


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Leave the language a test's last page was in behind."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _own_word() -> Iterator[None]:
    """Speak of Clients again after a test of another word."""
    yield
    hear({}, dict)


@pytest.fixture
def company_clock() -> Iterator[None]:
    """Read days by the firm's clock, as its pages do: from 21:00 UTC on it is a day ahead."""
    with timezone.override(ZoneInfo(Company._meta.get_field("time_zone").default)):
        yield


@pytest.fixture
def company(db: Any) -> Company:
    """The firm, set up."""
    return Company.objects.create(name="Лён и хлопок")


def make_user(role: Role, **fields: Any) -> User:
    """Save a user of the role."""
    return User.objects.create_user(f"{role}@example.org", "a long test password", name=f"{role} person", role=role, **fields)


@pytest.fixture
def owner(company: Company) -> User:
    """The owner of the firm."""
    return make_user(Role.OWNER, seniority=1)


@pytest.fixture
def manager(company: Company) -> User:
    """A manager."""
    return make_user(Role.MANAGER, seniority=3)


@pytest.fixture
def staff(company: Company) -> User:
    """A member of staff."""
    return make_user(Role.STAFF)


def signed_in(user: User) -> Browser:
    """Return a test browser signed in as the user."""
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def as_owner(owner: User) -> Browser:
    """A browser signed in as the owner."""
    return signed_in(owner)


@pytest.fixture
def as_manager(manager: User) -> Browser:
    """A browser signed in as a manager."""
    return signed_in(manager)


@pytest.fixture
def as_staff(staff: User) -> Browser:
    """A browser signed in as a member of staff."""
    return signed_in(staff)
