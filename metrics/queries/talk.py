"""Word of mouth: who talks, who has really brought somebody, what those who were sent to us bring."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from clients.models import Client
from common.experiments import MeanDifference, Sample, compare_means
from company.queries import company_zone
from metrics.formulas.ratios import Ratio
from metrics.formulas.talk import Bringing, Newcomers
from metrics.models import TalkSettings
from surveys.models import Answer

AFTER_DAYS = 180
"""How long after an answer the money of critics and neutrals is compared."""
ANSWER_YEARS = 3

# Of every Client the newest answer before the day's end; what was said in doubt does not count.
SIDES = """
SELECT DISTINCT ON (a.client_id) a.client_id, a.answered_at,
    CASE WHEN a.score >= 9 THEN 'fan' WHEN a.score >= 7 THEN 'neutral' ELSE 'critic' END AS side
FROM surveys_answer a
WHERE a.client_id IS NOT NULL AND a.suspect_reason = '' AND a.answered_at < %(until)s
ORDER BY a.client_id, a.answered_at DESC, a.id DESC
"""
BRINGING_SQL = f"""
WITH sides AS ({SIDES}), brought AS (
    SELECT c.referred_by_id AS client_id, count(*) AS n, sum(s.cents) AS cents
    FROM clients_client c JOIN clients_clientsum s ON s.client_id = c.id
    WHERE c.referred_by_id IS NOT NULL AND s.first_day <= %(today)s
    GROUP BY 1
)
SELECT side, count(*), count(brought.n), coalesce(sum(brought.n), 0)::int, coalesce(sum(brought.cents), 0)::bigint
FROM sides LEFT JOIN brought USING (client_id) GROUP BY 1
"""
NEWCOMERS_SQL = """
WITH stretches AS (
    SELECT client_id, sum(least(last_day + patience, %(today)s) - first_day)::float8 / 365.25 AS years
    FROM clients_spell WHERE first_day <= %(today)s
    GROUP BY client_id
), people AS (
    SELECT c.referred_by_id IS NOT NULL AS is_sent, s.cents::float8 AS cents, t.years, s.first_day > %(year_ago)s AS is_new
    FROM stretches t JOIN clients_clientsum s ON s.client_id = t.client_id JOIN clients_client c ON c.id = t.client_id
)
SELECT is_sent, count(*), sum(cents), sum(years), sum(cents * cents), sum(cents * years), sum(years * years),
    count(*) FILTER (WHERE is_new), coalesce(sum(cents) FILTER (WHERE is_new), 0)::bigint
FROM people GROUP BY 1
"""
AFTERWARDS_SQL = """
WITH heard AS (
    SELECT DISTINCT ON (client_id) client_id, score <= 6 AS is_critic, (answered_at AT TIME ZONE %(zone)s)::date AS day
    FROM surveys_answer
    WHERE client_id IS NOT NULL AND suspect_reason = '' AND score <= 8 AND answered_at < %(until)s AND answered_at >= %(since)s
    ORDER BY client_id, answered_at DESC, id DESC
), money AS (
    SELECT h.is_critic, coalesce(sum(d.cents), 0) AS cents
    FROM heard h LEFT JOIN clients_clientday d ON d.client_id = h.client_id AND d.day > h.day AND d.day <= h.day + %(days)s
    GROUP BY h.client_id, h.is_critic
)
SELECT is_critic, count(*), sum(cents), sum(cents * cents) FROM money GROUP BY 1
"""


class Side(StrEnum):
    """On which side a Client stands by their newest answer."""

    FAN = "fan"
    NEUTRAL = "neutral"
    CRITIC = "critic"


@dataclass(frozen=True)
class Afterwards:
    """Money of neutrals and of critics in the half year after the answer; the difference is None while a group is too small."""

    neutrals: Sample
    critics: Sample
    difference: MeanDifference | None


def talk_settings() -> TalkSettings:
    """Return how many people tell, as the company holds it; the usual numbers before anybody changed them."""
    return TalkSettings.objects.first() or TalkSettings()


def day_end(today: dt.date) -> dt.datetime:
    """Return the moment the firm's day ends."""
    return dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min, tzinfo=company_zone())


def bringing(*, today: dt.date) -> dict[Side, Bringing]:
    """Count who brought somebody among fans, neutrals and critics."""
    with connection.cursor() as cursor:
        cursor.execute(BRINGING_SQL, {"today": today, "until": day_end(today)})
        found = {Side(row[0]): Bringing(*row[1:]) for row in cursor.fetchall()}
    return {side: found.get(side, Bringing()) for side in Side}


def newcomers(*, today: dt.date) -> tuple[Newcomers, Newcomers]:
    """Return Clients somebody sent, and all others."""
    with connection.cursor() as cursor:
        cursor.execute(NEWCOMERS_SQL, {"today": today, "year_ago": today - dt.timedelta(days=365)})
        found = {row[0]: Newcomers(Ratio(*row[1:7]), row[7], row[8]) for row in cursor.fetchall()}
    nobody = Newcomers(Ratio(0, 0, 0, 0, 0, 0), 0, 0)
    return found.get(True, nobody), found.get(False, nobody)


def afterwards(*, today: dt.date) -> Afterwards:
    """Compare what neutrals and critics brought in the half year after their answer."""
    until = day_end(today) - dt.timedelta(days=AFTER_DAYS + 1)
    asked: dict[str, Any] = {
        "until": until,
        "since": until - dt.timedelta(days=365 * ANSWER_YEARS),
        "days": AFTER_DAYS,
        "zone": str(company_zone()),
    }
    with connection.cursor() as cursor:
        cursor.execute(AFTERWARDS_SQL, asked)
        found = {row[0]: Sample.of_sums(row[1], int(row[2]), int(row[3])) for row in cursor.fetchall()}
    neutrals, critics = (found.get(is_critic, Sample(0, 0.0, 0.0)) for is_critic in (False, True))
    return Afterwards(neutrals, critics, compare_means(neutrals, critics))


class Circle(StrEnum):
    """Clients of one figure of the page."""

    SILENT_FANS = "silent_fans"
    BROUGHT = "brought"
    SENT = "sent"
    CRITICS = "critics"


def circle(which: Circle, *, today: dt.date) -> QuerySet[Any]:
    """Return the Clients behind a figure, the most money first, each with `n_sent` and `sent_cents` of those they brought."""
    bought = Q(referrals__sum__first_day__lte=today)
    people: QuerySet[Any] = Client.objects.select_related("sum", "branch").annotate(
        n_sent=Count("referrals", filter=bought), sent_cents=Sum("referrals__sum__cents", filter=bought)
    )
    chosen: dict[Circle, QuerySet[Any]] = {
        Circle.SILENT_FANS: of_side(people, Side.FAN, today).filter(n_sent=0),
        Circle.BROUGHT: people.filter(n_sent__gt=0),
        Circle.SENT: people.filter(referred_by__isnull=False, sum__first_day__lte=today),
        Circle.CRITICS: of_side(people, Side.CRITIC, today),
    }
    return chosen[which].order_by(F("sum__cents").desc(nulls_last=True), "id")


def of_side(people: QuerySet[Any], side: Side, today: dt.date) -> QuerySet[Any]:
    """Keep those whose newest answer stands on the side."""
    said = Answer.objects.filter(client=OuterRef("pk"), suspect_reason="", answered_at__lt=day_end(today))
    newest = said.order_by("-answered_at", "-id").values("score")[:1]
    ends = {Side.FAN: (9, 10), Side.NEUTRAL: (7, 8), Side.CRITIC: (0, 6)}
    found: QuerySet[Any] = people.filter(Exists(said)).alias(newest_score=newest).filter(newest_score__range=ends[side])
    return found
