"""The audit command: a line for each attack, nothing written, and a code that says whether anything was found."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from company.models import Branch, Company
from surveys.attacks.report import ATTACKS
from surveys.models import StaffGroup, StaffWave
from tests.surveys.staff import cast_all, hire, launched, make_staff_wave, scores, tokens_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(company: Company) -> StaffWave:
    """A running survey in which six of eight have answered."""
    hire(8, Branch.objects.create(name="На Садовой"))
    wave = launched(make_staff_wave())
    cast_all(wave, scores(0, 3, 7, 8, 9, 10))
    return wave


def test_every_attack_has_a_line(wave: StaffWave, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("anonymity_audit")
    out = capsys.readouterr().out
    assert "0 closed, 1 running" in out
    assert [name for name in ATTACKS if f"\n{name} " not in out] == []
    assert "leads to sealed ballots only, until the tally" in out
    assert "FOUND" not in out


def test_nothing_is_written(wave: StaffWave) -> None:
    with CaptureQueriesContext(connection) as queries:
        call_command("anonymity_audit")
    statements = {query["sql"].split()[0].upper() for query in queries}
    assert statements <= {"SELECT", "SET", "SAVEPOINT", "ROLLBACK", "RELEASE", "DECLARE"}


def test_a_link_in_the_log_is_a_failure(wave: StaffWave, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    log.write_text(f"GET /surveys/e/{tokens_of(wave)[0]}/ 200\n")
    with pytest.raises(SystemExit, match="1"):
        call_command("anonymity_audit", log=[log])
    assert "FOUND: link of seat" in capsys.readouterr().out


def test_a_clean_log_is_not(wave: StaffWave, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "access.log"
    log.write_text("GET /surveys/e/…/ 200\n")
    call_command("anonymity_audit", log=[log])
    assert "links and codes in the log" in capsys.readouterr().out


def test_a_small_group_is_a_failure(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    hire(12)
    wave = launched(make_staff_wave(threshold=10))
    StaffWave.objects.filter(pk=wave.pk).update(state="closed", tallied_at=wave.starts_at)
    StaffGroup.objects.create(wave=wave, status="exact", invited=12, answered=6, counts=[2, 2, 2])
    with pytest.raises(SystemExit, match="1"):
        call_command("anonymity_audit")
    assert "FOUND: Осень: everybody" in capsys.readouterr().out
