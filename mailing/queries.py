"""What is in the outbox, and who must not be written to."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from mailing.enums import AccountState, MessageState
from mailing.links import recipient_key
from mailing.models import MailWave, Message, SmtpAccount, Suppression


def counts_by_state(mail_wave: MailWave) -> dict[str, int]:
    """Return how many messages of the wave are in each state, every state named."""
    found = Message.objects.filter(wave=mail_wave).order_by().values_list("state").annotate(n=Count("id"))
    return {state.value: 0 for state in MessageState} | dict(found)


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
