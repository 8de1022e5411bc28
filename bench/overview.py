"""The overview's time on the server against the slowest single query it makes."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from bench.report import tell
from company.models import User

ROUNDS = 7


class Opened(NamedTuple):
    """What opening a page took: seconds on the server, of its slowest query and of all of them, and how many these were."""

    seconds: float
    slowest: float
    sql: float
    queries: int


def measure(browser: Browser, url: str) -> Opened:
    """Open a page once."""
    queries: list[float] = []

    def note(execute: Callable[..., Any], *arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            queries.append(time.perf_counter() - begun)

    started = time.perf_counter()
    with connection.execute_wrapper(note):
        response = browser.get(url)
    seconds = time.perf_counter() - started
    if response.status_code != 200:
        raise SystemExit(f"The overview answered {response.status_code}.")
    return Opened(seconds, max(queries), sum(queries), len(queries))


def main() -> None:
    """Open the page a few times and tell the median; the first time warms the caches of code and database."""
    browser = Browser(SERVER_NAME="127.0.0.1")
    browser.force_login(User.objects.get(email="bench@example.org"))
    url = reverse("programme:overview")
    _, *rounds = [measure(browser, url) for _ in range(ROUNDS + 1)]
    page, query = median(each.seconds for each in rounds), median(each.slowest for each in rounds)
    tell(seconds=page, floor=query, queries=rounds[-1].queries)
