"""Reads of praise: the month's board, one's own, what waits; and of remarks, which only their few readers see."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.tokens import token_hash
from company.enums import Role
from company.models import Branch, Employee, User
from company.queries import employees, employees_to_ask, works_on
from programme.enums import PraiseState
from programme.models import ColleaguePage, MonthPick, Praise, PraiseCode, Remark


@dataclass(frozen=True)
class Praised:
    """A colleague on the board: what was said of them in the month, by how many people, and what managers picked them for."""

    employee: Employee
    praises: list[Praise]
    pick: MonthPick | None = None

    @property
    def voices(self) -> int:
        """How many different people said something; a praise without a name is a voice of its own."""
        named = {praise.author_id or praise.author_name.lower() for praise in self.praises if praise.author_id or praise.author_name}
        return len(named) + sum(not (praise.author_id or praise.author_name) for praise in self.praises)


@dataclass(frozen=True)
class Board:
    """The board of one month: who was picked, then everybody who was praised, those first whom most people thanked."""

    month: dt.date
    picked: list[Praised]
    people: list[Praised]

    @property
    def praises(self) -> int:
        """How many praises stand on it."""
        return sum(len(one.praises) for one in self.picked + self.people)

    @property
    def is_empty(self) -> bool:
        """Whether nobody stands on it."""
        return not (self.picked or self.people)


def month_start(day: dt.date) -> dt.datetime:
    """Return when the month of a day begins by the firm's clock."""
    return timezone.make_aware(dt.datetime(day.year, day.month, 1))  # noqa: DTZ001 - made aware at once


def next_month(month: dt.date) -> dt.date:
    """Return the first day of the month after."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def stays_off() -> Exists:
    """Return the condition on an employee of having chosen not to stand on the board."""
    return Exists(ColleaguePage.objects.filter(employee=OuterRef("pk"), is_off_board=True))


def on_board() -> QuerySet[Employee]:
    """Return the colleagues who may stand on the board."""
    return Employee.objects.filter(~stays_off())


def praises_of(month: dt.date) -> QuerySet[Praise]:
    """Return what stands on the board of a month; `hides_author`: who said it chose not to stand there by name."""
    shown = Praise.objects.filter(state=PraiseState.SHOWN, about__in=on_board())
    shown = shown.filter(made_at__gte=month_start(month), made_at__lt=month_start(next_month(month)))
    author_stays_off = Exists(ColleaguePage.objects.filter(employee=OuterRef("author"), is_off_board=True))
    return shown.select_related("about__branch", "touchpoint").annotate(hides_author=author_stays_off)


def praise_board(month: dt.date) -> Board:
    """Return the board of the month that begins on this day."""
    picks = {
        pick.employee_id: pick for pick in MonthPick.objects.filter(month=month, employee__in=on_board()).select_related("employee__branch")
    }
    said: dict[int, list[Praise]] = {}
    for praise in praises_of(month):
        said.setdefault(praise.about_id, []).append(praise)
    picked = [Praised(pick.employee, said.pop(person, []), pick) for person, pick in picks.items()]
    people = sorted((Praised(rows[0].about, rows) for rows in said.values()), key=lambda one: (-one.voices, one.employee.name))
    return Board(month, picked, people)


def waiting_praises() -> QuerySet[Praise]:
    """Return what came by the code on the wall and waits for a manager's eye."""
    return Praise.objects.filter(state=PraiseState.WAITING).select_related("about__branch", "touchpoint", "code__branch")


def praises_for(employee: Employee | None) -> QuerySet[Praise]:
    """Return what colleagues have said of somebody, whether or not they stand on the board."""
    return (
        Praise.objects.filter(about=employee, state=PraiseState.SHOWN).select_related("touchpoint") if employee else Praise.objects.none()
    )


def praises_by_code() -> QuerySet[PraiseCode]:
    """Return the codes on walls with how much came by them."""
    return PraiseCode.objects.select_related("branch").annotate(said=Count("praises"))


def branches_without_code() -> QuerySet[Branch]:
    """Return the branches where no code hangs."""
    return Branch.objects.exclude(pk__in=PraiseCode.objects.exclude(branch=None).values("branch"))


def colleagues_to_praise(today: dt.date, *, but: Employee | None = None, branch: Branch | None = None) -> QuerySet[Employee]:
    """Return who can be praised: everybody who works here, or in one branch, but oneself."""
    found = employees().filter(works_on(today))
    found = found.filter(branch=branch) if branch else found
    return (found.exclude(pk=but.pk) if but else found).order_by("branch__position", "branch__name", "name", "pk")


def page_by(token: str, today: dt.date) -> ColleaguePage | None:
    """Return the page a personal link opens, while its owner works here."""
    found = ColleaguePage.objects.select_related("employee__branch", "employee__user").filter(token_hash=token_hash(token))
    return found.filter(employee__in=Employee.objects.filter(works_on(today))).first()


def is_off_board(employee: Employee | None) -> bool:
    """Say whether the colleague chose not to stand on the board."""
    return employee is not None and ColleaguePage.objects.filter(employee=employee, is_off_board=True).exists()


def reached_by_letter(employee: Employee, today: dt.date) -> bool:
    """Say whether the colleague works here and has an address nobody else reads."""
    found = employees_to_ask((), today).filter(pk=employee.pk, own_email=True)  # type: ignore[misc]  # annotated by employees_to_ask
    return found.exists()


def remark_readers(about: Employee) -> list[User]:
    """Return who reads a remark about a colleague: the managers of their branch and the owners, never the colleague.

    A branch without a manager of its own is answered for by the managers who have no branch.
    """
    people = User.objects.filter(is_active=True)
    people = people.exclude(pk=about.user_id) if about.user_id else people
    managers = people.filter(role=Role.MANAGER)
    own = managers.filter(branch=about.branch_id) if about.branch_id else managers.none()
    found = list(own) or list(managers.filter(branch=None))
    return [*people.filter(role=Role.OWNER), *found]


def remarks_for(reader: User) -> QuerySet[Remark]:
    """Return the remarks somebody may read; the same rule as `remark_readers`, for a whole list."""
    found = Remark.objects.select_related("about__branch", "settled_by").exclude(about__user=reader)
    if reader.has_role(Role.OWNER):
        return found
    if not reader.has_role(Role.MANAGER):
        return found.none()
    if reader.branch_id:
        return found.filter(about__branch=reader.branch_id)
    managers = User.objects.filter(is_active=True, role=Role.MANAGER, branch=OuterRef("about__branch"))
    # Of a manager's own branch the colleague is no manager of themselves.
    return found.filter(Q(about__branch=None) | ~Exists(managers.exclude(pk=Coalesce(OuterRef("about__user"), 0))))
