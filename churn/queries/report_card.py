"""The company's own past as the report card needs it, and the card itself."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

import numpy as np
from django.db import connection

from churn.enums import Detector, DetectorGroup
from churn.formulas.detection import HORIZONS, PARTS, Mark, choose, horizon_for, margin
from churn.models import DetectorCheck
from churn.queries.finding import purchase_days

PAST = """
SELECT x, t_x, silence, bought, count(*) FROM (
  SELECT count(*) FILTER (WHERE day <= %(cut)s) - 1 AS x,
         max(day) FILTER (WHERE day <= %(cut)s) - min(day) AS t_x,
         %(cut)s::date - max(day) FILTER (WHERE day <= %(cut)s) AS silence,
         bool_or(day > %(cut)s) AS bought
  FROM clients_clientday
  WHERE n > 0 AND day <= %(until)s
  GROUP BY client_id
  HAVING min(day) <= %(cut)s
) clients GROUP BY x, t_x, silence, bought
"""
CHUNK = 10_000
COLUMNS = 5
CARDS_SHOWN = 6
ORDER = {
    DetectorGroup.FEW: (Detector.RECENCY, Detector.MODEL),
    DetectorGroup.RHYTHM: (Detector.RHYTHM, Detector.RECENCY, Detector.MODEL),
}
"""What may judge each group, the plainest first: who has bought once or twice has no rhythm of their own."""


@dataclass(frozen=True)
class CheckSpan:
    """Which days a check is of: the limit is chosen by what followed `chosen_on`, everybody is judged by what followed `cut_on`."""

    chosen_on: dt.date
    cut_on: dt.date
    until: dt.date
    horizon_days: int


@dataclass(frozen=True)
class MarkRow:
    """One way of a group: its mark, and how it stands to the one in force."""

    check: DetectorCheck
    mark: Mark
    is_chosen: bool
    worse_by: float
    margin: float

    @property
    def is_worse(self) -> bool:
        """Say whether it errs more than the one in force by more than chance."""
        return self.worse_by > self.margin


@dataclass(frozen=True)
class GroupCard:
    """The marks of one group of Clients, the plainest way first."""

    group: DetectorGroup
    rows: list[MarkRow]

    @property
    def chosen(self) -> MarkRow:
        """The way in force."""
        return next(row for row in self.rows if row.is_chosen)

    @property
    def is_enough(self) -> bool:
        """Say whether there were enough Clients to choose by."""
        return all(row.mark.is_enough for row in self.rows)

    @property
    def is_default(self) -> bool:
        """Say whether the plainest way is in force."""
        return self.chosen is self.rows[0]

    @property
    def is_few(self) -> bool:
        """Say whether these Clients have too few purchases for a rhythm."""
        return self.group == DetectorGroup.FEW

    @property
    def clients(self) -> int:
        """How many Clients were judged."""
        return self.chosen.mark.bought + self.chosen.mark.gone


@dataclass(frozen=True)
class ReportCard:
    """The newest check of every way of noticing."""

    made_at: dt.datetime
    cut_on: dt.date
    until: dt.date
    horizon_days: int
    groups: list[GroupCard]


@dataclass(frozen=True)
class HistoryGap:
    """Why there is no report card: how many days of purchases there are and how many are needed."""

    days: int
    needed: int


def check_span(today: dt.date) -> CheckSpan | None:
    """Return which days to judge by, None when the history is too short. What is dated after today does not count."""
    days = purchase_days()
    until = min(days[1], today) if days else today
    horizon = horizon_for((until - days[0]).days) if days else None
    if horizon is None:
        return None
    cut = until - dt.timedelta(horizon)
    return CheckSpan(cut - dt.timedelta(horizon), cut, until, horizon)


def history_gap(today: dt.date) -> HistoryGap | None:
    """Say how much history is missing, None when there is enough."""
    days = purchase_days()
    known = max((min(days[1], today) - days[0]).days, 0) if days else 0
    needed = PARTS * HORIZONS[-1]
    return HistoryGap(known, needed) if known < needed else None


def past_rows(*, cut: dt.date, until: dt.date) -> Iterator[np.ndarray]:
    """Yield chunks of (x, t_x, silence, bought, Clients) as of the day `cut`; purchases after it say only who bought until `until`."""
    with connection.chunked_cursor() as cursor:  # a million rows stay with the server until they are asked for
        cursor.execute(PAST, {"cut": cut, "until": until})
        while rows := cursor.fetchmany(CHUNK):
            yield np.fromiter(chain.from_iterable(rows), np.int64, COLUMNS * len(rows)).reshape(-1, COLUMNS)


def mark_in(check: DetectorCheck) -> Mark:
    """Return the mark a row keeps."""
    return Mark(check.called, check.came_back, check.kept, check.left_unnoticed)


def group_card(group: DetectorGroup, checks: Sequence[DetectorCheck]) -> GroupCard:
    """Set the marks of a group against the one in force."""
    marks = {Detector(check.detector): mark_in(check) for check in checks}
    chosen = next((Detector(check.detector) for check in checks if check.is_chosen), choose(marks, ORDER[group]))
    best = marks[chosen]
    rows = [
        MarkRow(check, mark, check.detector == chosen, mark.error - best.error, margin(mark, best))
        for check in sorted(checks, key=lambda check: ORDER[group].index(Detector(check.detector)))
        for mark in [mark_in(check)]
    ]
    return GroupCard(group, rows)


def report_card() -> ReportCard | None:
    """Return the newest report card."""
    return next(iter(report_cards(1)), None)


def report_cards(limit: int = CARDS_SHOWN) -> list[ReportCard]:
    """Return the last report cards, the newest first."""
    moments = list(DetectorCheck.objects.order_by("-made_at").values_list("made_at", flat=True).distinct()[:limit])
    checks = DetectorCheck.objects.filter(made_at__in=moments).order_by("-made_at", "group")
    return [card_of(moment, list(rows)) for moment, rows in groupby(checks, key=lambda check: check.made_at)]


def card_of(made_at: dt.datetime, checks: list[DetectorCheck]) -> ReportCard:
    """Put the rows of one check together, those with few purchases first."""
    first = checks[0]
    by_group = {DetectorGroup(group): list(rows) for group, rows in groupby(checks, key=lambda check: check.group)}
    cards = [group_card(group, by_group[group]) for group in DetectorGroup if group in by_group]
    return ReportCard(made_at, first.cut_on, first.cut_on + dt.timedelta(first.horizon_days), first.horizon_days, cards)


def last_check_at() -> dt.datetime | None:
    """Return when the ways were judged last."""
    return DetectorCheck.objects.order_by("-made_at").values_list("made_at", flat=True).first()
