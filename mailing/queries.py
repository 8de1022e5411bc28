"""What is in the outbox, and who must not be written to."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from mailing.enums import AccountState, MessageState, TemplateKind
from mailing.links import clicked, recipient_key
from mailing.models import Click, Heartbeat, LetterLink, LetterTemplate, MailWave, Message, SmtpAccount, Suppression

SILENCE = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class OutboxHealth:
    """Whether letters can leave, and what holds them up."""

    writes_files: bool
    stopped: list[SmtpAccount]
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
        resting=[account for account in accounts if account.state == AccountState.OPEN and account.open_until and account.open_until > now],
        worker_seen_at=worker_seen_at,
        beat_seen_at=seen.get("beat"),
        is_worker_silent=worker_seen_at is None or now - worker_seen_at > SILENCE,
    )


def found_messages(*, mail_wave: MailWave | None, text: str) -> QuerySet[Message]:
    """Return the messages of the wave (of all, if none is given) whose recipient's name or address holds the text, newest first."""
    messages = Message.objects.select_related("wave__letter").order_by("-id")
    if mail_wave is not None:
        messages = messages.filter(wave=mail_wave)
    if text:
        messages = messages.filter(Q(to_address__icontains=text) | Q(to_name__icontains=text))
    return messages


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


def template_in_force(kind: TemplateKind, locale: str, series: str = "") -> LetterTemplate | None:
    """Return the newest template of a kind and language; None: the text we supply is in force."""
    return LetterTemplate.objects.filter(kind=kind, locale=locale, series=series).first()


@dataclass(frozen=True)
class CountedLink:
    """A link of a letter as one recipient got it."""

    message: Message
    link: LetterLink


def counted_link(token: str) -> CountedLink | None:
    """Return the link a token of `mailing:go` stands for; a forged one is found out before the database is asked."""
    if (named := clicked(token)) is None:
        return None
    beginning, number = named
    message = Message.objects.filter(message_id__startswith=beginning).select_related("wave").first()
    link = LetterLink.objects.filter(letter=message.wave.letter_id, number=number).first() if message else None
    return CountedLink(message, link) if message and link else None


@dataclass(frozen=True)
class ClickCount:
    """How many people got letters with a counted link, and how many of them followed it."""

    sent: int
    clicked: int

    @property
    def share(self) -> float:
        """Click-through: people who clicked among people written to."""
        return self.clicked / self.sent if self.sent else 0.0


def clicks_of(mail_wave: MailWave) -> ClickCount | None:
    """Return the click-through of a wave; None when its letter has no counted link."""
    if not LetterLink.objects.filter(letter=mail_wave.letter_id).exists():
        return None
    sent = Message.objects.filter(wave=mail_wave, state=MessageState.SENT)
    return ClickCount(sent.count(), Click.objects.filter(message__wave=mail_wave).values("message").distinct().count())
