"""What the page and the panel of the main constraint show."""

import datetime as dt
from dataclasses import dataclass
from math import hypot
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.charts import Chart
from common.money import format_cents
from common.proportions import Z95
from common.templatetags.mayak import decimal, percent
from metrics import queries
from metrics.charts_constraint import constraint_chart
from metrics.formulas.constraint import Constraint, Lever, LeverGap, LeverResult, MarkKind
from metrics.models import ConstraintDay

LEVER_NAMES = {
    Lever.KEEPING: gettext_lazy("Keeping"),
    Lever.CONVERSION: gettext_lazy("Conversion of calls"),
    Lever.LEADS: gettext_lazy("Flow of calls"),
    Lever.FREQUENCY: gettext_lazy("Frequency of purchases"),
    Lever.CHECK: gettext_lazy("Average check"),
    Lever.WIN_BACK: gettext_lazy("Bringing back those who left"),
    Lever.REFERRALS: gettext_lazy("Referrals"),
}
LEVER_WORDS = {
    Lever.KEEPING: (
        gettext_lazy("leavings of a Client in a year"),
        gettext_lazy("active × (leavings in a year − mark) × price of a Client × (1 − share who come back by themselves)"),
    ),
    Lever.CONVERSION: (
        gettext_lazy("of calls become Clients"),
        gettext_lazy("calls a year × (mark − share that become Clients) × price of a Client"),
    ),
    Lever.LEADS: (
        gettext_lazy("calls for 1 000 spent"),
        gettext_lazy(
            "spend a year ÷ 1 000 × (mark − calls for 1 000) × conversion × price of a Client; "
            "to a better channel no more than it takes now"
        ),
    ),
    Lever.FREQUENCY: (gettext_lazy("purchases a year"), gettext_lazy("active × (mark − purchases a year) × average check")),
    Lever.CHECK: (gettext_lazy("average check"), gettext_lazy("active × purchases a year × (mark − average check)")),
    Lever.WIN_BACK: (
        gettext_lazy("of those who left come back"),
        gettext_lazy("active × leavings in a year × (mark − share who came back) × price of a Client"),
    ),
    Lever.REFERRALS: (
        gettext_lazy("new Clients sent by a hundred in a year"),
        gettext_lazy("active × (mark − new Clients sent by one in a year) × price of a Client"),
    ),
}
KIND_NAMES = {
    MarkKind.BRANCH: (gettext_lazy("Branch"), gettext_lazy("best branch")),
    MarkKind.MANAGER: (gettext_lazy("Sales manager"), gettext_lazy("best sales manager")),
    MarkKind.CHANNEL: (gettext_lazy("Channel"), gettext_lazy("best channel")),
    MarkKind.QUARTER: (gettext_lazy("Quarter"), gettext_lazy("best quarter")),
}
COUNTED = {MarkKind.MANAGER: gettext_lazy("Calls"), MarkKind.CHANNEL: gettext_lazy("Calls")}
LACKING = {
    Lever.CONVERSION: gettext_lazy("write calls and new Clients by sales manager into the chain of numbers"),
    Lever.LEADS: gettext_lazy("write spend and calls by channel into the chain of numbers"),
    Lever.REFERRALS: gettext_lazy("write on the cards of new Clients who sent them: ten in a branch or a quarter are enough"),
}
LACKING_PURCHASES = gettext_lazy("two branches, or the same quarter of two years, with 30 Clients and 10 events each")
# The first thing to do by a lever: its words, and the room where it is done.
FIRST_STEPS: dict[Lever, tuple[Promise, str, Promise]] = {
    Lever.KEEPING: (
        gettext_lazy("Find out why Clients of %(worst)s leave and mend the first reason"),
        "churn:reasons",
        gettext_lazy("Why they leave"),
    ),
    Lever.CONVERSION: (
        gettext_lazy("Listen to the calls of %(best)s and of %(worst)s and hand the way over"),
        "touchpoints:phone",
        gettext_lazy("Phone access"),
    ),
    Lever.LEADS: (
        gettext_lazy("Move a part of the spend from %(worst)s to %(best)s for a month"),
        "metrics:chain",
        gettext_lazy("Chain of numbers"),
    ),
    Lever.FREQUENCY: (
        gettext_lazy("Remind Clients of %(worst)s of a visit in time"),
        "clients:reminder_list",
        gettext_lazy("Visit reminders"),
    ),
    Lever.CHECK: (
        gettext_lazy("See what %(best)s offers beside a purchase and offer it in %(worst)s"),
        "metrics:sell_more",
        gettext_lazy("Sell more"),
    ),
    Lever.WIN_BACK: (gettext_lazy("Call those who left %(worst)s, the dearest first"), "churn:queue", gettext_lazy("Calls to leavers")),
    Lever.REFERRALS: (gettext_lazy("Ask fans of %(worst)s whom to invite"), "metrics:talk", gettext_lazy("Word of mouth")),
}
EVERYWHERE = pgettext_lazy("instead of a branch", "the company")
HUNDREDTHS = {Lever.CONVERSION, Lever.WIN_BACK, Lever.REFERRALS}
"""Written in hundredths: percent, or so many of a hundred."""
LOOK_BACK_DAYS = 90
SHORTEST_DAYS = 7


def shown_name(kind: MarkKind, name: str) -> str:
    """Write a quarter as people do; other names stay."""
    if kind is not MarkKind.QUARTER:
        return name
    year, quarter = name.split("-Q")
    return _("quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": year}


def lever_figure(lever: Lever, value: float, currency: str) -> str:
    """Write a lever's ratio: a share, a number, or money."""
    if lever is Lever.CHECK:
        return format_cents(round(value), currency)
    if lever in {Lever.CONVERSION, Lever.WIN_BACK}:
        return percent(value)
    return decimal(100 * value if lever is Lever.REFERRALS else value, 2)


@dataclass(frozen=True)
class GapRow:
    """One row of the working."""

    gap: LeverGap
    name: str
    best: str
    unit: str
    shown: str
    value: str
    mark: str


@dataclass(frozen=True)
class FirstStep:
    """The first action by a lever: a prefilled one, and the room where it is done."""

    title: str
    url: str
    room: str
    room_url: str


@dataclass(frozen=True)
class LeverRow:
    """One lever with its words: what is measured, by which formula, the figures as people read them, the first step."""

    result: LeverResult
    name: str
    what: str
    formula: str
    mark: str
    best: str
    kind: str
    counted: str
    gaps: list[GapRow]
    step: FirstStep
    others: list[tuple[str, int]]

    @property
    def is_quarter(self) -> bool:
        """Say whether the mark is a quarter: then every season has its own."""
        return self.result.kind is MarkKind.QUARTER


def gap_row(result: LeverResult, gap: LeverGap, currency: str) -> GapRow:
    """Put words to a gap."""
    unit = gap.unit / (100 if result.lever in HUNDREDTHS else 1)
    figures = [lever_figure(result.lever, value, currency) for value in (gap.shown, gap.value, gap.mark)]
    return GapRow(gap, shown_name(result.kind, gap.name), shown_name(result.kind, gap.best), format_cents(round(unit), currency), *figures)


def first_step(result: LeverResult, money: str) -> FirstStep:
    """Say what to begin with: the words name the best and the weakest."""
    words, room, room_name = FIRST_STEPS[result.lever]
    is_quarter = result.kind is MarkKind.QUARTER
    worst = str(EVERYWHERE) if is_quarter or not result.gaps else f"«{result.gaps[0].name}»"
    best = shown_name(result.kind, result.best) if is_quarter else f"«{result.best}»"
    title = str(words) % {"best": best, "worst": worst}
    details = _("Main constraint: %(lever)s, %(money)s a year.") % {"lever": LEVER_NAMES[result.lever], "money": money}
    url = reverse("touchpoints:action_create", query={"title": title, "details": details})
    return FirstStep(title, url, str(room_name), room)


def lever_row(result: LeverResult, found: Constraint, currency: str) -> LeverRow:
    """Put words to a lever."""
    lever, kind = result.lever, result.kind
    what, formula = LEVER_WORDS[lever]
    others = [(str(KIND_NAMES[other.kind][1]), other.cents) for other in found.others if other.lever is lever and other.cents]
    return LeverRow(
        result=result,
        name=str(LEVER_NAMES[lever]),
        what=str(what),
        formula=str(formula),
        mark=lever_figure(lever, result.mark, currency),
        best=shown_name(kind, result.best),
        kind=str(KIND_NAMES[kind][0]),
        counted=str(COUNTED.get(kind, _("Calls") if lever in {Lever.CONVERSION, Lever.LEADS} else _("Clients"))),
        gaps=[gap_row(result, gap, currency) for gap in result.gaps],
        step=first_step(result, format_cents(result.cents, currency)),
        others=others,
    )


@dataclass(frozen=True)
class Move:
    """How the worth of a lever has changed since a day."""

    name: str
    cents: int
    is_beyond_chance: bool


@dataclass(frozen=True)
class Past:
    """What the kept days tell: the chart, and what has moved since the day `since`."""

    since: dt.date | None
    moves: list[Move]
    chart: Chart | None
    days: int


def past_of(days: list[ConstraintDay], found: Constraint, today: dt.date, currency: str) -> Past:
    """Compare today with the kept day nearest to a quarter of a year ago, and draw the year."""
    older = [row for row in days if (today - row.day).days >= SHORTEST_DAYS]
    then = min(older, key=lambda row: abs((today - row.day).days - LOOK_BACK_DAYS), default=None)
    moves = moves_between(Constraint.of(then.levers, then.price_cents), found) if then else []
    chart = constraint_chart(days, [result.lever for result in found.levers[:3]], LEVER_NAMES, currency)
    return Past(then.day if then else None, moves, chart, len(days))


def moves_between(then: Constraint, now: Constraint) -> list[Move]:
    """List how the levers judged on both days have moved, the largest move first."""
    before = {result.lever: result for result in then.levers}
    moves = [
        Move(str(LEVER_NAMES[result.lever]), result.cents - was.cents, beyond_chance(was, result))
        for result in now.levers
        if (was := before.get(result.lever)) and was.cents != result.cents
    ]
    return sorted(moves, key=lambda move: -abs(move.cents))


def beyond_chance(was: LeverResult, now: LeverResult) -> bool:
    """Say whether two worths differ by more than their intervals allow; the days share data, so this errs on the side of caution."""
    halves = [max(result.high - result.cents, result.cents - result.low) / Z95 for result in (was, now)]
    return abs(now.cents - was.cents) > Z95 * hypot(*halves)


def panel_board(today: dt.date, currency: str) -> dict[str, Any]:
    """Return what the panel of the overview shows."""
    return ranking(queries.main_constraint(today=today), currency)


def ranking(found: Constraint, currency: str) -> dict[str, Any]:
    """Return the levers with their words."""
    return {
        "found": found,
        "main_name": LEVER_NAMES[found.main.lever] if found.main else "",
        "levers": [lever_row(result, found, currency) for result in found.levers],
        "most": max([result.cents for result in found.levers] + [1]),
        "missing": [(LEVER_NAMES[lever], LACKING.get(lever, LACKING_PURCHASES)) for lever in found.missing],
    }


def constraint_board(today: dt.date, day: dt.date | None, currency: str) -> dict[str, Any]:
    """Return what the page shows: today, or what was known on a day gone by."""
    kept = queries.constraint_on(day=day) if day else None
    shown, found = kept or (today, queries.main_constraint(today=today))
    days = queries.constraint_days(today=shown)
    return {
        **ranking(found, currency),
        "price": queries.price_of_client(today=today),
        "past": past_of(days, found, shown, currency),
        "kept_days": [row.day for row in days][-12:],
        "day": shown,
        "is_past": shown < today,
    }
