"""The edges of one message: claim, point of no return, result. Each function is one committed step and a compare-and-swap.

Conditions stand on the message's own row (or in EXISTS), never in a join: PostgreSQL checks them again after waiting for a lock.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now

from mailing.enums import AccountState, MailWaveState, MessageState, Phase, Reason
from mailing.formulas.pace import MAX_ATTEMPTS, back_off, refilled, seconds_to_token
from mailing.models import MailWave, Message, MessageAttempt, SmtpAccount
from mailing.queries import suppressed_keys
from mailing.services.planning import pause_wave, suppress
from mailing.smtp import Reply

LEASE = timedelta(seconds=900)
SENDER_REFUSALS_TO_PAUSE = 3
NOTHING_SAID = Reply(None, "")


@dataclass(frozen=True)
class Claim:
    """Messages taken by a worker; with none, how long until the speed limit lets more through (None: nothing is due)."""

    messages: list[Message]
    wait_seconds: float | None = None


@transaction.atomic(durable=True)
def claim(*, account: SmtpAccount, owner: uuid.UUID, size: int) -> Claim:
    """Take up to `size` due messages of the account for 15 minutes. They share one attempt id, which every later step must name."""
    locked = SmtpAccount.objects.select_for_update().annotate(now=Now()).get(pk=account.pk)
    now: datetime = locked.now
    if locked.state != AccountState.OPEN or (locked.open_until is not None and locked.open_until > now):
        return Claim([])
    elapsed = (now - locked.refilled_at).total_seconds()
    tokens = refilled(locked.tokens, elapsed=elapsed, rate=locked.rate_per_second, burst=locked.burst)
    wanted = min(size, int(tokens))
    messages = without_suppressed(list(due(account)[: max(wanted, 1)]))
    spent = len(messages) if wanted else 0
    SmtpAccount.objects.filter(pk=account.pk).update(tokens=tokens - spent, refilled_at=now)
    if not wanted:
        return Claim([], seconds_to_token(tokens, rate=locked.rate_per_second) if messages else None)
    return Claim(taken(messages, owner))


def due(account: SmtpAccount) -> QuerySet[Message]:
    """Lock and return what may be sent now, in order; rows another worker is looking at are passed by."""
    running = MailWave.objects.filter(pk=OuterRef("wave_id"), state=MailWaveState.RUNNING, account=account)
    waiting = Message.objects.filter(Exists(running), state=MessageState.QUEUED, next_at__lte=Now(), expires_at__gt=Now())
    return waiting.select_for_update(skip_locked=True).order_by("next_at", "id").prefetch_related("wave__letter")


def without_suppressed(messages: list[Message]) -> list[Message]:
    """Skip those whose recipients asked not to be written to since the planning; return the others."""
    keep: list[Message] = []
    for kind in {message.wave.kind for message in messages}:
        ours = [message for message in messages if message.wave.kind == kind]
        suppressed = suppressed_keys([bytes(message.recipient_key) for message in ours], kind)
        refused = [message.pk for message in ours if bytes(message.recipient_key) in suppressed]
        Message.objects.filter(pk__in=refused).update(state=MessageState.SKIPPED, reason=Reason.SUPPRESSED)
        keep += [message for message in ours if message.pk not in refused]
    return keep


def taken(messages: list[Message], owner: uuid.UUID) -> list[Message]:
    """Write the lease on the locked rows and on the objects in hand."""
    attempt_id = uuid.uuid4()
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        state=MessageState.CLAIMED, owner=owner, attempt_id=attempt_id, attempts=F("attempts") + 1, lease_until=Now() + LEASE
    )
    for message in messages:
        message.attempt_id, message.attempts = attempt_id, message.attempts + 1
    return messages


def held(message: Message, *states: MessageState) -> QuerySet[Message]:
    """Return the row if it is still this attempt's and in one of the states."""
    return Message.objects.filter(pk=message.pk, attempt_id=message.attempt_id, state__in=states)


@transaction.atomic(durable=True)
def mark_sending(*, message: Message) -> bool:
    """Commit the point of no return; False when the message was paused, skipped, cancelled or taken over meanwhile."""
    running = MailWave.objects.filter(pk=OuterRef("wave_id"), state=MailWaveState.RUNNING)
    ours = held(message, MessageState.CLAIMED).filter(Exists(running), expires_at__gt=Now())
    return bool(ours.update(state=MessageState.SENDING, lease_until=Now() + LEASE))


@transaction.atomic(durable=True)
def mark_sent(*, message: Message, reply: Reply) -> None:
    """Write down the server's yes, also when it came after the message was given up as unknown."""
    held(message, MessageState.SENDING, MessageState.UNKNOWN).update(
        state=MessageState.SENT, reason="", smtp_code=reply.code, server_reply=reply.text, sent_at=Now(), lease_until=None
    )
    record(message, Phase.ACCEPTED, reply)


@transaction.atomic(durable=True)
def put_back(*, messages: list[Message]) -> None:
    """Return claimed messages to the queue as if they had not been taken: the attempt does not count."""
    for message in messages:
        held(message, MessageState.CLAIMED).update(state=MessageState.QUEUED, attempts=F("attempts") - 1, lease_until=None)


@transaction.atomic(durable=True)
def mark_unknown(*, message: Message, reply: Reply) -> None:
    """Say that only the server knows; a person may send again."""
    changes = {"state": MessageState.UNKNOWN, "reason": Reason.NO_ANSWER, "server_reply": reply.text, "lease_until": None}
    held(message, MessageState.SENDING).update(**changes)
    record(message, Phase.CONTENT, reply)


@transaction.atomic(durable=True)
def mark_failed(*, message: Message, reason: Reason, phase: Phase, reply: Reply) -> None:
    """Give up on the message for the reason; an address that does not exist is never written to again."""
    end_failed(message, reason, reply)
    record(message, phase, reply)
    if reason == Reason.HARD and reply.names_bad_recipient:
        suppress(address=message.to_address, reason="bounced", source=message.message_id[:80])


@transaction.atomic(durable=True)
def try_later(*, message: Message, phase: Phase, reply: Reply) -> None:
    """Queue the message again after an explicit refusal for now, five times at most."""
    if message.attempts >= MAX_ATTEMPTS:
        end_failed(message, Reason.POLICY if reply.is_policy or phase == Phase.SENDER else Reason.EXPIRED, reply)
    else:
        pause = back_off(message.attempts, random.random())  # noqa: S311 - spreads load, no secret
        held(message, MessageState.CLAIMED, MessageState.SENDING).update(
            state=MessageState.QUEUED,
            next_at=Now() + pause,
            smtp_code=reply.code,
            server_reply=reply.text,
            lease_until=None,
        )
    record(message, phase, reply)


def end_failed(message: Message, reason: Reason, reply: Reply) -> None:
    """Write the failure on the row."""
    held(message, MessageState.CLAIMED, MessageState.SENDING).update(
        state=MessageState.FAILED, reason=reason, smtp_code=reply.code, server_reply=reply.text, lease_until=None
    )


@transaction.atomic
def note_sender_refusal(*, wave: MailWave, reply: Reply) -> None:
    """Count a refusal of the sender; the third in a row pauses the wave, since more tries only hurt the sender's name."""
    wave.sender_refusals += 1
    MailWave.objects.filter(pk=wave.pk).update(sender_refusals=F("sender_refusals") + 1)
    if wave.sender_refusals >= SENDER_REFUSALS_TO_PAUSE:
        pause_wave(mail_wave=wave, actor=None, reason=f"{reply.code or ''} {reply.text}".strip())


def note_sender_accepted(*, wave: MailWave) -> None:
    """Forget earlier refusals of the sender."""
    if wave.sender_refusals:
        wave.sender_refusals = 0
        MailWave.objects.filter(pk=wave.pk).update(sender_refusals=0)


def record(message: Message, phase: Phase, reply: Reply) -> None:
    """Add a row to the message's log."""
    MessageAttempt.objects.create(message=message, attempt_id=message.attempt_id, phase=phase, code=reply.code, text=reply.text)


@transaction.atomic
def sweep() -> None:
    """Settle what nobody holds any more: leases that ran out and messages whose time is over."""
    Message.objects.filter(state=MessageState.QUEUED, expires_at__lte=Now()).update(state=MessageState.FAILED, reason=Reason.EXPIRED)
    settle(MessageState.SENDING, MessageState.UNKNOWN, Reason.LEASE_OVER)
    settle(MessageState.CLAIMED, MessageState.FAILED, Reason.LEASE_OVER, attempts__gte=MAX_ATTEMPTS)
    settle(MessageState.CLAIMED, MessageState.QUEUED, "")


def settle(source: MessageState, target: MessageState, reason: str, **conditions: int) -> None:
    """Move messages whose lease is over, and write it in their log."""
    stale = Message.objects.filter(state=source, lease_until__lte=Now(), **conditions)
    messages = list(stale.select_for_update(skip_locked=True).only("attempt_id"))
    if not messages:
        return
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(state=target, reason=reason, lease_until=None)
    MessageAttempt.objects.bulk_create(
        MessageAttempt(message=message, attempt_id=message.attempt_id, phase=Phase.LEASE) for message in messages
    )
