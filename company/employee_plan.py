"""What a table of employees would change, line by line, before anything is changed.

Somebody is known by an address nobody else has, on either side; else by name and branch. Nobody is known by half: a line that could mean
two people, or somebody of the same name in another branch, is left to the reader.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from common.tables.refusals import BadLine
from company.employee_lines import EmployeeLine, Reading
from company.enums import EmployeeField
from company.formulas.spelling import comparable, spellings
from company.models import Employee

FIELDS = list(EmployeeField)


@dataclass(frozen=True)
class Change:
    """What a line says anew of somebody known: by field, what stood there and what will."""

    line: EmployeeLine
    employee: Employee
    fields: dict[EmployeeField, tuple[Any, Any]]


@dataclass
class Plan:
    """New, changed, unchanged and wrong lines; branches nobody has yet, with their lines; those of them to be opened."""

    new: list[EmployeeLine] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)
    unknown_branches: Counter[str] = field(default_factory=Counter)
    opened: list[str] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return how many people would be written."""
        return len(self.new) + len(self.changed)

    @property
    def fingerprint(self) -> str:
        """Return what is the same for plans that do the same."""
        done = [self.new, [(change.employee.pk, change.fields) for change in self.changed], self.opened, len(self.bad)]
        return hashlib.sha256(repr(done).encode()).hexdigest()


class Roll:
    """The people here now, found by address and by name; and which of them a line has already spoken of."""

    def __init__(self, people: Iterable[Employee], lines: Sequence[EmployeeLine]) -> None:
        self.by_email: dict[str, list[Employee]] = {}
        self.by_name: dict[str, list[Employee]] = {}
        for person in people:
            self.by_name.setdefault(comparable(person.name), []).append(person)
            if person.email:
                self.by_email.setdefault(person.email.lower(), []).append(person)
        self.emails = Counter(line.email for line in lines if line.email)
        self.taken: dict[Any, int] = {}

    def find(self, line: EmployeeLine) -> Employee | None:
        """Return whom the line is about, None for somebody new; raises `LineError` when that cannot be told."""
        addressed = self.by_email.get(line.email, []) if line.email else []
        if len(addressed) == 1 and self.emails[line.email] == 1:
            return addressed[0]
        namesakes = self.by_name.get(comparable(line.name), [])
        namesakes = [person for person in namesakes if not self.is_told_apart(person, line)]
        here = [person for person in namesakes if not line.branch or person.branch is None or same_branch(person, line)]
        found = [person for person in here if person.left_on is None] or here
        if len(found) > 1:
            raise LineError(_("Several people here have this name. An e-mail of their own would tell them apart."))
        if namesakes and not found and not (line.email and all(person.email for person in namesakes)):
            text = _("Somebody of this name works in “%(branch)s”. If they moved, change it on their page; if not, add this one by hand.")
            raise LineError(text % {"branch": namesakes[0].branch})
        return found[0] if found else None

    def is_told_apart(self, person: Employee, line: EmployeeLine) -> bool:
        """Say whether another line gives this very person's own address."""
        email = person.email.lower()
        return email != line.email and self.emails[email] == 1 and len(self.by_email.get(email, [])) == 1

    def take(self, line: EmployeeLine, person: Employee | None) -> None:
        """Note that the line speaks of this person; two lines about one are refused."""
        who = person.pk if person else (line.email if self.emails[line.email] == 1 else "", comparable(line.name), comparable(line.branch))
        if who in self.taken:
            raise LineError(_("Line %(line)s is about the same person.") % {"line": self.taken[who]})
        self.taken[who] = line.number


class LineError(Exception):
    """Why a line cannot be taken."""


def same_branch(person: Employee, line: EmployeeLine) -> bool:
    """Say whether the line names the person's branch."""
    return comparable(str(person.branch or "")) == comparable(line.branch)


def plan_of(
    reading: Reading, people: Collection[Employee], branches: Sequence[str], departments: Sequence[str], opened: Collection[str]
) -> Plan:
    """Return what the lines would change. Branches not here yet are opened only when they are among `opened`."""
    plan = Plan(bad=list(reading.bad))
    lines = list(spelled(reading.lines, branches, departments))
    roll = Roll(people, lines)
    allowed, existing = {comparable(name) for name in opened}, {comparable(name) for name in branches}
    for line in lines:
        try:
            place(line, plan, roll, allowed, existing)
        except LineError as error:
            plan.bad.append(BadLine(line.number, ", ".join(filter(None, [line.name, line.branch, line.email])), str(error)))
    plan.opened = sorted({line.branch for line in written_lines(plan) if line.branch and comparable(line.branch) not in existing})
    plan.departments = sorted({line.department for line in written_lines(plan) if line.department} - set(departments))
    plan.bad.sort(key=lambda line: line.number)
    return plan


def spelled(lines: Iterable[EmployeeLine], branches: Sequence[str], departments: Sequence[str]) -> Iterator[EmployeeLine]:
    """Write branches and departments as they are already written, here or higher up in the table."""
    known_branches, known_departments = spellings(branches), spellings(departments)
    for line in lines:
        branch = known_branches.setdefault(comparable(line.branch), line.branch)
        yield replace(line, branch=branch, department=known_departments.setdefault(comparable(line.department), line.department))


def place(line: EmployeeLine, plan: Plan, roll: Roll, allowed: Collection[str], existing: Collection[str]) -> None:
    """Put the line where it belongs."""
    if line.branch and comparable(line.branch) not in existing:
        plan.unknown_branches[line.branch] += 1
        if comparable(line.branch) not in allowed:
            raise LineError(_("There is no branch “%(branch)s”. Tick it above to open it, or write another one.") % {"branch": line.branch})
    person = roll.find(line)
    roll.take(line, person)
    if person is None:
        plan.new.append(line)
        return
    fields = dict(differences(line, person))
    check_days(fields, person)
    if fields:
        plan.changed.append(Change(line, person, fields))
    else:
        plan.unchanged += 1


def differences(line: EmployeeLine, person: Employee) -> Iterable[tuple[EmployeeField, tuple[Any, Any]]]:
    """Yield what the line says otherwise; an empty cell says nothing."""
    for name in FIELDS:
        old, new = getattr(person, name.value), getattr(line, name.value)
        if name == EmployeeField.BRANCH:
            old = str(old or "")
        same = old.lower() == new if name == EmployeeField.EMAIL else old == new
        if new and not same:
            yield name, (old, new)


def check_days(fields: dict[EmployeeField, tuple[Any, Any]], person: Employee) -> None:
    """Refuse a line after which somebody would have left before being hired."""
    hired = fields.get(EmployeeField.HIRED_ON, (None, person.hired_on))[1]
    left = fields.get(EmployeeField.LEFT_ON, (None, person.left_on))[1]
    if hired and left and left < hired:
        raise LineError(_("Left before being hired."))


def written_lines(plan: Plan) -> list[EmployeeLine]:
    """Return the lines that would be written."""
    return [*plan.new, *(change.line for change in plan.changed)]
