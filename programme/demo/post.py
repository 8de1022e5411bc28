"""Letters of the demo firm that left long ago: the rows the outbox would have kept of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from company.models import User
from mailing.enums import BounceKind, MessageState, Phase, Reason
from mailing.models import Bounce, Letter, MailWave, Message, MessageAttempt, Suppression
from mailing.services import PersonalLink, Recipient, default_account
from mailing.services.planning import planned


@dataclass(frozen=True)
class Posted:
    """One letter: to whom, when, and how it ended."""

    address: str
    name: str
    key: str
    at: dt.datetime
    state: MessageState = MessageState.SENT
    context: dict[str, str] = field(default_factory=dict)
    link: PersonalLink | None = None
    is_returned: bool = False


REPLIES = {MessageState.SENT: (250, "2.0.0 accepted"), MessageState.FAILED: (550, "5.1.1 no such user")}
REASONS = {MessageState.FAILED: Reason.HARD, MessageState.SKIPPED: Reason.SUPPRESSED}


def post(  # noqa: PLR0913 - named, one per column
    *, kind: str, occurrence: str, letter: Letter, letters: Sequence[Posted], ends: dt.datetime, actor: User | None
) -> MailWave:
    """Save a wave of letters that all came to their end; the first one's moment is the wave's beginning."""
    started = min((each.at for each in letters), default=ends - dt.timedelta(days=1))
    wave = MailWave.objects.create(
        kind=kind,
        occurrence_key=occurrence,
        letter=letter,
        account=default_account(),
        not_before=started,
        window_end=ends,
        keeps_quiet_hours=True,
        finished=len(letters),
        failed=sum(each.state == MessageState.FAILED for each in letters),
        created_by=actor,
    )
    messages = Message.objects.bulk_create(build_message(wave, each) for each in letters)
    MessageAttempt.objects.bulk_create(build_attempt(message) for message in messages if message.attempts)
    keep_bounces([message for message in messages if message.bounced_at])
    return wave


def deliver(kind: str) -> None:
    """Let letters that services planned in the firm's past have left at their time, by the steps the database allows."""
    planned_ones = Message.objects.filter(wave__kind=kind, state=MessageState.QUEUED)
    found = list(planned_ones.values_list("pk", flat=True))
    code, reply = REPLIES[MessageState.SENT]
    for state in (MessageState.CLAIMED, MessageState.SENDING):
        Message.objects.filter(pk__in=found).update(state=state)
    letters = Message.objects.filter(pk__in=found)
    letters.update(state=MessageState.SENT, attempts=1, smtp_code=code, server_reply=reply, sent_at=F("next_at"))
    MessageAttempt.objects.bulk_create(build_attempt(message) for message in letters)
    MailWave.objects.filter(messages__in=found).update(finished=1)


def build_message(wave: MailWave, posted: Posted) -> Message:
    """Return the row of one letter in its final state."""
    recipient = Recipient(posted.address, posted.name, posted.key, posted.context, link=posted.link, not_before=posted.at)
    message = planned(wave, recipient, set())
    message.state, message.reason = posted.state, REASONS.get(posted.state, "")
    message.attempts = int(posted.state != MessageState.SKIPPED)
    message.smtp_code, message.server_reply = REPLIES.get(posted.state, (None, ""))
    message.sent_at = posted.at if posted.state == MessageState.SENT else None
    message.bounced_at = posted.at + dt.timedelta(minutes=7) if posted.is_returned else None
    return message


def build_attempt(message: Message) -> MessageAttempt:
    """Return the one try the letter's state came from."""
    phase = Phase.ACCEPTED if message.state == MessageState.SENT else Phase.RECIPIENT
    return MessageAttempt(message=message, at=message.next_at, phase=phase, code=message.smtp_code, text=message.server_reply)


def keep_bounces(messages: Sequence[Message]) -> None:
    """Save the reports about letters that came back; nothing is sent to these addresses any more."""
    seen: dict[str, Any] = {"kind": BounceKind.HARD, "status": "5.1.1", "text": "5.1.1 mailbox does not exist", "source": "mailbox"}
    Bounce.objects.bulk_create(
        Bounce(message=message, report_key=f"dsn:{message.message_id}", at=message.bounced_at or message.next_at, **seen)
        for message in messages
    )
    Suppression.objects.bulk_create(
        Suppression(
            recipient_key=message.recipient_key,
            reason="bounced",
            source=message.message_id[:80],
            since=message.bounced_at or message.next_at,
        )
        for message in messages
    )
