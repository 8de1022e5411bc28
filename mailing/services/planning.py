"""Letters, waves and what people decide about them: plan, pause, skip, suppress, send again."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest, Now

from common.tokens import token_hash
from company.models import User
from mailing.enums import EventKind, MailWaveState, MessageState, Phase, Reason, sources_of
from mailing.links import PersonalLink, bounce_hash, domain_of, is_address, new_message_id, recipient_key, storable, unsubscribe_hash
from mailing.models import Letter, MailEvent, MailWave, Message, MessageAttempt, Suppression
from mailing.queries import suppressed_keys
from mailing.services.accounts import default_account

CHUNK = 5_000
SECOND_CHANCE = dt.timedelta(days=1)
EVERYTHING = "all"
# Nothing has reached the server's DATA yet, so the message can still be held back.
HELD = (MessageState.QUEUED, MessageState.CLAIMED)
DEAD = (MessageState.FAILED, MessageState.UNKNOWN)


@dataclass(frozen=True)
class Recipient:
    """Somebody to write to, and what fills the letter's placeholders; the link fills `{url}`.

    `not_before` holds back this person's letter alone; `zone` is the person's IANA time zone, empty for the company's.
    """

    address: str
    name: str
    external_key: str
    context: dict[str, str] = field(default_factory=dict)
    link: PersonalLink | None = None
    not_before: dt.datetime | None = None
    zone: str = ""


@transaction.atomic
def create_letter(*, name: str, locale: str, subject: str, text: str, html: str, actor: User | None) -> Letter:  # noqa: PLR0913 - named, one per column
    """Save a letter; it never changes afterwards, a changed one is a new row."""
    return Letter.objects.create(name=name, locale=locale, subject=subject, text=text, html=html, created_by=actor)


def plan_wave(  # noqa: PLR0913 - named, the promise other apps rely on
    *,
    kind: str,
    occurrence_key: str,
    letter: Letter,
    recipients: Iterable[Recipient],
    not_before: dt.datetime,
    window_end: dt.datetime,
    actor: User | None,
    keeps_quiet_hours: bool = False,
) -> MailWave:
    """Put one message per address in the outbox. Planning the same occurrence again finds the same rows and adds only who is missing.

    Every chunk commits by itself unless the caller is in a transaction: a plan cut short is finished by planning again.
    """
    wave, _ = MailWave.objects.get_or_create(
        kind=kind,
        occurrence_key=occurrence_key,
        defaults={
            "letter": letter,
            "account": default_account(),
            "not_before": not_before,
            "window_end": window_end,
            "keeps_quiet_hours": keeps_quiet_hours,
            "created_by": actor,
        },
    )
    if wave.state != MailWaveState.CANCELLED:
        for chunk in chunked(recipients, CHUNK):
            add_messages(wave, chunk)
    return wave


def chunked(recipients: Iterable[Recipient], size: int) -> Iterator[tuple[Recipient, ...]]:
    """Yield the recipients in groups of at most the size."""
    rest = iter(recipients)
    while chunk := tuple(islice(rest, size)):
        yield chunk


@transaction.atomic
def add_messages(wave: MailWave, recipients: Sequence[Recipient]) -> None:
    """Insert the messages that are not there yet; who must not or cannot be written to is there as skipped."""
    suppressed = suppressed_keys([recipient_key(recipient.address) for recipient in recipients], wave.kind)
    Message.objects.bulk_create([planned(wave, recipient, suppressed) for recipient in recipients], ignore_conflicts=True)


def planned(wave: MailWave, recipient: Recipient, suppressed: set[bytes]) -> Message:
    """Return the recipient's message, not saved yet."""
    key, message_id = recipient_key(recipient.address), new_message_id()
    reason = Reason.SUPPRESSED if key in suppressed else "" if is_address(recipient.address) else Reason.BAD_ADDRESS
    return Message(
        wave=wave,
        external_key=recipient.external_key,
        recipient_key=key,
        to_address=storable(recipient.address).strip()[:254],
        to_name=storable(" ".join(recipient.name.split()))[:160],
        context={name: storable(str(value)) for name, value in recipient.context.items()},
        link=asdict(recipient.link) if recipient.link else {},
        message_id=message_id,
        unsubscribe_hash=unsubscribe_hash(message_id),
        bounce_hash=bounce_hash(message_id),
        state=MessageState.SKIPPED if reason else MessageState.QUEUED,
        reason=reason,
        next_at=max(wave.not_before, recipient.not_before or wave.not_before),
        expires_at=wave.window_end,
        domain=domain_of(recipient.address),
        zone=recipient.zone[:64],
    )


@transaction.atomic
def skip_messages(*, mail_wave: MailWave, external_keys: Iterable[str], reason: str) -> int:
    """Hold back the messages not sent yet; return how many. One already on its way goes on."""
    waiting = Message.objects.filter(wave=mail_wave, external_key__in=list(external_keys), state__in=HELD)
    return waiting.update(state=MessageState.SKIPPED, reason=reason, lease_until=None)


@transaction.atomic
def hold_back(*, message_ids: Iterable[int], reason: str) -> int:
    """Hold back those of the messages that are not sent yet, whatever waves they are of; return how many."""
    waiting = Message.objects.filter(pk__in=list(message_ids), state__in=HELD)
    return waiting.update(state=MessageState.SKIPPED, reason=reason, lease_until=None)


@transaction.atomic
def pause_wave(*, mail_wave: MailWave, actor: User | None, reason: str = "") -> bool:
    """Stop claiming the wave's messages at once; the ones a worker holds but has not begun to send come back."""
    running = MailWave.objects.filter(pk=mail_wave.pk, state=MailWaveState.RUNNING)
    if not running.update(state=MailWaveState.PAUSED, paused_reason=reason):
        return False
    taken = Message.objects.filter(wave=mail_wave, state=MessageState.CLAIMED)
    taken.update(state=MessageState.QUEUED, attempts=F("attempts") - 1, lease_until=None)
    MailEvent.objects.create(wave=mail_wave, actor=actor, what=EventKind.PAUSED, note=reason)
    return True


@transaction.atomic
def resume_wave(*, mail_wave: MailWave, actor: User) -> bool:
    """Go on with a paused wave."""
    paused = MailWave.objects.filter(pk=mail_wave.pk, state=MailWaveState.PAUSED)
    if not paused.update(state=MailWaveState.RUNNING, paused_reason="", sender_refusals=0, finished=0, failed=0):
        return False
    MailEvent.objects.create(wave=mail_wave, actor=actor, what=EventKind.RESUMED)
    return True


@transaction.atomic
def cancel_wave(*, mail_wave: MailWave, actor: User | None) -> bool:
    """Give up on everything of the wave that has not been sent, for good."""
    if not MailWave.objects.filter(pk=mail_wave.pk).exclude(state=MailWaveState.CANCELLED).update(state=MailWaveState.CANCELLED):
        return False
    Message.objects.filter(wave=mail_wave, state__in=HELD).update(state=MessageState.CANCELLED, lease_until=None)
    MailEvent.objects.create(wave=mail_wave, actor=actor, what=EventKind.CANCELLED)
    return True


def send_again(*, message: Message, actor: User) -> bool:
    """Queue a failed or unknown message once more, by a person's decision, with at least a day to be sent in."""
    return send_all_again(messages=[message], actor=actor) == 1


@transaction.atomic
def send_all_again(*, messages: Sequence[Message], actor: User) -> int:
    """Queue the failed and unknown ones of the messages once more, by a person's decision; return how many."""
    alive = MailWave.objects.filter(pk=OuterRef("wave_id")).exclude(state=MailWaveState.CANCELLED)
    stuck = Message.objects.filter(Exists(alive), pk__in=[message.pk for message in messages], state__in=DEAD)
    again = list(stuck.select_for_update(skip_locked=True).order_by("pk"))
    Message.objects.filter(pk__in=[message.pk for message in again]).update(
        state=MessageState.QUEUED,
        reason="",
        attempts=0,
        next_at=Now(),
        expires_at=Greatest(F("expires_at"), Now() + SECOND_CHANCE),
        attempt_id=None,
        lease_until=None,
    )
    MessageAttempt.objects.bulk_create(MessageAttempt(message=message, phase=Phase.PERSON, actor=actor) for message in again)
    MailEvent.objects.bulk_create(
        MailEvent(wave_id=wave_id, actor=actor, what=EventKind.SENT_AGAIN, note=str(count))
        for wave_id, count in Counter(message.wave_id for message in again).items()
    )
    return len(again)


@transaction.atomic
def suppress(*, address: str, reason: str, source: str, scope: str = EVERYTHING) -> None:
    """Never write to the address again, and hold back what is waiting for it."""
    suppress_key(key=recipient_key(address), reason=reason, source=source, scope=scope)


@transaction.atomic
def unsubscribe_recipient(*, token: str) -> bool:
    """Suppress the recipient who holds the token of an unsubscribe link; a second time changes nothing."""
    message = Message.objects.filter(unsubscribe_hash=token_hash(token)).first()
    if message is None:
        return False
    suppress_key(key=bytes(message.recipient_key), reason="unsubscribed", source=message.message_id[:80], scope=EVERYTHING)
    return True


def suppress_key(*, key: bytes, reason: str, source: str, scope: str) -> None:
    """Write the suppression down once and skip the recipient's waiting messages."""
    Suppression.objects.get_or_create(recipient_key=key, scope=scope, defaults={"reason": reason, "source": source})
    waiting = Message.objects.filter(recipient_key=key, state__in=sources_of(MessageState.SKIPPED))
    if scope != EVERYTHING:
        waiting = waiting.filter(wave__in=MailWave.objects.filter(kind=scope))
    waiting.update(state=MessageState.SKIPPED, reason=Reason.SUPPRESSED, lease_until=None)
