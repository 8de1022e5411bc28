"""What a person has been written."""

import datetime as dt
from dataclasses import dataclass

from mailing.enums import MessageState
from mailing.links import recipient_key
from mailing.models import Message
from mailing.rendering import RenderError, filled

NOT_TO_CLIENTS = r"(^(staff|case|audit|guest|action)_)|(_test$)"


@dataclass(frozen=True)
class SentLetter:
    """A letter that left, with its subject as the recipient read it."""

    sent_at: dt.datetime
    subject: str
    has_bounced: bool


def letters_to(address: str, limit: int) -> list[SentLetter]:
    """Return the last letters sent to somebody as a Client, newest first; tests and letters to colleagues are left out."""
    sent = Message.objects.filter(recipient_key=recipient_key(address), state=MessageState.SENT).exclude(wave__kind__regex=NOT_TO_CLIENTS)
    rows = sent.select_related("wave__letter").order_by("-sent_at")[:limit] if address else []
    return [SentLetter(row.sent_at, subject_of(row), row.bounced_at is not None) for row in rows if row.sent_at]


def subject_of(message: Message) -> str:
    """Return the subject with the recipient's own values in it."""
    try:
        return filled(message.wave.letter.subject, message.context)
    except RenderError:
        return message.wave.letter.subject
