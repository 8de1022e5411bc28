"""What the pages of experiments show: the outlook before the start, the promised looks, the files."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.sheets import Sheet
from metrics.enums import TrialGoal, TrialState
from metrics.formulas.trials import (
    CAME,
    Past,
    Seen,
    detectable,
    last_boundary,
    look_days,
    needed_clients,
    parted,
)
from metrics.models import Trial, TrialLook
from metrics.queries import trials as found

SHARES = (10, 20, 30, 50)
WINDOWS = (30, 60, 90)
RISES = (0.1, 0.25, 0.5)
WEAK = 0.5
"""A group that shows only a rise by more than half of what comes anyway shows hardly anything that happens in life."""
CENTS = 100


@dataclass(frozen=True)
class Option:
    """What another share or window would show: the groups, and the smallest rise, also as a part of what comes anyway."""

    number: int
    told: int
    held: int
    rise: float | None
    base: float

    @property
    def part(self) -> float | None:
        """The rise as a part of the base."""
        return self.rise / self.base if self.rise is not None and self.base else None

    @property
    def is_weak(self) -> bool:
        """Say whether only an unlikely rise would be seen."""
        return self.part is None or self.part > WEAK


@dataclass(frozen=True)
class Outlook:
    """What can be known before the start."""

    group: found.Group
    overlap: found.Overlap
    past: Past
    is_money: bool
    now: Option
    by_share: list[Option]
    by_window: list[Option]
    needed: list[tuple[float, int | None]]
    days: list[int]

    @property
    def window(self) -> int:
        """Days after the start on which all is known."""
        return self.days[-1]


@dataclass(frozen=True)
class Terms:
    """How an experiment is to be judged."""

    goal: str
    percent: int
    window_days: int
    looks: int


def terms_of(trial: Trial) -> Terms:
    """Return the terms of a saved experiment."""
    return Terms(trial.goal, trial.held_out_percent, trial.window_days, trial.looks)


def base_of(goal: str, past: Past) -> float:
    """Return what comes anyway: the share, or minor units per Client."""
    return past.share if goal == CAME else past.money.mean


def option(number: int, past: Past, sizes: tuple[int, int], terms: Terms) -> Option:
    """Return what groups of these sizes show."""
    z = last_boundary(terms.window_days, terms.looks)
    return Option(number, *sizes, detectable(terms.goal, past, sizes, z), base_of(terms.goal, past))


def outlook_of(trial: Trial, wanted: found.Wanted, terms: Terms, today: dt.date) -> Outlook:
    """Count whom it is for, what such Clients do anyway, and what could be seen."""
    group = found.group_of(wanted, today)
    n = group.takers
    past = found.past_of_such(wanted, terms.window_days, today)
    now = option(terms.percent, past, parted(n, terms.percent), terms)
    z, base = last_boundary(terms.window_days, terms.looks), base_of(terms.goal, past)
    needed = [(part, needed_clients(terms.goal, past, terms.percent, part * base, z)) for part in RISES] if base and past.is_enough else []
    return Outlook(
        group=group,
        overlap=found.overlap_of(trial, wanted, today),
        past=past,
        is_money=terms.goal == TrialGoal.MONEY,
        now=now,
        by_share=[option(share, past, parted(n, share), terms) for share in SHARES if share != terms.percent],
        by_window=by_window(wanted, terms, n, today) if now.is_weak else [],
        needed=needed,
        days=look_days(terms.window_days, terms.looks),
    )


def by_window(wanted: found.Wanted, terms: Terms, n: int, today: dt.date) -> list[Option]:
    """Return what a longer window would show: more Clients come anyway, so a rise by a part is seen sooner."""
    longer = [days for days in WINDOWS if days > terms.window_days]
    pasts = [(days, found.past_of_such(wanted, days, today)) for days in longer]
    return [option(days, past, parted(n, terms.percent), terms) for days, past in pasts]


@dataclass(frozen=True)
class Promise:
    """One promised look: its day, and what it saw once it was taken; `is_due` when its day is over but nobody has looked yet."""

    number: int
    day: dt.date
    look: TrialLook | None
    seen: Seen | None
    is_due: bool
    is_ripe: bool


def promises_of(trial: Trial, today: dt.date) -> list[Promise]:
    """Return all looks promised, in order."""
    taken = {look.number: look for look in trial.seen.all()}
    is_running = trial.state == TrialState.RUNNING
    promises = []
    for number, day in enumerate(found.look_dates(trial), start=1):
        look = taken.get(number)
        is_due = is_running and look is None and day < today
        seen = Seen.of_kept(look.figures) if look else None
        promises.append(Promise(number, day, look, seen, is_due, is_due and found.is_ripe(day, today)))
    return promises


def promised_past(trial: Trial) -> Past | None:
    """Return what was known of such Clients at the start."""
    kept = trial.promised.get("past")
    return Past(**kept) if kept else None


def result_board(trial: Trial, today: dt.date) -> dict[str, Any]:
    """Return what the page of a begun experiment shows: figures of promised looks only."""
    promises = promises_of(trial, today)
    taken = [each for each in promises if each.seen]
    seen = taken[-1].seen if taken else None
    return {
        "promises": promises,
        "latest": taken[-1] if taken else None,
        "seen": seen,
        "judged": seen.judged(trial.goal) if seen else None,
        "is_seen": any(each.look and each.look.is_seen for each in promises),
        "gain": seen.gain(trial.cost_cents or 0) if seen else None,
        "is_money": trial.goal == TrialGoal.MONEY,
        "is_last": len(taken) == trial.looks,
        "awaited": next((each for each in promises if each.look is None), None),
        "can_look": any(each.is_ripe for each in promises),
        "past": promised_past(trial),
        "overlap": found.overlap_of(trial, found.wanted_of(trial), today),
        "counts": found.member_counts(trial),
        "passed": min((today - trial.started_on).days, trial.window_days) if trial.started_on else 0,
    }


def sheets_of(trial: Trial) -> list[Sheet]:
    """Return the file of an experiment: its Clients and its looks; purchases only up to the last look taken."""
    return [Sheet(_("Clients"), client_heads(), client_rows(trial)), Sheet(_("Looks"), look_heads(), look_rows(trial))]


def client_heads() -> list[str]:
    """Return the heads of the sheet of Clients."""
    return [
        _("Client's number"),
        _("Name"),
        _("Branch"),
        _("Segment"),
        _("Group"),
        _("Told on"),
        _("Why not told"),
        _("Visits by the last look"),
        _("Money by the last look"),
    ]


def bought_at_last_look(trial: Trial) -> dict[int, tuple[int, int]] | None:
    """Return what each Client had bought by the last look taken; None before the first one: no peeking."""
    look = trial.seen.last()
    return found.bought_by(trial, trial.started_on, look.looked_on) if look and trial.started_on else None


def client_rows(trial: Trial) -> Iterator[list[Any]]:
    """Yield one line per Client."""
    bought = bought_at_last_look(trial)
    for member in found.members_of(trial, "").iterator(chunk_size=2000):
        client = member.client
        visits, cents = bought.get(client.pk, (0, 0)) if bought is not None else (None, None)
        yield [
            client.external_id or "",
            client.name,
            str(client.branch or ""),
            str(client.segment or ""),
            _("held out") if member.is_held_out else _("told group"),
            date_format(member.told_on, "SHORT_DATE_FORMAT") if member.told_on else "",
            member.get_skip_reason_display(),
            visits,
            None if cents is None else cents / CENTS,
        ]


def look_heads() -> list[str]:
    """Return the heads of the sheet of looks."""
    return [
        pgettext("experiment", "Look"),
        _("As of"),
        _("Group"),
        _("Clients"),
        _("Bought"),
        _("Visits"),
        _("Money"),
        _("Standard errors asked for"),
        _("Difference"),
        pgettext("interval", "from"),
        pgettext("interval", "to"),
    ]


def look_rows(trial: Trial) -> Iterator[list[Any]]:
    """Yield two lines per look, one for each group."""
    scale = CENTS if trial.goal == TrialGoal.MONEY else 1
    for look in trial.seen.all():
        seen = Seen.of_kept(look.figures)
        judged = seen.judged(trial.goal)
        ends = [judged.difference / scale, judged.low / scale, judged.high / scale] if judged else ["", "", ""]
        for name, arm in ((_("told group"), seen.told), (_("held out"), seen.held)):
            day = date_format(look.looked_on, "SHORT_DATE_FORMAT")
            yield [look.number, day, name, arm.n, arm.came, arm.visits, arm.cents / CENTS, seen.z or "", *ends]
