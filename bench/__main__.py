"""`make bench`: start servers of its own, fill them with a million purchases, print ratios and the memory of every process."""

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psutil

from bench import purchases, report
from config import embedded, state

STEPS = ("importing", "overview", "answering", "sending", "claiming", "results", "map", "rollups", "scoring", "leaving", "wording")
FOLDER = state.BASE_DIR / "var" / "bench"
LIMIT_MB = 700
"""Of these an idle process of ours takes about 240: the code of the app, numpy and scipy."""
HOSTS = "Python, rollups"
"""The process that has DuckDB and lifetimes inside, with all rows in their memory: it is shown and not limited."""
PREPARE = """
from company.models import Company, User
from company.enums import Role
Company.objects.create(name="Bench")
User.objects.create_user("bench@example.org", "a long bench password", name="Bench", role=Role.OWNER, seniority=1)
"""
NIGHT = """
from django.utils import timezone
from churn.services import find_leavers
from metrics.services import score_clients
find_leavers(today=timezone.localdate())
score_clients(today=timezone.localdate())
"""


class Memory(threading.Thread):
    """Watches every process of the bench and keeps the largest size of each kind, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peaks: dict[str, float] = {}
        self.step = "prepare"

    def run(self) -> None:
        """Look ten times a second."""
        while True:
            for process in psutil.Process().children(recursive=True):
                try:
                    name, size = self.name_of(process), process.memory_info().rss / 1e6
                except psutil.Error:
                    continue
                self.peaks[name] = max(size, self.peaks.get(name, 0))
            time.sleep(0.1)

    def name_of(self, process: psutil.Process) -> str:
        """Return what to call a process."""
        command = " ".join(process.cmdline())
        for mark, name in (("postgres", "PostgreSQL"), ("valkey", "Valkey"), ("gunicorn", "gunicorn")):
            if mark in command:
                return f"{name}, {self.step}"
        return f"Python, {self.step}"


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Start an empty PostgreSQL and a Valkey; give the environment that names them."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    postgres, valkey = embedded.Postgres(FOLDER / "postgres"), embedded.Valkey(FOLDER / "valkey")
    try:
        yield os.environ | {
            "DATABASE_URL": postgres.start("mayak"),
            "REDIS_URL": valkey.start(),
            "MAYAK_VAR": str(FOLDER),
            "SECRET_KEY": "only-for-the-bench-" + "x" * 40,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "BEHIND_PROXY": "on",
            "BASE_URL": "http://127.0.0.1",
            "LOG_LEVEL": "WARNING",
        }
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)


def python(environment: dict[str, str], *arguments: str) -> str:
    """Run a Python process and return what it prints."""
    return subprocess.check_output([sys.executable, *arguments], cwd=state.BASE_DIR, env=environment, text=True)  # noqa: S603 - our own


def lines(figures: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield what the bench has to say about the steps that were run."""
    if it := figures.get("importing"):
        yield f"Import of {it['rows']:,} purchases of {it['clients']:,} Clients: {it['seconds']:.1f} s"
        yield f"    = {it['seconds'] / it['floor']:.1f} x a bare COPY of the same rows ({it['floor']:.2f} s)"
    if page := figures.get("overview"):
        yield f"Overview: {page['seconds'] * 1000:.0f} ms on the server, {page['queries']} queries"
        yield f"    = {page['seconds'] / page['floor']:.1f} x its slowest query ({page['floor'] * 1000:.0f} ms)"
    if posts := figures.get("answering"):
        yield f"Answers: {posts['rate']:.0f} POSTs per second"
        yield f"    = {posts['rate'] / posts['floor']:.2f} of a bare view that inserts one row ({posts['floor']:.0f} per second)"
        yield f"    while a wave is being sent: {posts['busy']:.0f} = {posts['busy'] / posts['rate']:.2f} of that"
    if sent := figures.get("sending"):
        yield f"Letters: {sent['rate']:.0f} per second on one connection"
        yield f"    = {sent['rate'] / sent['floor']:.2f} of a bare smtplib loop over ready letters ({sent['floor']:.0f} per second)"
        yield f"Letters: {sent['rate_of_several']:.0f} per second on {sent['senders']} connections"
        yield f"    = {sent['rate_of_several'] / sent['floor_of_several']:.2f} of as many bare loops ({sent['floor_of_several']:.0f})"
    if claims := figures.get("claiming"):
        yield f"Next 100 letters of {claims['rows']:,}: p50 {claims['p50']:.1f} ms, p95 {claims['p95']:.1f} ms"
        yield f"    with a limit for each domain: p50 {claims['domain_p50']:.1f} ms, p95 {claims['domain_p95']:.1f} ms"
    if wave := figures.get("results"):
        yield f"Numbers of 12 waves with {wave['answers']:,} answers: {wave['kept'] * 1000:.1f} ms from the tally"
        yield f"    = {wave['counted'] / wave['kept']:.0f} times faster than from raw answers ({wave['counted'] * 1000:.0f} ms)"
        yield f"Results page: {wave['page'] * 1000:.0f} ms, p95 {wave['p95'] * 1000:.0f} ms, {wave['queries']} queries"
        yield f"    = {wave['page'] / wave['slowest']:.1f} x its slowest query ({wave['slowest'] * 1000:.0f} ms)"
        yield f"Filling with triggers: {wave['filled']:.0f} s; counting all anew: {wave['anew']:.1f} s"
    if board := figures.get("map"):
        yield f"Map of 2,000 points and 50 branches: {board['seconds'] * 1000:.0f} ms on the server, {board['queries']} queries"
        yield f"    = {board['seconds'] / board['floor']:.1f} x its slowest query ({board['floor'] * 1000:.0f} ms)"
        yield f"    along the journey: {board['journey'] * 1000:.0f} ms"
        yield f"A move to a crowded place: {board['move'] * 1000:.1f} ms, {board['move_queries']} queries at most"
        yield f"    all {board['standings']:,} ratings in force counted anew from a million marks: {board['counted']:.1f} s"
    if left := figures.get("leaving"):
        yield f"{left['found']:,} leavers among {left['clients']:,} Clients with {left['rows']:,} purchases: {left['seconds']:.1f} s,"
        yield f"    an hour later {left['again']:.2f} s"
        yield f"    = {left['seconds'] / left['floor']:.1f} x and {left['again'] / left['floor']:.2f} x plain SQL over raw rows"
        yield f"    ({left['floor']:.1f} s); ways of noticing judged by the past: {left['judged']:.1f} s"
        yield f"Queue: {left['queue'] * 1000:.0f} ms, of them {left['queue_sql'] * 1000:.1f} ms of SQL,"
        yield f"    its slowest query {left['queue_slowest'] * 1000:.1f} ms"
        yield f"Ledger and report card: {left['finding'] * 1000:.0f} ms, slowest query {left['finding_slowest'] * 1000:.0f} ms"
    if check := figures.get("wording"):
        yield f"Wording of {check['megabytes']:.1f} MB checked and mended: {check['seconds']:.2f} s, {check['found']:,} places"
        yield f"    = {check['seconds'] / check['floor']:.1f} x a bare search for {check['forms']:,} forms ({check['floor']:.2f} s)"
    yield from money_lines(figures)


def money_lines(figures: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield what it has to say about the value of Clients."""
    if kept := figures.get("rollups"):
        yield f"Cohorts of {kept['clients']:,} Clients with {kept['rows']:,} purchases:"
        yield f"    {kept['cohorts'] * 1000:.1f} ms from {kept['cells']:,} cells"
        yield from against(kept, "cohorts")
        yield f"Pool and pipes: {kept['pool'] * 1000:.0f} ms from stretches"
        yield from against(kept, "pool")
        yield f"Histories of everybody for the models: {kept['histories']:.2f} s from sums"
        yield from against(kept, "histories")
        theirs = kept["histories_lifetimes"]
        yield f"    = {theirs / kept['histories']:.0f} times faster than the summary of lifetimes ({theirs:.1f} s)"
        yield f"All rollups after 10,000 new purchases: {kept['refreshed']:.2f} s, median of five loads"
        yield f"    = 1/{kept['rebuilt'] / kept['refreshed']:.0f} of counting all anew ({kept['rebuilt']:.1f} s)"
    if night := figures.get("scoring"):
        yield f"Both models fitted and checked, {night['clients']:,} Clients scored: {night['seconds']:.1f} s"
        yield f"    = {night['seconds'] / night['floor']:.1f} x plain SQL over {night['rows']:,} raw rows ({night['floor']:.1f} s)"
        yield f"Fit of MBG/NBD to {night['part']:,} Clients: {night['fit'] * 1000:.0f} ms"
        yield f"    = {night['plain_fit'] / night['fit']:.0f} times faster than the plain fit ({night['plain_fit'] * 1000:.0f} ms)"


def against(kept: dict[str, Any], name: str) -> Iterator[str]:
    """Yield how a figure from rollups stands to plain SQL and DuckDB over raw rows."""
    mine, plain, duck = kept[name], kept[f"{name}_plain"], kept[f"{name}_duckdb"]
    yield f"    = {plain / mine:.0f} times faster than plain SQL over raw rows ({plain * 1000:.0f} ms)"
    yield f"    = {mine / duck:.2f} x DuckDB over raw rows ({duck * 1000:.0f} ms)"


def main() -> int:
    """Run everything; fail when a process was larger than allowed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many purchases")
    parser.add_argument("steps", nargs="*", choices=[[], *STEPS], help="which steps to run, all without any")
    chosen = parser.parse_args()
    rows, steps = chosen.rows, chosen.steps or STEPS
    memory = Memory()
    figures: dict[str, dict[str, Any]] = {}
    with servers() as environment:
        purchases.write(FOLDER / "purchases.csv", rows, datetime.now(UTC).date())
        memory.start()
        python(environment, "manage.py", "prepare", "--no-demo")
        python(environment, "manage.py", "shell", "-v", "0", "-c", PREPARE)
        for memory.step in steps:
            if memory.step == "overview":
                python(environment, "manage.py", "shell", "-v", "0", "-c", NIGHT)
            figures[memory.step] = report.heard(python(environment, "-m", "bench.step", memory.step, str(FOLDER / "purchases.csv")))
    sys.stdout.write("\n".join([*lines(figures), f"Largest size of a process in MB (allowed: {LIMIT_MB}):", ""]))
    for name, size in sorted(memory.peaks.items()):
        sys.stdout.write(f"    {name:<24} {size:6.0f}\n")
    return int(max(size for name, size in memory.peaks.items() if name != HOSTS) > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
