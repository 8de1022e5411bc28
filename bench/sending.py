"""Letters per second through the outbox, rendering and every commit included, against a bare smtplib loop over ready letters."""

import datetime as dt
import multiprocessing
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import connections
from django.utils import timezone

from bench.report import tell
from config.embedded import free_port, is_listening
from mailing.enums import TemplateKind
from mailing.models import MailWave, Message, SmtpAccount
from mailing.rendering import rendered
from mailing.services import Recipient, default_account, drain, letter_of, plan_wave

LETTERS = 2000
ROUNDS = 3
SENDERS = 4
FORK = multiprocessing.get_context("fork")


@contextmanager
def sink() -> Iterator[int]:
    """Run the server that takes everything and give its port."""
    port = free_port(19800)
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)])  # noqa: S603 - our own
    try:
        while not is_listening(port):
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def planned(number: int, letters: int = LETTERS) -> MailWave:
    """Plan a wave of letters that may leave at once."""
    now = timezone.now()
    context = {"greeting": "Здравствуйте, Ирина!", "company": "Bench", "last_visit": "12 марта", "url": "https://bench.example.org/"}
    return plan_wave(
        kind="bench",
        occurrence_key=str(number),
        letter=letter_of(kind=TemplateKind.VISIT_REMINDER, locale="ru", name="Bench", actor=None),
        recipients=(Recipient(f"client{n}@d{n % 40}.example.org", f"Ирина {n}", str(n), context) for n in range(letters)),
        not_before=now - dt.timedelta(minutes=1),
        window_end=now + dt.timedelta(days=1),
        actor=None,
        keeps_quiet_hours=True,
    )


def bare(port: int, ready: list[tuple[str, bytes]]) -> None:
    """Send ready letters in a loop on one connection."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        for address, data in ready:
            server.mail("hello@example.org")
            server.rcpt(address)
            server.data(data)


def at_once(jobs: list[Callable[[], object]]) -> float:
    """Run the jobs in processes of their own, all at once; return how many seconds the last one took."""
    connections.close_all()
    processes = [FORK.Process(target=job) for job in jobs]
    started = time.perf_counter()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return time.perf_counter() - started


def measured(port: int, wave: MailWave, senders: int) -> tuple[float, float]:
    """Return letters a second by us and by the bare loop, on so many connections each."""
    ready = [(message.to_address, rendered(message, wave.letter)) for message in wave.messages.all()]
    ours = at_once([partial(drain, seconds=600)] * senders)
    floor = at_once([partial(bare, port, ready[start::senders]) for start in range(senders)])
    return LETTERS / ours, LETTERS / floor


def median(figures: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the round whose ratio is the middle one."""
    return sorted(figures, key=lambda pair: pair[0] / pair[1])[len(figures) // 2]


def main() -> None:
    """Measure both in turns and tell the middle ones, and the size of the sending process."""
    SmtpAccount.objects.filter(pk=default_account().pk).update(rate_per_second=1e6, burst=1_000_000, tokens=1e6)
    with sink() as port:
        settings.EMAIL_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = f"smtp://127.0.0.1:{port}", "127.0.0.1", port
        one = median([measured(port, planned(number), 1) for number in range(ROUNDS)])
        several = median([measured(port, planned(ROUNDS + number), SENDERS) for number in range(ROUNDS)])
    if Message.objects.exclude(state="sent").exists():
        raise SystemExit("Some letters were not sent.")
    tell(rate=one[0], floor=one[1], senders=SENDERS, rate_of_several=several[0], floor_of_several=several[1], letters=LETTERS)


if __name__ == "__main__":
    main()
