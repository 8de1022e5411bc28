"""Reads of the code of manners: what is in force, who has read it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Max, QuerySet

from company.models import Branch, Employee, User
from company.queries import employees_to_ask
from programme.formulas.manners import Rule, RuleChange, changes, rules_of
from programme.models import MannersAck, MannersVersion


@dataclass(frozen=True)
class Reader:
    """A colleague and the code: when and how they read what is in force; `can_write` says whether a letter reaches them."""

    employee: Employee
    ack: MannersAck | None
    can_write: bool


@dataclass(frozen=True)
class BranchReaders:
    """The readers of one branch, those who have not read it first."""

    branch: Branch | None
    readers: list[Reader]

    @property
    def read(self) -> int:
        """How many have read it."""
        return sum(reader.ack is not None for reader in self.readers)

    @property
    def waiting(self) -> list[Reader]:
        """Those who have not."""
        return [reader for reader in self.readers if reader.ack is None]


@dataclass(frozen=True)
class Readers:
    """Who works here and whether they have read the code in force."""

    branches: list[BranchReaders]

    @property
    def total(self) -> int:
        """How many work here."""
        return sum(len(part.readers) for part in self.branches)

    @property
    def read(self) -> int:
        """How many have read it."""
        return sum(part.read for part in self.branches)

    @property
    def to_write(self) -> list[Employee]:
        """Those a reminder reaches."""
        return [reader.employee for part in self.branches for reader in part.waiting if reader.can_write]

    @property
    def on_paper(self) -> int:
        """Those without an e-mail of their own who have not read it yet."""
        return sum(not reader.can_write for part in self.branches for reader in part.waiting)


def manners_in_force() -> MannersVersion | None:
    """Return the newest version."""
    return MannersVersion.objects.select_related("published_by").first()


def least_number() -> int:
    """Return from which version on having read it counts: the newest that asked everybody to read."""
    return MannersVersion.objects.filter(asks_again=True).aggregate(newest=Max("number"))["newest"] or 0


def acks_in_force() -> QuerySet[MannersAck]:
    """Return the readings that count."""
    return MannersAck.objects.filter(version__number__gte=least_number())


def ack_of(employee: Employee | None) -> MannersAck | None:
    """Return a colleague's reading of what is in force."""
    return acks_in_force().select_related("version").filter(employee=employee).first() if employee else None


def manners_readers(today: dt.date) -> Readers:
    """Return everybody who works here, by branch, with their reading."""
    found = list(employees_to_ask((), today).order_by("branch__position", "branch__name", "name", "pk"))
    acks = {ack.employee_id: ack for ack in acks_in_force().select_related("version").order_by("acked_at")}
    rows = [Reader(employee, acks.get(employee.pk), bool(getattr(employee, "own_email", False))) for employee in found]
    parts = groupby(rows, key=lambda reader: reader.employee.branch)
    return Readers([BranchReaders(branch, unread_first(part)) for branch, part in parts])


def unread_first(readers: Iterable[Reader]) -> list[Reader]:
    """Return the readers with those who have not read it first."""
    return sorted(readers, key=lambda reader: reader.ack is not None)


def employee_of(user: User) -> Employee | None:
    """Return the colleague who signs in as the user."""
    return Employee.objects.select_related("branch").filter(user=user).first()


def changes_of(version: MannersVersion) -> tuple[list[RuleChange], list[Rule]]:
    """Return what each rule is beside the version before, and which of its rules are gone."""
    before = MannersVersion.objects.filter(number__lt=version.number).first()
    newer = rules_of(version.text)
    return changes(rules_of(before.text), newer) if before else ([RuleChange(rule, "same") for rule in newer], [])
