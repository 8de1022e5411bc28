"""Planning, holding back, suppressing, sending again."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from company.models import User
from mailing.enums import LEGAL_EDGES, MailWaveState, MessageState
from mailing.links import normalised, unsubscribe_token
from mailing.models import Letter, MailWave, Message, MessageAttempt, Suppression
from mailing.queries import counts_by_state, sent_since, suppressed_addresses
from mailing.services import (
    Recipient,
    cancel_wave,
    pause_wave,
    plan_wave,
    resume_wave,
    send_again,
    skip_messages,
    suppress,
    unsubscribe_recipient,
)
from mailing.services.planning import chunked
from tests.mailing.conftest import PlanWave, recipients


def states(wave: MailWave) -> dict[str, int]:
    """Return the states that occur in the wave."""
    return {state: count for state, count in counts_by_state(wave).items() if count}


def test_counts_name_every_state(plan: PlanWave) -> None:
    assert counts_by_state(plan(2)) == {state.value: 0 for state in MessageState} | {"queued": 2}


def test_planning_twice_finds_the_same_rows(plan: PlanWave) -> None:
    first = plan(3)
    ids = set(Message.objects.values_list("id", "message_id"))
    assert plan(3) == first
    assert set(Message.objects.values_list("id", "message_id")) == ids


def test_planning_again_adds_who_was_missing(plan: PlanWave) -> None:
    plan(2)
    assert states(plan(5)) == {"queued": 5}


def test_one_address_in_two_spellings_is_one_message(plan: PlanWave) -> None:
    twice = [Recipient("Anna@Example.org ", "Анна", "1"), Recipient("anna@example.org", "Анна", "2")]
    assert states(plan(recipients=twice)) == {"queued": 1}


def test_planning_takes_any_number_of_recipients_in_chunks() -> None:
    assert [len(chunk) for chunk in chunked(iter(recipients(12)), 5)] == [5, 5, 2]


def test_a_bad_address_is_there_but_skipped(plan: PlanWave) -> None:
    bad = ["", "no-at-sign", "two@@example.org", "a@example.org\nBcc: b@example.org", f"{'x' * 300}@example.org"]
    plan(recipients=[Recipient(address, "Анна", str(number)) for number, address in enumerate(bad)])
    assert set(Message.objects.values_list("state", "reason")) == {("skipped", "bad_address")}
    assert Message.objects.count() == len(bad)


def test_who_asked_not_to_be_written_to_is_skipped(plan: PlanWave) -> None:
    suppress(address="CLIENT1@example.org", reason="complaint", source="phone")
    plan(3)
    assert list(Message.objects.order_by("external_key").values_list("state", "reason")) == [
        ("queued", ""),
        ("skipped", "suppressed"),
        ("queued", ""),
    ]


def test_a_suppression_of_one_kind_leaves_other_kinds(plan: PlanWave) -> None:
    suppress(address="client0@example.org", reason="asked", source="phone", scope="winback")
    assert states(plan(1)) == {"queued": 1}
    assert states(plan(1, kind="winback")) == {"skipped": 1}
    assert suppressed_addresses(["client0@example.org"]) == set()


def test_suppressing_holds_back_what_waits(plan: PlanWave) -> None:
    wave = plan(2)
    suppress(address="client0@example.org", reason="asked", source="phone", scope="winback")
    assert states(wave) == {"queued": 2}
    suppress(address="client0@example.org", reason="asked", source="phone")
    suppress(address="client0@example.org", reason="asked", source="phone")
    assert states(wave) == {"queued": 1, "skipped": 1}
    assert Suppression.objects.count() == 2
    assert suppressed_addresses(["Client0@example.org", "client1@example.org"]) == {"Client0@example.org"}


def test_skipping_leaves_what_is_on_its_way(plan: PlanWave) -> None:
    wave = plan(3)
    Message.objects.filter(external_key="1").update(state="claimed")
    Message.objects.filter(external_key="2").update(state="claimed")
    Message.objects.filter(external_key="2").update(state="sending")
    assert skip_messages(mail_wave=wave, external_keys=["0", "1", "2", "7"], reason="answered") == 2
    assert states(wave) == {"skipped": 2, "sending": 1}
    assert skip_messages(mail_wave=wave, external_keys=["0"], reason="answered") == 0


def test_pausing_brings_claimed_messages_back_and_resuming_goes_on(plan: PlanWave, manager: User) -> None:
    wave = plan(2)
    Message.objects.filter(external_key="1").update(state="claimed", attempts=1)
    assert pause_wave(mail_wave=wave, actor=manager)
    assert not pause_wave(mail_wave=wave, actor=manager)
    assert states(wave) == {"queued": 2}
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    assert resume_wave(mail_wave=wave, actor=manager)
    assert not resume_wave(mail_wave=wave, actor=manager)
    wave.refresh_from_db()
    assert wave.state == MailWaveState.RUNNING


def test_cancelling_is_for_good(plan: PlanWave, manager: User) -> None:
    wave = plan(2)
    assert cancel_wave(mail_wave=wave, actor=manager)
    assert not cancel_wave(mail_wave=wave, actor=manager)
    assert not resume_wave(mail_wave=wave, actor=manager)
    assert states(plan(5)) == {"cancelled": 2}


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_person_sends_again_and_it_is_recorded(plan: PlanWave, manager: User, state: str) -> None:
    plan(1)
    old = timezone.now() - dt.timedelta(days=30)
    message = put_in_state(state, expires_at=old)
    assert send_again(message=message, actor=manager)
    assert not send_again(message=message, actor=manager)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.reason, message.attempt_id) == ("queued", 0, "", None)
    assert message.expires_at > timezone.now() + dt.timedelta(hours=23)
    record = MessageAttempt.objects.get()
    assert (record.message, record.phase, record.actor) == (message, "person", manager)


@pytest.mark.parametrize("state", ["queued", "claimed", "sending", "sent", "skipped", "cancelled"])
def test_nothing_else_can_be_sent_again(plan: PlanWave, manager: User, state: str) -> None:
    plan(1)
    message = put_in_state(state)
    assert not send_again(message=message, actor=manager)
    message.refresh_from_db()
    assert message.state == state
    assert not MessageAttempt.objects.exists()


def test_nothing_of_a_cancelled_wave_is_sent_again(plan: PlanWave, manager: User) -> None:
    wave = plan(1)
    message = put_in_state("failed")
    cancel_wave(mail_wave=wave, actor=manager)
    assert not send_again(message=message, actor=manager)
    assert states(wave) == {"failed": 1}


PATHS = {
    "queued": [],
    "claimed": ["claimed"],
    "sending": ["claimed", "sending"],
    "sent": ["claimed", "sending", "sent"],
    "unknown": ["claimed", "sending", "unknown"],
    "failed": ["claimed", "failed"],
    "skipped": ["skipped"],
    "cancelled": ["cancelled"],
}


def put_in_state(state: str, **fields: Any) -> Message:
    """Walk the only message to the state by legal edges."""
    for step in PATHS[state]:
        Message.objects.update(state=step, sent_at=timezone.now() if step == "sent" else None, attempts=1, **fields)
    return Message.objects.get()


@pytest.mark.parametrize("source", MessageState)
def test_the_database_refuses_exactly_the_edges_that_are_not_in_the_map(plan: PlanWave, source: MessageState) -> None:
    plan(1)
    message = put_in_state(source)
    refused = set()
    for target in MessageState:
        try:
            with transaction.atomic():
                Message.objects.filter(pk=message.pk).update(state=target, sent_at=timezone.now())
                transaction.set_rollback(True)
        except IntegrityError:
            refused.add(target)
    assert refused == set(MessageState) - LEGAL_EDGES[source] - {source}


def test_the_database_refuses_unknown_states_and_sent_without_time(plan: PlanWave) -> None:
    plan(1)
    message = put_in_state("sending")
    for fields in ({"state": "lost"}, {"state": "sent"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**fields)


def test_the_window_must_be_ordered(letter: Letter) -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        plan_wave(kind="nps", occurrence_key="x", letter=letter, recipients=[], not_before=now, window_end=now, actor=None)


def test_unsubscribing_by_token_suppresses_once(plan: PlanWave) -> None:
    wave = plan(2)
    message = Message.objects.get(external_key="0")
    token = unsubscribe_token(message.message_id)
    assert unsubscribe_recipient(token=token)
    assert unsubscribe_recipient(token=token)
    assert not unsubscribe_recipient(token="forged")
    assert states(wave) == {"queued": 1, "skipped": 1}
    assert Suppression.objects.count() == 1


def test_sent_since_counts_what_may_have_arrived(plan: PlanWave) -> None:
    plan(3)
    hour = dt.timedelta(hours=1)
    now = timezone.now()
    for state in ("claimed", "sending", "sent"):
        Message.objects.filter(external_key="0").update(state=state, sent_at=now - hour if state == "sent" else None)
    for state in ("claimed", "sending", "unknown"):
        Message.objects.filter(external_key="1").update(state=state)
    everybody = [f"client{number}@example.org" for number in range(3)]
    assert sent_since(everybody, now - 2 * hour) == {"client0@example.org", "client1@example.org"}
    assert sent_since(everybody, now) == set()


def test_addresses_are_compared_in_one_form() -> None:
    assert normalised("  Anna@Example.ORG ") == "anna@example.org"


def test_a_recipient_may_wait_longer_than_the_wave_but_never_less(plan: PlanWave) -> None:
    now = timezone.now()
    later, earlier = now + dt.timedelta(hours=5), now - dt.timedelta(days=9)
    people = [
        Recipient(f"{key}@example.org", "Анна", key, not_before=moment) for key, moment in (("a", later), ("b", earlier), ("c", None))
    ]
    wave = plan(recipients=people)
    assert list(Message.objects.order_by("external_key").values_list("next_at", flat=True)) == [later, wave.not_before, wave.not_before]


def test_a_message_keeps_its_domain_in_ascii_and_its_zone(plan: PlanWave) -> None:
    wave = plan(recipients=[Recipient(" anna@Почта.Example.org", "Анна", "1", zone="Asia/Omsk")], keeps_quiet_hours=True)
    assert list(Message.objects.values_list("domain", "zone")) == [("xn--80a1acny.example.org", "Asia/Omsk")]
    assert wave.keeps_quiet_hours


def test_a_bad_address_has_no_domain_to_limit(plan: PlanWave) -> None:
    plan(recipients=[Recipient(f"a@{'я' * 80}", "Анна", "1"), Recipient("", "Борис", "2")])
    assert set(Message.objects.values_list("domain", "state")) == {("", "skipped")}
