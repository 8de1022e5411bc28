"""Many employees at once: a table is looked at, then loaded as it was looked at."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from company import services
from company.access import AuthenticatedRequest, managers_only
from company.employee_forms import EmployeeImportForm
from company.employee_plan import Change, Plan
from company.formulas.words import capital
from company.queries import plan_employees
from company.services import PlanChangedError

INVALID = 422
SHOWN = 100
MOST_OPENED = 50


@managers_only
@require_http_methods(["GET", "POST"])
def employee_import(request: AuthenticatedRequest) -> HttpResponse:
    """Look at a table of employees and then load exactly what was looked at."""
    if request.method == "GET":
        return import_page(request, EmployeeImportForm())
    form = EmployeeImportForm(request.POST, request.FILES)
    if not form.is_valid() or form.contents is None:
        return import_page(request, form, status=INVALID)
    opened = request.POST.getlist("opened")[:MOST_OPENED]
    plan = plan_employees(form.contents, opened)
    looked_at = request.POST.get("looked_at", "")
    if "load" not in request.POST or form.cleaned_data["file"] or looked_at != plan.fingerprint:
        return import_page(request, form, plan)
    if not plan.size or (plan.bad and not form.cleaned_data["skip_bad"]):
        form.add_error("skip_bad", _("Mend the lines with mistakes or leave them out."))
        return import_page(request, form, plan, status=INVALID)
    try:
        done = services.load_employees(reading=form.contents, opened=opened, fingerprint=looked_at, actor=request.user)
    except PlanChangedError:
        return import_page(request, form, plan_employees(form.contents, opened))
    messages.success(request, said_about(done))
    return redirect("company:employee_list")


def said_about(done: Plan) -> str:
    """Say what was loaded."""
    added = ngettext("%(count)s employee added", "%(count)s employees added", len(done.new)) % {"count": len(done.new)}
    changed = ngettext("%(count)s changed", "%(count)s changed", len(done.changed)) % {"count": len(done.changed)}
    return capital(f"{added}, {changed}")


def import_page(request: AuthenticatedRequest, form: EmployeeImportForm, plan: Plan | None = None, status: int = 200) -> HttpResponse:
    """Show the form of many, with what the table would change."""
    context: dict[str, Any] = {"form": form, "plan": plan, "reading": form.contents, "limit": SHOWN}
    if plan:
        opened = set(request.POST.getlist("opened"))
        context |= {
            "is_stale": "load" in request.POST and status == 200,
            "branches": [(name, count, name in opened) for name, count in plan.unknown_branches.items()],
            "new": plan.new[:SHOWN],
            "changed": [(change, change_rows(change)) for change in plan.changed[:SHOWN]],
            "bad": plan.bad[:SHOWN],
            "more": {"new": len(plan.new[SHOWN:]), "changed": len(plan.changed[SHOWN:]), "bad": len(plan.bad[SHOWN:])},
        }
    return render(request, "company/employee_import.html", context, status=status)


def change_rows(change: Change) -> list[tuple[Any, Any, Any]]:
    """Return what a line changes as rows: the column, what stood there, what will."""
    return [(name.label, old, new) for name, (old, new) in change.fields.items()]
