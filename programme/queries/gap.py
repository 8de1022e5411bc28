"""Our own rating of every touchpoint beside what Clients say of the same one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from churn.models import ExitCall, Reason
from company.models import Branch
from metrics.queries import Price, price_of_client
from programme.formulas.gap import Gap, Verdict, gap_between, verdict_of
from surveys.models import Tag, Theme
from touchpoints.enums import Rating
from touchpoints.models import ClientRating, Touchpoint
from touchpoints.queries import CurrentRating, current_ratings, open_action_counts

PERIOD = dt.timedelta(days=365)
STORIES = 5
ORDER = {gap: place for place, gap in enumerate(Gap)}

# Whoever speaks of a point by a theme and by a tag at once speaks of it once: UNION drops the second.
SAID = """
said AS (
    SELECT link.point_id, a.id, a.client_id, a.score, a.answered_at, a.score <= 6 AS is_critic, a.score >= 9 AS is_fan,
        a.kind IN ('negative', 'criticism') OR (a.score <= 6 AND a.kind <> 'positive') AS blames,
        coalesce(nullif(a.why, ''), a.ten) AS words
    FROM (
        SELECT l.answer_id, t.touchpoint_id AS point_id FROM surveys_answer_themes l JOIN surveys_theme t ON t.id = l.theme_id
        UNION
        SELECT l.answer_id, t.touchpoint_id FROM surveys_answer_tags l JOIN surveys_tag t ON t.id = l.tag_id
    ) AS link
    JOIN surveys_answer a ON a.id = link.answer_id
    JOIN surveys_wave w ON w.id = a.wave_id
    WHERE link.point_id = ANY(%(points)s) AND w.audience = 'clients' AND a.suspect_reason = ''
        AND a.answered_at >= %(since)s AND (%(branch)s::bigint IS NULL OR a.branch_id = %(branch)s)
)
"""
VOICES_SQL = f"""
WITH {SAID}, gone AS (
    SELECT DISTINCT r.touchpoint_id AS point_id, l.client_id
    FROM churn_leaver l
    JOIN clients_client c ON c.id = l.client_id
    JOIN churn_exitcall k ON k.leaver_id = l.id
    JOIN churn_exitcall_reasons n ON n.exitcall_id = k.id
    JOIN churn_reason r ON r.id = n.reason_id
    WHERE NOT k.is_rehearsal AND r.touchpoint_id = ANY(%(points)s) AND l.left_on BETWEEN %(since)s::date AND %(today)s
        AND (%(branch)s::bigint IS NULL OR c.branch_id = %(branch)s)
), voices AS (
    SELECT point_id, id, client_id, is_critic, is_fan, blames, false AS has_left FROM said
    UNION ALL
    SELECT point_id, NULL, client_id, false, false, true, true FROM gone
)
SELECT point_id, count(id), count(*) FILTER (WHERE is_critic), count(*) FILTER (WHERE is_fan),
    count(DISTINCT coalesce(client_id, -id)) FILTER (WHERE is_fan AND NOT blames),
    count(*) FILTER (WHERE blames AND client_id IS NULL),
    count(DISTINCT client_id) FILTER (WHERE has_left),
    count(DISTINCT client_id) FILTER (WHERE blames)
FROM voices GROUP BY GROUPING SETS ((point_id), ())
"""
QUOTES_SQL = f"""
WITH {SAID}
SELECT DISTINCT ON (point_id) point_id, score, words, answered_at FROM said
WHERE words <> ''
ORDER BY point_id, blames DESC, answered_at DESC, id DESC
"""


@dataclass(frozen=True)
class Voices:
    """What Clients said of a point in a year.

    Comments, those of critics and of fans among them; people who praised; nameless ones who blamed; Clients who left because of it;
    Clients known by name who blamed it or left.
    """

    comments: int = 0
    critics: int = 0
    fans: int = 0
    praised: int = 0
    nameless: int = 0
    left: int = 0
    people: int = 0


@dataclass(frozen=True)
class Quote:
    """A comment that says it, one of those who blame if there is any."""

    score: int
    words: str
    said_at: dt.datetime


@dataclass(frozen=True)
class GapRow:
    """A touchpoint: what we say, what Clients say, and what it costs."""

    touchpoint: Touchpoint
    ours: CurrentRating | None
    rated: Counter[Rating]
    voices: Voices
    price: Price | None
    open_actions: int

    @property
    def n_rated(self) -> int:
        """Return how many Clients rated it on the spot."""
        return self.rated.total()

    @property
    def rated_parts(self) -> list[tuple[str, int]]:
        """Return the parts of the bar of ratings on the spot, awful first."""
        return [("neg", self.rated[Rating.AWFUL]), ("data3", self.rated[Rating.OK]), ("pos", self.rated[Rating.WOW])]

    @property
    def rated_counts(self) -> dict[str, int]:
        """Return the ratings on the spot by the name of the level."""
        return {rating.name.lower(): self.rated[rating] for rating in Rating}

    @property
    def praise(self) -> int:
        """Voices for it."""
        return self.rated[Rating.WOW] + self.voices.praised

    @property
    def blame(self) -> int:
        """Voices against it; a Client who complained and left is one voice."""
        return self.rated[Rating.AWFUL] + self.voices.people + self.voices.nameless

    @property
    def verdict(self) -> Verdict:
        """What Clients say on the whole."""
        return verdict_of(self.praise, self.blame)

    @property
    def gap(self) -> Gap:
        """How the two stand to each other."""
        return gap_between(self.ours.rating if self.ours else None, self.verdict)

    @property
    def stake_cents(self) -> int | None:
        """What those are worth who blamed it or left: people x price; None without a price."""
        return None if self.price is None else self.voices.people * self.price.cents

    @property
    def is_spoken_of(self) -> bool:
        """Say whether Clients said anything of it."""
        return bool(self.n_rated or self.voices.comments or self.voices.left)

    @property
    def place(self) -> tuple[Any, ...]:
        """Return what rows are sorted by: the most people at stake, then the dearest kind of gap, then the most blamed."""
        return (-self.voices.people, ORDER[self.gap], -self.blame, -self.n_rated, self.touchpoint.name, self.touchpoint.pk)


@dataclass(frozen=True)
class GapReport:
    """The points Clients spoke of, the dearest first; `people` are all who blamed any of them or left, each once."""

    rows: list[GapRow]
    silent: int
    people: int
    price: Price | None
    since: dt.datetime

    @property
    def stake_cents(self) -> int | None:
        """What all these people are worth."""
        return None if self.price is None else self.people * self.price.cents

    def of(self, gap: Gap) -> list[GapRow]:
        """Return the rows of one kind."""
        return [row for row in self.rows if row.gap == gap]


def gap_report(*, now: dt.datetime, today: dt.date, branch: Branch | None = None) -> GapReport:
    """Compare every touchpoint of the map over the last year, of one branch or all: the same number of queries at any size."""
    since = now - PERIOD
    points = list(Touchpoint.objects.active().met_in(branch).select_related("branch", "owner"))
    price = price_of_client(today=today)
    rows, people = compared(points, current_ratings(branch), since=since, today=today, branch=branch, price=price)
    spoken = sorted((row for row in rows if row.is_spoken_of), key=lambda row: row.place)
    return GapReport(spoken, len(rows) - len(spoken), people, price, since)


def point_row(touchpoint: Touchpoint, *, now: dt.datetime, today: dt.date) -> GapRow:
    """Compare one touchpoint."""
    price = price_of_client(today=today)
    ours = current_ratings(touchpoint=touchpoint)
    return compared([touchpoint], ours, since=now - PERIOD, today=today, branch=None, price=price)[0][0]


def compared(  # noqa: PLR0913 - named, one per thing asked
    points: list[Touchpoint],
    ours: dict[int, CurrentRating],
    *,
    since: dt.datetime,
    today: dt.date,
    branch: Branch | None,
    price: Price | None,
) -> tuple[list[GapRow], int]:
    """Return a row for each of the points, and how many people in all blamed any of them or left."""
    rated, actions = ratings_on_the_spot(since, branch), open_action_counts()
    params: dict[str, Any] = {"points": [point.pk for point in points], "since": since, "today": today, "branch": branch and branch.pk}
    with connection.cursor() as cursor:
        cursor.execute(VOICES_SQL, params)
        voices = {row[0]: Voices(*row[1:]) for row in cursor.fetchall()}
    everybody = voices.pop(None, Voices())
    rows = [
        GapRow(
            touchpoint=point,
            ours=ours.get(point.pk),
            rated=rated.get(point.pk, Counter()),
            voices=voices.get(point.pk, Voices()),
            price=price,
            open_actions=actions.get(point.pk, (0, today))[0],
        )
        for point in points
    ]
    return rows, everybody.people


def ratings_on_the_spot(since: dt.datetime, branch: Branch | None) -> dict[int, Counter[Rating]]:
    """Count what Clients said by the codes that hang at the points."""
    where = Q(rated_at__gte=since) if branch is None else Q(rated_at__gte=since, code__branch=branch)
    rows = ClientRating.objects.filter(where).order_by().values_list("code__touchpoint", "rating").annotate(n=Count("pk"))
    counts: dict[int, Counter[Rating]] = {}
    for point, rating, n in rows:
        counts.setdefault(point, Counter())[Rating(rating)] = n
    return counts


def quotes_about(points: Iterable[Touchpoint], *, since: dt.datetime, branch: Branch | None = None) -> dict[int, Quote]:
    """Return one comment about each of the points that has any, in one query."""
    params: dict[str, Any] = {"points": [point.pk for point in points], "since": since, "branch": branch and branch.pk}
    with connection.cursor() as cursor:
        cursor.execute(QUOTES_SQL, params)
        return {row[0]: Quote(*row[1:]) for row in cursor.fetchall()}


def stories_of(touchpoint: Touchpoint, *, since: dt.datetime) -> QuerySet[ExitCall]:
    """Return the last talks with leavers who named a reason of this point, rehearsals apart."""
    named = Reason.objects.filter(touchpoint=touchpoint)
    calls = ExitCall.objects.filter(reasons__in=named, called_at__gte=since, is_rehearsal=False).exclude(words="").distinct()
    return calls.select_related("leaver__client").order_by("-called_at", "-pk")[:STORIES]


def spoken_of(touchpoint: Touchpoint) -> dict[str, list[Any]]:
    """Return the themes, tags and reasons that lead to the point."""
    return {
        "themes": list(Theme.objects.filter(touchpoint=touchpoint)),
        "tags": list(Tag.objects.filter(touchpoint=touchpoint)),
        "reasons": list(Reason.objects.filter(touchpoint=touchpoint)),
    }
