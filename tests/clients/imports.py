"""Helpers of import tests."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from clients.enums import ImportField
from clients.models import Import
from clients.services import map_columns, request_load, run_due_imports, start_import
from company.models import User

DATA = Path(__file__).parent.parent / "data"
HEADER = "Код клиента;ФИО;Тел.;Дата визита;Услуга;Сумма, руб."


def upload(content: str | bytes, name: str = "file.csv") -> SimpleUploadedFile:
    """Return an uploaded file."""
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def lines(*rows: str, header: str = HEADER) -> str:
    """Return a text table."""
    return "\n".join([header, *rows]) + "\n"


def checked(content: str | bytes, actor: User, name: str = "file.csv", **mapping: str) -> Import:
    """Upload a file and have it checked; `c2="phone"` maps column 2 otherwise than guessed."""
    batch = start_import(upload=upload(content, name), actor=actor)
    wanted = {int(column): ImportField(field) for column, field in batch.mapping.items()}
    wanted |= {int(column[1:]): ImportField(field) for column, field in mapping.items()}
    assert map_columns(batch=batch, mapping=wanted, update_existing=True, actor=actor)
    run_due_imports()
    batch.refresh_from_db()
    return batch


def loaded(content: str | bytes, actor: User, name: str = "file.csv", **mapping: str) -> Import:
    """Upload, check and load a file."""
    batch = checked(content, actor, name, **mapping)
    assert request_load(batch=batch, actor=actor)
    run_due_imports()
    batch.refresh_from_db()
    return batch


def problems(batch: Import) -> list[tuple[int, int | None, str]]:
    """Return what is wrong as (line, column, code)."""
    return list(batch.problems.values_list("line", "column", "code"))
