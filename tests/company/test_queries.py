"""Reads of the firm."""

import datetime as dt
from typing import Any

import pytest

from company.models import Branch, Employee
from company.queries import employees_to_ask

TODAY = dt.date(2026, 11, 2)
DAY = dt.timedelta(days=1)


def asked(*branches: Branch) -> list[tuple[str, bool]]:
    return [(employee.name, employee.own_email) for employee in employees_to_ask(branches, TODAY)]  # type: ignore[attr-defined]  # annotated


def add(name: str, **fields: Any) -> Employee:
    return Employee.objects.create(name=name, **fields)


@pytest.mark.django_db
def test_address_shared_with_a_colleague_is_nobodys_own_whatever_its_letters() -> None:
    add("A", email="shop@example.org")
    add("B", email="Shop@Example.org")
    add("C", email="c@example.org")
    add("D")
    add("E")
    assert asked() == [("A", False), ("B", False), ("C", True), ("D", False), ("E", False)]


@pytest.mark.django_db
def test_address_of_somebody_who_left_is_free_again() -> None:
    add("A", email="shop@example.org", left_on=TODAY)
    add("B", email="shop@example.org")
    assert asked() == [("B", True)]


@pytest.mark.django_db
def test_last_day_is_the_one_before_leaving() -> None:
    add("A", left_on=TODAY + DAY)
    add("B", left_on=TODAY)
    add("C", left_on=TODAY - DAY)
    assert asked() == [("A", False)]


@pytest.mark.django_db
def test_only_the_chosen_branches_are_asked_but_addresses_are_compared_everywhere() -> None:
    here, there = Branch.objects.create(name="Here"), Branch.objects.create(name="There")
    add("A", branch=here, email="both@example.org")
    add("B", branch=there, email="both@example.org")
    add("C", email="c@example.org")
    assert asked(here) == [("A", False)]
    assert asked(here, there) == [("A", False), ("B", False)]
    assert asked() == [("A", False), ("B", False), ("C", True)]
