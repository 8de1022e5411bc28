"""Answers per second through gunicorn over the loopback against a bare view that inserts one row, under the same server."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bench import bare
from bench.report import tell
from bench.sending import planned, sink
from clients.models import Client, Segment
from company.models import User
from config.embedded import free_port, is_listening
from mailing.models import Message, SmtpAccount
from surveys.links import personal_link
from surveys.models import Answer, Wave
from surveys.services import WaveDraft, create_wave, plan_due_waves, start_wave

PEOPLE = 2400
VISITORS = 4
ANSWER = urlencode({"score": 9, "why": "Быстро и вежливо", "ten": "Открыться в воскресенье"})
ROW = urlencode({"score": 9, "comment": "Быстро и вежливо"})


def running_wave() -> Wave:
    """Return a wave that has just been sent to a segment of new Clients."""
    segment = Segment.objects.create(name="Bench")
    people = [Client(name=f"Client {n}", email=f"bench{n}@example.org", segment=segment) for n in range(PEOPLE)]
    Client.objects.bulk_create(people)
    now, actor = timezone.now(), User.objects.get(email="bench@example.org")
    draft = WaveDraft(name="Bench", locale="ru", subject="Bench", intro="", closes_at=now + timedelta(days=7), segments=[segment])
    wave = create_wave(draft=draft, actor=actor)
    start_wave(wave=wave, actor=actor, now=now)
    plan_due_waves(now=now)
    return wave


@contextmanager
def gunicorn(application: str) -> Iterator[int]:
    """Serve an application as `make run` does and give its port."""
    port = free_port(18900)
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    process = subprocess.Popen([*command, "--no-control-socket", "--log-level", "warning"])  # noqa: S603 - our own
    try:
        while not is_listening(port):
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def post_all(port: int, paths: list[str], body: str) -> int:
    """Post to every address on one connection; return how many were taken."""
    taken = 0
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for number, path in enumerate(paths):
        # Every few answers come from another office, so that the limit on one address is not what is measured.
        server.request("POST", path, body, headers | {"X-Forwarded-For": f"10.{os.getpid() % 250}.{id(paths) % 250}.{number // 100}"})
        response = server.getresponse()
        response.read()
        taken += response.status == 302
    server.close()
    return taken


def posts_per_second(application: str, paths: list[str], body: str) -> float:
    """Post from several visitors at once and return the rate; every single one must be taken."""
    with gunicorn(application) as port, ThreadPoolExecutor(VISITORS) as pool:
        warm, paths = paths[:40], paths[40:]
        post_all(port, warm, body)
        started = time.perf_counter()
        taken = sum(pool.map(lambda part: post_all(port, part, body), [paths[n::VISITORS] for n in range(VISITORS)]))
        seconds = time.perf_counter() - started
    if taken != len(paths):
        raise SystemExit(f"{application}: only {taken} of {len(paths)} posts were taken.")
    return taken / seconds


@contextmanager
def letters_leaving() -> Iterator[None]:
    """Let a sender send a large wave meanwhile."""
    planned(PEOPLE, letters=20_000)
    SmtpAccount.objects.update(rate_per_second=1e6, burst=1_000_000, tokens=1e6)
    with sink() as port:
        command = [sys.executable, "manage.py", "send_outbox", "--loop"]
        process = subprocess.Popen(command, env=os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"})  # noqa: S603 - our own
        try:
            while not Message.objects.filter(state="sent").exists():
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    """Measure the bare view, answers alone, and answers while letters leave; tell all three."""
    with connection.cursor() as cursor:
        cursor.execute(bare.TABLE)
    floor = posts_per_second("bench.bare:application()", ["/bare/"] * PEOPLE, ROW)
    wave = running_wave()
    links = [
        reverse("surveys:answer", args=[personal_link(wave.public_token, n).token])
        for n in wave.invitations.values_list("client_id", flat=True)
    ]
    rate = posts_per_second("config.wsgi", links[: PEOPLE // 2], ANSWER)
    with letters_leaving():
        busy = posts_per_second("config.wsgi", links[PEOPLE // 2 :], ANSWER)
        if not Message.objects.filter(state="queued").exists():
            raise SystemExit("The letters were gone before the answers.")
    if Answer.objects.filter(wave=wave).count() != len(links):
        raise SystemExit("Some answers were not kept.")
    tell(rate=rate, floor=floor, busy=busy, answers=len(links))
