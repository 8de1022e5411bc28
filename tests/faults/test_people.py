"""Faults 6 and 16 to 18: the same thing asked for many times at once, clocks that jump, and people who change their mind."""

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from common.tokens import token_hash
from mailing.links import unsubscribe_token
from mailing.models import MailWave, Message, SmtpAccount
from mailing.queries import counts_by_state
from mailing.services import cancel_wave, drain, pause_wave, skip_messages, suppress, unsubscribe_recipient
from mailing.services.accounts import default_account
from mailing.tasks import drain_outbox
from tests.faults.harness import Moods, assert_promise, finish, hurry, moody_server
from tests.faults.senders import Farm
from tests.mailing.conftest import PlanWave
from tests.mailing.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
ALLOWED_SECONDS = 2.0


def at_once(count: int, work: Callable[[], object]) -> None:
    """Do the same in so many threads, each with its own connection, begun together."""
    barrier = threading.Barrier(count)

    def one() -> None:
        barrier.wait(30)
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        for future in [pool.submit(one) for _ in range(count)]:
            future.result(120)


def test_one_bell_rung_twenty_times_is_one_letter_each(plan: PlanWave) -> None:
    wave = plan(100)
    hurry()
    with mail_server() as server:
        at_once(20, lambda: drain_outbox.run())  # noqa: PLW0108 - a task is no plain function
    assert_promise(wave, server, planned=100, doubts=0)
    assert MailWave.objects.count() == 1


def test_the_same_list_planned_many_times_at_once_is_one_wave(plan: PlanWave) -> None:
    at_once(4, lambda: plan(2_000))
    assert MailWave.objects.count() == 1
    assert Message.objects.count() == Message.objects.values("recipient_key").distinct().count() == 2_000


@pytest.mark.parametrize("hours", [6, -6])
def test_a_jumping_clock_sends_nothing_twice_and_gives_no_tokens(plan: PlanWave, hours: int) -> None:
    wave = plan(10)
    default_account()
    SmtpAccount.objects.update(refilled_at=timezone.now() + dt.timedelta(hours=hours), tokens=5, rate_per_second=1_000, burst=20)
    with mail_server() as server:
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)):
            drain(seconds=1)
        for _ in range(3):
            drain(seconds=2)
    assert SmtpAccount.objects.get().tokens >= 0
    assert {address: n for address, n in Counter(server.recipients).items() if n > 1} == {}
    assert counts_by_state(wave)["sent"] == len(server.accepted)


def busy_wave(plan: PlanWave, server: Moods) -> MailWave:
    """Plan a wave and wait until its letters are on the way."""
    wave = plan(150)
    hurry()
    deadline = time.monotonic() + 30
    while len(server.accepted) < 5:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return wave


@pytest.mark.parametrize("decision", [pause_wave, cancel_wave])
def test_a_stopped_wave_stops_within_two_seconds(plan: PlanWave, decision: Callable[..., bool]) -> None:
    with moody_server(thinks_seconds=0.02) as server, Farm(3) as farm:
        wave = busy_wave(plan, server)
        decided_at = time.monotonic()
        assert decision(mail_wave=wave, actor=None)
        quiet_since = wait_for_quiet(server)
        assert quiet_since - decided_at < ALLOWED_SECONDS
        farm.stop()
        counts = counts_by_state(wave)
        assert counts["sent"] == len(server.accepted) < 150
        assert counts["claimed"] == counts["sending"] == 0
        assert counts["queued" if decision is pause_wave else "cancelled"] == 150 - counts["sent"]


def wait_for_quiet(server: Moods) -> float:
    """Wait until nothing has been accepted for a second; return when the last letter was."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 1:
        if len(server.accepted) != last:
            last, since = len(server.accepted), time.monotonic()
        time.sleep(0.01)
    return since


def by_unsubscribing(message: Message) -> None:
    """The recipient presses the button."""
    token = unsubscribe_token(message.message_id)
    assert bytes(message.unsubscribe_hash) == token_hash(token)
    assert unsubscribe_recipient(token=token)


def by_answering(message: Message) -> None:
    """The recipient has answered by another road."""
    assert skip_messages(mail_wave=message.wave, external_keys=[message.external_key], reason="answered") == 1


def by_order(message: Message) -> None:
    """Somebody forbids the address."""
    suppress(address=message.to_address, reason="erased", source="test")


@pytest.mark.parametrize("withdraw", [by_unsubscribing, by_answering, by_order])
def test_who_withdraws_while_letters_leave_gets_none(plan: PlanWave, withdraw: Callable[[Message], None]) -> None:
    with moody_server(thinks_seconds=0.02) as server, Farm(2) as farm:
        wave = busy_wave(plan, server)
        last = Message.objects.filter(state__in=["queued", "claimed"]).latest("id")
        withdraw(last)
        finish(wave)
        farm.stop()
    last.refresh_from_db()
    assert last.state == "skipped"
    assert last.to_address not in server.recipients
    assert counts_by_state(wave)["sent"] == 149
