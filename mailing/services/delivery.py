"""The edges of one message after its claim: point of no return, result. Each function is one committed step and a compare-and-swap.

Conditions stand on the message's own row (or in EXISTS), never in a join: PostgreSQL checks them again after waiting for a lock.
"""

import random
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from mailing.enums import ERRORS, MailWaveState, MessageState, Phase, Reason
from mailing.formulas.pace import MAX_ATTEMPTS, back_off, fails_too_often
from mailing.models import MailWave, Message, MessageAttempt
from mailing.queries import overdue_waves
from mailing.services.claiming import LEASE
from mailing.services.planning import pause_wave, suppress
from mailing.smtp import Reply

SENDER_REFUSALS_TO_PAUSE = 3


def held(message: Message, *states: MessageState) -> QuerySet[Message]:
    """Return the row if it is still this attempt's and in one of the states."""
    return Message.objects.filter(pk=message.pk, attempt_id=message.attempt_id, state__in=states)


@dataclass(frozen=True)
class Taken:
    """A letter the server has said yes to, not written down yet."""

    message: Message
    reply: Reply


# One statement, so one trip and one commit: the yes to the last letter and the point of no return of the next. Every condition
# stands on the row itself or in EXISTS. The yes also counts when it came after the message was given up as unknown.
MARK_SENT = """
    UPDATE mailing_message SET state = 'sent', reason = '', smtp_code = %(code)s, server_reply = %(text)s,
        sent_at = statement_timestamp(), lease_until = NULL
    WHERE id = %(sent_id)s AND attempt_id = %(sent_attempt)s AND state IN ('sending', 'unknown') RETURNING id
"""
LOG_SENT = """
    INSERT INTO mailing_messageattempt (message_id, attempt_id, at, phase, code, text)
    SELECT id, %(sent_attempt)s, statement_timestamp(), 'accepted', %(code)s, %(text)s FROM done
"""
MARK_SENDING = """
    UPDATE mailing_message SET state = 'sending', lease_until = statement_timestamp() + %(lease)s
    WHERE id = %(id)s AND attempt_id = %(attempt)s AND state = 'claimed' AND expires_at > statement_timestamp()
        AND EXISTS (SELECT FROM mailing_mailwave w WHERE w.id = mailing_message.wave_id AND w.state = 'running')
"""
HAND_OVER = f"WITH done AS ({MARK_SENT}), log AS ({LOG_SENT}) {MARK_SENDING}"


def mark_sending(*, message: Message, last: Taken | None = None) -> bool:
    """Commit the point of no return, and with it the yes to the last letter.

    False when the message was paused, skipped, cancelled or taken over meanwhile; the last letter is written down in any case.
    """
    by_itself()
    values: dict[str, Any] = {"id": message.pk, "attempt": message.attempt_id, "lease": LEASE}
    with connection.cursor() as cursor:
        cursor.execute(MARK_SENDING if last is None else HAND_OVER, values if last is None else values | sent_values(last))
        return bool(cursor.rowcount)


def mark_sent(*, last: Taken) -> None:
    """Write down the server's yes."""
    by_itself()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH done AS ({MARK_SENT}) {LOG_SENT}", sent_values(last))


def by_itself() -> None:
    """Refuse to run inside a transaction: one statement commits itself in one trip, and must have done so when it returns."""
    if connection.in_atomic_block:
        raise RuntimeError("a step of sending must be committed before the next one begins")


def sent_values(last: Taken) -> dict[str, Any]:
    """Return what the statements need to know of a letter the server took."""
    reply, message = last.reply, last.message
    return {"sent_id": message.pk, "sent_attempt": message.attempt_id, "code": reply.code, "text": reply.text}


@transaction.atomic(durable=True)
def put_back(*, messages: list[Message]) -> None:
    """Return claimed messages to the queue as if they had not been taken: the attempt does not count."""
    for attempt_id in {message.attempt_id for message in messages}:
        ids = [message.pk for message in messages if message.attempt_id == attempt_id]
        ours = Message.objects.filter(pk__in=ids, attempt_id=attempt_id, state=MessageState.CLAIMED)
        ours.update(state=MessageState.QUEUED, attempts=F("attempts") - 1, lease_until=None)


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
def try_later(*, message: Message, phase: Phase, reply: Reply, reason: Reason = Reason.EXPIRED) -> bool:
    """Queue the message again after an explicit refusal for now, five times at most; say whether it has failed instead."""
    is_over = message.attempts >= MAX_ATTEMPTS
    if is_over:
        end_failed(message, reason, reply)
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
    return is_over


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


@transaction.atomic
def note_ends(*, wave: MailWave, finished: int, failed: int) -> None:
    """Count what a batch came to; when more than a fifth of at least fifty letters fail, pause the wave before it does more harm."""
    MailWave.objects.filter(pk=wave.pk).update(finished=F("finished") + finished, failed=F("failed") + failed)
    now = MailWave.objects.get(pk=wave.pk)
    if failed and now.state == MailWaveState.RUNNING and fails_too_often(failed=now.failed, finished=now.finished):
        pause_wave(mail_wave=wave, actor=None, reason=f"{ERRORS}{now.failed}/{now.finished}")


def record(message: Message, phase: Phase, reply: Reply) -> None:
    """Add a row to the message's log."""
    MessageAttempt.objects.create(message=message, attempt_id=message.attempt_id, phase=phase, code=reply.code, text=reply.text)


@transaction.atomic
def sweep() -> None:
    """Settle what nobody holds any more: leases that ran out and messages whose time is over."""
    late = Message.objects.filter(wave__in=overdue_waves(), state=MessageState.QUEUED, expires_at__lte=Now())
    late.update(state=MessageState.FAILED, reason=Reason.EXPIRED)
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
