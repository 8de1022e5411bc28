"""The map of a large company against the slowest query in it: 2 000 points, 50 branches, five years of audits; and a move on it."""

import time
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.overview import measure
from bench.report import tell
from company.models import Branch, User
from touchpoints.enums import AuditState, JourneyStage, TouchpointClass
from touchpoints.models import Audit, Touchpoint
from touchpoints.services import place_touchpoint, refresh_standings

POINTS = 2000
BRANCHES = 50
# Twice a year for five years, every branch walks everything.
WALKS = 10
ROUNDS = 7
MOVES = 20
FILL_MARKS = """
INSERT INTO touchpoints_auditmark (audit_id, touchpoint_id, rating, version, note, marked_at)
SELECT audit.id, point.id, floor(3 * random()) - 1, 1, '', audit.finished_at
FROM touchpoints_audit audit, touchpoints_touchpoint point
"""


def fill() -> None:
    """Save the branches, the points and what was said of them."""
    branches = Branch.objects.bulk_create([Branch(name=f"Branch {n}", position=n) for n in range(BRANCHES)])
    kinds, stages = TouchpointClass.values, JourneyStage.values
    rows = [Touchpoint(name=f"Point {n}", kind=kinds[n % 4], stage=stages[n % 5], position=n) for n in range(POINTS)]
    Touchpoint.objects.bulk_create(rows)
    days = [timezone.now() - timedelta(days=1 + 180 * walk) for walk in range(WALKS)]
    Audit.objects.bulk_create(
        Audit(branch=branch, due_on=day.date(), state=AuditState.DONE, finished_at=day) for branch in branches for day in days
    )
    with connection.cursor() as cursor:
        cursor.execute(FILL_MARKS)
        cursor.execute("ANALYZE")


def page(browser: Browser, query: str) -> tuple[float, float, int]:
    """Open the map a few times; return the medians of its time and of its slowest query, and how many there were."""
    _, *rounds = [measure(browser, reverse("touchpoints:map") + query) for _ in range(ROUNDS + 1)]
    return median(each.seconds for each in rounds), median(each.slowest for each in rounds), rounds[-1].queries


def moves(actor: User) -> tuple[float, int]:
    """Move points to the same crowded place; return the median time and the most queries a move took."""
    row = list(Touchpoint.objects.filter(stage=JourneyStage.BUY).order_by("position")[: MOVES + 1])
    times, most = [], 0
    for point in row[1:]:
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            place_touchpoint(touchpoint=point, stage=point.stage, before=row[0], actor=actor)
        times.append(time.perf_counter() - started)
        most = max(most, len(captured))
    return median(times), most


def main() -> None:
    """Fill the map, count its ratings in force, open it by class and along the journey, move points."""
    user = User.objects.get(email="bench@example.org")
    fill()
    started = time.perf_counter()
    standings = refresh_standings()
    counted = time.perf_counter() - started
    browser = Browser(SERVER_NAME="127.0.0.1")
    browser.force_login(user)
    seconds, slowest, queries = page(browser, "")
    journey, _, _ = page(browser, "?view=journey")
    move, most = moves(user)
    figures: dict[str, Any] = {"seconds": seconds, "floor": slowest, "queries": queries, "journey": journey}
    tell(**figures, move=move, move_queries=most, standings=standings, counted=counted)
