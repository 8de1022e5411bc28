"""What the tools of the path changed: a figure before and after, its interval, and whether the change is larger than chance."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils import timezone

from churn.queries import Results, results
from clients.models import ReminderTurn
from common.experiments import compare_shares
from common.proportions import wilson_interval
from common.zones import zone_of
from company.models import Company
from metrics.models import LtvVersion
from metrics.queries import hanging_signs, pool_months
from programme.enums import Tool
from programme.formulas.progress import is_seen
from programme.queries.habits import (
    Shares,
    calls_become_clients,
    clients_sent,
    known_pulses,
    memos_that_helped,
    praised_colleagues,
    well_worded_documents,
)
from programme.queries.health import Period, actions_kept
from surveys.formulas.comparison import Verdict, compare_waves
from surveys.formulas.pulse import Turn, turn_of
from surveys.queries import latest_result, staff_trend
from touchpoints.enums import AuditState, Rating
from touchpoints.models import AuditMark
from touchpoints.queries.phone import phone_board

QUARTER, YEAR = 90, 365
HALF_YEAR = 6
FEW = 10
LETTER_DAYS = 60


class Unit(StrEnum):
    """How a figure is written."""

    MONEY = "money"
    SCORE = "score"
    COUNT = "count"
    SHARE = "share"


class Change(StrEnum):
    """What may be said of a change."""

    BETTER = "better"
    WORSE = "worse"
    CHANCE = "chance"
    EARLY = "early"
    FACT = "fact"


@dataclass(frozen=True)
class Effect:
    """A figure before and after; low and high are the 95 % interval of the one after. A fact is counted, not estimated."""

    unit: Unit
    after: float
    before: float | None = None
    low: float | None = None
    high: float | None = None
    change: Change = Change.FACT
    cents: int | None = None


def effects(*, today: dt.date, company: Company, sees_all: bool) -> dict[Tool, Effect]:
    """Return the effects that can be counted; those who do not see all are shown neither the team's answers nor money brought back."""
    moment = dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min, tzinfo=timezone.get_current_timezone())
    found = {
        Tool.WORD: of_shares(well_worded_documents(today)),
        Tool.BEACON: beacon_effect() if sees_all else None,
        Tool.MANNERS: praise_effect(today),
        Tool.CHAIN: of_shares(calls_become_clients(today)),
        Tool.SELLERS: of_shares(clients_sent(today)),
        Tool.PLAYBOOKS: of_shares(memos_that_helped(today)),
        Tool.LTV: price_effect(),
        Tool.SIGN: count_effect(hanging_signs().count()),
        Tool.NPS: nps_effect(today),
        Tool.ENPS: enps_effect(moment) if sees_all else None,
        Tool.POINTS: points_effect(),
        Tool.PHONE: phone_effect(today, company),
        Tool.ACTIONS: actions_effect(today),
        Tool.POOL: pool_effect(today),
        Tool.REMINDERS: count_effect(letters_sent(today)),
        **leaver_effects(today, company, sees_all=sees_all),
    }
    return {tool: effect for tool, effect in found.items() if effect}


def count_effect(count: int, cents: int | None = None) -> Effect | None:
    """Return a plain count that began with nothing."""
    return Effect(Unit.COUNT, count, 0, cents=cents) if count else None


def price_effect() -> Effect | None:
    """Return the value of a Client as first and as last saved."""
    saved = list(LtvVersion.objects.filter(segment=None).order_by("created_at", "pk").values_list("revenue_cents", flat=True))
    if not saved:
        return None
    return Effect(Unit.MONEY, saved[-1], saved[0] if len(saved) > 1 else None)


def nps_effect(today: dt.date) -> Effect | None:
    """Return NPS of the first wave and of the last."""
    result = latest_result(today)
    return score_effect(result.points) if result else None


def enps_effect(moment: dt.datetime) -> Effect | None:
    """Return eNPS of the first survey that may be shown and of the last."""
    return score_effect(staff_trend(moment))


def score_effect(points: Sequence[Any]) -> Effect | None:
    """Compare the first point of a trend with the last; reworded questions are not compared."""
    if not points:
        return None
    first, last = points[0], points[-1]
    score, low, high = last.estimate.score, last.estimate.low, last.estimate.high
    if first is last:
        return Effect(Unit.SCORE, score, None, low, high, Change.EARLY)
    is_reworded = any(point.is_reworded for point in points[1:])
    verdict = Verdict.EARLY if is_reworded else compare_waves(first.counts, last.counts).verdict
    return Effect(Unit.SCORE, score, first.estimate.score, low, high, CHANGES[verdict])


CHANGES = {Verdict.GROWS: Change.BETTER, Verdict.FALLS: Change.WORSE, Verdict.STANDS: Change.CHANCE, Verdict.EARLY: Change.EARLY}
TURNS = {Turn.GROWS: Change.BETTER, Turn.FALLS: Change.WORSE, Turn.SAME: Change.CHANCE}


def points_effect() -> Effect | None:
    """Return how many places were awful when first walked, and how many of the same places are now."""
    marks = AuditMark.objects.filter(rating__isnull=False, audit__state=AuditState.DONE, touchpoint__is_archived=False)
    place = ("touchpoint_id", "audit__branch_id")
    first = {row[:2]: row[2] for row in marks.order_by(*place, "marked_at", "pk").distinct(*place).values_list(*place, "rating")}
    last = {row[:2]: row[2] for row in marks.order_by(*place, "-marked_at", "-pk").distinct(*place).values_list(*place, "rating")}
    if not first:
        return None
    better = sum(first[key] == Rating.AWFUL != last[key] for key in first)
    worse = sum(first[key] != Rating.AWFUL == last[key] for key in first)
    before, after = (sum(rating == Rating.AWFUL for rating in rated.values()) for rated in (first, last))
    return Effect(Unit.COUNT, after, before, change=direction(better - worse, is_beyond=is_seen(better, worse)))


def direction(rise: float, *, is_beyond: bool) -> Change:
    """Turn a change and its test into what may be said."""
    if not is_beyond:
        return Change.CHANCE
    return Change.BETTER if rise > 0 else Change.WORSE


def phone_effect(today: dt.date, company: Company) -> Effect | None:
    """Return the score of mystery calls of the three months before and of the last three."""
    board = phone_board(today=today, zone=zone_of(company.time_zone), branches=[])
    now, before = board.recent.estimate, board.earlier.estimate
    if now is None:
        return None
    change = Change.EARLY if board.change is None else direction(board.change, is_beyond=board.change != 0)
    return Effect(Unit.COUNT, now.score, before.score if before else None, now.low, now.high, change)


def actions_effect(today: dt.date) -> Effect | None:
    """Return the share of actions done by their day: those due in the 90 days before, and in the last 90."""
    middle = today - dt.timedelta(days=QUARTER)
    after, before = actions_kept([Period(middle, today), Period(middle - dt.timedelta(days=QUARTER), middle)])
    return share_effect(after.hits, after.n, before.hits, before.n)


def share_effect(after: int, n_after: int, before: int, n_before: int, *, more_is_better: bool = True) -> Effect | None:
    """Compare two shares; of fewer than ten nothing is said."""
    if n_after < FEW:
        return None
    low, high = wilson_interval(after, n_after)
    if n_before < FEW:
        return Effect(Unit.SHARE, after / n_after, None, low, high, Change.EARLY)
    compared = compare_shares(after, n_after, before, n_before)
    rise = (compared.difference if compared else 0.0) * (1 if more_is_better else -1)
    change = direction(rise, is_beyond=bool(compared and compared.is_seen))
    return Effect(Unit.SHARE, after / n_after, before / n_before, low, high, change)


def of_shares(shares: Shares) -> Effect | None:
    """Compare the share of the last days with that of the days before."""
    return share_effect(shares.after, shares.n_after, shares.before, shares.n_before)


def praise_effect(today: dt.date) -> Effect | None:
    """Return the share of the team that was praised: the same people twice, so those who changed decide."""
    team = praised_colleagues(today)
    if team.team < FEW:
        return None
    low, high = wilson_interval(team.after, team.team)
    change = direction(team.gained - team.lost, is_beyond=is_seen(team.gained, team.lost))
    return Effect(Unit.SHARE, team.after / team.team, team.before / team.team, low, high, change)


def beacon_effect() -> Effect | None:
    """Return the share that knew the definition in the first pulse about it and in the last."""
    known = known_pulses()
    if not known:
        return None
    first, last = known[0], known[-1]
    low, high = last.interval
    if first is last:
        return Effect(Unit.SHARE, last.share, None, low, high, Change.EARLY)
    return Effect(Unit.SHARE, last.share, first.share, low, high, TURNS[turn_of(first, last)])


def pool_effect(today: dt.date) -> Effect | None:
    """Return the share that leaves in a month: the half-year before, and the last six whole months."""
    months = [month for month in pool_months(today=today, months=2 * HALF_YEAR + 1)[:-1] if month.start > 0]
    before, after = months[:-HALF_YEAR], months[-HALF_YEAR:]
    sums = [(sum(month.left for month in part), sum(month.start for month in part)) for part in (after, before)]
    return share_effect(*sums[0], *sums[1], more_is_better=False)


def letters_sent(today: dt.date) -> int:
    """Count the reminders of the last sixty days."""
    since = today - dt.timedelta(days=LETTER_DAYS)
    return ReminderTurn.objects.filter(skip_reason="", is_held_out=False, created_at__date__gte=since).count()


def leaver_effects(today: dt.date, company: Company, *, sees_all: bool) -> dict[Tool, Effect | None]:
    """Return how many of a year's leavers were talked to, and how many came back after the call."""
    found: Results = results(since=today - dt.timedelta(days=YEAR), today=today, zone=company.time_zone)
    cents = found.returned_after_call_cents if sees_all else None
    return {Tool.CALLS: count_effect(found.reached), Tool.RETURNS: count_effect(found.returned_after_call, cents)}
