"""How far the company is on the path of tools, read from its rows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, QuerySet, Subquery, Sum, Value

from churn.enums import CallOutcome, LeaverState, ReturnState
from churn.models import ExitCall, Leaver, ReturnCampaign, ReturnTurn
from clients.models import Client, ClientSum, ReferralLink, ReminderTurn, VisitReminder
from company.models import Company, Employee
from company.queries import works_on
from metrics.models import ChannelMonth, LtvVersion, SignPlace
from metrics.queries import constraint_on
from programme.enums import Tool, ToolStatus
from programme.formulas.path import Beginning, Facts, beginning
from programme.models import (
    BeaconRound,
    BeaconVersion,
    MannersVersion,
    Playbook,
    PlaybookUse,
    ToolCare,
    ToolEvidence,
    WordingDocument,
    WordingRun,
)
from programme.queries.manners import acks_in_force
from surveys.enums import GroupStatus, StaffSurveyKind, SurveyAudience, WaveState
from surveys.models import Answer, StaffGroup, StaffWave, Wave
from touchpoints.enums import ActionState, AuditState
from touchpoints.models import Action, Audit, PhoneCall, Touchpoint

Rows = QuerySet[Any, Any]
MONTH, QUARTER, THIRD, HALF, YEAR = 30, 90, 120, 200, 365
FRESH_ACTION = FRESH_PURCHASE = 45
FRESH_LETTER = 60
ENOUGH_ANSWERS = 5
ENOUGH_CALLS = 3
RIGHT_TO_WRONG = 19


@dataclass(frozen=True)
class ToolState:
    """A tool of the path: how far it is, and whether it is the one to begin with."""

    tool: Tool
    number: int
    status: ToolStatus
    is_beginning: bool = False
    care: ToolCare | None = None

    @property
    def is_working(self) -> bool:
        """Say whether the rows show that it works."""
        return self.status == ToolStatus.WORKING


@dataclass(frozen=True)
class Path:
    """All tools in order, and where to begin."""

    states: list[ToolState]
    beginning: Beginning | None
    facts: Facts

    @property
    def working(self) -> int:
        """How many tools work."""
        return sum(state.is_working for state in self.states)

    @property
    def total(self) -> int:
        """How many tools there are."""
        return len(self.states)


def tool_signs(today: dt.date) -> dict[Tool, tuple[Rows, Rows]]:
    """Return for every tool the rows that show it is begun and the rows that show it works."""
    return listening_signs(today) | keeping_signs(today) | improving_signs(today)


def days_ago(today: dt.date, days: int) -> dt.date:
    """Return a day so many days back."""
    return today - dt.timedelta(days=days)


def listening_signs(today: dt.date) -> dict[Tool, tuple[Rows, Rows]]:
    """Tools that count and hear."""
    signs = SignPlace.objects.filter(taken_down_on=None)
    staff = StaffWave.objects.filter(kind=StaffSurveyKind.ENPS).exclude(state=WaveState.DRAFT)
    shown = StaffGroup.objects.filter(wave__kind=StaffSurveyKind.ENPS, dimension="", wave__closes_at__date__gte=days_ago(today, HALF))
    heard = Answer.objects.filter(suspect_reason="", wave__audience=SurveyAudience.CLIENTS, answered_at__date__gte=days_ago(today, THIRD))
    return {
        Tool.WORD: (WordingDocument.objects.all(), well_worded()),
        Tool.BEACON: (BeaconRound.objects.all(), BeaconVersion.objects.all()),
        Tool.LTV: (ClientSum.objects.all(), LtvVersion.objects.filter(created_at__date__gte=days_ago(today, YEAR))),
        Tool.SIGN: (signs, signs.exclude(photo="")),
        Tool.NPS: (Wave.objects.exclude(state=WaveState.DRAFT), at_least(ENOUGH_ANSWERS, heard)),
        Tool.ENPS: (staff, shown.exclude(status=GroupStatus.WITHHELD)),
        Tool.MANNERS: (MannersVersion.objects.all(), read_by_half(today)),
        Tool.POINTS: (
            Touchpoint.objects.filter(is_archived=False),
            Audit.objects.filter(state=AuditState.DONE, finished_at__date__gte=days_ago(today, THIRD)),
        ),
        Tool.PHONE: (
            PhoneCall.objects.all(),
            at_least(ENOUGH_CALLS, PhoneCall.objects.filter(called_at__date__gte=days_ago(today, QUARTER))),
        ),
        Tool.ACTIONS: (
            Action.objects.all(),
            Action.objects.filter(state=ActionState.DONE, done_at__date__gte=days_ago(today, FRESH_ACTION)),
        ),
    }


def keeping_signs(today: dt.date) -> dict[Tool, tuple[Rows, Rows]]:
    """Tools that keep Clients."""
    talked = ExitCall.objects.filter(outcome=CallOutcome.TALKED, is_rehearsal=False)
    told = ReturnTurn.objects.filter(state=ReturnState.TOLD, is_held_out=False, told_on__gte=days_ago(today, THIRD))
    return {
        Tool.POOL: (ClientSum.objects.all(), ClientSum.objects.filter(last_day__gte=days_ago(today, FRESH_PURCHASE))),
        Tool.CALLS: (ExitCall.objects.all(), talked.filter(called_at__date__gte=days_ago(today, MONTH))),
        Tool.RETURNS: (ReturnCampaign.objects.all(), told),
    }


def improving_signs(today: dt.date) -> dict[Tool, tuple[Rows, Rows]]:
    """Tools that improve."""
    spent = ChannelMonth.objects.filter(spend_cents__isnull=False)
    motives = StaffWave.objects.filter(kind=StaffSurveyKind.MOTIVES).exclude(state=WaveState.DRAFT)
    written = ReminderTurn.objects.filter(skip_reason="", is_held_out=False, reminder__is_active=True)
    brought = Client.objects.exclude(referred_by=None, brought_by=None)
    return {
        Tool.SELLERS: (ReferralLink.objects.all(), brought.filter(sum__first_day__gte=days_ago(today, QUARTER))),
        Tool.CHAIN: (ChannelMonth.objects.all(), spent.filter(contacts__isnull=False, month__gte=days_ago(today, THIRD))),
        Tool.MOTIVES: (
            motives,
            motives.filter(state=WaveState.CLOSED, is_lost=False, closes_at__date__gte=days_ago(today, YEAR)),
        ),
        Tool.PLAYBOOKS: (Playbook.objects.filter(is_archived=False), PlaybookUse.objects.filter(used_on__gte=days_ago(today, YEAR))),
        Tool.REMINDERS: (VisitReminder.objects.all(), written.filter(created_at__date__gte=days_ago(today, FRESH_LETTER))),
    }


def well_worded() -> Rows:
    """Return the last check of wording, if 95 of 100 places in it were right."""
    last = WordingRun.objects.order_by("-pk").values("pk")[:1]
    places = WordingRun.objects.filter(pk=Subquery(last)).annotate(good=Sum("documents__right"), bad=Sum("documents__wrong"))
    return places.filter(good__gt=0, good__gte=RIGHT_TO_WRONG * F("bad"))


def read_by_half(today: dt.date) -> Rows:
    """Return the code of manners once half of those who work here have read it."""
    one = {"one": Value(1)}
    read = acks_in_force().order_by().values(**one).annotate(n=Count("employee", distinct=True)).values("n")
    team = Employee.objects.filter(works_on(today)).order_by().values(**one).annotate(n=Count("pk")).values("n")
    versions = MannersVersion.objects.annotate(read=Subquery(read), team=Subquery(team))
    return versions.filter(read__gt=0, team__lte=2 * F("read"))


def at_least(count: int, rows: Rows) -> Rows:
    """Return rows that exist only when there are so many of them."""
    return rows.order_by("pk")[count - 1 : count]


def cares() -> dict[str, ToolCare]:
    """Return who looks after which tool."""
    return {care.tool: care for care in ToolCare.objects.select_related("owner", "confirmed_by")}


def evidence_of(tool: Tool) -> QuerySet[ToolEvidence]:
    """Return what people brought to show that a tool works, newest first."""
    return ToolEvidence.objects.filter(tool=tool).select_related("added_by")


def is_confirmed(care: ToolCare, today: dt.date) -> bool:
    """Say whether a person vouched for the tool within a year."""
    return care.confirmed_at is not None and care.confirmed_at.date() >= days_ago(today, YEAR)


def statuses(today: dt.date, looked_after: Mapping[str, ToolCare]) -> dict[Tool, ToolStatus]:
    """Say how far every tool is: by its rows, else by who looks after it and vouched for it."""
    counted = counted_statuses(today)
    return counted | {tool: cared_status(counted[tool], looked_after[tool], today) for tool in Tool if tool in looked_after}


def cared_status(counted: ToolStatus, care: ToolCare, today: dt.date) -> ToolStatus:
    """Add what people say to what the rows say."""
    if is_confirmed(care, today):
        return ToolStatus.WORKING
    return ToolStatus.GOING if counted == ToolStatus.AHEAD and care.owner else counted


def counted_statuses(today: dt.date) -> dict[Tool, ToolStatus]:
    """Say how far every tool is by rows alone, in one query."""
    signs = tool_signs(today)
    begun = {f"begun_{tool}": Exists(rows) for tool, (rows, _works) in signs.items()}
    works = {f"works_{tool}": Exists(rows) for tool, (_begun, rows) in signs.items()}
    found: Mapping[str, Any] = Company.objects.values(one=Value(1)).annotate(**begun, **works).first() or {}
    return {tool: status_of(bool(found.get(f"begun_{tool}")), bool(found.get(f"works_{tool}"))) for tool in Tool}


def status_of(begun: bool, works: bool) -> ToolStatus:
    """Turn two facts into a status."""
    if works:
        return ToolStatus.WORKING
    return ToolStatus.GOING if begun else ToolStatus.AHEAD


def count_working(today: dt.date) -> int:
    """Count the tools that work, in two queries."""
    return sum(status == ToolStatus.WORKING for status in statuses(today, cares()).values())


def path_facts(today: dt.date) -> Facts:
    """Read what the choice of the beginning rests on."""
    ranked = constraint_on(day=today)
    main = ranked[1].main if ranked else None
    return Facts(
        leavers=Leaver.objects.filter(state=LeaverState.QUEUED, is_rehearsal=False).count(),
        with_email=Client.objects.exclude(email="").count(),
        lever=main.lever.value if main else "",
    )


def path(today: dt.date) -> Path:
    """Return the whole path as of today."""
    looked_after, facts = cares(), path_facts(today)
    found = statuses(today, looked_after)
    working, going = ([tool.value for tool in Tool if found[tool] == status] for status in (ToolStatus.WORKING, ToolStatus.GOING))
    begin = beginning([tool.value for tool in Tool], working, going, facts)
    chosen = begin.tool if begin else ""
    states = [ToolState(tool, number, found[tool], tool == chosen, looked_after.get(tool)) for number, tool in enumerate(Tool, 1)]
    return Path(states, begin, facts)
