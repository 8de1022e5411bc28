"""Addresses and links of a message: what is compared, what is stored, what only the recipient holds."""

import hmac
import re
import unicodedata
import uuid
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.encoding import punycode

from common.tokens import derived_token, keyed_hash, token_hash
from mailing.models import Message

UNSUBSCRIBE_WORD = "unsubscribe"

CLICK = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,2})-([\w-]{22})")


@dataclass(frozen=True)
class PersonalLink:
    """A link that acts for its recipient: `{url}` in a letter. Only what its token is derived from is stored, never the token."""

    view: str
    purpose: str
    value: str

    @property
    def token(self) -> str:
        """The secret part."""
        return derived_token(self.purpose, self.value)

    @property
    def url(self) -> str:
        """The full address."""
        return f"{settings.BASE_URL}{reverse(self.view, args=[self.token])}"


def normalised(address: str) -> str:
    """Return the form in which two spellings of one address are equal."""
    return unicodedata.normalize("NFKC", storable(address)).strip().lower()


def recipient_key(address: str) -> bytes:
    """Return what stands for the address where the address itself may have been erased."""
    return keyed_hash("recipient", normalised(address))


def storable(text: str) -> str:
    """Return the text without what PostgreSQL cannot hold: NUL and broken surrogates."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def is_address(address: str) -> bool:
    """Say whether the text can be an e-mail address at all."""
    try:
        validate_email(address.strip())
    except ValidationError:
        return False
    return len(address) <= 254


@lru_cache(maxsize=4096)
def envelope_address(address: str) -> str:
    """Return the bare address with its domain in ASCII."""
    local, _, domain = parseaddr(address)[1].rpartition("@")
    return f"{local}@{punycode(domain)}"


def domain_of(address: str) -> str:
    """Return the address's domain in ASCII and small letters, the first 255 signs of it; limits go by it."""
    try:
        return punycode(storable(address).strip().rpartition("@")[2].lower())[:255]
    except UnicodeError:
        return ""


def new_message_id() -> str:
    """Return a Message-ID in the sender's domain."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def bounce_token(message_id: str) -> str:
    """Return what stands for the message in its return path: small letters and digits, which survive any mail system."""
    return keyed_hash("bounce", message_id)[:16].hex()


def bounce_hash(message_id: str) -> bytes:
    """Return what is stored of the message's token in the return path."""
    return token_hash(bounce_token(message_id))


def bounce_signature(token: str) -> str:
    """Return what shows that a return path is ours, without a look into the database."""
    return keyed_hash("return path", token)[:8].hex()


def envelope_sender(message: Message) -> str:
    """Return the address reports about the message go to: its own one where a mailbox for reports is set, else the sender's."""
    if not settings.BOUNCE_ADDRESS or not message.bounce_hash:
        return envelope_address(settings.DEFAULT_FROM_EMAIL)
    token = bounce_token(message.message_id)
    local, _, domain = envelope_address(settings.BOUNCE_ADDRESS).rpartition("@")
    return f"{local}+{token}.{bounce_signature(token)}@{domain}"


def bounce_token_in(address: str) -> str:
    """Return the token of a return path of ours, nothing if it is not ours or forged."""
    local, _, domain = envelope_address(settings.BOUNCE_ADDRESS).lower().rpartition("@")
    match = re.fullmatch(rf"{re.escape(local)}\+([0-9a-f]{{32}})\.([0-9a-f]{{16}})@{re.escape(domain)}", address.strip().lower())
    if match is None or not constant_time_compare(bounce_signature(match[1]), match[2]):
        return ""
    return match[1]


def unsubscribe_mailto(message_id: str) -> str:
    """Return the address a letter to which stops letters, as a link; nothing without a mailbox that is read."""
    if not settings.BOUNCE_ADDRESS:
        return ""
    return f"mailto:{envelope_address(settings.BOUNCE_ADDRESS)}?subject={UNSUBSCRIBE_WORD}%20{unsubscribe_token(message_id)}"


def unsubscribe_token(message_id: str) -> str:
    """Return the secret of the message's unsubscribe link; only its hash is stored, so a copy of the database opens nothing."""
    return derived_token("unsubscribe", message_id)


def unsubscribe_hash(message_id: str) -> bytes:
    """Return what is stored of the message's unsubscribe token."""
    return token_hash(unsubscribe_token(message_id))


def unsubscribe_url(message_id: str) -> str:
    """Return the full link by which the recipient stops letters."""
    return f"{settings.BASE_URL}{reverse('mailing:unsubscribe', args=[unsubscribe_token(message_id)])}"


def click_token(message_id: str, number: int) -> str:
    """Return the secret of a counted link of one message; it is derived and checked, so nothing is stored."""
    key = message_id.strip("<>").partition("@")[0]
    return f"{key}-{number}-{derived_token('click', f'{key}:{number}')}"


def click_url(message_id: str, number: int) -> str:
    """Return the full address of a counted link of one message."""
    return f"{settings.BASE_URL}{reverse('mailing:go', args=[click_token(message_id, number)])}"


def clicked(token: str) -> tuple[str, int] | None:
    """Return the beginning of the Message-ID and the number of the link a genuine token names."""
    found = CLICK.fullmatch(token)
    if found is None or not hmac.compare_digest(derived_token("click", f"{found[1]}:{found[2]}"), found[3]):
        return None
    return f"<{found[1]}@", int(found[2])
