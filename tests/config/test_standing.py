"""The owner's page of health: what is fine, what is bad and what to do."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import timezone, translation

from clients.models import RollupCheck
from company.models import Company
from config import standing as module
from config.standing import BAD, FINE, LOOK, standing
from mailing.models import Heartbeat, MailWave, Message, SmtpAccount
from mailing.queries.domain import DOMAIN_KEY
from mailing.services import heartbeat, note_domain
from mailing.services.accounts import default_account, hold_account, stop_account
from tests.mailing.conftest import PlanWave, letter, plan  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _well(settings: Any, tmp_path: Path, company: Company) -> None:
    """An installation in which everything is well."""
    settings.BACKUP_FOLDER, settings.VAR_DIR, settings.EMAIL_URL = tmp_path / "backups", tmp_path, "smtp://127.0.0.1:1"
    settings.DEFAULT_FROM_EMAIL = "mayak@example.org"
    (tmp_path / "backups").mkdir()
    backed_up(settings, timezone.now())
    for name in ("beat", "drain"):
        heartbeat(name=name)
    RollupCheck.objects.create(clients=0)
    domain(at=timezone.now(), bad=[])
    translation.activate("en")


def backed_up(settings: Any, at: dt.datetime) -> None:
    """Leave an archive of the moment, and no other."""
    for old in settings.BACKUP_FOLDER.iterdir():
        old.unlink()
    (settings.BACKUP_FOLDER / f"mayak-{at:%Y%m%dT%H%M%SZ}.tar").touch()


def domain(**found: Any) -> None:
    """Keep a look at the mail domain."""
    cache.set(DOMAIN_KEY, {"domain": "example.org"} | found)


def states(now: dt.datetime | None = None) -> dict[str, str]:
    """Return how every line stands, by name; disks depend on the machine."""
    return {line.name: line.state for line in standing(now or timezone.now()) if not line.name.startswith("Disk")}


def others_than_fine() -> dict[str, str]:
    """Return the lines that are not fine."""
    return {name: state for name, state in states().items() if state != FINE}


def test_all_is_fine_and_nothing_is_advised() -> None:
    assert others_than_fine() == {}
    assert [line.advice for line in standing(timezone.now()) if line.state == FINE] == [""] * len([*states()]) + [""] * sum(
        line.state == FINE for line in module.disks()
    )


@pytest.mark.parametrize(("name", "line"), [("beat", "The clock of background work (beat)"), ("drain", "Background work (worker)")])
def test_a_silent_process_is_bad_after_two_minutes(name: str, line: str) -> None:
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - dt.timedelta(seconds=100))
    assert others_than_fine() == {}
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - dt.timedelta(seconds=130))
    assert others_than_fine() == {line: BAD}
    Heartbeat.objects.filter(name=name).delete()
    assert others_than_fine() == {line: BAD}


@pytest.mark.parametrize(("minutes", "state"), [(14, FINE), (16, LOOK), (119, LOOK), (121, BAD)])
def test_letters_that_wait_are_told(plan: PlanWave, minutes: int, state: str) -> None:  # noqa: F811
    plan(2)
    since = timezone.now() - dt.timedelta(minutes=minutes)
    MailWave.objects.update(not_before=since - DAY)
    Message.objects.update(next_at=since)
    assert states()["Letters"] == state
    MailWave.objects.update(state="paused")
    assert states()["Letters"] == FINE


def test_held_and_stopped_sending_is_bad() -> None:
    account = default_account()
    stop_account(account=account, reason="535")
    assert others_than_fine() == {"Letters": BAD}
    SmtpAccount.objects.update(state="open")
    hold_account(account=account, claim=5)
    assert others_than_fine() == {"Letters": BAD}


def test_the_mail_domain_is_as_the_last_look_found_it() -> None:
    domain(at=timezone.now(), bad=["SPF", "MX"])
    assert others_than_fine() == {"Mail domain": BAD}
    assert "example.org: SPF, MX" in {line.name: line.seen for line in standing(timezone.now())}["Mail domain"]
    domain(at=timezone.now() - 3 * DAY, bad=[])
    assert others_than_fine() == {"Mail domain": LOOK}
    cache.delete(DOMAIN_KEY)
    assert others_than_fine() == {"Mail domain": LOOK}


def test_where_letters_are_files_no_name_server_is_asked(settings: Any) -> None:
    settings.EMAIL_URL = ""
    cache.delete(DOMAIN_KEY)
    note_domain(now=timezone.now())
    assert cache.get(DOMAIN_KEY) is None
    assert others_than_fine() == {"Letters": LOOK, "Mail domain": LOOK}


@pytest.mark.parametrize(("days", "state"), [(1, FINE), (3, LOOK), (8, BAD)])
def test_an_old_backup_is_told(settings: Any, days: int, state: str) -> None:
    backed_up(settings, timezone.now() - days * DAY)
    assert states()["Backup"] == state


def test_no_backup_is_bad_unless_the_company_is_a_demo(settings: Any, company: Company) -> None:
    next(settings.BACKUP_FOLDER.iterdir()).rename(settings.BACKUP_FOLDER / ".mayak-20261123T030000Z.part")
    assert others_than_fine() == {"Backup": BAD}
    Company.objects.update(is_demo=True)
    assert others_than_fine() == {"Backup": LOOK}


def test_wrong_and_old_checks_of_sums_are_to_be_looked_at() -> None:
    RollupCheck.objects.update(at=timezone.now() - 3 * DAY)
    assert others_than_fine() == {"Sums of purchases": LOOK}
    RollupCheck.objects.create(clients=9, cells=1)
    assert others_than_fine() == {"Sums of purchases": LOOK}


@pytest.mark.parametrize(("free", "state"), [(0.2, FINE), (0.1, LOOK), (0.04, BAD)])
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, free: float, state: str) -> None:
    usage = type("Usage", (), {"total": 10**12, "free": int(free * 10**12)})
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage)
    assert [line.state for line in module.disks()] == [state, state]


def test_the_page_shows_every_line_and_the_overview_warns_of_bad_ones_only(as_owner: Browser) -> None:
    page = as_owner.get("/company/health/").content.decode()
    assert page.count('<th scope="row">') == 10
    assert as_owner.get("/company/health/warning/").content.strip() == b""
    Heartbeat.objects.filter(name="beat").delete()
    warning = as_owner.get("/company/health/warning/").content.decode()
    assert warning.count("beat") == 1
    assert "/company/health/" in warning


def test_the_number_of_queries_does_not_grow_with_what_waits(
    as_owner: Browser,
    plan: PlanWave,  # noqa: F811
    django_assert_num_queries: Any,
) -> None:
    plan(1)
    as_owner.get("/company/health/")
    with django_assert_num_queries(10):
        as_owner.get("/company/health/")
    plan(3, occurrence_key="more")
    with django_assert_num_queries(10):
        as_owner.get("/company/health/")
