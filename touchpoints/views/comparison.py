"""Branch against branch, then against now."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from touchpoints import queries
from touchpoints.enums import TouchpointClass
from touchpoints.forms import CompareForm, MatrixForm

POINTS_PER_PAGE = 50
BRANCHES_PER_PAGE = 10
CHANGED_PER_PAGE = 100
USUAL_SPAN = dt.timedelta(days=90)


@managers_only
@require_safe
def branch_compare(request: AuthenticatedRequest) -> HttpResponse:
    """Show the ratings in force, touchpoints by branches."""
    chosen = MatrixForm(request.GET)
    kind = chosen.value("kind") or ""
    columns = Paginator(Branch.objects.order_by("position", "name"), BRANCHES_PER_PAGE).get_page(request.GET.get("columns"))
    page = Paginator(queries.compared_points(kind), POINTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "shares": queries.branch_shares(),
        "columns": columns,
        "page": page,
        "rows": queries.matrix(page, list(columns)),
        "kind": kind,
        "kinds": TouchpointClass.choices,
    }
    return render(request, "touchpoints/branch_compare.html", context)


@managers_only
@require_safe
def audit_compare(request: AuthenticatedRequest) -> HttpResponse:
    """Show what became better and worse between two rounds or two days."""
    form = CompareForm(request.GET)
    result = compared(form)
    context = {
        "form": form,
        "result": result,
        "page": Paginator(result.changed, CHANGED_PER_PAGE).get_page(request.GET.get("page")),
        "by_round": bool(form.value("first") and form.value("second")),
        "day_before": form.value("before") or timezone.localdate() - USUAL_SPAN,
        "day_after": form.value("after") or timezone.localdate(),
        "branch": form.value("branch"),
        "rounds": queries.finished_rounds()[:100],
        "branches": Branch.objects.order_by("position", "name"),
    }
    return render(request, "touchpoints/audit_compare.html", context)


def compared(form: CompareForm) -> Any:
    """Compare two rounds where both were chosen, else two days of one branch or of all."""
    first, second = form.value("first"), form.value("second")
    if first and second:
        return queries.compared(queries.said_in_round(first), queries.said_in_round(second))
    today, branch = timezone.localdate(), form.value("branch")
    before, after = form.value("before") or today - USUAL_SPAN, form.value("after") or today
    return queries.compared(queries.said_by(branch, end_of(before)), queries.said_by(branch, end_of(after)))


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment a day is over."""
    return timezone.make_aware(dt.datetime.combine(min(day, dt.date(9000, 1, 1)) + dt.timedelta(days=1), dt.time()))
