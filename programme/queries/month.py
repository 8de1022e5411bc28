"""The month for the meeting: what moved against the three months before, what to do next, whether the programme is alive."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from common.periods import add_months
from common.zones import zone_of
from metrics.formulas.constraint import LeverResult
from metrics.formulas.pool import PoolMonth
from metrics.queries import constraint_on, pool_months
from programme.enums import Tool
from programme.formulas.health import FEW_DEEDS, FEW_PEOPLE, Part, Sign
from programme.formulas.month import Figure, Lack, moved, score_chance, share_chance
from programme.formulas.path import LEVER_TOOLS
from programme.formulas.progress import sign_test
from programme.queries.effects import Change, Unit
from programme.queries.health import Health, Period, deeds, health_of, window_before
from programme.queries.path import Path, path
from surveys.formulas.comparison import Verdict, is_judged, p_value
from surveys.models import Case, Promise
from surveys.queries import latest_result, staff_trend
from surveys.queries.results import LatestResult, moves_between
from touchpoints.enums import AuditState, Rating
from touchpoints.formulas.phone import CALLS_ENOUGH, ScoreEstimate, call_score, estimate_score
from touchpoints.models import Action, AuditMark
from touchpoints.queries import overdue_actions
from touchpoints.queries.phone import HeardCall, heard_calls

BASE_MONTHS = 3
LISTED = 5
DEEDS = {Figure.CRITICS: Sign.CRITICS, Figure.PROMISES: Sign.PROMISES, Figure.AUDITS: Sign.AUDITS, Figure.CALLS: Sign.CALLS}
LESS_IS_BETTER = {Figure.LEFT, Figure.POINTS}


@dataclass(frozen=True)
class Reading:
    """A figure of the month and of the time before; low and high are the 95 % interval of the month's. `n` of `needed` stand behind it."""

    figure: Figure
    unit: Unit
    after: float | None = None
    before: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    needed: int = 0
    lack: Lack = Lack.NONE
    chance: float | None = None
    change: Change = Change.EARLY


@dataclass(frozen=True)
class Todo:
    """What to do next as of today: what is late, the lever worth most with a tool that moves it, where the path begins."""

    overdue: Sequence[Action]
    overdue_count: int
    late_cases: int
    lever: LeverResult | None
    tool: Tool | None
    path: Path


@dataclass(frozen=True)
class MonthReport:
    """All that the meeting looks at."""

    month: dt.date
    readings: list[Reading]
    pool: PoolMonth
    todo: Todo
    health: Health

    def of(self, *changes: Change) -> list[Reading]:
        """Return the readings of which this may be said."""
        return [reading for reading in self.readings if reading.change in changes]


def month_report(month: dt.date, *, today: dt.date, zone: str, now: dt.datetime) -> MonthReport:
    """Gather the report of a whole month; what to do next is as of today."""
    end = add_months(month, 1)
    last = end - dt.timedelta(days=1)
    periods = [Period(month, end), Period(add_months(month, -BASE_MONTHS), month), window_before(end)]
    done = deeds(periods)
    pool = pool_months(today=last, months=BASE_MONTHS + 1)
    readings = [
        nps_reading(periods[0]),
        enps_reading(periods[0]),
        left_reading(pool),
        points_reading(periods[0]),
        phone_reading(month, last, zone),
        *(share_reading(figure, done[sign][0], done[sign][1]) for figure, sign in DEEDS.items()),
    ]
    health = health_of(end, {sign: parts[2] for sign, parts in done.items()})
    return MonthReport(month, judged(readings), pool[-1], todo(today=today, now=now), health)


def judged(readings: Sequence[Reading]) -> list[Reading]:
    """Say of every reading what may be said, all of them looked at together."""
    seen = moved({reading.figure.value: reading.chance for reading in readings if reading.chance is not None})
    return [replace(reading, change=change_of(reading, is_moved=reading.figure.value in seen)) for reading in readings]


def change_of(reading: Reading, *, is_moved: bool) -> Change:
    """Return what may be said of one reading."""
    if reading.chance is None or reading.after is None or reading.before is None:
        return Change.EARLY
    if not is_moved:
        return Change.CHANCE
    is_better = (reading.after > reading.before) != (reading.figure in LESS_IS_BETTER)
    return Change.BETTER if is_better else Change.WORSE


def share_reading(figure: Figure, after: Part, before: Part) -> Reading:
    """Compare two shares; a weak one is neither shown nor compared."""
    if not after.is_enough or after.interval is None:
        return Reading(figure, Unit.SHARE, n=after.n, needed=after.needed, lack=Lack.FEW)
    low, high = after.interval
    reading = Reading(figure, Unit.SHARE, after.share, None, low, high, after.n, after.needed)
    if not before.is_enough:
        return replace(reading, lack=Lack.FEW_BEFORE)
    return replace(reading, before=before.share, chance=share_chance(after, before))


def day_of(moment: dt.datetime | None) -> dt.date | None:
    """Return the company's day of a moment."""
    return timezone.localtime(moment).date() if moment else None


def is_inside(day: dt.date | None, period: Period) -> bool:
    """Say whether a day lies in a period."""
    return day is not None and period.since <= day < period.until


def nps_reading(period: Period) -> Reading:
    """Compare the last wave that began in the month with the wave before it."""
    result = latest_result(period.until - dt.timedelta(days=1))
    if result is None or not is_inside(day_of(result.wave.starts_at), period):
        return Reading(Figure.NPS, Unit.SCORE, lack=Lack.NOT_ASKED)
    estimate, previous = result.estimate, result.previous
    reading = Reading(Figure.NPS, Unit.SCORE, estimate.score, None, estimate.low, estimate.high, estimate.n)
    if previous is None:
        return replace(reading, lack=Lack.FIRST)
    if result.points[-1].is_reworded:
        return replace(reading, lack=Lack.CHANGED)
    before = previous.estimate.score
    if result.verdict == Verdict.EARLY:
        return replace(reading, before=before, lack=Lack.WIDE)
    return replace(reading, before=before, chance=nps_chance(result))


def nps_chance(result: LatestResult) -> float:
    """Return the chance of the change by the test its verdict rests on."""
    previous = result.previous
    if previous is None:
        return 1.0
    if result.comparison.pairs:
        return moves_between(previous.wave, result.wave).p_value
    return p_value(previous.counts, result.counts)


def enps_reading(period: Period) -> Reading:
    """Compare the survey of employees that closed in the month with the one before, if both asked the same people the same."""
    midnight = timezone.make_aware(dt.datetime.combine(period.until, dt.time.min))
    points = staff_trend(midnight)
    if not points or not is_inside(day_of(points[-1].wave.closes_at), period):
        return Reading(Figure.ENPS, Unit.SCORE, lack=Lack.NOT_ASKED)
    last, previous = points[-1], points[-2] if len(points) > 1 else None
    reading = Reading(Figure.ENPS, Unit.SCORE, last.estimate.score, None, last.estimate.low, last.estimate.high, last.estimate.n)
    if previous is None:
        return replace(reading, lack=Lack.FIRST)
    if last.is_reworded or last.is_of_others:
        return replace(reading, lack=Lack.CHANGED)
    reading = replace(reading, before=previous.estimate.score)
    if not is_judged(previous.counts, last.counts):
        return replace(reading, lack=Lack.WIDE)
    return replace(reading, chance=p_value(previous.counts, last.counts))


def left_reading(months: Sequence[PoolMonth]) -> Reading:
    """Compare the part of the pool that left in the month with the same of the months before."""
    *before, last = months
    base = [month for month in before if month.start > 0]
    earlier = Part(sum(month.left for month in base), sum(month.start for month in base), FEW_PEOPLE)
    return share_reading(Figure.LEFT, Part(min(last.left, last.start), last.start, FEW_PEOPLE), earlier)


def points_reading(period: Period) -> Reading:
    """Compare the places walked in the month with what was said of the same places the time before."""
    place = ("touchpoint_id", "audit__branch_id")
    marks = AuditMark.objects.filter(rating__isnull=False, audit__state=AuditState.DONE, touchpoint__is_archived=False)
    last = marks.order_by(*place, "-marked_at", "-pk").distinct(*place).values_list(*place, "rating")
    start, end = (timezone.make_aware(dt.datetime.combine(day, dt.time.min)) for day in (period.since, period.until))
    now = ratings_of(last.filter(marked_at__gte=start, marked_at__lt=end))
    then = ratings_of(last.filter(marked_at__lt=start))
    again = now.keys() & then.keys()
    if len(again) < FEW_DEEDS:
        return Reading(Figure.POINTS, Unit.COUNT, n=len(again), needed=FEW_DEEDS, lack=Lack.FEW)
    better = sum(then[key] == Rating.AWFUL != now[key] for key in again)
    worse = sum(then[key] != Rating.AWFUL == now[key] for key in again)
    before, after = (sum(rated[key] == Rating.AWFUL for key in again) for rated in (then, now))
    return Reading(Figure.POINTS, Unit.COUNT, after, before, n=len(again), needed=FEW_DEEDS, chance=sign_test(better, worse))


def ratings_of(rows: Any) -> dict[tuple[int, int | None], int]:
    """Return the rating of every place."""
    return {row[:2]: row[2] for row in rows}


def phone_reading(month: dt.date, last: dt.date, zone: str) -> Reading:
    """Compare the mystery calls of the month with those of the months before."""
    calls = [call for call in heard_calls(today=last, zone=zone_of(zone), months=BASE_MONTHS + 1) if call.is_in_hours]
    after = score_of(call for call in calls if call.month == month)
    before = score_of(call for call in calls if call.month < month)
    if after is None or after.n < CALLS_ENOUGH:
        return Reading(Figure.PHONE, Unit.COUNT, n=after.n if after else 0, needed=CALLS_ENOUGH, lack=Lack.FEW)
    reading = Reading(Figure.PHONE, Unit.COUNT, after.score, None, after.low, after.high, after.n, CALLS_ENOUGH)
    if before is None or before.n < CALLS_ENOUGH:
        return replace(reading, lack=Lack.FEW_BEFORE)
    return replace(reading, before=before.score, chance=score_chance(after, before))


def score_of(calls: Any) -> ScoreEstimate | None:
    """Return the mean score of some calls."""
    heard: list[HeardCall] = list(calls)
    return estimate_score(call_score(call.facts) for call in heard)


def todo(*, today: dt.date, now: dt.datetime) -> Todo:
    """Return what to do next: promises to Clients stand before other late actions."""
    promised = Exists(Promise.objects.filter(action=OuterRef("pk")))
    late = list(overdue_actions(today).annotate(is_promised=promised).order_by("-is_promised", "due_on", "pk"))
    found, ranked = path(today), constraint_on(day=today)
    lever = ranked[1].main if ranked else None
    return Todo(late[:LISTED], len(late), Case.objects.overdue(now).count(), lever, tool_for(lever, found), found)


def tool_for(lever: LeverResult | None, found: Path) -> Tool | None:
    """Return the first tool that moves the lever: one that does not work yet, else the first of them."""
    if lever is None:
        return None
    working = {state.tool for state in found.states if state.is_working}
    tools = [Tool(name) for name in LEVER_TOOLS.get(lever.lever.value, ())]
    return next((tool for tool in tools if tool not in working), next(iter(tools), None))
