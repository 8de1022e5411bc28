"""Whether the programme is alive, read from its rows: who was asked, and what was done by the day it was due."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, DateField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, Least, TruncDate
from django.utils import timezone

from churn.enums import LeaverState
from churn.models import ExitCall, Leaver
from programme.formulas.health import NEEDED, Part, Sign
from surveys.enums import AnswerChannel, CaseKind, CaseOutcome, CaseState, SurveyAudience
from surveys.models import Case, CaseEvent
from touchpoints.enums import ActionState, AuditState
from touchpoints.models import Action, Audit

Rows = QuerySet[Any, Any]
WINDOW = 90
ASKED_WITHIN = 120
FIRST_MONTH = 30
TWO_DAYS = dt.timedelta(hours=48)

# Stretches of buying never overlap: those that last on a day are as many as the Clients who buy. Two sets are joined to them, so that a
# million Clients are read once.
COVERAGE = """
WITH written AS (
  SELECT DISTINCT i.client_id FROM surveys_invitation i JOIN surveys_wave w ON w.id = i.wave_id
  WHERE w.audience = %(clients)s AND i.skip_reason = '' AND i.created_at >= %(since)s AND i.created_at < %(until)s
), said AS (
  SELECT DISTINCT a.client_id FROM surveys_answer a JOIN surveys_wave w ON w.id = a.wave_id
  WHERE w.audience = %(clients)s AND a.suspect_reason = '' AND a.channel <> %(brought)s
    AND a.answered_at >= %(since)s AND a.answered_at < %(until)s
)
SELECT count(*), count(coalesce(written.client_id, said.client_id)), count(said.client_id)
FROM clients_spell p LEFT JOIN written ON written.client_id = p.client_id LEFT JOIN said ON said.client_id = p.client_id
WHERE p.first_day <= %(day)s AND p.last_day + p.patience >= %(day)s
"""


@dataclass(frozen=True)
class Period:
    """Days from the first on, up to the day after the last."""

    since: dt.date
    until: dt.date


@dataclass(frozen=True)
class Health:
    """The signs as of the morning of a day; `promised` is the part of the promises that Clients asked for."""

    day: dt.date
    signs: dict[Sign, Part]
    promised: Part


def health(today: dt.date) -> Health:
    """Return the signs of health as of today, in six queries."""
    return health_of(today, {sign: parts[0] for sign, parts in deeds([window_before(today)]).items()})


def health_of(day: dt.date, kept: dict[Sign, Part]) -> Health:
    """Add to what was kept in the window who was asked and what was promised, in two queries."""
    return Health(day, {**coverage(day), **kept}, promises_kept([window_before(day)])[0])


def window_before(day: dt.date) -> Period:
    """Return the days a sign looks back over."""
    return Period(day - dt.timedelta(days=WINDOW), day)


def deeds(periods: Sequence[Period]) -> dict[Sign, list[Part]]:
    """Return the parts done in time of what was due in each period, in four queries for any number of them."""
    return {
        Sign.CRITICS: critics_answered(periods),
        Sign.PROMISES: actions_kept(periods),
        Sign.AUDITS: audits_walked(periods),
        Sign.CALLS: leavers_called(periods),
    }


def parts_of(sign: Sign, rows: Rows, due: str, kept: Q, periods: Sequence[Period]) -> list[Part]:
    """Count what was due in each period and the part of it that was kept, in one query."""
    asked: dict[str, Count] = {}
    for number, period in enumerate(periods):
        inside = Q(**{f"{due}__gte": period.since, f"{due}__lt": period.until})
        asked |= {f"n_{number}": Count("pk", filter=inside), f"hits_{number}": Count("pk", filter=inside & kept)}
    bounds = {f"{due}__gte": min(period.since for period in periods), f"{due}__lt": max(period.until for period in periods)}
    found = rows.filter(**bounds).order_by().aggregate(**asked)
    return [Part(found[f"hits_{number}"], found[f"n_{number}"], NEEDED[sign]) for number in range(len(periods))]


def coverage(day: dt.date) -> dict[Sign, Part]:
    """Return which part of the Clients who were buying on the day before was asked, and which part of those answered, in one query."""
    until = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    params: dict[str, Any] = {"since": until - dt.timedelta(days=ASKED_WITHIN), "until": until, "day": day - dt.timedelta(days=1)}
    params |= {"clients": SurveyAudience.CLIENTS.value, "brought": AnswerChannel.IMPORT.value}
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE, params)
        active, asked, answered = cursor.fetchone()
    return {Sign.ASKED: Part(asked, active, NEEDED[Sign.ASKED]), Sign.ANSWERED: Part(answered, asked, NEEDED[Sign.ANSWERED])}


def critics_answered(periods: Sequence[Period]) -> list[Part]:
    """Return the critics somebody talked to within 48 hours; a case closed because nobody was reached is no answer."""
    said = Least(Coalesce("answer__corrected_at", "answer__answered_at"), "created_at")
    over = ExpressionWrapper(said + TWO_DAYS, output_field=DateTimeField())
    talked = CaseEvent.objects.filter(case=OuterRef("pk"), state=CaseState.TALKED, at__lte=OuterRef("over_at"))
    closed = Q(state=CaseState.CLOSED, closed_at__lte=F("over_at")) & ~Q(outcome=CaseOutcome.NOT_REACHED)
    rows = Case.objects.filter(kind=CaseKind.DETRACTOR).annotate(over_at=over)
    rows = rows.annotate(over_on=TruncDate("over_at"), is_talked=Exists(talked))
    return parts_of(Sign.CRITICS, rows, "over_on", Q(is_talked=True) | closed, periods)


def actions_kept(periods: Sequence[Period], only: Q | None = None) -> list[Part]:
    """Return the actions done by their day. What was dropped is left out, unless it was promised: then it was not kept."""
    rows = Action.objects.filter(only or Q(), ~Q(state=ActionState.DROPPED) | Q(promise__isnull=False))
    kept = Q(state=ActionState.DONE, done_at__date__lte=F("due_on"))
    return parts_of(Sign.PROMISES, rows, "due_on", kept, periods)


def promises_kept(periods: Sequence[Period]) -> list[Part]:
    """Return the same of what Clients asked for and we promised: each promise is one of the actions, not one more."""
    return actions_kept(periods, Q(promise__isnull=False))


def audits_walked(periods: Sequence[Period]) -> list[Part]:
    """Return the walks finished by their day; one that was forgotten and closed by itself was not, a table brought in had no day."""
    walked = Q(state=AuditState.DONE, is_forgotten=False, finished_at__date__lte=F("due_on"))
    planned = Audit.objects.filter(Q(finished_at=None) | Q(created_at__lt=F("finished_at")))
    return parts_of(Sign.AUDITS, planned, "due_on", walked, periods)


def leavers_called(periods: Sequence[Period]) -> list[Part]:
    """Return the leavers called in the first month after they left, from the company's first call on.

    Left out: who came back before anybody called, and who asked not to be called.
    """
    calls = ExitCall.objects.filter(is_rehearsal=False)
    month_later = ExpressionWrapper(F("left_on") + dt.timedelta(days=FIRST_MONTH), output_field=DateTimeField())
    in_time = Exists(calls.filter(leaver=OuterRef("pk"), called_at__date__lte=OuterRef("over_on")))
    first = Subquery(calls.order_by("called_at").annotate(day=TruncDate("called_at")).values("day")[:1])
    rows = Leaver.objects.filter(is_rehearsal=False).annotate(over_on=Cast(month_later, DateField())).annotate(in_time=in_time)
    out_of_reach = Q(state=LeaverState.RETURNED, returned_on__lte=F("over_on")) | Q(client__do_not_call=True)
    return parts_of(Sign.CALLS, rows.filter(Q(in_time=True) | ~out_of_reach, over_on__gte=first), "over_on", Q(in_time=True), periods)
