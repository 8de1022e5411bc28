"""What a campaign of returning brought: who bought after we told them, and the difference from those who were told nothing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import DateField, Exists, ExpressionWrapper, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from churn.enums import OPEN_STATES, ReturnState, ReturnWay
from churn.models import ReturnCampaign, ReturnTurn
from churn.queries.returns import LOST, SHARES, in_other_campaigns
from clients.models import ClientDay
from common.assignment import is_held_out
from common.experiments import MeanDifference, Sample, ShareDifference, compare_means, compare_shares, detectable_difference
from common.proportions import wilson_interval
from company.queries import the_company

ENOUGH = 30
"""In a group of fewer Clients one person moves the share by more than three points: said beside the figure."""
PAST_DAYS = 3 * 365
COMPUTED = ("came_told", "cents_told", "came_draw", "cents_draw")
NAMES = ("way", "state", "leaver", "is_held_out", "drawn_on", "told_on", *COMPUTED, "message__state")

# Leavers and critics of the past who were as long without a word as these are, and whether they bought within the days by themselves.
PAST_LEAVERS_SQL = """
SELECT count(*), count(*) FILTER (WHERE l.returned_on <= l.left_on + %(age)s + %(days)s)
FROM churn_leaver l
WHERE NOT l.is_rehearsal AND l.left_on BETWEEN %(since)s AND %(today)s - (%(age)s + %(days)s)
  AND (l.returned_on IS NULL OR l.returned_on > l.left_on + %(age)s)
  AND NOT EXISTS (
    SELECT 1 FROM churn_exitcall k
    WHERE k.leaver_id = l.id AND k.outcome = 'talked' AND (k.called_at AT TIME ZONE %(zone)s)::date
        BETWEEN l.left_on + %(age)s AND l.left_on + %(age)s + %(days)s
  )
  AND NOT EXISTS (
    SELECT 1 FROM churn_returnturn t
    WHERE t.client_id = l.client_id AND t.state = 'told' AND t.told_on BETWEEN l.left_on AND l.left_on + %(age)s + %(days)s
  )
"""
PAST_CRITICS_SQL = """
WITH past AS (
    SELECT a.client_id, (a.answered_at AT TIME ZONE %(zone)s)::date + %(age)s AS day
    FROM surveys_answer a JOIN surveys_wave w ON w.id = a.wave_id
    WHERE a.client_id IS NOT NULL AND a.score <= 6 AND a.suspect_reason = '' AND w.audience = 'clients'
      AND (a.answered_at AT TIME ZONE %(zone)s)::date BETWEEN %(since)s AND %(today)s - (%(age)s + %(days)s)
)
SELECT count(*), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM clients_clientday d
    WHERE d.client_id = past.client_id AND d.n > 0 AND d.day > past.day AND d.day <= past.day + %(days)s
))
FROM past
WHERE NOT EXISTS (
    SELECT 1 FROM churn_returnturn t
    WHERE t.client_id = past.client_id AND t.state = 'told' AND t.told_on BETWEEN past.day - %(age)s AND past.day + %(days)s
)
"""


@dataclass(frozen=True)
class BaseShare:
    """The share that buys again within the days untold: `hits` of `n` people of the company's own past, mixed as the campaign is."""

    share: float
    n: int

    @property
    def is_small(self) -> bool:
        """Say whether the past is too short to trust it."""
        return self.n < ENOUGH


@dataclass(frozen=True)
class Foresight:
    """What one share of those told nothing would let us see: the groups and the smallest rise of the share."""

    percent: int
    told: int
    held_out: int
    detectable: float | None


@dataclass(frozen=True)
class Outcome:
    """One group: how many, how many bought again, and the money as a sample of minor units."""

    n: int
    came: int
    money: Sample

    @property
    def share(self) -> float:
        """The share that bought again."""
        return self.came / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson_interval(self.came, self.n)

    @property
    def cents(self) -> int:
        """The money of all together."""
        return round(self.money.mean * self.money.n)

    @property
    def cents_each(self) -> int:
        """Money per Client of the group, those who did not come counted too."""
        return round(self.money.mean)

    @property
    def is_small(self) -> bool:
        """Say whether one person moves the share by more than three points."""
        return self.n < ENOUGH


@dataclass(frozen=True)
class Comparison:
    """Those chosen to be told beside the others, from the same day on. `is_weak`: the others are merely not told yet."""

    told: Outcome
    others: Outcome
    is_weak: bool
    shares: ShareDifference | None
    money: MeanDifference | None


@dataclass(frozen=True)
class ReturnResult:
    """After our words: all told, leavers, critics, by way; the comparison; the day the last told one's days end."""

    told: Outcome
    leavers: Outcome
    critics: Outcome
    by_way: list[tuple[ReturnWay, Outcome]]
    comparison: Comparison | None
    ends_on: dt.date | None
    is_over: bool
    n_over: int


@dataclass(frozen=True)
class Row:
    """One turn with what its Client bought after the day we told them, and after the day of the draw."""

    way: str
    state: str
    is_leaver: bool
    is_held_out: bool
    is_drawn: bool
    told_on: dt.date | None
    came_after_told: bool
    cents_after_told: int
    came_after_draw: bool
    cents_after_draw: int
    is_lost: bool

    @property
    def is_told(self) -> bool:
        """Say whether our words reached the Client as far as we know."""
        return self.state == ReturnState.TOLD and not self.is_lost


def return_rows(campaign: ReturnCampaign) -> list[Row]:
    """Return the turns with their purchases, in one query from the rollup of days."""
    turns = ReturnTurn.objects.filter(campaign=campaign)
    for name, start in (("told", "told_on"), ("draw", "drawn_on")):
        turns = with_purchases(turns, name, start, campaign.window_days)
    return [row_of(values) for values in turns.order_by("pk").values(*NAMES)]


def row_of(values: dict[str, Any]) -> Row:
    """Return one turn as it counts."""
    return Row(
        way=values["way"],
        state=values["state"],
        is_leaver=values["leaver"] is not None,
        is_held_out=values["is_held_out"],
        is_drawn=values["drawn_on"] is not None,
        told_on=values["told_on"],
        came_after_told=values["came_told"],
        cents_after_told=values["cents_told"],
        came_after_draw=values["came_draw"],
        cents_after_draw=values["cents_draw"],
        is_lost=values["message__state"] in LOST,
    )


def with_purchases(turns: QuerySet[Any], name: str, start: str, days: int) -> QuerySet[Any]:
    """Add whether the Client bought from the day after the start on for so many days, and the money, returns taken off."""
    end = ExpressionWrapper(F(start) + Value(days, output_field=IntegerField()), output_field=DateField())
    turns = turns.annotate(**{f"end_{name}": end})
    bought = ClientDay.objects.filter(client=OuterRef("client"), day__gt=OuterRef(start), day__lte=OuterRef(f"end_{name}"))
    money = Subquery(bought.order_by().values("client").annotate(total=Sum("cents")).values("total"))
    found: QuerySet[Any] = turns.annotate(**{f"came_{name}": Exists(bought.filter(n__gt=0)), f"cents_{name}": Coalesce(money, 0)})
    return found


def return_result(campaign: ReturnCampaign, today: dt.date) -> ReturnResult:
    """Sum the campaign up as of today."""
    rows = return_rows(campaign)
    told = [row for row in rows if row.is_told]
    window = dt.timedelta(campaign.window_days)
    ends = [row.told_on + window for row in told if row.told_on]
    return ReturnResult(
        told=after_told(told),
        leavers=after_told(row for row in told if row.is_leaver),
        critics=after_told(row for row in told if not row.is_leaver),
        by_way=[(way, after_told(row for row in told if row.way == way)) for way in ReturnWay if any(row.way == way for row in told)],
        comparison=compared(rows),
        ends_on=max(ends, default=None),
        is_over=bool(ends) and max(ends) < today,
        n_over=sum(end < today for end in ends),
    )


def after_told(rows: Iterable[Row]) -> Outcome:
    """Sum up what followed our words."""
    known = list(rows)
    return Outcome(len(known), sum(row.came_after_told for row in known), Sample.of(row.cents_after_told for row in known))


def after_draw(rows: Iterable[Row]) -> Outcome:
    """Sum up what followed the draw."""
    known = list(rows)
    return Outcome(len(known), sum(row.came_after_draw for row in known), Sample.of(row.cents_after_draw for row in known))


def compared(rows: Sequence[Row]) -> Comparison | None:
    """Compare from the day of the draw on: everybody chosen to be told, told yet or not, beside everybody held out.

    Whoever came back before our letter stays in their group, else the told would lose their quickest. Where nobody was held out, those told
    stand beside those not told yet: weaker, since people and not chance decided whom to tell first.
    """
    drawn = [row for row in rows if row.is_drawn]
    is_weak = not any(row.is_held_out for row in drawn)
    if is_weak:
        told, others = after_draw(row for row in drawn if row.is_told), after_draw(row for row in drawn if is_waiting(row))
    else:
        told, others = after_draw(row for row in drawn if not row.is_held_out), after_draw(row for row in drawn if row.is_held_out)
    if not told.n or not others.n:
        return None
    shares = compare_shares(told.came, told.n, others.came, others.n)
    return Comparison(told, others, is_weak, shares, compare_means(told.money, others.money))


def is_waiting(row: Row) -> bool:
    """Say whether the Client is to be told but has not been."""
    return row.state in {ReturnState.WAITING, ReturnState.READY}


def experiment_of(campaign: ReturnCampaign) -> str:
    """Return the name under which the Clients of a campaign are parted."""
    return f"win-back-{campaign.pk}"


def drawable(turns: Iterable[ReturnTurn]) -> list[ReturnTurn]:
    """Return those whom chance may leave out: to be told by no other campaign, nor in the queue, where a call may have been promised."""
    free = [turn for turn in turns if turn.state == ReturnState.WAITING and not (turn.leaver and turn.leaver.state in OPEN_STATES)]
    elsewhere = set(in_other_campaigns(free).values_list("client", flat=True))
    return [turn for turn in free if turn.client_id not in elsewhere]


def base_share(campaign: ReturnCampaign, turns: Sequence[ReturnTurn], today: dt.date) -> BaseShare | None:
    """Return how many buy again untold, from the company's own past; None where there is no past to count from."""
    gone = [(today - turn.leaver.left_on).days for turn in turns if turn.leaver]
    said = [(today - timezone.localdate(turn.answer.answered_at)).days for turn in turns if turn.answer and not turn.leaver]
    kinds = [(PAST_LEAVERS_SQL, gone), (PAST_CRITICS_SQL, said)]
    parts = [(len(ages), past_share(sql, ages, campaign.window_days, today)) for sql, ages in kinds if ages]
    if not parts or any(not n for _size, (_hits, n) in parts):
        return None
    total = sum(size for size, _past in parts)
    return BaseShare(sum(size * hits / n for size, (hits, n) in parts) / total, min(n for _size, (_hits, n) in parts))


def past_share(sql: str, ages: Sequence[int], days: int, today: dt.date) -> tuple[int, int]:
    """Return how many people of the past bought within the days, and of how many, taken at the middle age of these."""
    params: dict[str, Any] = {"age": max(round(median(ages)), 0), "days": days, "today": today, "since": today - dt.timedelta(PAST_DAYS)}
    params["zone"] = the_company().time_zone
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        n, hits = cursor.fetchone()
    return int(hits), int(n)


def held_out_of(campaign: ReturnCampaign, turns: Iterable[ReturnTurn], percent: int) -> set[int]:
    """Return the Clients whom a share would leave out."""
    return {turn.client_id for turn in turns if is_held_out(experiment_of(campaign), turn.client_id, percent)}


def foresights(campaign: ReturnCampaign, turns: Sequence[ReturnTurn], base: BaseShare | None) -> list[Foresight]:
    """Return what each offered share would let us see, the campaign's own one among them."""
    percents = sorted({*SHARES, campaign.held_out_percent})
    return [foresight(campaign, turns, base, percent) for percent in percents]


def foresight(campaign: ReturnCampaign, turns: Sequence[ReturnTurn], base: BaseShare | None, percent: int) -> Foresight:
    """Return the groups of one share and the smallest rise they can show with 80 % power."""
    held = len(held_out_of(campaign, turns, percent))
    told = len(turns) - held
    return Foresight(percent, told, held, detectable_difference(base.share, told, held) if base else None)
