"""The life of an import: uploaded, mapped, checked, loaded, undone. Workers take it up by a lease; people move it by buttons."""

import hashlib
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from clients.enums import ImportField, ImportState
from clients.models import ColumnMemory, Import
from clients.parsing.headers import find_header, guess_mapping, signature
from clients.queries import staging
from clients.services.checking import Check
from clients.services.loading import BusyError, Load, StageLostError, Undo, see_undoable
from clients.services.progress import LEASE, LeaseLostError, Progress
from common.tables.layout import Column, Layout, estimate_rows, find_layout, read_columns
from common.tables.refusals import Refusal
from company.models import User

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
MAPPABLE = [ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED, ImportState.UNDONE]
TAKEN_UP = {ImportState.CHECK_DUE: ImportState.CHECKING, ImportState.LOAD_DUE: ImportState.LOADING}
AT_REST = {"lease_token": None, "lease_until": None, "attempts": 0}


def start_import(*, upload: "UploadedFile[bytes]", actor: User) -> Import:
    """Keep an uploaded file and find out how to read it; a file that cannot be read is refused and not kept."""
    name = Path(upload.name or "").name[:255]
    with NamedTemporaryFile(prefix="upload-") as draft:
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            draft.write(chunk)
            digest.update(chunk)
        draft.flush()
        layout = find_layout(Path(draft.name), name, find_header)
        columns = read_columns(Path(draft.name), layout)
        batch = Import(original_name=name, digest=digest.hexdigest(), created_by=actor)
        describe(batch, layout, columns)
        batch.rows_total = estimate_rows(Path(draft.name), layout)
        batch.file.save(f"{uuid.uuid4().hex}.{layout.kind}", File(draft), save=False)
        batch.save()
    return batch


def describe(batch: Import, layout: Layout, columns: list[Column]) -> None:
    """Write down how the file is read and what its columns seem to be: as last time, else as guessed."""
    for name, value in asdict(layout).items():
        setattr(batch, name, value)
    headers = [column.header for column in columns]
    guess = guess_mapping(headers, [column.examples for column in columns])
    memory = ColumnMemory.objects.filter(signature=signature(headers)).first()
    batch.columns = [{"header": column.header, "examples": column.examples[:3]} for column in columns]
    batch.preset = guess.preset
    batch.mapping = memory.mapping if memory else {str(column): name.value for column, name in guess.mapping.items()}


@transaction.atomic
def read_differently(*, batch: Import, layout: Layout, actor: User) -> bool:
    """Read the same file another way; a way that gives no table is refused and nothing changes, and so is a file that was removed."""
    if not batch.file:
        return False
    columns = read_columns(Path(batch.file.path), layout)
    describe(batch, layout, columns)
    changed = move(
        batch,
        MAPPABLE,
        ImportState.UPLOADED,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        sheet=layout.sheet,
        header_row=layout.header_row,
        columns=batch.columns,
        preset=batch.preset,
        mapping=batch.mapping,
        rows_total=estimate_rows(Path(batch.file.path), layout),
        error={},
    )
    logger.info("Import %s read differently by user %s", batch.pk, actor.pk)
    return changed


@transaction.atomic
def map_columns(*, batch: Import, mapping: Mapping[int, ImportField], update_existing: bool, actor: User) -> bool:
    """Say what the columns are, remember it for files with the same headers, and have every row checked, if the file is still kept."""
    if not batch.file:
        return False
    kept = {str(column): name.value for column, name in mapping.items() if name}
    headers = [column["header"] for column in batch.columns]
    ColumnMemory.objects.update_or_create(signature=signature(headers), defaults={"mapping": kept})
    logger.info("Import %s mapped by user %s", batch.pk, actor.pk)
    fresh = {"rows_done": 0, "rows_bad": 0, "rows_warned": 0, "sample": [], "found": {}, "error": {}}
    return move(batch, MAPPABLE, ImportState.CHECK_DUE, mapping=kept, update_existing=update_existing, started_at=None, **fresh)


@transaction.atomic
def request_load(*, batch: Import, actor: User) -> bool:
    """Have the checked rows loaded; False when somebody was faster."""
    logger.info("Import %s to be loaded by user %s", batch.pk, actor.pk)
    return move(batch, [ImportState.CHECKED], ImportState.LOAD_DUE, rows_done=0, started_at=None, error={})


@transaction.atomic
def request_undo(*, batch: Import, actor: User) -> bool:
    """Have a load taken back; refused when later work stands on it."""
    see_undoable(batch)
    logger.info("Import %s to be undone by user %s", batch.pk, actor.pk)
    return move(batch, [ImportState.DONE], ImportState.UNDO_DUE, rows_done=0, started_at=None, error={})


def move(batch: Import, sources: list[ImportState], target: ImportState, **fields: object) -> bool:
    """Move an import from one of the states to another, once; False when it has left them meanwhile."""
    moved = Import.objects.filter(pk=batch.pk, state__in=sources).update(state=target, **(AT_REST | fields))
    return bool(moved)


def run_due_imports() -> int:
    """Do what is due, one import after the other; return how many steps were done."""
    steps = 0
    while batch := claim_import():
        run_step(batch)
        steps += 1
    return steps


@transaction.atomic
def claim_import() -> Import | None:
    """Take up the oldest import that waits, or whose worker has died; nobody else takes the same one."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    batch = Import.objects.filter(free, state__in=ImportState.working()).select_for_update(skip_locked=True).order_by("id").first()
    if batch is None:
        return None
    if batch.attempts >= MOST_ATTEMPTS:
        Import.objects.filter(pk=batch.pk).update(state=ImportState.FAILED, error={"code": "gave_up"}, **AT_REST)
        return claim_import()
    batch.state = TAKEN_UP.get(ImportState(batch.state), ImportState(batch.state))
    batch.lease_token, batch.lease_until, batch.attempts = uuid.uuid4(), now + LEASE, batch.attempts + 1
    batch.rows_done, batch.started_at = 0, now
    batch.save(update_fields=["state", "lease_token", "lease_until", "attempts", "rows_done", "started_at"])
    return batch


STEPS: dict[str, Callable[[Import, Progress], None]] = {}


def run_step(batch: Import) -> None:
    """Do the step an import is in; a fault leaves it for another try, the third one gives up."""
    progress = Progress(batch.pk, lease_of(batch))
    try:
        STEPS[batch.state](batch, progress)
    except LeaseLostError:
        logger.warning("Import %s was taken up by another worker", batch.pk)
    except BusyError:
        finish(batch, batch.state, attempts=batch.attempts - 1, lease_until=timezone.now() + LEASE / 24)
    except Exception:
        logger.exception("Import %s failed in step %s", batch.pk, batch.state)
        finish(batch, batch.state, attempts=batch.attempts)
    finally:
        progress.close()


def lease_of(batch: Import) -> uuid.UUID:
    """Return the token of a claimed import."""
    if batch.lease_token is None:
        raise LeaseLostError
    return batch.lease_token


def finish(batch: Import, state: str, **fields: object) -> None:
    """Put an import down in a state, if it is still ours."""
    done = Import.objects.filter(pk=batch.pk, state=batch.state, lease_token=batch.lease_token).update(state=state, **(AT_REST | fields))
    if not done:
        raise LeaseLostError


def check(batch: Import, progress: Progress) -> None:
    """Check all rows; a file that cannot be read to its end goes back to its columns with the reason."""
    run = Check(batch, progress)
    try:
        run.run()
        found = run.found()
    except Refusal as refusal:
        drop_stage(batch)
        finish(batch, ImportState.UPLOADED, error=refusal.as_dict())
        return
    finish(
        batch,
        ImportState.CHECKED,
        rows_total=run.total,
        rows_done=run.total,
        rows_bad=len(run.bad),
        rows_warned=len(run.warned - run.bad),
        sample=run.sample,
        found=found,
        finished_at=timezone.now(),
    )


def load(batch: Import, progress: Progress) -> None:
    """Load all checked rows, or none."""
    try:
        with transaction.atomic():
            results = Load(batch, progress).run()
            drop_stage(batch)
            finish(batch, ImportState.DONE, rows_done=batch.rows_total, finished_at=timezone.now(), **results)
    except StageLostError:
        finish(batch, ImportState.CHECK_DUE)


def undo(batch: Import, progress: Progress) -> None:
    """Take the load back, or refuse and leave it."""
    progress.tell()
    try:
        with transaction.atomic():
            Undo(batch).run()
            finish(batch, ImportState.UNDONE, finished_at=timezone.now(), built_on=[])
    except Refusal as refusal:
        finish(batch, ImportState.DONE, error=refusal.as_dict())


def drop_checked_stages() -> None:
    """Drop what checks have read of files not loaded yet; a load then has the file checked anew."""
    for batch in Import.objects.filter(state=ImportState.CHECKED):
        drop_stage(batch)


def drop_stage(batch: Import) -> None:
    """Drop the staging tables."""
    with connection.cursor() as cursor:
        cursor.execute(staging.DROP.format(id=batch.pk))


STEPS.update({ImportState.CHECKING: check, ImportState.LOADING: load, ImportState.UNDO_DUE: undo})
