"""Every change of the employees: one by one, or many from a table."""

import datetime as dt
import logging
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Q

from company.employee_lines import EmployeeLine, Reading
from company.employee_plan import Change, Plan
from company.enums import EmployeeField, Role
from company.formulas.spelling import comparable, known_spelling, tidy
from company.models import Branch, Company, Employee, User
from company.queries import departments, plan_employees

log = logging.getLogger(__name__)
PLAIN = [field.value for field in EmployeeField if field != EmployeeField.BRANCH]


class PlanChangedError(Exception):
    """What the table would change is no longer what was looked at."""


def require_manager(actor: User) -> None:
    """Stop anybody below a manager."""
    if not actor.has_role(Role.MANAGER):
        raise PermissionDenied


@transaction.atomic
def save_employee(*, employee: Employee, actor: User) -> Employee:
    """Add or change somebody who works here; a department is spelled as colleagues' is."""
    require_manager(actor)
    employee.name, employee.position = tidy(employee.name), tidy(employee.position)
    employee.department = known_spelling(employee.department, departments(but=employee))
    employee.email = employee.email.strip().lower()
    employee.save()
    return employee


@transaction.atomic
def leave_employee(*, employee: Employee, left_on: dt.date, actor: User) -> bool:
    """Write down since which day somebody no longer works here; False when they had not been hired by then."""
    require_manager(actor)
    hired = Q(hired_on=None) | Q(hired_on__lte=left_on)
    return bool(Employee.objects.filter(hired, pk=employee.pk).update(left_on=left_on))


@transaction.atomic
def return_employee(*, employee: Employee, actor: User) -> bool:
    """Write down that somebody works here again; False when they had not left."""
    require_manager(actor)
    return bool(Employee.objects.filter(pk=employee.pk, left_on__isnull=False).update(left_on=None))


@transaction.atomic
def load_employees(*, reading: Reading, opened: Collection[str], fingerprint: str, actor: User) -> Plan:
    """Write what was looked at, one load at a time; raises `PlanChangedError` when it would now be something else."""
    require_manager(actor)
    list(Company.objects.select_for_update())
    plan = plan_employees(reading, opened)
    if plan.fingerprint != fingerprint:
        raise PlanChangedError
    branches = open_branches(plan.opened)
    Employee.objects.bulk_create([new_employee(line, branches) for line in plan.new])
    for change in plan.changed:
        Employee.objects.filter(pk=change.employee.pk).update(**new_values(change, branches))
    log.info("%s employees added, %s changed by user %s", len(plan.new), len(plan.changed), actor.pk)
    return plan


def open_branches(names: Collection[str]) -> dict[str, Branch]:
    """Open the branches, last in order; return all branches by what is the same for their spellings."""
    last = Branch.objects.aggregate(last=Max("position"))["last"]
    first = 0 if last is None else last + 1
    Branch.objects.bulk_create(Branch(name=name, position=first + number) for number, name in enumerate(names))
    return {comparable(branch.name): branch for branch in Branch.objects.order_by("-position", "-pk")}


def new_employee(line: EmployeeLine, branches: dict[str, Branch]) -> Employee:
    """Return the employee of a line."""
    values = {name: getattr(line, name) for name in PLAIN}
    return Employee(**values, branch=branches[comparable(line.branch)] if line.branch else None)


def new_values(change: Change, branches: dict[str, Branch]) -> dict[str, object]:
    """Return only what the line says anew: whatever was changed on a page meanwhile stays."""
    values = {field.value: new for field, (_old, new) in change.fields.items()}
    return values | ({"branch": branches[comparable(values["branch"])]} if "branch" in values else {})
