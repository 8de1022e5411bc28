"""What the overview shows, gathered from every app below."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, QuerySet, Value
from django.urls import reverse

from churn.models import ExitCall
from churn.queries import QueueSummary, queue_summary
from clients.models import Client, ClientSum
from company.enums import Role
from company.models import Branch, Company, User
from metrics.formulas.measured import MeasuredLtv
from metrics.formulas.pool import PoolMonth
from metrics.models import LtvVersion, SignPlace
from metrics.queries import Leak, flow_in, latest_version, leak_of, measured_ltv, pool_months, price_of_client
from programme.queries.beacon import pulse_to_start
from surveys.enums import FIRST_PASSIVE, WaveState
from surveys.models import Answer, StaffWave, Wave
from surveys.queries import LatestEnps, LatestResult, cases_due, latest_enps, latest_result
from touchpoints.enums import AuditState
from touchpoints.models import Action, Audit, Touchpoint
from touchpoints.queries import ClassCounts, StandardCourse, audits_due, map_summary, overdue_actions, slipping_standards

LISTED = 3
POOL_MONTHS = 12
FRESH_DAYS = 30
STEP_PAGES = {
    "import": "clients:import_create",
    "price": "metrics:ltv",
    "sign": "metrics:signs",
    "survey": "surveys:wave_list",
    "staff": "surveys:staff_list",
    "map": "touchpoints:map",
    "audit": "touchpoints:audit_list",
    "call": "churn:queue",
}


@dataclass(frozen=True)
class Today:
    """What asks to be done today, the dearest first."""

    calls: QueueSummary
    critics: int
    cases: int
    overdue: list[Action]
    overdue_count: int
    audits: list[Audit]
    slipping: list[StandardCourse] = field(default_factory=list)
    pulse: StaffWave | None = None

    @property
    def count(self) -> int:
        """How many kinds of work wait."""
        return sum(map(bool, (self.calls.count, self.critics, self.cases, self.overdue_count, self.audits, self.slipping, self.pulse)))


@dataclass(frozen=True)
class FirstStep:
    """One of the first things a company does here."""

    key: str
    url: str
    is_done: bool

    @property
    def is_required(self) -> bool:
        """Say whether a firm has begun only with this step behind it; fewer than five people cannot be asked anonymously at all."""
        return self.key != "staff"


@dataclass(frozen=True)
class Overview:
    """The owner's questions and the answers to them; money is for managers and owners only."""

    measured: MeasuredLtv | None
    believed: LtvVersion | None
    nps: LatestResult | None
    enps: LatestEnps | None
    pool: list[PoolMonth]
    leak: Leak
    places: list[ClassCounts]
    today: Today

    @property
    def active(self) -> int:
        """Clients who are with us now."""
        return self.pool[-1].active

    @property
    def places_total(self) -> int:
        """Touchpoints on the map."""
        return sum(counts.total for counts in self.places)

    @property
    def weakest(self) -> ClassCounts | None:
        """The class with most awful touchpoints, if any."""
        worst = max(self.places, key=lambda counts: counts.awful, default=None)
        return worst if worst and worst.awful else None


def overview(*, user: User, today: dt.date, months: int, branch: Branch | None) -> Overview:
    """Gather the overview as of today, its flows over the last whole months, of one branch or all."""
    measured = measured_ltv(today=today, branch=branch)
    pool = pool_months(today=today, months=max(POOL_MONTHS, months + 1), branch=branch)
    price = price_of_client(today=today, measured=None if branch else measured)
    flow = flow_in(pool, months)
    return Overview(
        measured=measured,
        believed=latest_version(),
        nps=latest_result(today),
        enps=latest_enps(today) if user.has_role(Role.MANAGER) else None,
        pool=pool[-POOL_MONTHS:],
        leak=leak_of(flow, price, today=today, branch=branch),
        places=map_summary(branch),
        today=with_managers_own(todays_work(user=user, today=today), user=user, today=today),
    )


def todays_work(*, user: User, today: dt.date) -> Today:
    """Gather what waits for the user: staff see their own, managers the company's."""
    overdue = overdue_actions(today)
    if not user.has_role(Role.MANAGER):
        overdue = overdue.filter(owner=user)
    late = list(overdue)
    return Today(
        calls=queue_summary(user=user, today=today),
        critics=count_waiting_critics(today) if user.has_role(Role.MANAGER) else 0,
        cases=cases_due(user=user, today=today),
        overdue=late[:LISTED],
        overdue_count=len(late),
        audits=list(audits_due(user, today)),
    )


def with_managers_own(work: Today, *, user: User, today: dt.date) -> Today:
    """Add standards that slip and a pulse to start to a manager's day; the menu's numbers, which every page asks for, do without them."""
    return replace(work, slipping=slipping_standards(today), pulse=pulse_to_start()) if user.has_role(Role.MANAGER) else work


def count_waiting_critics(today: dt.date) -> int:
    """Count detractors of the last 30 days who wrote something that nobody made an action of."""
    fresh = Answer.objects.filter(score__lt=FIRST_PASSIVE, suspect_reason="", answered_at__date__gt=today - dt.timedelta(days=FRESH_DAYS))
    return fresh.filter(action=None).exclude(why="", ten="").count()


def first_steps() -> list[FirstStep]:
    """Say which of the first steps are done, in one query."""
    steps = {
        "import": ClientSum.objects.all(),
        "price": LtvVersion.objects.all(),
        "survey": Wave.objects.exclude(state=WaveState.DRAFT),
        "staff": StaffWave.objects.exclude(state=WaveState.DRAFT),
        "map": Touchpoint.objects.filter(is_archived=False),
        "audit": Audit.objects.filter(state=AuditState.DONE),
        "call": ExitCall.objects.all(),
    }
    done = which_exist(steps)
    return [FirstStep(key, reverse(STEP_PAGES[key]), done[key]) for key in steps]


def path_steps() -> list[FirstStep]:
    """Return the first three steps of the path, in one query; none once all are done. Without Clients there is nobody to ask."""
    steps = {"price": LtvVersion.objects.all(), "sign": SignPlace.objects.all(), "survey": Wave.objects.exclude(state=WaveState.DRAFT)}
    done = which_exist({**steps, "import": Client.objects.all()})
    pages = {key: STEP_PAGES[key] for key in steps} | ({} if done["import"] else {"survey": STEP_PAGES["import"]})
    return [] if all(done[key] for key in steps) else [FirstStep(key, reverse(pages[key]), done[key]) for key in steps]


def which_exist(rows: Mapping[str, QuerySet[Any]]) -> dict[str, bool]:
    """Say of every set of rows whether there are any, in one query."""
    found: Mapping[str, Any] = (
        Company.objects.values(one=Value(1)).annotate(**{key: Exists(one) for key, one in rows.items()}).first() or {}
    )
    return {key: bool(found.get(key)) for key in rows}
