"""The importer (read, check, load, rollups) against a bare COPY of the same rows into a table without indexes."""

import sys
import time
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import connection

from bench.report import tell
from clients.enums import ImportField, ImportState
from clients.models import Import
from clients.services import map_columns, request_load, run_due_imports, start_import
from company.models import User

BARE = "CREATE TABLE bench_purchase (client text, day date, amount numeric, quantity integer)"


def copy_seconds(path: Path) -> float:
    """Return how long PostgreSQL takes to COPY the file into a bare table."""
    with connection.cursor() as cursor, path.open() as file:
        cursor.execute(BARE)
        started = time.perf_counter()
        cursor.copy_expert("COPY bench_purchase FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)", file)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_purchase")
    return seconds


def import_seconds(path: Path, actor: User) -> tuple[float, Import]:
    """Return how long the importer takes from upload to the last rollup."""
    started = time.perf_counter()
    with path.open("rb") as file:
        batch = start_import(upload=UploadedFile(file, name=path.name, size=path.stat().st_size), actor=actor)
    mapping = {int(column): ImportField(field) for column, field in batch.mapping.items()}
    map_columns(batch=batch, mapping=mapping, update_existing=True, actor=actor)
    run_due_imports()
    batch.refresh_from_db()
    request_load(batch=batch, actor=actor)
    run_due_imports()
    batch.refresh_from_db()
    if batch.state != ImportState.DONE:
        raise SystemExit(f"The import ended as {batch.state}: {batch.error}")
    return time.perf_counter() - started, batch


def main() -> None:
    """Measure both, the floor before and after, and tell."""
    path = Path(sys.argv[1])
    before = copy_seconds(path)
    seconds, batch = import_seconds(path, User.objects.get(email="bench@example.org"))
    floor = min(before, copy_seconds(path))
    tell(rows=batch.purchases_new, clients=batch.clients_new, seconds=seconds, floor=floor)
