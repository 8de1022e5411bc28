"""Shares the tools of the path should move: of the last days and of as many before them, one query each."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Sum

from clients.models import Client
from clients.queries.referrals import BY_PERSON
from common.periods import add_months, month_of
from company.models import Employee
from company.queries import works_on
from metrics.models import ChannelMonth
from programme.enums import PraiseState, UseOutcome
from programme.models import PlaybookUse, Praise, WordingDocument
from programme.queries.beacon import beacon_in_force, pulses
from programme.queries.health import Period, Rows
from surveys.enums import WaveState
from surveys.formulas.pulse import Known
from surveys.models import StaffGroup
from surveys.queries import pulse_result

QUARTER, HALF_YEAR = 90, 180
MONTHS = 3


@dataclass(frozen=True)
class Shares:
    """So many of so many in the last days, and in as many before them."""

    after: int
    n_after: int
    before: int
    n_before: int


@dataclass(frozen=True)
class Praised:
    """The team, who of it was praised in the last days and before them, and for how many that has changed each way."""

    team: int
    after: int
    before: int
    gained: int
    lost: int


def two_periods(today: dt.date, days: int) -> tuple[Period, Period]:
    """Return the last days up to yesterday, and as many before them."""
    middle = today - dt.timedelta(days=days)
    return Period(middle, today), Period(middle - dt.timedelta(days=days), middle)


def shares_of(rows: Rows, day: str, hit: Q, periods: tuple[Period, Period]) -> Shares:
    """Count in both periods what fell on a day of theirs, and the part of it that is a hit."""
    inside = [Q(**{f"{day}__gte": period.since, f"{day}__lt": period.until}) for period in periods]
    asked = {f"n_{number}": Count("pk", filter=period) for number, period in enumerate(inside)}
    asked |= {f"hits_{number}": Count("pk", filter=period & hit) for number, period in enumerate(inside)}
    found = rows.filter(inside[0] | inside[1]).order_by().aggregate(**asked)
    return Shares(found["hits_0"], found["n_0"], found["hits_1"], found["n_1"])


def well_worded_documents(today: dt.date) -> Shares:
    """Count documents checked that held the word, and those of them that came without a small letter."""
    rows = WordingDocument.objects.filter(Q(right__gt=0) | Q(wrong__gt=0))
    return shares_of(rows, "run__started_at__date", Q(wrong=0), two_periods(today, QUARTER))


def memos_that_helped(today: dt.date) -> Shares:
    """Count the days a memo was needed, and those it helped on."""
    return shares_of(PlaybookUse.objects.all(), "used_on", Q(outcome=UseOutcome.HELPED), two_periods(today, HALF_YEAR))


def clients_sent(today: dt.date) -> Shares:
    """Count new Clients whose source is known, and those a person sent or brought."""
    rows = Client.objects.filter(BY_PERSON | Q(channel__isnull=False))
    return shares_of(rows, "sum__first_day", BY_PERSON, two_periods(today, QUARTER))


def calls_become_clients(today: dt.date) -> Shares:
    """Add up calls of the last three whole months and of the three before, and the new Clients of the same lines."""
    this = month_of(today)
    middle = add_months(this, -MONTHS)
    both = ChannelMonth.objects.filter(contacts__isnull=False, new_clients__isnull=False)
    both = both.filter(month__gte=add_months(this, -2 * MONTHS), month__lt=this)
    asked = {f"{name}_after": Sum(name, filter=Q(month__gte=middle), default=0) for name in ("contacts", "new_clients")}
    asked |= {f"{name}_before": Sum(name, filter=Q(month__lt=middle), default=0) for name in ("contacts", "new_clients")}
    found = both.order_by().aggregate(**asked)
    return Shares(found["new_clients_after"], found["contacts_after"], found["new_clients_before"], found["contacts_before"])


def praised_colleagues(today: dt.date) -> Praised:
    """Count those known to have worked here all the time, and whom of them a colleague praised in the last three months and before."""
    periods = two_periods(today, QUARTER)
    team = Employee.objects.filter(works_on(today), hired_on__lte=periods[1].since)
    now, then = (
        Exists(
            Praise.objects.filter(
                about=OuterRef("pk"), state=PraiseState.SHOWN, made_at__date__gte=period.since, made_at__date__lt=period.until
            )
        )
        for period in periods
    )
    counted = {
        "team": Count("pk"),
        "after": Count("pk", filter=Q(now=True)),
        "before": Count("pk", filter=Q(then=True)),
        "gained": Count("pk", filter=Q(now=True, then=False)),
        "lost": Count("pk", filter=Q(now=False, then=True)),
    }
    return Praised(**team.annotate(now=now, then=then).order_by().aggregate(**counted))


def known_pulses() -> list[Known]:
    """Return what the pulses with the same statements about the definition in force showed, the oldest first, in two queries."""
    version = beacon_in_force()
    if version is None:
        return []
    closed = pulses(version).filter(state=WaveState.CLOSED, is_lost=False)
    groups = list(StaffGroup.objects.filter(wave__in=closed, dimension="").select_related("wave").order_by("wave__tallied_at", "pk"))
    same = [pulse_result(group) for group in groups if group.wave.options == groups[-1].wave.options]
    return [known for known in same if known]
