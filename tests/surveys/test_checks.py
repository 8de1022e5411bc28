"""What is said on start about the private keys of staff surveys."""

import logging
from pathlib import Path
from typing import Any

import pytest
from celery.signals import worker_ready
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client as Browser

from company.models import Company
from surveys.ballot_keys import destroy_key
from surveys.checks import check_key_folders
from surveys.models import StaffWave
from tests.surveys.staff import hire, launched, make_staff_wave


@pytest.fixture
def wave(company: Company) -> StaffWave:
    """A running survey."""
    hire(5)
    return launched(make_staff_wave())


def found() -> list[str]:
    """Return the numbers of the complaints."""
    return [str(message.id) for message in check_key_folders(None)]


def test_two_folders_of_ones_own_are_in_order() -> None:
    assert found() == []
    assert [message.id for message in run_checks(tags=["security"]) if str(message.id).startswith("surveys")] == []


def test_one_folder_is_too_few(settings: Any, tmp_path: Path) -> None:
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "a")]
    assert found() == ["surveys.E001"]
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "a"), str(tmp_path / "b" / ".." / "a")]
    assert found() == ["surveys.E001"]


def test_keys_do_not_lie_beside_the_database_or_where_files_are_served(settings: Any, tmp_path: Path) -> None:
    for outer in (settings.VAR_DIR / "postgres", settings.MEDIA_ROOT, settings.STATIC_ROOT):
        settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "a"), str(Path(outer) / "keys")]
        assert found() == ["surveys.E002"]


def test_a_folder_that_cannot_be_made_is_warned_of(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "a"), str(tmp_path / "file" / "b")]
    assert found() == ["surveys.W001"]


def test_a_lost_key_is_in_readyz_and_pages_go_on(wave: StaffWave) -> None:
    before = Browser().get("/readyz")
    destroy_key(wave.public_token)
    after = Browser().get("/readyz")
    assert (before.json()["ballot_keys"], after.json()["ballot_keys"]) == (True, False)
    assert (before.status_code, after.status_code) == (200, 200)


def test_a_worker_says_on_start_what_is_lost(wave: StaffWave, caplog: pytest.LogCaptureFixture) -> None:
    worker_ready.send(sender=None)
    assert caplog.text == ""
    destroy_key(wave.public_token)
    worker_ready.send(sender=None)
    assert [(record.levelno, record.getMessage().split(":")[0]) for record in caplog.records] == [
        (logging.ERROR, "The private key of the staff survey “Осень” is gone")
    ]
    assert f"{wave.public_token}.key" in caplog.text


def test_preparing_says_what_is_lost(wave: StaffWave, capsys: pytest.CaptureFixture[str]) -> None:
    destroy_key(wave.public_token)
    call_command("prepare", "--no-demo")
    assert capsys.readouterr().err.count("The private key of the staff survey “Осень” is gone") == 1
