"""What visit reminders brought: those written to beside those held out, and what could be seen at all."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone

from clients.enums import ReminderTiming
from clients.formulas.rhythm import ENOUGH_DAYS, LONGEST_GAP, SHORTEST_GAP
from clients.models import ClientDay, ClientSum, ReminderTurn, VisitReminder
from clients.queries.reminders import Forecast, segment_ids
from common.experiments import MeanDifference, Sample, ShareDifference, compare_means, compare_shares, detectable_difference
from common.proportions import wilson_interval

WINDOWS = (14, 30, 60)
WEEKS_AHEAD = (4, 13, 26, 52)
HISTORY_DAYS = 365
SAMPLED_CLIENTS = 3_000
"""The company's own past is read for about so many Clients: the page must stay quick."""
ENOUGH_TURNS = 30

FIXED_GAP_SQL = "%(after)s"
# Rounded half up, as `usual_gap_days` does.
RHYTHM_GAP_SQL = "least(greatest((2 * span + turn - 1) / greatest(2 * (turn - 1), 1), %(shortest)s), %(longest)s)"
PRODUCT_SQL = """AND EXISTS (
    SELECT 1 FROM clients_purchase p
    WHERE p.client_id = seen.client_id AND p.day = seen.day AND position(lower(%(product)s) IN lower(p.product)) > 0)"""
SEGMENTS_SQL = "JOIN clients_client c ON c.id = s.client_id AND c.segment_id = ANY(%(segments)s)"
UNREMINDED_SQL = """
WITH people AS (
  SELECT s.client_id FROM clients_clientsum s {segments} WHERE s.client_id %% %(step)s = 0
), seen AS (
  SELECT d.client_id, d.day, lead(d.day) OVER w AS next, d.day - first_value(d.day) OVER w AS span, row_number() OVER w AS turn
  FROM clients_clientday d JOIN people ON people.client_id = d.client_id WHERE d.n > 0
  WINDOW w AS (PARTITION BY d.client_id ORDER BY d.day)
), due AS (
  SELECT seen.*, seen.day + ({gap})::int AS due_on FROM seen WHERE turn >= %(least_days)s {product}
)
SELECT count(*), count(*) FILTER (WHERE next <= due_on + %(within)s) FROM due
WHERE due_on BETWEEN %(first)s AND %(last)s AND (next IS NULL OR next > due_on)
  AND NOT EXISTS (
    SELECT 1 FROM clients_reminderturn t
    WHERE t.client_id = due.client_id AND t.last_day = due.day AND t.skip_reason = '' AND NOT t.is_held_out
  )
"""


@dataclass(frozen=True)
class GroupResult:
    """One of the two groups: how many, how many of them came again within the days, the money they brought and its squares."""

    is_held_out: bool
    n: int = 0
    came: int = 0
    cents: int = 0
    squares: int = 0

    @property
    def share(self) -> float:
        """The share that came again."""
        return self.came / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson_interval(self.came, self.n)

    @property
    def cents_each(self) -> int:
        """Money per Client of the group, those who did not come counted too."""
        return round(self.cents / self.n) if self.n else 0

    @property
    def money(self) -> Sample:
        """The money of the group for comparing."""
        return Sample.of_sums(self.n, self.cents, self.squares)


@dataclass(frozen=True)
class ReminderResult:
    """Both groups, and the turns whose days still run."""

    written: GroupResult
    held: GroupResult
    waiting: int
    last_ends_on: dt.date | None

    @property
    def shares(self) -> ShareDifference | None:
        """How much more often those written to came."""
        return compare_shares(self.written.came, self.written.n, self.held.came, self.held.n)

    @property
    def money(self) -> MeanDifference | None:
        """How much more those written to brought, each, in minor units."""
        return compare_means(self.written.money, self.held.money)

    @property
    def is_few(self) -> bool:
        """Say whether a group is too small to lean on."""
        return min(self.written.n, self.held.n) < ENOUGH_TURNS

    @property
    def detectable(self) -> float | None:
        """The smallest rise groups of these sizes show."""
        return detectable_difference(self.held.share, self.written.n, self.held.n)


@dataclass(frozen=True)
class Unreminded:
    """How many came by themselves within the days, of those whose day would have come in the past and who got no letter."""

    came: int
    n: int

    @property
    def share(self) -> float | None:
        """The share that comes without a letter; None where the past is too short to say."""
        return self.came / self.n if self.n >= ENOUGH_TURNS else None


@dataclass(frozen=True)
class Prospect:
    """What so many weeks would show: the size of both groups, the smallest rise that would be seen."""

    weeks: int
    written: int
    held: int
    rise: float | None


def reminder_result(reminder: VisitReminder, today: dt.date, within_days: int) -> ReminderResult:
    """Compare both groups: purchases from the day after the turn on, for so many days. Younger turns still wait."""
    started = TruncDate("created_at", tzinfo=timezone.get_current_timezone())
    ends = ExpressionWrapper(F("started_on") + Value(within_days, output_field=IntegerField()), output_field=DateField())
    turns = ReminderTurn.objects.filter(reminder=reminder, skip_reason="").annotate(started_on=started).annotate(ends_on=ends)
    bought = ClientDay.objects.filter(client=OuterRef("client"), day__gt=OuterRef("started_on"), day__lte=OuterRef("ends_on"))
    money = bought.order_by().values("client").annotate(total=Sum("cents")).values("total")
    exact = DecimalField(max_digits=20, decimal_places=0)
    seen = turns.filter(ends_on__lt=today).annotate(
        has_come=Case(When(Exists(bought.filter(n__gt=0)), then=1), default=0), cents=Cast(Coalesce(money, 0), exact)
    )
    squares = Sum(ExpressionWrapper(F("cents") * F("cents"), DecimalField(max_digits=40, decimal_places=0)))
    sums = {"n_turns": Count("id"), "n_come": Sum("has_come"), "total": Sum("cents"), "squares": squares}
    rows = seen.order_by().values_list("is_held_out").annotate(**sums)
    found = {held: GroupResult(held, *(int(number) for number in numbers)) for held, *numbers in rows}
    waiting = turns.filter(ends_on__gte=today).aggregate(n=Count("id"), last=Max("ends_on"))
    written, held = (found.get(side, GroupResult(side)) for side in (False, True))
    return ReminderResult(written, held, waiting["n"], waiting["last"])


def unreminded(reminder: VisitReminder, today: dt.date, within_days: int) -> Unreminded:
    """Look in the company's own past year: whose day came, who got no letter, who bought by themselves within the days."""
    is_fixed = reminder.timing == ReminderTiming.FIXED
    segments, last = segment_ids(reminder), today - dt.timedelta(within_days + 1)
    params: dict[str, Any] = {
        "after": reminder.after_days,
        "shortest": SHORTEST_GAP,
        "longest": LONGEST_GAP,
        "least_days": 1 if is_fixed else ENOUGH_DAYS,
        "product": reminder.product,
        "segments": segments,
        "step": max(ClientSum.objects.count() // SAMPLED_CLIENTS, 1),
        "within": within_days,
        "first": last - dt.timedelta(HISTORY_DAYS),
        "last": last,
    }
    parts = {"gap": FIXED_GAP_SQL if is_fixed else RHYTHM_GAP_SQL, "product": PRODUCT_SQL if reminder.product else ""}
    with connection.cursor() as cursor:
        cursor.execute(UNREMINDED_SQL.format(segments=SEGMENTS_SQL if segments else "", **parts), params)
        n, came = cursor.fetchone()
    return Unreminded(came=int(came), n=int(n))


def prospects(forecast: Forecast, held_out_percent: int, base: float | None) -> list[Prospect]:
    """Foresee what could be seen if every week brought as many turns as the next one; nothing without turns, a second group and a base."""
    turns = forecast.letters + forecast.held_out
    if base is None or not turns or not held_out_percent:
        return []
    sizes = [(weeks, turns * weeks, round(turns * weeks * held_out_percent / 100)) for weeks in WEEKS_AHEAD]
    return [Prospect(weeks, n - held, held, detectable_difference(base, n - held, held)) for weeks, n, held in sizes]
