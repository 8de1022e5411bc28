"""Making backups: one archive with the database and the uploads. Keys are never in it.

Beside a dump a SECRET_KEY would open what is sealed in it and sign anybody in; the private key of a staff survey would tell who
answered what. So SECRET_KEY goes to a file of its own elsewhere, and keys of surveys are not copied at all: there are two already.
"""

import fcntl
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from config import archive, state
from config.archive import DUMP, FORMAT, UPLOADS, Manifest, Part
from config.pg_tools import BackupError, reach, server_major, tools
from config.version import mayak_version

NAME = "mayak-%Y%m%dT%H%M%SZ.tar"
PATTERN = "mayak-????????T??????Z.tar"
UNFINISHED = ".mayak-*.part"


def make_backup(*, now: datetime, keep: int | None = None) -> Path:
    """Write a whole archive, look through it, then give it its name; of older ones leave so many that `keep` remain."""
    folder = Path(settings.BACKUP_FOLDER)
    refuse_served(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(folder):
        for leftover in folder.glob(UNFINISHED):
            leftover.unlink()
        target = folder / now.astimezone(UTC).strftime(NAME)
        draft = folder / f".{target.stem}.part"
        try:
            write(draft, now)
            archive.checked(draft)
            sync(draft)
            draft.replace(target)
            sync(folder)
        finally:
            draft.unlink(missing_ok=True)
        if keep is not None:
            forget_older(folder, keep)
    return target


def refuse_served(folder: Path) -> None:
    """Refuse a folder whose files are served, backed up themselves, or lie with the keys of staff surveys."""
    for outer in (settings.MEDIA_ROOT, settings.STATIC_ROOT, *settings.BALLOT_KEY_FOLDERS):
        if folder.resolve().is_relative_to(Path(outer).resolve()):
            raise BackupError(f"{folder} lies within {outer}: set BACKUP_FOLDER to a folder of its own.")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one backup be made at a time; the lock goes with its process."""
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupError("Another backup is being made. Wait until it ends.") from None
        yield


def write(draft: Path, now: datetime) -> None:
    """Write the archive: the dump first, so that every upload it names is still there to follow."""
    major = server_major()
    programs, version = tools(at_least=major)
    draft.touch(mode=0o600)
    with tempfile.TemporaryDirectory(dir=draft.parent, prefix=".dump-") as scratch, tarfile.open(draft, "w") as file:
        dump = Path(scratch) / DUMP
        dump_database(programs, dump)
        files = {DUMP: archive.add_file(file, dump, DUMP)} | add_uploads(file)
        manifest = Manifest(
            format=FORMAT,
            version=mayak_version(),
            made_at=now.isoformat(),
            postgres=major,
            tools=version,
            key_mark=key_mark(),
            migrations=applied_migrations(),
            files=files,
        )
        archive.add_manifest(file, manifest)


def dump_database(programs: Path, target: Path) -> None:
    """Run pg_dump."""
    address, environment = reach()
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}", f"--dbname={address}"]
    command: list[str | Path] = [programs / "pg_dump", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own program
    if done.returncode:
        raise BackupError(f"pg_dump failed: {done.stderr.strip()}")


def add_uploads(file: tarfile.TarFile) -> dict[str, Part]:
    """Put every upload in."""
    root = Path(settings.MEDIA_ROOT)
    paths = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    names = {f"{UPLOADS}/{path.relative_to(root).as_posix()}": path for path in paths}
    return {name: archive.add_file(file, path, name) for name, path in names.items()}


def key_mark() -> str:
    """Return a mark by which the same SECRET_KEY is known again; the key cannot be found from it."""
    return salted_hmac("mayak.backup", "key", algorithm="sha256").hexdigest()[:16]


def applied_migrations() -> list[str]:
    """Return the migrations the database has."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def sync(path: Path) -> None:
    """Have the file, or the names in the folder, on the disk before going on."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def forget_older(folder: Path, keep: int) -> None:
    """Remove the oldest archives beyond so many."""
    for old in sorted(folder.glob(PATTERN))[:-keep]:
        old.unlink()


def last_backup() -> Path | None:
    """Return the newest whole archive of this machine's folder."""
    return max(Path(settings.BACKUP_FOLDER).glob(PATTERN), default=None)


def backup_moment() -> datetime | None:
    """Return when the newest archive was made; its name says so."""
    newest = last_backup()
    return datetime.strptime(newest.name, NAME).replace(tzinfo=UTC) if newest else None


def write_keys(target: Path) -> None:
    """Write SECRET_KEY and the keys of before where no dump lies, as lines for `.env`."""
    for folder in (settings.BACKUP_FOLDER, settings.MEDIA_ROOT):
        if target.resolve().is_relative_to(Path(folder).resolve()):
            raise BackupError(f"{target} lies with the backups or uploads: whoever took them would have the key too. Name another place.")
    keys = {"SECRET_KEY": settings.SECRET_KEY, "SECRET_KEY_FALLBACKS": ",".join(settings.SECRET_KEY_FALLBACKS)}
    if any("'" in key for key in keys.values()):
        raise BackupError("A key holds an apostrophe, which .env cannot keep: write the keys down by hand.")
    state.write_private(target, "".join(f"{name}='{value}'\n" for name, value in keys.items() if value))
