"""Faults 10 to 15: the mail server refuses, falls silent, is away, or does not let us in."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.conf import settings
from django.test import override_settings

from config.embedded import free_port
from mailing.formulas.pace import MAX_ATTEMPTS
from mailing.models import Message, MessageAttempt, SmtpAccount, Suppression
from mailing.queries import counts_by_state
from mailing.services import drain
from tests.faults.harness import assert_promise, finish, hurry, let_leases_run_out, let_time_pass, moody_server
from tests.faults.senders import Farm
from tests.mailing.conftest import PlanWave
from tests.mailing.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)


def test_refusals_for_now_wait_in_the_table_and_end(plan: PlanWave) -> None:
    wave = plan(60)
    hurry()
    with moody_server(refuses=0.3) as server, Farm(2) as farm:
        finish(wave)
        farm.stop()
        assert_promise(wave, server, planned=60, doubts=0)
    assert not Message.objects.filter(attempts__gt=MAX_ATTEMPTS).exists()
    assert MessageAttempt.objects.filter(phase="recipient", code=451).exists()


def test_a_refusal_for_now_is_not_tried_again_at_once(plan: PlanWave) -> None:
    plan(5)
    asked: list[str] = []

    def refuse(address: str) -> str:
        asked.append(address)
        return "451 4.3.0 later"

    with mail_server(recipient=refuse):
        for _ in range(5):
            drain(seconds=20)
    assert len(asked) == len(set(asked)) == 5
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 1)}


@pytest.mark.parametrize(
    ("step", "reply", "state", "is_suppressed"),
    [
        ("recipient", "550 5.1.1 no such user", "failed", True),
        ("recipient", "552 5.2.2 mailbox full", "failed", False),
        ("content", "550 5.1.1 no such user", "failed", True),
        ("content", "554 5.6.0 what is this", "failed", False),
        ("mail", "550 5.7.1 you may not", "queued", False),
    ],
)
def test_a_final_no_suppresses_only_addresses_that_do_not_exist(
    plan: PlanWave, step: str, reply: str, state: str, *, is_suppressed: bool
) -> None:
    plan(1)
    answers = {step: (lambda _address: reply) if step == "recipient" else reply}
    with mail_server(**answers) as server:
        drain(seconds=5)
    assert server.accepted == []
    assert Message.objects.get().state == state
    assert Suppression.objects.exists() is is_suppressed


def test_a_lost_reply_is_doubt_and_never_a_second_copy(plan: PlanWave) -> None:
    wave = plan(80)
    hurry()
    with moody_server(drops=0.1) as server, Farm(2) as farm:
        finish(wave)
        farm.stop()
        assert_promise(wave, server, planned=80, doubts=server.dropped)
    assert counts_by_state(wave)["unknown"] == server.dropped


@contextmanager
def mute_listener(greeting: bytes = b"") -> Iterator[int]:
    """Listen on a port and say only the greeting, then hang up; without one, refuse the connection."""
    port = free_port(21_000)
    with socket.create_server(("127.0.0.1", port)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    conversation, _ = server.accept()
                    with conversation:
                        conversation.sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        yield port
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("fault", ["refused", "421", "closed", "dns", "tls"])
def test_a_server_that_is_away_costs_no_attempt_and_is_found_again(plan: PlanWave, fault: str) -> None:
    wave = plan(3)
    with mute_listener(b"421 4.3.2 closing\r\n" if fault == "421" else b"") as port:
        host = "no-such-host.invalid" if fault == "dns" else "127.0.0.1"
        place = {"EMAIL_URL": "smtp://away", "EMAIL_HOST": host, "EMAIL_PORT": free_port(22_000) if fault == "refused" else port}
        with override_settings(**place, EMAIL_USE_SSL=fault == "tls"):
            drain(seconds=5)
            drain(seconds=5)
    account = SmtpAccount.objects.get()
    assert (account.fail_streak, account.state) == (1, "open"), "the second turn found the breaker open"
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}
    let_time_pass()
    with mail_server() as server:
        drain(seconds=5)
    assert_promise(wave, server, planned=3, doubts=0)
    assert SmtpAccount.objects.get().fail_streak == 0


def test_a_refused_login_is_tried_once_and_fails_nobody(plan: PlanWave) -> None:
    plan(4)
    with mail_server(password="right") as server, override_settings(EMAIL_HOST_USER="mayak", EMAIL_HOST_PASSWORD="wrong"):
        for _ in range(3):
            drain(seconds=5)
    assert server.conversations == 1
    assert SmtpAccount.objects.get().state == "stopped"
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}


def test_a_greeting_byte_by_byte_leaves_everything_in_the_queue(plan: PlanWave) -> None:
    wave = plan(2)
    with dripping_server() as port:
        place = {"EMAIL_URL": "smtp://slow", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
        with override_settings(**place), Farm(1) as farm:
            time.sleep(3)
            farm.stop()
    let_leases_run_out()
    let_time_pass()
    with mail_server() as server:
        drain(seconds=5)
        let_time_pass()
        drain(seconds=5)
    assert_promise(wave, server, planned=2, doubts=0)
    assert settings.EMAIL_URL == ""


@contextmanager
def dripping_server() -> Iterator[int]:
    """Greet at a byte a second."""
    port, is_over = free_port(23_000), threading.Event()
    with socket.create_server(("127.0.0.1", port)) as server:

        def serve() -> None:
            with suppress(OSError):
                conversation, _ = server.accept()
                with conversation:
                    for sign in b"220 localhost at last\r\n":
                        if is_over.wait(1):
                            break
                        conversation.sendall(bytes([sign]))

        threading.Thread(target=serve, daemon=True).start()
        yield port
        is_over.set()
