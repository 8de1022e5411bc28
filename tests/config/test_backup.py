"""A backup put back into another cluster is the same database; no letter of it leaves, and a damaged one is refused."""

import datetime as dt
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from company.models import Company, User
from config.archive import opened, read_manifest
from config.backing_up import last_backup, make_backup
from config.embedded import Postgres
from config.pg_tools import BackupError
from mailing.services import drain
from tests.mailing.conftest import PlanWave, letter, plan  # noqa: F401 - fixtures
from tests.mailing.mail_server import mail_server
from tests.workers import SmtpSink, process_environment

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SUM = "SELECT count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {table} t"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
HELD = {"mailing_smtpaccount", "mailing_mailevent"}  # the restore writes there that letters are held


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> Path:
    """Uploads and backups of this test alone, with two uploads."""
    settings.MEDIA_ROOT, settings.BACKUP_FOLDER = tmp_path / "media", tmp_path / "backups"
    (tmp_path / "media" / "logo").mkdir(parents=True)
    (tmp_path / "media" / "logo" / "лён.png").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "media" / "empty").touch()
    return tmp_path


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    """Another PostgreSQL, outside of pytest's folders: each run of pytest closes those to the account the server runs under."""
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres(Path(folder) / "postgres", throw_away=True)
        server.start("postgres")
        yield server
        server.stop()


class Target:
    """Another installation: a database, folders and a fence of its own."""

    def __init__(self, cluster: Postgres, folder: Path) -> None:
        self.folder = folder
        self.name = f"restored_{folder.name[-24:]}".replace("-", "_")
        cluster.ensure_database(self.name)
        self.url = cluster.url(self.name)

    def manage(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a command there."""
        places = {"DATABASE_URL": self.url, "MAYAK_VAR": str(self.folder / "var"), "MAIL_FENCE": str(self.folder / "fence.json")}
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(  # noqa: S603 - our own command
            command, cwd=settings.BASE_DIR, env=os.environ | places | environment, capture_output=True, text=True, check=False
        )

    def do(self, *arguments: str, **environment: str) -> None:
        """Run a command that must succeed."""
        done = self.manage(*arguments, **environment)
        assert done.returncode == 0, done.stderr

    def rows(self, statement: str) -> list[Any]:
        """Ask its database."""
        return ask(self.url, statement)


@pytest.fixture
def target(cluster: Postgres, tmp_path: Path) -> Target:
    """An installation with nothing in it."""
    return Target(cluster, tmp_path)


def ask(url: str, statement: str) -> list[Any]:
    """Run one statement over a connection of its own; a change is committed."""
    session = psycopg2.connect(url)
    try:
        with session, session.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


def sums(url: str) -> dict[str, Any]:
    """Return the number of rows and a sum over every table."""
    return {table: ask(url, SUM.format(table=table))[0] for (table,) in ask(url, TABLES)}


def uploads(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rewritten(source: Path, target: Path, change: Any) -> Path:
    """Write an archive anew with some of its members changed or, for None, left out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for entry in old.getmembers():
            file = old.extractfile(entry)
            content = change(entry.name, file.read() if file else b"")
            if content is not None:
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
    return target


def test_every_table_and_upload_comes_back_in_a_new_cluster(folders: Path, owner: User, plan: PlanWave, target: Target) -> None:  # noqa: F811
    plan(3)
    ours = process_environment()["DATABASE_URL"]
    before, sequences = sums(ours), ask(ours, SEQUENCES)
    archive = make_backup(now=NOW)
    target.do("restore", str(archive))
    after = sums(target.url)
    assert len(after) > 100
    assert before["mailing_message"][0] == 3
    assert {name: after[name] for name in after if name not in HELD} == {name: before[name] for name in before if name not in HELD}
    assert [row for row in target.rows(SEQUENCES) if row[0] != "mailing_mailevent_id_seq"] == [
        row for row in sequences if row[0] != "mailing_mailevent_id_seq"
    ]
    assert uploads(target.folder / "var" / "media") == uploads(folders / "media")
    target.do("migrate", "--check")


def test_letters_sent_after_the_backup_are_not_sent_again(
    folders: Path,
    owner: User,
    plan: PlanWave,  # noqa: F811
    target: Target,
    smtp_sink: SmtpSink,
) -> None:
    plan(2)
    archive = make_backup(now=NOW)
    with mail_server() as server:
        drain(seconds=30)
        assert len(server.accepted) == 2
    target.do("restore", str(archive))
    assert target.rows("SELECT state FROM mailing_smtpaccount") == [("fenced",)]
    assert target.rows("SELECT what FROM mailing_mailevent") == [("fenced",)]
    target.do("send_outbox", EMAIL_URL=smtp_sink.url)
    assert smtp_sink.messages == []
    assert target.rows("SELECT DISTINCT state FROM mailing_message") == [("queued",)]
    target.rows("UPDATE mailing_smtpaccount SET state = 'open'")  # a person confirms
    target.do("send_outbox", EMAIL_URL=smtp_sink.url)
    assert len(smtp_sink.messages) == 2


def test_a_database_with_a_company_is_kept_unless_forced(folders: Path, owner: User, plan: PlanWave, target: Target) -> None:  # noqa: F811
    plan(1)
    archive = make_backup(now=NOW)
    target.do("restore", str(archive))
    target.rows("UPDATE company_company SET name = 'Changed since'; CREATE TABLE of_later (id int)")
    (target.folder / "var" / "media" / "of_later").write_text("x")
    refused = target.manage("restore", str(archive))
    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    assert target.rows("SELECT name FROM company_company") == [("Changed since",)]
    first = target.rows("SELECT claim_seq FROM mailing_smtpaccount")[0][0]
    target.do("restore", str(archive), "--force")
    assert target.rows("SELECT name FROM company_company") == [(Company.objects.get().name,)]
    assert target.rows("SELECT to_regclass('of_later')") == [(None,)]
    assert target.rows("SELECT state FROM mailing_smtpaccount") == [("fenced",)]
    assert target.rows("SELECT claim_seq FROM mailing_smtpaccount")[0][0] > first
    assert "of_later" not in uploads(target.folder / "var" / "media")
    assert [path.name for path in (target.folder / "var").glob("media.before-*/of_later")] == ["of_later"]


def test_what_fails_after_the_rows_are_back_is_told_as_that(folders: Path, owner: User, plan: PlanWave, target: Target) -> None:  # noqa: F811
    plan(1)
    done = target.manage("restore", str(make_backup(now=NOW)), MAIL_FENCE="/dev/null/fence.json")
    assert (done.returncode, "The database is restored and its letters are held." in done.stderr) == (1, True)
    assert target.rows("SELECT state FROM mailing_smtpaccount") == [("fenced",)]
    assert target.rows("SELECT count(*) FROM mailing_message") == [(1,)]


def test_a_database_somebody_works_with_is_refused(folders: Path, owner: User, target: Target) -> None:
    archive = make_backup(now=NOW)
    session = psycopg2.connect(target.url)
    try:
        refused = target.manage("restore", str(archive), "--force")
    finally:
        session.close()
    assert (refused.returncode, "Stop web, worker, beat and mail first" in refused.stderr) == (1, True)
    assert target.rows(TABLES) == []


def test_a_refusal_of_postgres_in_the_middle_leaves_the_database_as_it_was(folders: Path, owner: User, target: Target) -> None:
    archive = make_backup(now=NOW)

    kept: list[bytes] = []

    def cut(name: str, content: bytes) -> bytes:
        """Cut the dump short and let its sum agree, so that only pg_restore can notice."""
        if name == "database.dump":
            kept.append(content[: len(content) * 2 // 3])
            return kept[0]
        if name == "manifest.json":
            raw = json.loads(content)
            raw["files"]["database.dump"] = {"size": len(kept[0]), "sha256": hashlib.sha256(kept[0]).hexdigest()}
            return json.dumps(raw).encode()
        return content

    refused = target.manage("restore", str(rewritten(archive, folders / "cut.tar", cut)))
    assert (refused.returncode, "nothing was changed" in refused.stderr) == (1, True)
    assert target.rows(TABLES) == []
    assert not (target.folder / "var" / "media").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda name, data: data if name != "database.dump" else data[:-1] + bytes([data[-1] ^ 1]),
            "database.dump in the archive is damaged",
        ),
        (lambda name, data: data if not name.endswith("лён.png") else b"", "лён.png in the archive is damaged"),
        (lambda name, data: data if name != "uploads/empty" else None, "does not hold what its manifest lists"),
        (lambda name, data: data if name != "manifest.json" else None, "has no manifest"),
        (lambda name, data: data if name != "manifest.json" else data.replace(b'"format": 1', b'"format": 9'), "has format 9"),
        (
            lambda name, data: data if name != "manifest.json" else data.replace(b'"company.0001', b'"company.9999_later", "company.0001'),
            "is older and does not know company.9999_later",
        ),
    ],
)
def test_a_damaged_or_foreign_archive_is_refused(folders: Path, owner: User, change: Any, sentence: str) -> None:
    archive = rewritten(make_backup(now=NOW), folders / "changed.tar", change)
    before = sums(process_environment()["DATABASE_URL"])
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", str(archive), "--force")
    assert sums(process_environment()["DATABASE_URL"]) == before
    assert len(uploads(folders / "media")) == 2


@pytest.mark.parametrize("content", [b"", b"nonsense" * 999])
def test_what_is_no_archive_is_refused(folders: Path, db: None, content: bytes) -> None:
    (folders / "x.tar").write_bytes(content)
    with pytest.raises(CommandError, match=r"damaged|no manifest"):
        call_command("restore", str(folders / "x.tar"))


def test_no_key_lies_in_an_archive_or_beside_it(folders: Path, owner: User, settings: Any) -> None:
    key = b"a private key of a survey, 64 bytes"
    for name in settings.BALLOT_KEY_FOLDERS:
        Path(name).mkdir()
        Path(name, "wave.key").write_bytes(key)
    call_command("backup", "--keys-to", str(folders / "keys"), stdout=io.StringIO())
    archive = last_backup()
    assert archive is not None
    with opened(archive) as file:
        names = set(read_manifest(file).files)
    assert names == {"database.dump", "uploads/empty", "uploads/logo/лён.png"}
    assert settings.SECRET_KEY.encode() not in archive.read_bytes()
    assert key not in archive.read_bytes()
    assert (folders / "keys").read_text() == f"SECRET_KEY='{settings.SECRET_KEY}'\n"
    assert (folders / "keys").stat().st_mode & 0o077 == 0
    assert archive.stat().st_mode & 0o077 == 0
    for beside in (folders / "backups" / "keys", folders / "media" / "keys"):
        with pytest.raises(CommandError, match="Name another place"):
            call_command("backup", "--keys-to", str(beside))
        assert not beside.exists()


def test_a_backup_among_uploads_or_keys_is_refused(folders: Path, db: None, settings: Any) -> None:
    for outer in (settings.MEDIA_ROOT, settings.BALLOT_KEY_FOLDERS[1]):
        settings.BACKUP_FOLDER = Path(outer) / "backups"
        with pytest.raises(BackupError, match="folder of its own"):
            make_backup(now=NOW)
        assert not settings.BACKUP_FOLDER.exists()


def test_so_many_are_kept_and_what_was_cut_short_goes(folders: Path, owner: User) -> None:
    (folders / "backups").mkdir()
    (folders / "backups" / ".mayak-20200101T000000Z.part").touch()
    for day in range(4):
        make_backup(now=NOW + dt.timedelta(days=day), keep=2)
    assert sorted(path.name for path in (folders / "backups").iterdir()) == [
        ".lock",
        "mayak-20261125T030000Z.tar",
        "mayak-20261126T030000Z.tar",
    ]


def test_a_backup_that_fails_leaves_the_last_one_alone(folders: Path, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_backup(now=NOW)
    (folders / "media" / "unreadable").mkdir()
    (folders / "media" / "unreadable" / "x").symlink_to("/nowhere")
    monkeypatch.setattr("config.backing_up.reach", lambda: ("dbname=of_nobody host=/nowhere", dict(os.environ)))
    with pytest.raises(BackupError, match="pg_dump failed"):
        make_backup(now=NOW + dt.timedelta(days=1), keep=1)
    assert sorted(path.name for path in (folders / "backups").iterdir()) == [".lock", first.name]
