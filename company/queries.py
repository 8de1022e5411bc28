"""Reads of the firm."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Lower

from common.speech import hear
from common.tokens import token_hash
from company.employee_lines import Reading
from company.employee_plan import Plan, plan_of
from company.enums import EmployeeShow, Role
from company.formulas.respeaking import rules_of
from company.models import ApiToken, Branch, Company, Employee, User


@dataclass(frozen=True)
class EmployeeFilter:
    """What the list of employees is narrowed to."""

    search: str = ""
    branch: Branch | None = None
    department: str = ""
    show: EmployeeShow = EmployeeShow.HERE

    @property
    def is_narrow(self) -> bool:
        """Say whether anything but the choice of here or left narrows the list."""
        return bool(self.search or self.branch or self.department)


def the_company() -> Company:
    """Return the firm; before one is set up, an unsaved stand-in. From here on this process speaks with its word."""
    company = Company.objects.first() or Company(name="Mayak")
    hear(company.word_forms, partial(rules_of, company.word_forms))
    return company


def company_zone() -> ZoneInfo:
    """Return the firm's time zone, also in background work, which has no request to take it from."""
    return ZoneInfo(the_company().time_zone)


def company_day(now: dt.datetime) -> dt.date:
    """Return the firm's day of a moment."""
    return now.astimezone(company_zone()).date()


def branches_with_use() -> QuerySet[Any]:
    """Return the branches, each with `is_used`: whether anything at all refers to it."""
    uses = [
        Exists(relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")}))  # noqa: SLF001 - the documented name
        for relation in Branch._meta.related_objects
    ]
    return Branch.objects.annotate(is_used=reduce(or_, uses))


def branch_is_used(branch: Branch) -> bool:
    """Say whether anything at all refers to the branch."""
    return any(found.is_used for found in branches_with_use().filter(pk=branch.pk))


def active_owners() -> QuerySet[User]:
    """Return the owners who may sign in."""
    return User.objects.filter(role=Role.OWNER, is_active=True)


def people() -> QuerySet[User]:
    """Return everybody with an account, those who may sign in first."""
    return User.objects.select_related("branch").order_by("-is_active", "seniority", "name", "pk")


def employees() -> QuerySet[Employee]:
    """Return everybody who works here."""
    return Employee.objects.select_related("branch", "user").order_by("name", "pk")


def works_on(day: dt.date) -> Q:
    """Return the condition of working here on a day: the day of leaving is no longer one."""
    return Q(left_on=None) | Q(left_on__gt=day)


def with_own_email(found: QuerySet[Employee], today: dt.date) -> QuerySet[Employee]:
    """Annotate employees with `own_email`: they have an address which none of their present colleagues has too."""
    same = Employee.objects.filter(works_on(today)).alias(address=Lower("email")).filter(address=Lower(OuterRef("email")))
    is_shared = Exists(same.exclude(pk=OuterRef("pk")))
    return found.annotate(own_email=Case(When(Q(email=""), then=False), default=~is_shared))


def employees_to_ask(branches: Iterable[Branch], today: dt.date) -> QuerySet[Employee]:
    """Return who works in these branches, or anywhere when none are given, each with `own_email`.

    Without an address of their own a letter would reach somebody else or nobody: they answer a survey by a printed code.
    """
    chosen = list(branches)
    found = employees().filter(works_on(today))
    return with_own_email(found.filter(branch__in=chosen) if chosen else found, today)


def narrowed_employees(wanted: EmployeeFilter, today: dt.date) -> QuerySet[Employee]:
    """Return the employees of a filter, whether or not they still work here, each with `own_email`."""
    found = with_own_email(employees(), today)
    if wanted.branch:
        found = found.filter(branch=wanted.branch)
    if wanted.department:
        found = found.filter(department=wanted.department)
    for word in wanted.search.split():
        found = found.filter(Q(name__icontains=word) | Q(position__icontains=word) | Q(email__icontains=word))
    return found


def conditions_of_show(today: dt.date) -> dict[EmployeeShow, Q]:
    """Return what each choice of the list means."""
    here = works_on(today)
    return {EmployeeShow.HERE: here, EmployeeShow.BY_CODE: here & Q(own_email=False), EmployeeShow.LEFT: ~here}


def shown_employees(wanted: EmployeeFilter, today: dt.date) -> QuerySet[Employee]:
    """Return the employees of the list."""
    return narrowed_employees(wanted, today).filter(conditions_of_show(today)[wanted.show])


def employee_counts(wanted: EmployeeFilter, today: dt.date) -> dict[EmployeeShow, int]:
    """Return how many employees each choice of the list would show."""
    counted = {show.value: Count("pk", filter=condition) for show, condition in conditions_of_show(today).items()}
    found = narrowed_employees(wanted, today).order_by().aggregate(**counted)
    return {show: found[show.value] for show in EmployeeShow}


def departments(but: Employee | None = None) -> list[str]:
    """Return the names of departments in use, the usual spelling first; `but` leaves out somebody being changed."""
    found = Employee.objects.exclude(department="")
    if but and but.pk:
        found = found.exclude(pk=but.pk)
    by_use = found.values("department").annotate(people=Count("pk")).order_by("-people", "department")
    return [row["department"] for row in by_use]


def plan_employees(reading: Reading, opened: Collection[str]) -> Plan:
    """Return what a table would change now; new branches are opened only when they are among `opened`."""
    branches = list(Branch.objects.values_list("name", flat=True))
    return plan_of(reading, list(employees()), branches, departments(), opened)


def api_tokens() -> QuerySet[ApiToken]:
    """Return the tokens of other systems, those in force first."""
    return ApiToken.objects.select_related("created_by").order_by(F("revoked_at").desc(nulls_first=True), "-pk")


def working_token(secret: str, now: dt.datetime) -> ApiToken | None:
    """Return the token of this secret, if it is neither revoked nor out of date."""
    in_time = Q(expires_at=None) | Q(expires_at__gt=now)
    return ApiToken.objects.filter(in_time, token_hash=token_hash(secret), revoked_at=None).first()
