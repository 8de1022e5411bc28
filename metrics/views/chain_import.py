"""A table of figures of months: looked at first, then loaded."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.money import format_cents, group_digits
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company
from metrics.chain_lines import FIGURES, MONEY, ChainColumn
from metrics.enums import FigureSource
from metrics.forms.chain_import import ChainImportForm
from metrics.formulas.chain import Figures, MonthLine
from metrics.services.chain import FiguresClashError, Sender, load_months

INVALID = 422
SHOWN = 100


@managers_only
@require_http_methods(["GET", "POST"])
def chain_import(request: AuthenticatedRequest) -> HttpResponse:
    """Look at a table of figures and then load exactly what was looked at."""
    if request.method == "GET":
        return import_page(request, ChainImportForm())
    form = ChainImportForm(request.POST, request.FILES)
    if not form.is_to_load(request.POST) or (plan := form.contents) is None:
        return import_page(request, form, status=INVALID if form.errors else 200)
    try:
        done = load_months(lines=plan.lines, sender=Sender(FigureSource.FILE, user=request.user))
    except FiguresClashError:
        return import_page(request, form)
    count = done.new + done.changed
    messages.success(request, ngettext("%(count)s line is loaded.", "%(count)s lines are loaded.", count) % {"count": count})
    return redirect("metrics:chain")


def import_page(request: AuthenticatedRequest, form: ChainImportForm, status: int = 200) -> HttpResponse:
    """Show the form of many figures, with what the table would change."""
    plan = form.contents
    context: dict[str, Any] = {"form": form, "plan": plan, "columns": ChainColumn}
    if plan:
        context |= {
            "is_stale": "load" in request.POST and status == 200,
            "new": [(line, said_in(line, None)) for line in plan.new[:SHOWN]],
            "changed": [(line, said_in(line, kept)) for line, kept in plan.changed[:SHOWN]],
            "bad": plan.bad[:SHOWN],
            "more": {"new": len(plan.new[SHOWN:]), "changed": len(plan.changed[SHOWN:]), "bad": len(plan.bad[SHOWN:])},
        }
    return render(request, "metrics/chain_import.html", context, status=status)


def said_in(line: MonthLine, kept: Figures | None) -> list[tuple[str, str, str]]:
    """Return what a line says otherwise than what is kept: the column, what stood there, what will."""
    found = [(column, getattr(kept, name, None), line.figures[name]) for column, name in FIGURES.items() if name in line.figures]
    return [(str(column.label), words(column, old), words(column, new)) for column, old, new in found if old != new]


def words(column: ChainColumn, value: int | None) -> str:
    """Write a figure as people read it."""
    if value is None:
        return "—"
    return format_cents(value, the_company().currency, exact=True) if column in MONEY else group_digits(value)
