"""Answers given before Mayak: a file is chosen, looked at, loaded, undone."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.sheets import table_response
from common.tables.reading import TableError
from company.access import AuthenticatedRequest, managers_only
from surveys.enums import PastField
from surveys.models import PastImport
from surveys.past_forms import PastMappingForm, PastUploadForm
from surveys.queries import import_waves, past_imports
from surveys.services import (
    drop_past_import,
    is_mapped,
    map_past_columns,
    quarter_name,
    request_past_load,
    start_past_import,
    undo_past_import,
)

PER_PAGE = 30
SHOWN_PROBLEMS = 20
REASONS = {
    "no_score": gettext_lazy("No score"),
    "bad_score": gettext_lazy("Not a whole score from 0 to 10"),
    "no_day": gettext_lazy("No date"),
    "bad_day": gettext_lazy("Not a date, or there is no such day"),
    "in_future": gettext_lazy("This day is still ahead"),
    "not_nps": gettext_lazy("Another kind of survey: its scores are not NPS"),
}


@managers_only
@require_http_methods(["GET", "POST"])
def past_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the files of past answers and take in another."""
    form = PastUploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else PastUploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            batch = start_past_import(upload=form.cleaned_data["file"], actor=request.user, now=timezone.now())
        except TableError as error:
            form.add_error("file", str(error))
        else:
            return redirect("surveys:past_detail", batch.pk)
    page = Paginator(past_imports(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "surveys/past_list.html", {"form": form, "page": page}, status=422 if request.method == "POST" else 200)


@managers_only
@require_GET
def past_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a file: what it would add, or what it added."""
    batch = get_object_or_404(past_imports(), pk=pk)
    return detail_page(request, batch, PastMappingForm(batch=batch))


def detail_page(request: AuthenticatedRequest, batch: PastImport, form: PastMappingForm, status: int = 200) -> HttpResponse:
    """Draw the page of a file."""
    context: dict[str, Any] = {
        "batch": batch,
        "form": form,
        "columns": list(zip(batch.columns, form.columns(), strict=True)),
        "is_mapped": is_mapped(batch),
        "quarters": [(quarter_name(batch.source, dt.date.fromisoformat(day)), count) for day, count in batch.found.get("quarters", [])],
        "sample": [(*row[:3], dt.datetime.fromisoformat(row[3]), *row[4:]) for row in batch.found.get("sample", [])],
        "problems": problem_rows(batch)[:SHOWN_PROBLEMS],
        "more_problems": max(batch.rows_bad - SHOWN_PROBLEMS, 0),
        "waves": import_waves(batch) if batch.loaded_at else [],
    }
    return render(request, "surveys/past_detail.html", context, status=status)


def problem_rows(batch: PastImport) -> list[list[Any]]:
    """Return the refused lines in words: line, column, what stands there, why."""
    return [[line, PastField(column).label, value, str(REASONS[code])] for line, column, value, code in batch.problems]


@managers_only
@require_POST
def past_columns(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say what the columns are and check the file again."""
    batch = get_object_or_404(past_imports(), pk=pk, load_due_at=None)
    form = PastMappingForm(request.POST, batch=batch)
    if not form.is_valid():
        return detail_page(request, batch, form, status=422)
    try:
        map_past_columns(batch=batch, source=form.cleaned_data["source"], mapping=form.mapping(), actor=request.user, now=timezone.now())
    except TableError as error:
        form.add_error(None, str(error))
        return detail_page(request, batch, form, status=422)
    messages.success(request, _("Checked anew."))
    return redirect("surveys:past_detail", pk)


@managers_only
@require_POST
def past_load(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Have a checked file loaded."""
    if not request_past_load(batch=get_object_or_404(PastImport, pk=pk), actor=request.user, now=timezone.now()):
        messages.warning(request, _("Nothing was started: it is being loaded already, or score and date are not chosen."))
    return redirect("surveys:past_detail", pk)


@managers_only
@require_POST
def past_undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take back what a file added."""
    if undo_past_import(batch=get_object_or_404(PastImport, pk=pk), actor=request.user, now=timezone.now()):
        messages.success(request, _("The answers of this file are gone."))
    return redirect("surveys:past_detail", pk)


@managers_only
@require_POST
def past_drop(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Throw a file away before it is loaded."""
    if drop_past_import(batch=get_object_or_404(PastImport, pk=pk), actor=request.user):
        messages.success(request, _("The file is thrown away."))
    return redirect("surveys:past_list")


@managers_only
@require_GET
def past_problems(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the refused lines as a file."""
    del request
    batch = get_object_or_404(PastImport, pk=pk)
    heads = [_("Line"), _("Column"), _("What stands there"), _("What is wrong")]
    return table_response(f"past-{batch.pk}-problems", "csv", heads, problem_rows(batch))
