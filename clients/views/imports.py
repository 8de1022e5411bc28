"""The import wizard: file, columns, check, load; its journal, report and undo."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from clients import queries, services
from clients.enums import ImportField, ImportState
from clients.explain import explain_cell, explain_file
from clients.exports import csv_lines
from clients.forms import MappingForm, ReadingForm, UploadForm
from clients.models import Import
from clients.parsing.headers import preset_name
from clients.services.checking import data_rows, layout_of
from clients.services.imports import MAPPABLE
from clients.views.clients import posted, text_file
from common.tables.refusals import Refusal
from company.access import AuthenticatedRequest, managers_only

STEP = {ImportState.CHECK_DUE: 3, ImportState.CHECKING: 3, ImportState.CHECKED: 3, ImportState.LOAD_DUE: 4, ImportState.LOADING: 4}
EXAMPLE = [
    ["Код клиента", "ФИО", "Телефон", "Почта", "Филиал", "Дата покупки", "Сумма", "Что купили"],
    ["128", "Наталья Рогова", "8 900 000-41-07", "n.rogova@example.org", "Садовая", "02.09.2026", "1 860,00", "Чистка пальто"],
    ["128", "Наталья Рогова", "8 900 000-41-07", "n.rogova@example.org", "Садовая", "21.10.2026", "2 400,50", "Чистка ковра"],
]


@managers_only
@require_safe
def import_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the journal of imports."""
    page = Paginator(queries.import_journal(), 30).get_page(request.GET.get("page"))
    return render(request, "clients/import_list.html", {"page": page})


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: AuthenticatedRequest) -> HttpResponse:
    """Take a file in and guess what it is."""
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.start_import(upload=form.cleaned_data["file"], actor=request.user)
        except Refusal as refusal:
            form.add_error("file", explain_file(refusal.as_dict()))
        else:
            return redirect("clients:import_detail", pk=batch.pk)
    return render(request, "clients/import_create.html", {"form": form}, status=422 if form.is_bound else 200)


@managers_only
@require_safe
def import_example(_request: AuthenticatedRequest) -> HttpResponseBase:
    """Give a file to fill in."""
    return text_file(csv_lines(EXAMPLE), "mayak-example.csv")


@managers_only
@require_safe
def import_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show an import in the step it is in."""
    batch = get_object_or_404(Import, pk=pk)
    return render_import(request, batch, MappingForm(batch=batch), ReadingForm(batch=batch))


def render_import(request: AuthenticatedRequest, batch: Import, form: MappingForm, reading: ReadingForm, status: int = 200) -> HttpResponse:
    """Draw the page of an import."""
    context: dict[str, Any] = {
        "batch": batch,
        "form": form,
        "reading": reading,
        "columns": column_rows(batch, form),
        "step": STEP.get(ImportState(batch.state), 5 if batch.state in {ImportState.DONE, ImportState.UNDO_DUE, ImportState.UNDONE} else 2),
        "can_map": batch.state in MAPPABLE and bool(batch.file),
        "error": explain_file(batch.error, headers_of(batch)) if batch.error else "",
        "program": preset_name(batch.preset),
        "new_names": [(ImportField(name).label, ", ".join(names)) for name, names in batch.found.get("new", {}).items()],
        "before": queries.loaded_before(batch) if batch.state in MAPPABLE else None,
        **rows_context(request, batch),
        **progress_context(batch),
    }
    return render(request, "clients/import_detail.html", context, status=status)


def headers_of(batch: Import) -> list[str]:
    """Return the headers as people see them."""
    return [column["header"] or _("Column %(number)s") % {"number": number + 1} for number, column in enumerate(batch.columns)]


def column_rows(batch: Import, form: MappingForm) -> list[dict[str, Any]]:
    """Return the lines of the mapping table."""
    checks = queries.column_checks(batch) if batch.state in {ImportState.CHECKED, ImportState.DONE} else {}
    return [
        {
            "header": header,
            "examples": ", ".join(batch.columns[number]["examples"][:2]),
            "field": form[f"c{number}"],
            "is_mapped": bool(form[f"c{number}"].value()),
            "check": checks.get(number),
        }
        for number, header in enumerate(headers_of(batch))
    ]


def rows_context(request: AuthenticatedRequest, batch: Import) -> dict[str, Any]:
    """Return what the preview of rows needs; it is there once rows were checked."""
    if batch.state != ImportState.CHECKED:
        return {}
    remarked = batch.problems.order_by().values("line").distinct().count()
    tab = request.GET.get("tab") or ("check" if remarked else "ready")
    number = request.GET.get("page", "1")
    if tab == "check":
        page, rows = queries.problem_page(batch, number)
    else:
        page, rows = queries.sample_page(batch, number, ready_only=tab == "ready")  # type: ignore[assignment]
    heads = [(headers_of(batch)[column], ImportField(batch.mapping[str(column)])) for column in queries.mapped_columns(batch)]
    return {"tab": tab, "page": page, "rows": rows, "remarked": remarked, "heads": heads, "sample_size": len(batch.sample)}


def progress_context(batch: Import) -> dict[str, Any]:
    """Return what the progress bar needs."""
    done = min(batch.rows_done, batch.rows_total)
    share = done / batch.rows_total if batch.rows_total else 0
    return {"done": done, "share": share, "seconds": queries.seconds_left(batch, timezone.now())}


@managers_only
@require_safe
def import_progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Tell how far the work got; when it is over the page is drawn anew."""
    batch = get_object_or_404(Import, pk=pk)
    if not batch.is_at_work:
        return HttpResponseClientRefresh()
    return render(request, "clients/_import_progress.html", {"batch": batch, **progress_context(batch)})


@managers_only
@require_POST
def import_mapping(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say what the columns are and have the rows checked."""
    batch = get_object_or_404(Import, pk=pk)
    form = MappingForm(request.POST, batch=batch)
    if not form.is_valid():
        return render_import(request, batch, form, ReadingForm(batch=batch), status=422)
    changed = services.map_columns(
        batch=batch, mapping=form.mapping(), update_existing=form.cleaned_data["update_existing"], actor=request.user
    )
    say_if_late(request, moved=changed)
    return redirect("clients:import_detail", pk=pk)


@managers_only
@require_POST
def import_reading(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Read the same file with another encoding, delimiter, sheet or header."""
    batch = get_object_or_404(Import, pk=pk)
    form = ReadingForm(request.POST, batch=batch)
    if form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if name != "header_row"}
        layout = replace(layout_of(batch), header_row=form.cleaned_data["header_row"] - 1, **told)
        try:
            say_if_late(request, moved=services.read_differently(batch=batch, layout=layout, actor=request.user))
            return redirect("clients:import_detail", pk=pk)
        except Refusal as refusal:
            form.add_error(None, explain_file(refusal.as_dict()))
    return render_import(request, batch, MappingForm(batch=batch), form, status=422)


@managers_only
@require_POST
def import_load(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Load the rows that are ready."""
    say_if_late(request, moved=services.request_load(batch=get_object_or_404(Import, pk=pk), actor=request.user))
    return redirect("clients:import_detail", pk=pk)


@managers_only
@require_POST
def import_undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a load back."""
    batch = get_object_or_404(Import, pk=pk)
    try:
        say_if_late(request, moved=services.request_undo(batch=batch, actor=request.user))
    except Refusal as refusal:
        messages.error(request, explain_file(refusal.as_dict()))
    return redirect("clients:import_detail", pk=pk)


def say_if_late(request: AuthenticatedRequest, *, moved: bool) -> None:
    """Tell somebody whose button was pressed in another window already."""
    if not moved:
        messages.info(request, _("Already started, perhaps in another window."))


@managers_only
@require_safe
def import_problems(_request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Give the refused rows back with the reasons, in the columns of the file."""
    batch = get_object_or_404(Import, pk=pk)
    return text_file(csv_lines(refused_rows(batch)), f"refused-{pk}.csv")


def refused_rows(batch: Import) -> Iterator[list[str]]:
    """Yield the header and the refused rows as they stand in the file, each with its line and reasons."""
    headers, refused = headers_of(batch), queries.refused_lines(batch)
    yield [*headers, _("Line"), _("What is wrong")]
    with data_rows(batch) as rows:
        for line, row in rows:
            if line in refused:
                cells = [*row, *[""] * (len(headers) - len(row))][: len(headers)]
                yield [
                    *cells,
                    str(line),
                    "; ".join(reason(headers, problem.column, problem.code, problem.detail) for problem in refused[line]),
                ]


def reason(headers: list[str], column: int | None, code: str, detail: str) -> str:
    """Write one reason with the column it is about."""
    text = explain_cell(code, detail)
    return text if column is None else f"{headers[column]}: {text}"
