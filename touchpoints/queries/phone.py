"""Phone access by branch and month, what mystery calls found, and when we can be reached at all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from common.periods import month_of, months_back
from common.zones import zone_of
from company.models import Branch
from touchpoints.formulas.phone import (
    CALLS_ENOUGH,
    QUICK_SECONDS,
    CallFacts,
    ScoreEstimate,
    Share,
    call_score,
    estimate_score,
    median_seconds,
    moved,
)
from touchpoints.models import CallTraffic, PhoneCall

MONTHS_SHOWN = 12
MONTHS_IN_TABLE = 6
RECENT_MONTHS = 3
WEEKDAYS, HOURS_IN_BLOCK = 7, 3
BLOCKS = 24 // HOURS_IN_BLOCK
FACTS = ("is_reached", "attempts", "seconds", "transfers", "is_helped_at_once", "is_number_easy")


@dataclass(frozen=True)
class HeardCall:
    """A mystery call with the time of the branch's own clock."""

    branch_id: int | None
    local: dt.datetime
    is_in_hours: bool
    facts: CallFacts

    @property
    def month(self) -> dt.date:
        """The month the call belongs to."""
        return month_of(self.local.date())


@dataclass(frozen=True)
class PeriodScore:
    """The score of a month (or of several); without enough calls there is a number of calls and no score."""

    month: dt.date
    n: int
    estimate: ScoreEstimate | None


@dataclass(frozen=True)
class Criterion:
    """One question of the checklist and how many calls passed it."""

    key: str
    found: Share


@dataclass(frozen=True)
class BranchScores:
    """One row of the table; no branch means calls to the number of the whole company."""

    branch: Branch | None
    months: list[PeriodScore]
    recent: PeriodScore


@dataclass(frozen=True)
class PhoneBoard:
    """Everything the page of phone access counts."""

    months: list[PeriodScore]
    recent: PeriodScore
    earlier: PeriodScore
    criteria: list[Criterion]
    branches: list[BranchScores]
    hours: list[list[Share]]
    after_hours: Share
    median_seconds: int | None
    calls: int

    @property
    def change(self) -> int | None:
        """Say whether the last months are better (1), worse (-1) or the same (0) as those before; None when too early."""
        before, now = self.earlier.estimate, self.recent.estimate
        return moved(before, now) if before and now else None

    @property
    def weakest(self) -> Criterion | None:
        """The criterion met least often, when something is amiss at all."""
        asked = [criterion for criterion in self.criteria if criterion.found.n >= CALLS_ENOUGH]
        worst = min(asked, key=lambda criterion: criterion.found.share or 0.0, default=None)
        return worst if worst and worst.found.hits < worst.found.n else None

    @property
    def missing(self) -> int:
        """How many more calls the score waits for."""
        return max(CALLS_ENOUGH - self.recent.n, 0)


def phone_calls(branch: Branch | None = None) -> QuerySet[PhoneCall]:
    """Return the calls, newest first."""
    calls = PhoneCall.objects.select_related("branch", "caller")
    return calls.filter(branch=branch) if branch else calls


def heard_calls(*, today: dt.date, zone: ZoneInfo, months: int = MONTHS_SHOWN) -> list[HeardCall]:
    """Return the calls of the last months in one query."""
    wanted = months_back(today, months)
    # A day early: a branch far to the east is in its next month before the company is.
    since = dt.datetime.combine(wanted[0], dt.time(), zone) - dt.timedelta(days=1)
    rows = (
        PhoneCall.objects.filter(called_at__gte=since)
        .order_by()
        .values_list("branch_id", "branch__time_zone", "called_at", "is_in_hours", *FACTS)
    )
    found = [HeardCall(row[0], row[2].astimezone(zone_of(row[1] or "", zone)), row[3], CallFacts(*row[4:])) for row in rows.iterator()]
    return [call for call in found if wanted[0] <= call.month]


def phone_board(*, today: dt.date, zone: ZoneInfo, branches: Sequence[Branch], branch: Branch | None = None) -> PhoneBoard:
    """Count everything from one read of the last twelve months."""
    every = heard_calls(today=today, zone=zone)
    calls = [call for call in every if branch is None or call.branch_id == branch.pk]
    asked = [call for call in calls if call.is_in_hours]
    recent = recent_of(asked, today)
    return PhoneBoard(
        months=by_month(asked, months_back(today, MONTHS_SHOWN)),
        recent=period(month_of(today), recent),
        earlier=period(months_back(today, RECENT_MONTHS)[0], recent_of(asked, last_day_before(today))),
        criteria=criteria_of([call.facts for call in recent]),
        branches=[] if branch else by_branch(every, branches, today),
        hours=by_hours(calls),
        after_hours=reached([call for call in recent_of(calls, today) if not call.is_in_hours]),
        median_seconds=median_seconds(call.facts.seconds for call in recent if call.facts.seconds is not None),
        calls=len(calls),
    )


def last_day_before(today: dt.date) -> dt.date:
    """Return the last day before the recent months."""
    return months_back(today, RECENT_MONTHS)[0] - dt.timedelta(days=1)


def recent_of(calls: Iterable[HeardCall], today: dt.date) -> list[HeardCall]:
    """Return the calls of the three months that end with the day's."""
    months = set(months_back(today, RECENT_MONTHS))
    return [call for call in calls if call.month in months]


def period(month: dt.date, calls: Sequence[HeardCall]) -> PeriodScore:
    """Score some calls; a few say nothing yet."""
    scores = [call_score(call.facts) for call in calls]
    return PeriodScore(month, len(scores), estimate_score(scores) if len(scores) >= CALLS_ENOUGH else None)


def by_month(calls: Iterable[HeardCall], months: Sequence[dt.date]) -> list[PeriodScore]:
    """Score every month."""
    found: dict[dt.date, list[HeardCall]] = defaultdict(list)
    for call in calls:
        found[call.month].append(call)
    return [period(month, found[month]) for month in months]


def by_branch(calls: Iterable[HeardCall], branches: Sequence[Branch], today: dt.date) -> list[BranchScores]:
    """Score every branch; calls without one are the row of the company's own number, when there are any."""
    months = months_back(today, MONTHS_IN_TABLE)
    found: dict[int | None, list[HeardCall]] = defaultdict(list)
    for call in calls:
        if call.is_in_hours:
            found[call.branch_id].append(call)
    rows = [*branches, *([None] if None in found else [])]
    scored = [(row, found[row.pk if row else None]) for row in rows]
    return [BranchScores(row, by_month(own, months), period(month_of(today), recent_of(own, today))) for row, own in scored]


def criteria_of(calls: Sequence[CallFacts]) -> list[Criterion]:
    """Count every question of the checklist over those calls that could answer it."""
    through = [call for call in calls if call.is_reached]
    return [
        Criterion("reached", passed(calls, lambda call: call.is_reached)),
        Criterion("first_try", passed(calls, lambda call: call.is_reached and call.attempts == 1)),
        Criterion("quick", passed(through, lambda call: None if call.seconds is None else call.seconds <= QUICK_SECONDS)),
        Criterion("helped", passed(through, lambda call: call.is_helped_at_once)),
        Criterion("no_transfers", passed(through, lambda call: None if call.transfers is None else call.transfers == 0)),
        Criterion("easy", passed(calls, lambda call: call.is_number_easy)),
    ]


def passed(calls: Iterable[CallFacts], question: Callable[[CallFacts], bool | None]) -> Share:
    """Count yes among those that said anything."""
    answers = [answer for call in calls if (answer := question(call)) is not None]
    return Share(sum(answers), len(answers))


def reached(calls: Iterable[HeardCall]) -> Share:
    """Count the calls that got through."""
    return passed((call.facts for call in calls), lambda call: call.is_reached)


def by_hours(calls: Iterable[HeardCall]) -> list[list[Share]]:
    """Count who got through by weekday, Monday first, and stretch of the day; calls outside the promised hours too."""
    found: dict[tuple[int, int], list[HeardCall]] = defaultdict(list)
    for call in calls:
        found[call.local.weekday(), call.local.hour // HOURS_IN_BLOCK].append(call)
    return [[reached(found[day, block]) for block in range(BLOCKS)] for day in range(WEEKDAYS)]


def reached_recently(*, today: dt.date, zone: ZoneInfo) -> dict[int | None, Share]:
    """Return how many calls of the last three months got through within the promised hours, by branch."""
    found: dict[int | None, list[HeardCall]] = defaultdict(list)
    for call in heard_calls(today=today, zone=zone, months=RECENT_MONTHS):
        if call.is_in_hours:
            found[call.branch_id].append(call)
    return {branch_id: reached(calls) for branch_id, calls in found.items()}


def call_traffic() -> list[CallTraffic]:
    """Return how many calls come in: the whole company first, then the branches."""
    rows = CallTraffic.objects.select_related("branch").order_by("branch__position", "branch__name")
    return sorted(rows, key=lambda row: row.branch_id is not None)
