"""Putting a backup back: everything in one transaction, and no letter leaves until a person has looked.

The outbox of a backup may hold letters that were sent after it was made. What the fence knows is not in the archive, so every sending
account is held in the very transaction that brings the rows back.
"""

import json
import shutil
import subprocess
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from config import archive
from config.archive import DUMP, UPLOADS, Manifest
from config.backing_up import key_mark
from config.pg_tools import FIRST_STRICT, BackupError, reach, server_major, tools
from mailing import fence
from mailing.queries import database_name

HALF_DONE = "The database is restored and its letters are held. What came after it failed; mend that and restore with --force:"
CONNECTED = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# A database made ready by `prepare` has tables and nobody in them.
INHABITED = "SELECT EXISTS (SELECT FROM company_user) OR EXISTS (SELECT FROM company_company)"
EMPTIED = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
HELD = """
WITH held AS (
    UPDATE public.mailing_smtpaccount
    SET state = 'fenced', claim_seq = greatest(claim_seq, coalesce(('{claims}'::jsonb ->> id::text)::bigint, 0)) + 1
    RETURNING id
)
INSERT INTO public.mailing_mailevent (account_id, what, note, at) SELECT id, 'fenced', '', now() FROM held;
"""


def restore(*, path: Path, now: datetime, force: bool = False) -> Manifest:
    """Put the archive in the place of the database and the uploads; whatever is refused is refused before anything changes."""
    manifest = archive.checked(path)
    refuse_newer(manifest)
    refuse_company(force=force)
    with tempfile.TemporaryDirectory(dir=uploads_parent(), prefix=".restore-") as scratch:
        archive.unpack(path, manifest, Path(scratch))
        load(Path(scratch) / DUMP, manifest)
        try:
            put_uploads(Path(scratch) / UPLOADS, now)
            know_database()
        except (OSError, DatabaseError, fence.FenceUnreadableError) as error:
            raise BackupError(f"{HALF_DONE} {error}") from error
    return manifest


def refuse_newer(manifest: Manifest) -> None:
    """Refuse an archive whose database this Mayak is too old for."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if stray := sorted(set(manifest.migrations) - known):
        raise BackupError(f"Mayak {manifest.version} made this backup; this one is older and does not know {stray[0]}.")
    if manifest.postgres > server_major():
        raise BackupError(f"The backup is of PostgreSQL {manifest.postgres}, this server is older: use {manifest.postgres} or newer.")


def refuse_company(*, force: bool) -> None:
    """Refuse a database somebody works with, and, unless told otherwise, one that holds a company."""
    with connection.cursor() as cursor:
        cursor.execute(CONNECTED)
        if others := cursor.fetchone()[0]:
            raise BackupError(f"{others} other connections are open. Stop web, worker, beat and mail first; nothing was changed.")
        tables = connection.introspection.table_names(cursor)
        if not tables or force:
            return
        if "company_user" in tables:
            cursor.execute(INHABITED)
        if "company_user" not in tables or cursor.fetchone()[0]:
            raise BackupError("The database is not empty. Take a new one, or say --force to lose what it holds. Nothing was changed.")


def uploads_parent() -> Path:
    """Return the folder that holds the folder of uploads."""
    parent = Path(settings.MEDIA_ROOT).parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def load(dump: Path, manifest: Manifest) -> None:
    """Empty the database, fill it from the dump and hold the outbox, all or nothing."""
    major = server_major()
    programs, version = tools(at_least=max(major, manifest.tools))
    if major < FIRST_STRICT <= version:
        raise BackupError(f"Install the client programs of PostgreSQL {major}: those of {version} write what this server does not know.")
    with connection.cursor() as cursor:
        emptied = EMPTIED if connection.introspection.table_names(cursor) else ""
    held = HELD.format(claims=json.dumps(known_claims()))
    connection.close()
    address, environment = reach()
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--dbname={address}"]
    steps = [*(["--command", emptied] if emptied else []), "--file=-", "--command", held]
    writer = subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs
        [programs / "pg_restore", "--no-owner", "--no-privileges", "--file=-", dump], stdout=subprocess.PIPE
    )
    with tempfile.TemporaryFile() as answers:
        reader = subprocess.Popen(  # noqa: S603 - the same
            [programs / "psql", *options, *steps], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=answers
        )
        feed(writer, reader)
        if reader.returncode or writer.returncode:
            answers.seek(0)
            raise BackupError(f"PostgreSQL refused the backup, nothing was changed: {answers.read().decode(errors='replace').strip()}")


def feed(writer: "subprocess.Popen[bytes]", reader: "subprocess.Popen[bytes]") -> None:
    """Pass on what pg_restore writes. When it fails, psql is killed before it sees the end, so that it does not commit a part."""
    assert writer.stdout is not None  # noqa: S101 - opened as pipes
    assert reader.stdin is not None  # noqa: S101 - the same
    try:
        shutil.copyfileobj(writer.stdout, reader.stdin, archive.CHUNK)
        reader.stdin.flush()
    except BrokenPipeError:
        writer.stdout.close()
    if writer.wait():
        reader.kill()
    with suppress(BrokenPipeError):
        reader.stdin.close()
    reader.wait()


def known_claims() -> dict[str, int]:
    """Return the last claims the file of the fence knows; a file that makes no sense knows none."""
    try:
        return fence.read().claims
    except (OSError, fence.FenceUnreadableError):
        return {}


def put_uploads(restored: Path, now: datetime) -> None:
    """Put the uploads in place; those that were there are kept aside."""
    current = Path(settings.MEDIA_ROOT)
    if current.exists() and any(current.iterdir()):
        current.rename(current.with_name(f"{current.name}.before-{now:%Y%m%dT%H%M%S}"))
    elif current.exists():
        current.rmdir()
    restored.mkdir(exist_ok=True)
    restored.rename(current)


def know_database() -> None:
    """Let the fence's file know the database that is held, so that a person confirms it once and not twice."""
    name = database_name()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT id, claim_seq FROM mailing_smtpaccount")
        for account_id, claim in cursor.fetchall():
            fence.renew(database=name, account_id=account_id, claim=claim)


def has_same_key(manifest: Manifest) -> bool:
    """Say whether this installation has the SECRET_KEY the backup was made under."""
    return manifest.key_mark == key_mark()
