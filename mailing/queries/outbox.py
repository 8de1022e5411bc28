"""What is in the outbox, and who must not be written to."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Greatest, Now

from mailing.enums import AccountState, MailWaveState, MessageState
from mailing.links import recipient_key
from mailing.models import Heartbeat, MailWave, Message, SmtpAccount, Suppression

SILENCE = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class OutboxHealth:
    """Whether letters can leave, and what holds them up."""

    writes_files: bool
    stopped: list[SmtpAccount]
    fenced: list[SmtpAccount]
    resting: list[SmtpAccount]
    worker_seen_at: dt.datetime | None
    beat_seen_at: dt.datetime | None
    is_worker_silent: bool


def outbox_health(now: dt.datetime) -> OutboxHealth:
    """Return what the outbox's page warns of."""
    accounts = list(SmtpAccount.objects.order_by("pk"))
    seen = dict(Heartbeat.objects.filter(name__in=["drain", "beat"]).values_list("name", "at"))
    worker_seen_at = seen.get("drain")
    return OutboxHealth(
        writes_files=not settings.EMAIL_URL,
        stopped=[account for account in accounts if account.state == AccountState.STOPPED],
        fenced=[account for account in accounts if account.state == AccountState.FENCED],
        resting=[account for account in accounts if account.state == AccountState.OPEN and account.open_until and account.open_until > now],
        worker_seen_at=worker_seen_at,
        beat_seen_at=seen.get("beat"),
        is_worker_silent=worker_seen_at is None or now - worker_seen_at > SILENCE,
    )


def oldest_due(now: dt.datetime) -> dt.datetime | None:
    """Return since when the first letter that could leave has been waiting."""
    due = Message.objects.filter(state=MessageState.QUEUED, next_at__lte=now, wave__state=MailWaveState.RUNNING, wave__not_before__lte=now)
    since: dt.datetime | None = due.aggregate(since=Min(Greatest("next_at", "wave__not_before")))["since"]
    return since


def found_messages(*, mail_wave: MailWave | None, text: str) -> QuerySet[Message]:
    """Return the messages of the wave (of all, if none is given) whose recipient's name or address holds the text, newest first."""
    messages = Message.objects.select_related("wave__letter").order_by("-id")
    if mail_wave is not None:
        messages = messages.filter(wave=mail_wave)
    if text:
        messages = messages.filter(Q(to_address__icontains=text) | Q(to_name__icontains=text))
    return messages


def dead_messages(*, wave: MailWave | None, reason: str) -> QuerySet[Message]:
    """Return the messages that failed or whose fate is unknown, of one wave or for one reason if asked, newest first."""
    messages = Message.objects.filter(state__in=[MessageState.FAILED, MessageState.UNKNOWN]).select_related("wave__letter").order_by("-id")
    if wave is not None:
        messages = messages.filter(wave=wave)
    return messages.filter(reason=reason) if reason else messages


def count_states(messages: QuerySet[Message]) -> dict[str, int]:
    """Return how many of the messages are in each state, every state named."""
    found = messages.order_by().values_list("state").annotate(n=Count("id"))
    return {state.value: 0 for state in MessageState} | dict(found)


def counts_by_state(mail_wave: MailWave) -> dict[str, int]:
    """Return how many messages of the wave are in each state, every state named."""
    return count_states(Message.objects.filter(wave=mail_wave))


def recent_waves() -> QuerySet[MailWave]:
    """Return waves, newest first."""
    return MailWave.objects.select_related("letter").order_by("-id")


def suppressed_keys(keys: Iterable[bytes], kind: str) -> set[bytes]:
    """Return those of the recipient keys that nothing, or nothing of this kind, may be sent to."""
    rows = Suppression.objects.filter(recipient_key__in=list(keys), scope__in=["all", kind])
    return {bytes(key) for key in rows.values_list("recipient_key", flat=True)}


def letters_to_any(addresses: Iterable[str]) -> QuerySet[Message]:
    """Return what was planned for any of the addresses, in whatever spelling."""
    return Message.objects.filter(recipient_key__in=[recipient_key(address) for address in addresses])


def suppressed_addresses(addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses that nothing may be sent to."""
    keys = {address: recipient_key(address) for address in addresses}
    found = suppressed_keys(keys.values(), "all")
    return {address for address, key in keys.items() if key in found}


def sent_since(addresses: Iterable[str], since: dt.datetime) -> set[str]:
    """Return those of the addresses that were written to since the moment, or may have been."""
    keys = {address: recipient_key(address) for address in addresses}
    perhaps = Q(state__in=[MessageState.SENDING, MessageState.UNKNOWN], next_at__gte=since)
    rows = Message.objects.filter(Q(sent_at__gte=since) | perhaps, recipient_key__in=list(keys.values()))
    found = {bytes(key) for key in rows.values_list("recipient_key", flat=True)}
    return {address for address, key in keys.items() if key in found}


def usable_accounts() -> QuerySet[SmtpAccount]:
    """Return the accounts that are neither stopped nor resting."""
    return SmtpAccount.objects.filter(Q(open_until=None) | Q(open_until__lte=Now()), state=AccountState.OPEN)
