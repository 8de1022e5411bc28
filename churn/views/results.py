"""What the calls brought: the page, the Clients behind its figures, the table and the sheet for the meeting."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from churn import queries
from churn.forms.results import FIRST_DAY, PERIODS, BehindForm, ResultFilterForm
from churn.result_prints import month_pdf
from churn.result_tables import heading_of, result_sheets
from clients.models import Segment
from common.periods import add_months, month_of, months_back
from common.sheets import book_response
from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from company.queries import the_company
from metrics.queries import stretches

CLIENTS_PER_PAGE = 50
MONTHS_TO_PRINT = 12


def chosen_of(request: AuthenticatedRequest) -> tuple[ResultFilterForm, queries.Scope, dt.date]:
    """Return the filters of the address, whose results they ask for, and today."""
    form, today = ResultFilterForm(request.GET), timezone.localdate()
    return form, form.scope(today, the_company().time_zone), today


@managers_only
@require_safe
def results(request: AuthenticatedRequest) -> HttpResponse:
    """Show what the calls brought."""
    form, scope, today = chosen_of(request)
    context: dict[str, Any] = {
        "form": form,
        "scope": scope,
        "periods": PERIODS,
        "branches": Branch.objects.all(),
        "segments": Segment.objects.all(),
        "asked": urlencode(form.asked()),
        "tables": queries.result_tables(scope),
        "landmark": queries.landmark(scope, today),
        "stretches": stretches(today=today, branch=scope.branch, segment=scope.segment),
        "today": today,
        "months_to_print": list(reversed(months_back(month_of(today), MONTHS_TO_PRINT))),
    }
    return render(request, "churn/results.html", context)


@managers_only
@require_safe
def result_clients(request: AuthenticatedRequest) -> HttpResponse:
    """List the leavers behind a figure."""
    form, scope, today = chosen_of(request)
    behind = BehindForm(request.GET)
    if not behind.is_valid():
        raise Http404
    found = queries.leavers_behind(scope, **behind.cleaned_data)
    context = {
        "form": form,
        "asked": urlencode(form.asked()),
        "heading": heading_of(**behind.cleaned_data),
        "page": Paginator(found, CLIENTS_PER_PAGE).get_page(request.GET.get("page")),
        "today": today,
    }
    return render(request, "churn/result_clients.html", context)


@managers_only
@require_safe
def results_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the tables as filtered: figures only, nobody's name but the callers'."""
    form, scope, today = chosen_of(request)
    tables = queries.result_tables(scope)
    second = stretches(today=today, branch=scope.branch, segment=scope.segment)
    return book_response(f"mayak-results-{today}", result_sheets(form, scope, tables, second))


@managers_only
@require_safe
def results_print(request: AuthenticatedRequest) -> HttpResponse:
    """Give one sheet of A4 about a month, the last whole one unless asked, for the monthly meeting."""
    this_month = month_of(timezone.localdate())
    try:
        asked = parse_date(f"{request.GET.get('month', '')}-01")
    except ValueError:
        asked = None
    month = asked if asked and FIRST_DAY <= asked <= this_month else add_months(this_month, -1)
    headers = {"Content-Disposition": f'inline; filename="mayak-leaving-{month:%Y-%m}.pdf"', "Cache-Control": "no-store"}
    document = month_pdf(month, today=timezone.localdate(), actor=request.user)
    return HttpResponse(document, content_type="application/pdf", headers=headers)
