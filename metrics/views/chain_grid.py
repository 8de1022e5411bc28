"""The grid of a month: what channels and keeping cost, typed, pasted and saved at once."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.periods import add_months, month_of
from company.access import AuthenticatedRequest, managers_only
from metrics.forms.chain import AddLineForm, GridForm, month_from
from metrics.models import KeepingMonth
from metrics.queries.chain_grid import Grid, month_grid
from metrics.services.chain import ChangedMeanwhileError, save_month

INVALID = 422


@managers_only
@require_http_methods(["GET", "POST"])
def chain_month(request: AuthenticatedRequest) -> HttpResponse:
    """Show the figures of a month and save what was typed."""
    month = month_from(request.POST.get("month") or request.GET.get("month", ""), timezone.localdate())
    if request.method == "GET":
        return grid_page(request, month, GridForm(None, *grid_of(request, month)))
    form = GridForm(request.POST, *grid_of(request, month))
    if not form.is_valid():
        return grid_page(request, month, form, status=INVALID)
    try:
        count = save_month(month=month, changes=form.changes, keeping=form.keeping.change, actor=request.user)
    except ChangedMeanwhileError as error:
        form.mark_stale(error.cells)
        return grid_page(request, month, form, status=INVALID, is_stale=True)
    messages.success(request, said_about(count))
    return redirect(reverse("metrics:chain_month", query=request.GET.dict() | {"month": f"{month:%Y-%m}"}))


def grid_of(request: AuthenticatedRequest, month: dt.date) -> tuple[Grid, KeepingMonth | None]:
    """Return what the grid is made of; the address may ask for one more line."""
    keeping = KeepingMonth.objects.filter(month=month).first()
    return month_grid(month, asked=AddLineForm(request.GET).asked), keeping


def said_about(count: int) -> str:
    """Say what was saved."""
    if not count:
        return _("Nothing has changed.")
    return ngettext("%(count)s line is saved.", "%(count)s lines are saved.", count) % {"count": count}


def grid_page(request: AuthenticatedRequest, month: dt.date, form: GridForm, status: int = 200, *, is_stale: bool = False) -> HttpResponse:
    """Show the grid, with everything typed."""
    following = add_months(month, 1)
    context = {
        "month": month,
        "before": add_months(month, -1),
        "after": following if following <= month_of(timezone.localdate()) else None,
        "form": form,
        "add": AddLineForm(),
        "is_stale": is_stale,
        "is_running": following > timezone.localdate(),
    }
    return render(request, "metrics/chain_month.html", context, status=status)
