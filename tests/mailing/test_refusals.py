"""Refusals of the sender, and policy: whose fault it is decides what becomes of the letter and of its wave."""

import pytest

from mailing.enums import MailWaveState
from mailing.models import MailWave, Message, Suppression
from mailing.queries import counts_by_state
from mailing.services import drain
from tests.mailing.conftest import PlanWave
from tests.mailing.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)


def states(wave: MailWave) -> dict[str, int]:
    """Return the states that occur in the wave."""
    return {state: count for state, count in counts_by_state(wave).items() if count}


def test_three_refusals_of_the_sender_in_a_row_pause_the_wave(plan: PlanWave) -> None:
    wave = plan(5)
    with mail_server(mail="550 5.7.1 not from you"):
        drain(seconds=10)
    wave.refresh_from_db()
    assert wave.state == MailWaveState.PAUSED
    assert wave.paused_reason == "550 5.7.1 not from you"
    assert states(wave) == {"queued": 5}


def test_a_refusal_of_the_sender_now_and_then_does_not_pause(plan: PlanWave) -> None:
    wave = plan(5)
    with mail_server(recipient=lambda address: "250 OK" if address.startswith("client2") else "554 5.7.1 Relay access denied"):
        drain(seconds=10)
    wave.refresh_from_db()
    assert (wave.state, wave.sender_refusals) == (MailWaveState.RUNNING, 2)
    assert states(wave) == {"queued": 4, "sent": 1}
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("answer", ["550 relay not permitted", "550 5.7.54 Unable to relay recipient in non-accepted domain"])
def test_a_server_that_does_not_relay_for_us_refuses_the_sender(plan: PlanWave, answer: str) -> None:
    wave = plan(4)
    with mail_server(recipient=lambda _: answer):
        drain(seconds=10)
    wave.refresh_from_db()
    assert (wave.state, wave.paused_reason) == (MailWaveState.PAUSED, answer)
    assert states(wave) == {"queued": 4}


def test_policy_about_one_recipient_fails_that_letter_only_and_suppresses_nobody(plan: PlanWave) -> None:
    wave = plan(4)
    with mail_server(recipient=lambda address: "250 OK" if address.startswith("client2") else "550 5.7.1 list members only"):
        drain(seconds=10)
    wave.refresh_from_db()
    assert (wave.state, wave.sender_refusals) == (MailWaveState.RUNNING, 0)
    assert states(wave) == {"failed": 3, "sent": 1}
    assert set(Message.objects.filter(state="failed").values_list("reason", flat=True)) == {"policy"}
    assert not Suppression.objects.exists()


def test_policy_after_the_letter_is_about_the_sender(plan: PlanWave) -> None:
    wave = plan(4)
    with mail_server(content="550 5.7.26 unauthenticated mail"):
        drain(seconds=10)
    wave.refresh_from_db()
    assert wave.state == MailWaveState.PAUSED
    assert states(wave) == {"queued": 4}


def test_a_passing_policy_of_one_recipient_waits(plan: PlanWave) -> None:
    wave = plan(4)
    with mail_server(recipient=lambda _: "450 4.7.1 greylisted"):
        drain(seconds=10)
    wave.refresh_from_db()
    assert (wave.state, states(wave)) == (MailWaveState.RUNNING, {"queued": 4})
