"""How right Clients are: the SQL that counts it, the list, one Client explained, and what other weights would change.

The score is that of `clients/formulas/rightness.py`; a test holds the two together.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.db.models.functions import Lower

from clients.formulas import rightness
from clients.formulas.rightness import Parts, Weights
from clients.models import Bill, Client, ClientMark, RightScore, RightWeights
from clients.queries.audiences import audience, lasting_spells, with_presence
from clients.queries.lists import matching

CRITERIA = ("rarely", "little", "late", "demands", "rude")
MEASURED = ("rarely", "little", "late")
NOTICEABLE = 5
SHOWN = 5
# Places among the Clients of the segment (and among all, for small segments); equal ones share the middle of their places.
PLACES = f"""
WITH bought AS (
    SELECT cs.client_id, c.segment_id,
        cs.n_days * {rightness.YEAR}::float8 / greatest({rightness.YEAR}, cs.last_day - cs.first_day + 1) AS often,
        cs.cents::float8 / greatest(cs.n_purchases, 1) AS much
    FROM clients_clientsum cs JOIN clients_client c ON c.id = cs.client_id
), ranked AS (
    SELECT client_id,
        count(*) OVER (PARTITION BY segment_id) AS n_peers, count(*) OVER () AS n_all,
        2 * rank() OVER (PARTITION BY segment_id ORDER BY often) - 2 + count(*) OVER (PARTITION BY segment_id, often) AS often_peers,
        2 * rank() OVER (ORDER BY often) - 2 + count(*) OVER (PARTITION BY often) AS often_all,
        2 * rank() OVER (PARTITION BY segment_id ORDER BY much) - 2 + count(*) OVER (PARTITION BY segment_id, much) AS much_peers,
        2 * rank() OVER (ORDER BY much) - 2 + count(*) OVER (PARTITION BY much) AS much_all
    FROM bought
)
SELECT client_id,
    round((CASE WHEN n_peers < {rightness.ENOUGH_PEERS} THEN often_all ELSE often_peers END) * 50.0
        / (CASE WHEN n_peers < {rightness.ENOUGH_PEERS} THEN n_all ELSE n_peers END))::int AS rarely,
    round((CASE WHEN n_peers < {rightness.ENOUGH_PEERS} THEN much_all ELSE much_peers END) * 50.0
        / (CASE WHEN n_peers < {rightness.ENOUGH_PEERS} THEN n_all ELSE n_peers END))::int AS little
FROM ranked
"""
LATENESS = f"""
SELECT client_id,
    round(greatest(0, 100 - sum(greatest(coalesce(paid_on, %(today)s) - due_on, 0) * cents) * 100.0 / sum(cents) / {rightness.LATE_LIMIT})
    )::int AS late
FROM clients_bill
WHERE due_on > %(today)s - {rightness.BILL_DAYS} AND (paid_on IS NOT NULL OR due_on < %(today)s)
    AND (%(ids)s::bigint[] IS NULL OR client_id = ANY(%(ids)s::bigint[]))
GROUP BY client_id
"""
MARKED = f"""
SELECT client_id,
    round(100 - max(strength) FILTER (WHERE kind = 'demands' AND strength > 0) * 100 / {rightness.STRONGEST})::int AS demands,
    round(100 - max(strength) FILTER (WHERE kind = 'rude' AND strength > 0) * 100 / {rightness.STRONGEST})::int AS rude
FROM (
    SELECT client_id, kind, CASE WHEN taken_back_on IS NULL THEN degree::numeric WHEN taken_back_on = made_on THEN 0
        ELSE degree * ({rightness.FADING_DAYS} - (%(today)s - taken_back_on)) / {rightness.FADING_DAYS}.0 END AS strength
    FROM clients_clientmark WHERE %(ids)s::bigint[] IS NULL OR client_id = ANY(%(ids)s::bigint[])
) marks
GROUP BY client_id
"""


def mean_sql(pairs: Sequence[tuple[str, str]]) -> str:
    """Spell `rightness.weighted`: the mean of the known columns by their weights, in whole numbers, halves up."""
    total = " + ".join(f"CASE WHEN {part} IS NULL THEN 0 ELSE {weight} END" for part, weight in pairs)
    points = " + ".join(f"coalesce({part}, 0) * {weight}" for part, weight in pairs)
    return f"((2 * ({points}) + ({total})) / nullif(2 * ({total}), 0))"


def score_sql(table: str) -> str:
    """Spell `rightness.right_score` for the columns of a table; the weights are parameters."""
    pairs = {name: (f"{table}.{name}", f"%({name})s::int") for name in CRITERIA}
    measured = mean_sql([pairs[name] for name in MEASURED])
    # least() of NULL and a number is the number, so an unknown part is guarded.
    capped = [
        (f"(CASE WHEN {part} IS NULL THEN NULL ELSE least({part}, {measured}) END)", weight)
        for part, weight in (pairs["demands"], pairs["rude"])
    ]
    return mean_sql([*(pairs[name] for name in MEASURED), *capped])


COUNT_ALL = f"""
INSERT INTO clients_rightscore (client_id, score, rarely, little, late, demands, rude, counted_on)
SELECT p.client_id, {score_sql("p")}, p.rarely, p.little, p.late, p.demands, p.rude, %(today)s
FROM (
    SELECT places.*, l.late, m.demands, m.rude FROM ({PLACES}) places
    LEFT JOIN ({LATENESS}) l USING (client_id) LEFT JOIN ({MARKED}) m USING (client_id)
) p
WHERE {score_sql("p")} IS NOT NULL
ORDER BY p.client_id
"""
COUNT_SOME = f"""
UPDATE clients_rightscore r SET late = p.late, demands = p.demands, rude = p.rude, score = coalesce({score_sql("p")}, r.score)
FROM (
    SELECT s.client_id, s.rarely, s.little, l.late, m.demands, m.rude FROM clients_rightscore s
    LEFT JOIN ({LATENESS}) l USING (client_id) LEFT JOIN ({MARKED}) m USING (client_id)
    WHERE s.client_id = ANY(%(ids)s::bigint[])
) p
WHERE r.client_id = p.client_id
"""
REWEIGH = f"UPDATE clients_rightscore r SET score = {score_sql('r')} WHERE {score_sql('r')} IS DISTINCT FROM r.score"
PREVIEW = f"""
SELECT count(*), count(*) FILTER (WHERE fresh - score >= {NOTICEABLE}), count(*) FILTER (WHERE score - fresh >= {NOTICEABLE}),
    coalesce(round(avg(abs(fresh - score)), 1), 0)::float8
FROM (SELECT r.score, {score_sql("r")} AS fresh FROM clients_rightscore r) both_scores
"""
MOVED = f"""
SELECT client_id, score, fresh FROM (SELECT r.client_id, r.score, {score_sql("r")} AS fresh FROM clients_rightscore r) both_scores
WHERE fresh <> score ORDER BY abs(fresh - score) DESC, client_id LIMIT {SHOWN}
"""


def weights_in_force() -> Weights:
    """Return the company's weights, the supplied ones until it has chosen."""
    row = RightWeights.objects.filter(pk=1).values(*CRITERIA).first()
    return Weights(**row) if row else Weights()


@dataclass(frozen=True)
class RightFilter:
    """What the list is narrowed to; `best` puts the best first."""

    search: str = ""
    branches: Sequence[int] = ()
    segments: Sequence[int] = ()
    bands: Sequence[int] = ()
    presence: str = ""
    best: bool = False
    marked: bool = False


def right_clients(wanted: RightFilter, today: dt.date) -> QuerySet[Client]:
    """Return Clients with a score, the worst first or the best first; `is_active` says whether they still buy."""
    found = audience(branches=wanted.branches, segments=wanted.segments, bands=wanted.bands, active_within_days=None, today=today)
    found = with_presence(found.filter(rightness__isnull=False), wanted.presence, today)
    if wanted.search:
        found = found.filter(matching(wanted.search))
    if wanted.marked:
        found = found.filter(Exists(ClientMark.objects.filter(client=OuterRef("pk"), taken_back_on=None)))
    lasting = Exists(lasting_spells(today).filter(client=OuterRef("pk")))
    order = F("rightness__score").desc() if wanted.best else F("rightness__score").asc()
    shown = found.select_related("sum", "branch", "segment", "rightness").annotate(is_active=lasting)
    return shown.order_by(order, F("sum__cents").desc(nulls_last=True), "pk")


def right_rows(clients: QuerySet[Client]) -> Iterator[list[object]]:
    """Yield the rows of the list's file."""
    for client in clients.iterator(chunk_size=2000):
        right = client.rightness
        yield [
            client.external_id or "",
            client.name,
            client.branch.name if client.branch else "",
            client.segment.name if client.segment else "",
            right.score,
            *("" if getattr(right, name) is None else getattr(right, name) for name in CRITERIA),
            client.sum.cents / 100,
            client.sum.last_day.isoformat(),
        ]


def counted_on() -> dt.date | None:
    """Return the day the scores were counted, None before the first time."""
    day: dt.date | None = RightScore.objects.aggregate(day=Max("counted_on"))["day"]
    return day


@dataclass(frozen=True)
class Criterion:
    """One part of a Client's score: its name, value and weight, and how many points of the score come from it."""

    name: str
    part: int | None
    weight: int
    points: float | None


@dataclass(frozen=True)
class RightDetail:
    """One Client's score, part by part, with the facts behind it."""

    score: RightScore | None
    criteria: list[Criterion] = field(default_factory=list)
    days_a_year: float = 0.0
    check_cents: int = 0
    bills: list[Bill] = field(default_factory=list)
    marks: list[ClientMark] = field(default_factory=list)


def right_detail(client: Client) -> RightDetail:
    """Explain one Client's score."""
    score = RightScore.objects.filter(client=client).first()
    total = getattr(client, "sum", None)
    return RightDetail(
        score=score,
        criteria=criteria_of(score, weights_in_force()) if score else [],
        days_a_year=float(rightness.days_a_year(total.n_days, total.first_day, total.last_day)) if total else 0.0,
        check_cents=round(Fraction(total.cents, max(total.n_purchases, 1))) if total else 0,
        bills=bills_of(client),
        marks=list(ClientMark.objects.filter(client=client).select_related("author")),
    )


def criteria_of(score: RightScore, weights: Weights) -> list[Criterion]:
    """Part a score into its criteria; the points of the known ones make the score up to rounding."""
    parts = Parts(**{name: getattr(score, name) for name in CRITERIA})
    values, counts = asdict(parts), asdict(weights)
    measured = rightness.weighted((values[name], counts[name]) for name in MEASURED)
    total = sum(counts[name] for name in CRITERIA if values[name] is not None)
    return [
        Criterion(name, value := values[name], counts[name], points_of(name, value, counts[name], measured, total)) for name in CRITERIA
    ]


def points_of(name: str, part: int | None, weight: int, measured: int | None, total: int) -> float | None:
    """Return what one part brings to the score; a mark brings at most what was measured."""
    if part is None or not total:
        return None
    counted = part if name in MEASURED or measured is None else min(part, measured)
    return counted * weight / total


def bills_of(client: Client, count: int = 50) -> list[Bill]:
    """Return the latest bills of a Client."""
    return list(Bill.objects.filter(client=client)[:count])


def marks_of(client: Client, author_id: int) -> list[ClientMark]:
    """Return the marks one person has made."""
    return list(ClientMark.objects.filter(client=client, author_id=author_id).select_related("author"))


@dataclass(frozen=True)
class Move:
    """A Client whose score other weights would change."""

    client: Client
    before: int
    after: int


@dataclass(frozen=True)
class WeightsPreview:
    """What other weights would change: how many Clients rise and fall noticeably, and who moves most."""

    clients: int
    rise: int
    fall: int
    mean_change: float
    moves: list[Move]


def preview_weights(weights: Weights) -> WeightsPreview:
    """Count what other weights would do; nothing is saved."""
    with connection.cursor() as cursor:
        cursor.execute(PREVIEW, asdict(weights))
        clients, rise, fall, mean = cursor.fetchone()
        cursor.execute(MOVED, asdict(weights))
        rows = cursor.fetchall()
    known = Client.objects.in_bulk([row[0] for row in rows])
    moves = [Move(known[pk], before, after) for pk, before, after in rows if pk in known]
    return WeightsPreview(clients, rise, fall, float(mean), moves)


def clients_by_name(names: Sequence[str]) -> Mapping[str, list[int]]:
    """Return the Clients of each name, written in lower case."""
    found: dict[str, list[int]] = {}
    rows = Client.objects.annotate(plain=Lower("name")).filter(plain__in=names).values_list("plain", "pk")
    for name, pk in rows:
        found.setdefault(name, []).append(pk)
    return found
