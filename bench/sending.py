"""Letters per second through the outbox, rendering and every commit included, against a bare smtplib loop over ready letters."""

import datetime as dt
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from django.conf import settings
from django.utils import timezone

from bench.report import tell
from config.embedded import free_port, is_listening
from mailing.enums import TemplateKind
from mailing.models import MailWave, Message, SmtpAccount
from mailing.rendering import rendered
from mailing.services import Recipient, default_account, drain, letter_of, plan_wave

LETTERS = 2000
ROUNDS = 3


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


def planned(number: int) -> MailWave:
    """Plan a wave of letters that may leave at once."""
    now = timezone.now()
    context = {"greeting": "Здравствуйте, Ирина!", "company": "Bench", "last_visit": "12 марта", "url": "https://bench.example.org/"}
    return plan_wave(
        kind="bench",
        occurrence_key=str(number),
        letter=letter_of(kind=TemplateKind.VISIT_REMINDER, locale="ru", name="Bench", actor=None),
        recipients=(Recipient(f"client{n}@d{n % 40}.example.org", f"Ирина {n}", str(n), context) for n in range(LETTERS)),
        not_before=now - dt.timedelta(minutes=1),
        window_end=now + dt.timedelta(days=1),
        actor=None,
        keeps_quiet_hours=True,
    )


def bare(port: int, wave: MailWave) -> float:
    """Send the ready letters of the wave in a loop, on one connection, and return how many a second."""
    ready = [(message.to_address, rendered(message, wave.letter)) for message in wave.messages.all()]
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        started = time.perf_counter()
        for address, data in ready:
            server.mail("hello@example.org")
            server.rcpt(address)
            server.data(data)
        return len(ready) / (time.perf_counter() - started)


def ours() -> float:
    """Send what is due on one connection and return how many letters a second."""
    started = time.perf_counter()
    count = drain(seconds=600)
    return count / (time.perf_counter() - started)


def main() -> None:
    """Measure both in turns and tell the middle ones, and the size of the sending process."""
    SmtpAccount.objects.filter(pk=default_account().pk).update(rate_per_second=1e6, burst=1_000_000, tokens=1e6)
    with sink() as port:
        settings.EMAIL_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = f"smtp://127.0.0.1:{port}", "127.0.0.1", port
        figures = []
        for number in range(ROUNDS):
            wave = planned(number)
            figures.append((ours(), bare(port, wave)))
    if Message.objects.exclude(state="sent").exists():
        raise SystemExit("Some letters were not sent.")
    rate, floor = sorted(figures, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    tell(rate=rate, floor=floor, letters=LETTERS, mb=psutil.Process(os.getpid()).memory_info().rss / 1e6)


if __name__ == "__main__":
    main()
