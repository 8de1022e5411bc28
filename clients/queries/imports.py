"""What the pages of an import show."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from clients.enums import ImportState
from clients.explain import explain_cell
from clients.models import Import, ImportProblem

PAGE_ROWS = 20


@dataclass(frozen=True)
class Remark:
    """Why a cell is tinted."""

    code: str
    detail: str
    is_warning: bool

    @property
    def text(self) -> str:
        """The reason in a few words."""
        return explain_cell(self.code, self.detail)


@dataclass(frozen=True)
class PreviewCell:
    """One cell of the preview."""

    value: str
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Say whether the cell keeps its row out."""
        return any(not remark.is_warning for remark in self.remarks)


@dataclass(frozen=True)
class PreviewRow:
    """One row of the preview; `remarks` are about the row as a whole."""

    line: int
    cells: list[PreviewCell]
    remarks: list[Remark] = field(default_factory=list)


def mapped_columns(batch: Import) -> list[int]:
    """Return the columns that are loaded, from left to right."""
    return sorted(int(column) for column, name in batch.mapping.items() if name)


def problem_page(batch: Import, number: int | str) -> tuple["Page[int]", list[PreviewRow]]:
    """Return one page of the rows that were refused or remarked on."""
    lines = batch.problems.order_by("line").values_list("line", flat=True).distinct()
    page = Paginator(lines, PAGE_ROWS).get_page(number)
    problems = batch.problems.filter(line__in=list(page.object_list))
    rows = [preview_row(batch, line, list(told)) for line, told in groupby(problems, key=lambda problem: problem.line)]
    return page, rows


def preview_row(batch: Import, line: int, problems: list[ImportProblem]) -> PreviewRow:
    """Put the remarks into the cells they are about."""
    by_column: dict[int | None, list[Remark]] = {}
    for problem in problems:
        by_column.setdefault(problem.column, []).append(Remark(problem.code, problem.detail, problem.is_warning))
    cells = [PreviewCell(value, by_column.get(column, [])) for column, value in zip(mapped_columns(batch), problems[0].row, strict=False)]
    return PreviewRow(line, cells, by_column.get(None, []))


def sample_page(batch: Import, number: int | str, *, ready_only: bool) -> tuple["Page[PreviewRow]", list[PreviewRow]]:
    """Return one page of the first rows of the file: the sound ones, or all of them in their order."""
    rows = [PreviewRow(line, [PreviewCell(value) for value in row]) for line, row in batch.sample]
    if not ready_only:
        last = rows[-1].line if rows else 0
        problems = (
            batch.problems.filter(line__lte=last) if rows and batch.rows_ready > len(rows) else batch.problems.all()[: 10 * PAGE_ROWS]
        )
        remarked = [preview_row(batch, line, list(told)) for line, told in groupby(problems, key=lambda problem: problem.line)]
        known = {row.line for row in remarked}
        rows = sorted([*remarked, *(row for row in rows if row.line not in known)], key=lambda row: row.line)
    page = Paginator(rows, PAGE_ROWS).get_page(number)
    return page, list(page.object_list)


@dataclass(frozen=True)
class ColumnCheck:
    """How many cells of a column were refused and remarked on."""

    errors: int = 0
    warnings: int = 0


def column_checks(batch: Import) -> dict[int, ColumnCheck]:
    """Count the remarks by column."""
    counts: dict[int, list[int]] = {}
    for column, is_warning, n in batch.problems.values_list("column", "is_warning").annotate(n=Count("pk")).order_by():
        if column is not None:
            counts.setdefault(column, [0, 0])[is_warning] = n
    return {column: ColumnCheck(errors, warnings) for column, (errors, warnings) in counts.items()}


def seconds_left(batch: Import, now: dt.datetime) -> int | None:
    """Return how long the rest will take at the pace so far; None while it cannot be told."""
    if not (batch.started_at and batch.rows_done and batch.rows_total > batch.rows_done):
        return None
    pace = (now - batch.started_at).total_seconds() / batch.rows_done
    return max(round(pace * (batch.rows_total - batch.rows_done)), 1)


def loaded_before(batch: Import) -> Import | None:
    """Return the earlier load of this very file, if it still stands."""
    return Import.objects.filter(digest=batch.digest, state=ImportState.DONE).exclude(pk=batch.pk).first()


def import_journal() -> QuerySet[Import]:
    """Return all imports, the latest first."""
    return Import.objects.select_related("created_by").defer("sample", "columns").order_by("-id")


def refused_lines(batch: Import) -> dict[int, list[ImportProblem]]:
    """Return the errors by line; warnings keep no row out."""
    found: dict[int, list[ImportProblem]] = {}
    for problem in batch.problems.filter(is_warning=False).order_by("line", "column"):
        found.setdefault(problem.line, []).append(problem)
    return found
