"""A wave's results page over a million answers, read from the tally, against a recount of the same numbers from raw answers."""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from bench.overview import measure
from bench.report import tell
from clients.models import Client
from company.models import Branch, User
from surveys.models import Answer, Wave
from surveys.queries import group_counts, tallies
from surveys.services import WaveDraft, count_anew, create_wave

ANSWERS = 1_000_000
WAVES = 12
BRANCHES = 6
ROUNDS = 20
PERCENTILE = 0.95
# The same dice for everybody: promoters 58 %, passives 26 %, critics 16 %, three in ten write something.
FILL = """
INSERT INTO surveys_answer (wave_id, client_id, channel, score, why, ten, call_me, branch_id, locale, submission_key, suspect_reason,
                            answered_at, kind, themed_with)
SELECT %(wave)s, c.id, CASE WHEN c.dice < 0.9 THEN 'email' ELSE 'phone' END,
       CASE WHEN c.score < 0.38 THEN 10 WHEN c.score < 0.58 THEN 9 WHEN c.score < 0.74 THEN 8 WHEN c.score < 0.84 THEN 7
            ELSE floor(7 * (c.score - 0.84) / 0.16) END,
       CASE WHEN c.dice < 0.3 THEN 'Быстро и вежливо' ELSE '' END, CASE WHEN c.dice < 0.1 THEN 'Открыться в воскресенье' ELSE '' END,
       false, (%(branches)s::bigint[])[1 + c.id %% %(n_branches)s], 'ru', gen_random_uuid(),
       CASE WHEN c.dice > 0.99 THEN 'too_fast' ELSE '' END,
       %(at)s, '', 0
FROM (SELECT id, random() AS dice, random() AS score FROM clients_client ORDER BY id LIMIT %(n)s) AS c
"""
INVITE = """
INSERT INTO surveys_invitation (wave_id, client_id, token_hash, skip_reason, opened_at, created_at)
SELECT %(wave)s, id, decode(md5(%(wave)s || '-' || id), 'hex'), '', CASE WHEN id %% 2 = 0 THEN %(at)s END, %(at)s
FROM clients_client ORDER BY id LIMIT %(n)s
"""


def enough_clients() -> None:
    """See that there is somebody to answer, when no purchases were imported before."""
    missing = ANSWERS // WAVES - Client.objects.count()
    Client.objects.bulk_create((Client(name=f"Client {n}", email=f"voter{n}@example.org") for n in range(missing)), batch_size=5000)


def fill() -> list[Wave]:
    """Make the waves of three years, each answered by the same number of Clients."""
    enough_clients()
    actor, now = User.objects.get(email="bench@example.org"), timezone.now()
    branches = [branch.pk for branch in Branch.objects.bulk_create(Branch(name=f"Bench {n}") for n in range(BRANCHES))]
    waves = []
    for number in range(WAVES):
        at = now - timedelta(days=90 * (WAVES - number))
        draft = WaveDraft(name=f"Bench {number}", locale="ru", subject="Bench", intro="", closes_at=at + timedelta(days=14))
        wave = create_wave(draft=draft, actor=actor)
        Wave.objects.filter(pk=wave.pk).update(state="closed", starts_at=at, closed_at=at + timedelta(days=14))
        values: dict[str, Any] = {"wave": wave.pk, "n": ANSWERS // WAVES, "at": at, "branches": branches, "n_branches": BRANCHES}
        with connection.cursor() as cursor:
            cursor.execute(INVITE, values)
            cursor.execute(FILL, values)
        waves.append(wave)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE surveys_answer, surveys_invitation, surveys_answertally")
    return waves


def from_tally(waves: list[Wave]) -> dict[str, Any]:
    """Return what the page counts: scores by channel of every wave, groups of the last one."""
    found = tallies(waves)
    return {
        "scores": {pk: {channel: dict(scores) for channel, scores in tally.channels.items()} for pk, tally in found.items()},
        "suspect": {pk: tally.suspect for pk, tally in found.items()},
        "groups": {name: (one.promoters, one.n, one.detractors) for name, one in group_counts(waves[-1:], "branch")[waves[-1].pk].items()},
    }


def from_answers(waves: list[Wave]) -> dict[str, Any]:
    """Return the same, counted from raw answers in as few queries."""
    scores: dict[int, dict[str, dict[int, int]]] = {wave.pk: {} for wave in waves}
    suspect = dict.fromkeys(scores, 0)
    rows = Answer.objects.filter(wave__in=waves).order_by().values_list("wave", "channel", "suspect_reason", "score")
    for pk, channel, reason, score, n in rows.annotate(n=Count("id")):
        if reason:
            suspect[pk] += n
        else:
            scores[pk].setdefault(channel, {})[score] = n
    groups = Answer.objects.filter(wave=waves[-1], suspect_reason="").order_by().values_list("branch__name")
    parts = {"promoters": Count("id", filter=Q(score__gte=9)), "n": Count("id"), "detractors": Count("id", filter=Q(score__lte=6))}
    return {"scores": scores, "suspect": suspect, "groups": {name: (p, n, d) for name, p, n, d in groups.annotate(**parts)}}


def timed(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of some rounds, after one to warm up."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times[1:])


def main() -> None:
    """Fill, compare both ways of counting, open the page."""
    started = time.perf_counter()
    waves = fill()
    filled = time.perf_counter() - started
    if from_tally(waves) != from_answers(waves):
        raise SystemExit("The tally and the recount differ.")
    kept, counted = timed(lambda: from_tally(waves), ROUNDS), timed(lambda: from_answers(waves), 5)
    browser = Browser(SERVER_NAME="127.0.0.1")
    browser.force_login(User.objects.get(email="bench@example.org"))
    _, *rounds = [measure(browser, reverse("surveys:wave_detail", args=[waves[-1].pk])) for _ in range(ROUNDS + 1)]
    pages = sorted(each.seconds for each in rounds)
    answers = Answer.objects.filter(wave__in=waves).count()
    started = time.perf_counter()
    count_anew(wave_ids=[wave.pk for wave in waves])
    tell(
        answers=answers,
        filled=filled,
        kept=kept,
        counted=counted,
        page=median(pages),
        p95=pages[int(PERCENTILE * len(pages))],
        slowest=median(each.slowest for each in rounds),
        queries=rounds[-1].queries,
        anew=time.perf_counter() - started,
    )
