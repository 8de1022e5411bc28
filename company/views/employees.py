"""Employees: the list and one of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.sheets import table_response
from company import queries, services
from company.access import AuthenticatedRequest, managers_only
from company.employee_forms import EmployeeFilterForm, EmployeeForm, LeaveForm
from company.enums import EmployeeField, EmployeeShow, Role
from company.models import Employee

INVALID = 422
ROWS = 50


@managers_only
@require_GET
def employee_list(request: AuthenticatedRequest) -> HttpResponse:
    """Everybody who works here or did, whether or not they sign in."""
    today, form = timezone.localdate(), EmployeeFilterForm(request.GET)
    wanted = form.wanted()
    counts = queries.employee_counts(wanted, today)
    page = Paginator(queries.shown_employees(wanted, today), ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "shows": [(show, counts[show]) for show in EmployeeShow],
        "by_code": counts[EmployeeShow.BY_CODE],
        "is_empty": not (any(counts.values()) or wanted.is_narrow),
    }
    return render(request, "company/employee_list.html", context)


@managers_only
@require_GET
def employee_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give what the list shows as a file, which can be loaded again."""
    today = timezone.localdate()
    found = queries.shown_employees(EmployeeFilterForm(request.GET).wanted(), today)
    heads = [str(field.label) for field in EmployeeField]
    return table_response(f"employees-{today.isoformat()}", "xlsx", heads, (export_row(employee) for employee in found.iterator()))


def export_row(employee: Employee) -> list[str]:
    """Return an employee as a row."""
    values = [getattr(employee, field.value) for field in EmployeeField]
    return ["" if value is None else str(value) for value in values]


@managers_only
@require_http_methods(["GET", "POST"])
def employee_add(request: AuthenticatedRequest) -> HttpResponse:
    """Add somebody who works here."""
    form = employee_form(request, Employee())
    if request.method == "POST" and form.is_valid():
        services.save_employee(employee=form.save(commit=False), actor=request.user)
        messages.success(request, _("Employee added"))
        return redirect("company:employee_list")
    return employee_page(request, form)


@managers_only
@require_http_methods(["GET", "POST"])
def employee_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change somebody's place of work."""
    employee = get_object_or_404(Employee, pk=pk)
    form = employee_form(request, employee)
    if request.method == "POST" and form.is_valid():
        services.save_employee(employee=form.save(commit=False), actor=request.user)
        messages.success(request, _("Employee saved"))
        return redirect("company:employee_list")
    return employee_page(request, form, LeaveForm(employee=employee))


def employee_form(request: AuthenticatedRequest, employee: Employee) -> EmployeeForm:
    """Return the form of one employee, with the account for those who give them."""
    return EmployeeForm(request.POST or None, instance=employee, with_account=request.user.has_role(Role.OWNER))


def employee_page(request: AuthenticatedRequest, form: EmployeeForm, leave: LeaveForm | None = None) -> HttpResponse:
    """Show somebody's page, or the one of somebody new."""
    stored = Employee.objects.filter(pk=form.instance.pk).first()
    context = {"form": form, "leave": leave, "employee": stored, "departments": sorted(queries.departments())}
    return render(request, "company/employee_edit.html", context, status=INVALID if request.method == "POST" else 200)


@managers_only
@require_POST
def employee_leave(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down that somebody left; their row stays."""
    employee = get_object_or_404(Employee, pk=pk)
    leave = LeaveForm(request.POST, employee=employee)
    if leave.is_valid() and services.leave_employee(employee=employee, left_on=leave.cleaned_data["left_on"], actor=request.user):
        messages.success(request, _("Written down. %(name)s is among those who left.") % {"name": employee.name})
        return redirect("company:employee_list")
    form = EmployeeForm(instance=employee, with_account=request.user.has_role(Role.OWNER))
    return employee_page(request, form, leave)


@managers_only
@require_POST
def employee_return(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down that somebody works here again."""
    employee = get_object_or_404(Employee, pk=pk)
    services.return_employee(employee=employee, actor=request.user)
    messages.success(request, _("%(name)s works here again.") % {"name": employee.name})
    return redirect("company:employee_edit", employee.pk)
