"""Why Clients leave: the report, the words behind it, references of others."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn import queries, services
from churn.enums import ReasonCut, ReasonView
from churn.forms import PERIODS, ReasonFilterForm, ReferenceForm
from churn.models import ReasonReference
from churn.reason_board import book, make_board
from churn.references import REFERENCES
from common.sheets import book_response
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company

LEAVERS_PER_PAGE = 30


def filter_of(request: AuthenticatedRequest) -> ReasonFilterForm:
    """Read the filter from the address."""
    return ReasonFilterForm(request.GET, currency=the_company().currency, today=timezone.localdate())


def filter_context(form: ReasonFilterForm) -> dict[str, Any]:
    """Return what the pages of one filter share."""
    found = form.slice()
    return {"form": form, "slice": found, "today": form.today, "n_rehearsed": queries.rehearsed(found), "enough": queries.ENOUGH}


@managers_only
@require_safe
def reasons(request: AuthenticatedRequest) -> HttpResponse:
    """Show why Clients left, how much of it was in our power, and how much nobody asked about."""
    form = filter_of(request)
    board = make_board(form, request.GET)
    context = filter_context(form) | {
        "board": board,
        "report": board.report,
        "cuts": ReasonCut.choices,
        "periods": PERIODS,
        "references": REFERENCES,
        "own_references": ReasonReference.objects.all(),
    }
    return render(request, "churn/reasons.html", context)


@managers_only
@require_safe
def reason_words(request: AuthenticatedRequest) -> HttpResponse:
    """Show the Clients behind a figure and what they said."""
    form = filter_of(request)
    view, reason = ReasonView(form.value("view") or ReasonView.LEFT), form.value("reason")
    leavers = queries.words_of(form.slice(), view, reason, is_within_power=form.value("power") if reason else None)
    page = Paginator(leavers, LEAVERS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "churn/reason_words.html", filter_context(form) | {"page": page, "view": view, "reason": reason})


@managers_only
@require_safe
def reason_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the report as a book of tables, exactly as filtered."""
    return book_response(f"reasons-{timezone.localdate().isoformat()}", book(filter_of(request), request.GET))


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_reference(request: AuthenticatedRequest) -> HttpResponse:
    """Put a breakdown found elsewhere beside our own."""
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.add_reference(title=data["title"], source=data["source"], parts=data["lines"], actor=request.user)
        messages.success(request, _("«%(name)s» stands beside your own reasons.") % {"name": data["title"]})
        return redirect("churn:reasons")
    return render(request, "churn/reference_form.html", {"form": form}, status=422 if request.method == "POST" else 200)


@managers_only
@require_POST
def delete_reference(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a breakdown of the company's own away again."""
    reference = get_object_or_404(ReasonReference, pk=pk)
    services.delete_reference(reference=reference, actor=request.user)
    messages.success(request, _("«%(name)s» is taken away.") % {"name": reference})
    return redirect("churn:reasons")
