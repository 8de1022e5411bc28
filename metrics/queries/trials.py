"""Experiments: who can take part, what such Clients did untold, what both groups have done since."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from clients.models import Client, ReminderTurn
from clients.queries import audience, value_bands
from common.assignment import is_held_out
from mailing.enums import MessageState
from mailing.queries import suppressed_addresses
from metrics.enums import TrialKind, TrialState
from metrics.formulas.trials import Arm, Past, look_days
from metrics.models import Trial, TrialLook, TrialMember
from metrics.queries.pool import last_purchase_day

ADDRESS = {TrialKind.LETTER: "email", TrialKind.CALL: "phone"}
REFUSAL = {TrialKind.LETTER: "do_not_mail", TrialKind.CALL: "do_not_call"}
MOST_MEMBERS = 100_000
SAMPLED = 3_000
HISTORY_DAYS = 365
MOST_DATES = 6


@dataclass(frozen=True)
class Wanted:
    """Whom an experiment is for: ids of branches, segments and bands (none is all), and how long they have been silent."""

    kind: str
    branches: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    bands: tuple[int, ...] = ()
    silent_from: int | None = None
    silent_to: int | None = None


@dataclass(frozen=True)
class Group:
    """How many Clients are meant, and how many of them can take part; the others are left out of both groups alike."""

    all: int
    takers: int
    no_address: int
    asked_not: int

    @property
    def doubles(self) -> int:
        """Clients left out since another one has the same address: one letter would reach both."""
        return self.all - self.takers - self.no_address - self.asked_not


@dataclass(frozen=True)
class Overlap:
    """Clients of an experiment who hear from us by another way too."""

    trials: list[tuple[Trial, int]]
    reminded: int


def wanted_of(trial: Trial) -> Wanted:
    """Return whom a saved experiment is for."""
    branches, segments, bands = (tuple(rows.values_list("pk", flat=True)) for rows in (trial.branches, trial.segments, trial.bands))
    return Wanted(trial.kind, branches, segments, bands, trial.silent_from, trial.silent_to)


def limits_of(trial: Trial) -> list[int]:
    """Count the branches, segments and bands it is narrowed to."""
    return [rows.count() for rows in (trial.branches, trial.segments, trial.bands)]


def meant(wanted: Wanted, today: dt.date) -> QuerySet[Client]:
    """Return the Clients meant: those who have ever bought, of the branches, segments and bands, silent for so long."""
    found = audience(
        branches=wanted.branches, segments=wanted.segments, bands=wanted.bands, active_within_days=wanted.silent_to, today=today
    ).filter(sum__first_day__lte=today)
    if wanted.silent_from:
        found = found.filter(sum__last_day__lte=today - dt.timedelta(wanted.silent_from))
    return found


def group_of(wanted: Wanted, today: dt.date) -> Group:
    """Count who can take part; who unsubscribed is found at the draw."""
    found, address = meant(wanted, today), ADDRESS.get(TrialKind(wanted.kind))
    if address is None:
        n = found.count()
        return Group(n, n, 0, 0)
    none, refused = Q(**{address: ""}), Q(**{REFUSAL[TrialKind(wanted.kind)]: True})
    counts = found.aggregate(
        all=Count("pk"),
        no_address=Count("pk", filter=none),
        asked_not=Count("pk", filter=refused & ~none),
        takers=Count(address, filter=~refused & ~none, distinct=True),
    )
    return Group(**counts)


def takers(wanted: Wanted, today: dt.date) -> list[int]:
    """Return the Clients among whom lots are drawn: reachable, not refusing, one per address."""
    kind, found = TrialKind(wanted.kind), meant(wanted, today).order_by("pk")
    address = ADDRESS.get(kind)
    if address is None:
        return list(found.values_list("pk", flat=True))
    willing = found.exclude(**{address: ""}).filter(**{REFUSAL[kind]: False})
    first: dict[str, int] = {}
    for pk, one in willing.values_list("pk", address):
        first.setdefault(one, pk)
    refused = suppressed_addresses(first) if kind == TrialKind.LETTER else set()
    return [pk for one, pk in first.items() if one not in refused]


def experiment_of(trial: Trial) -> str:
    """Return the name under which the Clients of an experiment are parted."""
    return f"trial-{trial.pk}"


def held_out_of(trial: Trial, clients: Iterable[int]) -> set[int]:
    """Return whom the stable hash holds out."""
    return {pk for pk in clients if is_held_out(experiment_of(trial), pk, trial.held_out_percent)}


PAST_SQL = """
WITH people AS (
  SELECT s.client_id FROM clients_clientsum s JOIN clients_client c ON c.id = s.client_id
  WHERE s.client_id %% %(step)s = 0 AND (%(branches)s::bigint[] = '{{}}' OR c.branch_id = ANY(%(branches)s::bigint[]))
    AND (%(segments)s::bigint[] = '{{}}' OR c.segment_id = ANY(%(segments)s::bigint[]))
), dates AS (SELECT unnest(%(dates)s::date[]) AS day
), past AS (
  SELECT p.client_id, dates.day,
    max(d.day) FILTER (WHERE d.n > 0 AND d.day <= dates.day) AS last_day,
    coalesce(sum(d.cents) FILTER (WHERE d.day <= dates.day), 0) AS brought,
    count(*) FILTER (WHERE d.n > 0 AND d.day > dates.day) AS visits,
    coalesce(sum(d.cents) FILTER (WHERE d.day > dates.day), 0) AS cents
  FROM people p CROSS JOIN dates JOIN clients_clientday d ON d.client_id = p.client_id AND d.day <= dates.day + %(window)s
  GROUP BY 1, 2
)
SELECT count(*), count(*) FILTER (WHERE visits > 0), coalesce(sum(cents), 0), coalesce(sum(cents * cents), 0) FROM past
WHERE last_day IS NOT NULL AND day - last_day >= %(silent_from)s AND day - last_day <= %(silent_to)s AND {bands}
  AND NOT EXISTS (
    SELECT 1 FROM metrics_trialmember m WHERE m.client_id = past.client_id AND m.told_on BETWEEN day - %(window)s AND day + %(window)s
  )
  AND NOT EXISTS (
    SELECT 1 FROM clients_reminderturn t WHERE t.client_id = past.client_id AND t.skip_reason = '' AND NOT t.is_held_out
      AND t.due_on BETWEEN day - %(window)s AND day + %(window)s
  )
"""
FOREVER = 100_000
LATEST_LOAD_DAYS = 14


def past_of_such(wanted: Wanted, window_days: int, today: dt.date) -> Past:
    """Look at Clients who were just such at several days of the past year: how many bought within the window, and for how much.

    Silence and money brought are as they stood on each of those days; who was told something about that time is left out.
    """
    people = meant(Wanted(wanted.kind, wanted.branches, wanted.segments), today).count()
    latest = today - dt.timedelta(window_days + 1)
    dates = [latest - dt.timedelta(window_days * back) for back in range(MOST_DATES) if window_days * back <= HISTORY_DAYS]
    bands, ends = bands_sql(wanted.bands)
    params: dict[str, Any] = {
        "step": max(people // SAMPLED, 1),
        "branches": list(wanted.branches),
        "segments": list(wanted.segments),
        "dates": dates,
        "window": window_days,
        "silent_from": wanted.silent_from or 0,
        "silent_to": FOREVER if wanted.silent_to is None else wanted.silent_to,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAST_SQL.format(bands=bands), params | ends)
        return Past(*map(int, cursor.fetchone()))


def bands_sql(chosen: Iterable[int]) -> tuple[str, dict[str, int]]:
    """Return the condition that the money brought lies in one of the bands, and its values."""
    keys, lower, parts = set(chosen), None, []
    ends: dict[str, int] = {}
    for number, band in enumerate(value_bands()):
        if band.pk in keys:
            low, high = f"low_{number}", f"high_{number}"
            part = "TRUE" if lower is None else f"brought >= %({low})s"
            part += "" if band.up_to is None else f" AND brought < %({high})s"
            ends |= {name: end for name, end in ((low, lower), (high, band.up_to)) if end is not None}
            parts.append(f"({part})")
        lower = band.up_to
    return f"({' OR '.join(parts)})" if parts else "TRUE", ends


SINCE_SQL = """
WITH bought AS (
  SELECT m.id, m.is_held_out, count(d.day) FILTER (WHERE d.n > 0) AS visits, coalesce(sum(d.cents), 0)::numeric AS cents
  FROM metrics_trialmember m LEFT JOIN clients_clientday d ON d.client_id = m.client_id AND d.day > %(after)s AND d.day <= %(until)s
  WHERE m.trial_id = %(trial)s GROUP BY m.id
)
SELECT is_held_out, count(*), count(*) FILTER (WHERE visits > 0), sum(visits), sum(visits * visits), sum(cents), sum(cents * cents)
FROM bought GROUP BY is_held_out
"""


def arms_of(trial: Trial, after: dt.date, until: dt.date) -> tuple[Arm, Arm]:
    """Return what the told and the held out bought from the day after the draw up to a day, that day included."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE_SQL, {"trial": trial.pk, "after": after, "until": until})
        found = {held: Arm(*map(int, sums)) for held, *sums in cursor.fetchall()}
    return found.get(False, Arm()), found.get(True, Arm())


def look_dates(trial: Trial) -> list[dt.date]:
    """Return the days as of which the promised looks are taken; none before the start."""
    if trial.started_on is None:
        return []
    return [trial.started_on + dt.timedelta(passed) for passed in look_days(trial.window_days, trial.looks)]


def is_ripe(day: dt.date, today: dt.date) -> bool:
    """Say whether a look as of the day may be taken: the day is over and its purchases are loaded, or have not come for two weeks."""
    if day >= today:
        return False
    known = last_purchase_day(today=today)
    return (known is not None and known >= day) or (today - day).days > LATEST_LOAD_DAYS


def reached_by(trial: Trial, until: dt.date) -> int:
    """Return how many actions were done: letters that left, Clients ticked as told."""
    told = TrialMember.objects.filter(trial=trial, told_on__lte=until)
    return told.filter(message__state=MessageState.SENT).count() if trial.kind == TrialKind.LETTER else told.count()


def trial_rows() -> QuerySet[Trial]:
    """Return the experiments with the sizes of their groups and the looks taken."""
    looks = Prefetch("seen", TrialLook.objects.order_by("number"))
    return (
        Trial.objects.prefetch_related(looks)
        .annotate(
            n_told=Count("members", filter=Q(members__is_held_out=False)), n_held=Count("members", filter=Q(members__is_held_out=True))
        )
        .order_by("-id")
    )


def overlap_of(trial: Trial, wanted: Wanted, today: dt.date) -> Overlap:
    """Count the Clients who stand in another running experiment, or were written to by a reminder within the last window."""
    drawn = Client.objects.filter(trial_turns__trial=trial) if trial.pk and trial.started_on else meant(wanted, today)
    clients = drawn.values("pk")
    others = Trial.objects.filter(state=TrialState.RUNNING).exclude(pk=trial.pk)
    counted = others.annotate(both=Count("members", filter=Q(members__client__in=clients))).filter(both__gt=0)
    since = (trial.started_on or today) - dt.timedelta(trial.window_days)
    turns = ReminderTurn.objects.filter(client__in=clients, skip_reason="", is_held_out=False, due_on__gt=since)
    return Overlap([(other, other.both) for other in counted], turns.aggregate(n=Count("client", distinct=True))["n"])


def members_of(trial: Trial, group: str) -> QuerySet[TrialMember]:
    """Return the members of one group: told, held, todo or skipped; any other name is all."""
    groups = {
        "told": Q(told_on__isnull=False),
        "held": Q(is_held_out=True),
        "todo": Q(is_held_out=False, told_on__isnull=True, skip_reason=""),
        "skipped": ~Q(skip_reason=""),
    }
    found = TrialMember.objects.filter(groups.get(group, Q()), trial=trial)
    return found.select_related("client__branch", "client__segment", "client__sum", "message", "told_by")


def member_counts(trial: Trial) -> dict[str, int]:
    """Count the members by group in one query."""
    groups = {"all": Q(), "told": Q(told_on__isnull=False), "held": Q(is_held_out=True), "skipped": ~Q(skip_reason="")}
    groups["todo"] = Q(is_held_out=False, told_on__isnull=True, skip_reason="")
    return TrialMember.objects.filter(trial=trial).aggregate(**{f"n_{name}": Count("pk", filter=each) for name, each in groups.items()})


def bought_by(trial: Trial, after: dt.date, until: dt.date) -> dict[int, tuple[int, int]]:
    """Return visits and money of each member from the day after the draw up to a day; who bought nothing is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.client_id, count(*) FILTER (WHERE d.n > 0), sum(d.cents) FROM clients_clientday d "
            "JOIN metrics_trialmember m ON m.client_id = d.client_id AND m.trial_id = %s WHERE d.day > %s AND d.day <= %s GROUP BY 1",
            [trial.pk, after, until],
        )
        return {client: (int(visits), int(cents)) for client, visits, cents in cursor.fetchall()}


def somebody(wanted: Wanted, today: dt.date) -> Client | None:
    """Return a Client of the group with an address, to preview a letter with."""
    return meant(wanted, today).exclude(email="").select_related("sum", "branch").order_by("-sum__last_day", "pk").first()


def last_looks(trials: Iterable[Trial]) -> dict[int, TrialLook]:
    """Return the latest look of each experiment whose looks are loaded."""
    return {trial.pk: looks[-1] for trial in trials if (looks := list(trial.seen.all()))}
