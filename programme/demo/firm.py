"""The demo firm itself: branches, people who sign in, people who work there."""

import datetime as dt

from company.enums import Currency, Role
from company.models import Branch, Company, Employee, User
from programme.demo.purchases import BRANCHES
from programme.demo.texts import STAFF

PASSWORD = "mayak-demo-2026"  # noqa: S105 - printed at start; these accounts exist only while the demo company does
HEAD_OFFICE, COURIERS = "На Садовой", "Доставка"
OWNER, MANAGER, CLERK = "owner@demo.example.org", "manager@demo.example.org", "staff@demo.example.org"


def create_firm(today: dt.date) -> None:
    """Create the firm, its branches, three users and their colleagues."""
    Company.objects.create(
        name="Лён и хлопок", tagline="химчистка и стирка", currency=Currency.RUB, time_zone="Europe/Moscow", is_demo=True
    )
    branches = {name: Branch.objects.create(name=name, position=position) for position, name in enumerate(BRANCHES)}
    for email, name, role, position, seniority, branch in (
        (OWNER, "Анна Вершинина", Role.OWNER, "владелица", 1, None),
        (MANAGER, "Олег Дунаев", Role.MANAGER, "руководитель сервиса", 3, None),
        (CLERK, "Марина Ким", Role.STAFF, "приёмщица", 7, branches["На Садовой"]),
    ):
        user = User.objects.create_user(email, PASSWORD, name=name, role=role, position=position, seniority=seniority, branch=branch)
        Employee.objects.create(
            name=name,
            position=position,
            branch=branch or branches[HEAD_OFFICE],
            department="Приёмные" if branch else "Офис",
            email=email,
            user=user,
            hired_on=today - dt.timedelta(days=900),
        )
    Employee.objects.bulk_create(
        Employee(
            name=name,
            position=position,
            branch=branches[branch],
            department=department,
            email="" if department == COURIERS else f"colleague{number}@demo.example.org",
            hired_on=today - dt.timedelta(days=400 + 61 * number),
        )
        for number, (name, position, branch, department) in enumerate(STAFF)
    )
