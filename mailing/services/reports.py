"""What mail systems and providers report about letters they had taken, and what recipients ask for by letter."""

import datetime as dt
import hashlib
import logging

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.tokens import token_hash
from mailing.bounces import LONGEST_TEXT, STATUS, Report, Wish, understood
from mailing.enums import BounceKind, MessageState
from mailing.links import recipient_key
from mailing.mailbox import read_mailbox
from mailing.models import Bounce, Message
from mailing.services.planning import suppress_key, unsubscribe_recipient
from mailing.smtp import BAD_RECIPIENT

logger = logging.getLogger(__name__)
OLDEST = dt.timedelta(days=30)
HANDED_OVER = (MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN)
SUPPRESSING = {BounceKind.HARD: "bounced", BounceKind.COMPLAINT: "complaint"}


def read_reports() -> int:
    """Read the mailbox for reports; return how many letters were in it."""
    return read_mailbox(settings.BOUNCE_URL, take_report) if settings.BOUNCE_URL and settings.BOUNCE_ADDRESS else 0


def take_report(data: bytes) -> None:
    """Do what a letter from the mailbox asks for; one nobody can read must not hold up the others."""
    try:
        act_on(understood(data))
    except Exception:
        if not connection.is_usable():  # the letter stays unread and is read again
            raise
        logger.exception("a letter in the mailbox for reports cannot be read: sha256 %s", hashlib.sha256(data).hexdigest())


def act_on(found: Report | Wish | None) -> bool:
    """Write a report down or stop letters; say whether anything changed."""
    if isinstance(found, Wish):
        return unsubscribe_recipient(token=found.token)
    if found is None:
        return False
    message = recent(Message.objects.filter(bounce_hash=token_hash(found.token))).first()
    if message is None:
        return False
    return record_report(
        message=message, key=found.key, kind=found.kind, status=found.status, text=found.text, source="mailbox", is_final=found.is_final
    )


def recent(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Return those that were handed over not long ago: a later report is an old one come again, or made up."""
    return messages.filter(state__in=HANDED_OVER, next_at__gte=timezone.now() - OLDEST)


PROVIDED = {
    "bounced": (BounceKind.SOFT, True),
    "rejected": (BounceKind.SOFT, True),
    "failed": (BounceKind.SOFT, True),
    "deferred": (BounceKind.SOFT, False),
    "delivered": (BounceKind.DELIVERED, True),
    "complained": (BounceKind.COMPLAINT, True),
}


def take_event(  # noqa: PLR0913 - named, what a provider says
    *, provider: str, name: str, what: str, message_ids: list[str], address: str, is_bad_address: bool, text: str
) -> bool:
    """Do what a provider's event asks for; one about a letter or an address we do not know changes nothing."""
    spellings = {f"<{known.strip('<>')}>" for known in message_ids}
    message = recent(Message.objects.filter(message_id__in=spellings)).first()
    if message is None or (address and recipient_key(address) != bytes(message.recipient_key)):
        return False
    if what == "unsubscribed":
        suppress_key(key=bytes(message.recipient_key), reason="unsubscribed", source=message.message_id[:80], scope="all")
        return True
    if what not in PROVIDED:
        return False
    (kind, is_final), match = PROVIDED[what], STATUS.search(text)
    status = match[1] if match else ""
    if kind == BounceKind.SOFT and is_final and (is_bad_address or status in BAD_RECIPIENT):
        kind = BounceKind.HARD
    key = f"{provider}:{hashlib.sha256(name.encode()).hexdigest()}".lower()
    said = text.replace("\0", "")[:LONGEST_TEXT]
    return record_report(message=message, key=key, kind=kind, status=status, text=said, source=provider[:40], is_final=is_final)


@transaction.atomic
def record_report(  # noqa: PLR0913 - named, what a report says
    *, message: Message, key: str, kind: BounceKind, status: str, text: str, source: str, is_final: bool = True
) -> bool:
    """Keep the report and draw the conclusions; the same report a second time changes nothing."""
    # A report may come after the person was erased, and it names the address.
    said = text if message.to_address else ""
    fields = {"message": message, "kind": kind, "status": status[:12], "text": said, "source": source}
    _bounce, is_new = Bounce.objects.get_or_create(report_key=key[:120], defaults=fields)
    if not is_new:
        return False
    row, now = Message.objects.filter(pk=message.pk), timezone.now()
    if kind == BounceKind.DELIVERED:
        row.filter(delivered_at=None).update(delivered_at=now)
        row.filter(state=MessageState.UNKNOWN).update(state=MessageState.SENT, reason="", sent_at=now, lease_until=None)
    elif is_final and kind != BounceKind.COMPLAINT:
        row.filter(bounced_at=None).update(bounced_at=now)
    if kind in SUPPRESSING:
        suppress_key(key=bytes(message.recipient_key), reason=SUPPRESSING[kind], source=message.message_id[:80], scope="all")
    return True
