"""What a letter in the mailbox for reports says: an undelivered letter, a delivered one, a wish not to be written to, or nothing to us.

Reports are read by their structure (RFC 3464), by the prose of older mail systems where they have none. Only a report to a return
path of ours counts, which is signed: anybody can write that a letter has bounced.
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.utils import getaddresses

from flufl.bounce import all_failures

from mailing.enums import BounceKind
from mailing.links import UNSUBSCRIBE_WORD, bounce_token_in
from mailing.smtp import BAD_RECIPIENT

ADDRESSED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
ARRIVED = {"delivered", "relayed", "expanded"}
WISH = re.compile(rf"^\s*{UNSUBSCRIBE_WORD}\s+([\w-]{{22}})\s*$", re.IGNORECASE)
LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Report:
    """What became of the letter with the token in its return path. Only a final one says that the letter will not arrive any more."""

    token: str
    key: str
    kind: BounceKind
    status: str
    text: str
    is_final: bool


@dataclass(frozen=True)
class Wish:
    """A recipient asks by letter not to be written to."""

    token: str


def understood(data: bytes) -> Report | Wish | None:
    """Return what the letter means to us, None for everything else: answers of machines, spam, forgeries."""
    mail = message_from_bytes(data)
    token = next(filter(None, map(bounce_token_in, recipients_of(mail))), "")
    if not token:
        return wish_of(mail)
    named = words_of(mail, "Message-ID") or hashlib.sha256(data).hexdigest()
    key = f"dsn:{hashlib.sha256(f'{token} {named}'.encode()).hexdigest()}"
    return structured(mail, token, key) or prose(mail, token, key)


def recipients_of(mail: Mail) -> list[str]:
    """Return the addresses the letter came to."""
    values = [str(value) for name in ADDRESSED_TO for value in mail.get_all(name, [])]
    return [address for _name, address in getaddresses(values)]


def words_of(mail: Mail, header: str) -> str:
    """Return a header as text, its encoded words decoded."""
    try:
        return str(make_header(decode_header(str(mail.get(header, ""))))).strip()
    except (LookupError, ValueError):  # an unknown charset or broken words
        return str(mail.get(header, "")).strip()


def wish_of(mail: Mail) -> Wish | None:
    """Return the wish of a person; machines that answer by themselves wish nothing (RFC 3834)."""
    match = WISH.match(words_of(mail, "Subject"))
    return Wish(match[1]) if match and not is_automatic(mail) else None


def is_automatic(mail: Mail) -> bool:
    """Say whether no person wrote this."""
    submitted = words_of(mail, "Auto-Submitted").lower()
    return (
        submitted not in {"", "no"}
        or words_of(mail, "Return-Path") == "<>"
        or words_of(mail, "Precedence").lower() in {"auto_reply", "bulk", "junk", "list"}
        or "X-Autoreply" in mail
        or "X-Autorespond" in mail
    )


def structured(mail: Mail, token: str, key: str) -> Report | None:
    """Return what the machine-readable part of a delivery report says."""
    groups = [group for part in mail.walk() if part.get_content_type() == "message/delivery-status" for group in groups_of(part)]
    named = [group for group in groups if "Action" in group]
    if not named:
        return None
    group = next((group for group in named if action_of(group) == "failed"), named[0])
    action, match = action_of(group), STATUS.search(str(group.get("Status", "")))
    status, text = match[1] if match else "", " ".join(str(group.get("Diagnostic-Code", "")).split())[:LONGEST_TEXT]
    if action in ARRIVED:
        return Report(token, key, BounceKind.DELIVERED, status, text, is_final=True)
    if action == "delayed":
        return Report(token, key, BounceKind.SOFT, status, text, is_final=False)
    return failed(token, key, status, text) if action == "failed" else None


def groups_of(part: Mail) -> list[Mail]:
    """Return the groups of fields of the part: the first about the report, then one for each recipient."""
    payload = part.get_payload()
    return [group for group in payload if isinstance(group, Mail)] if isinstance(payload, list) else []


def action_of(group: Mail) -> str:
    """Return what was done, in one word."""
    return str(group["Action"]).split("(", maxsplit=1)[0].strip().lower()


def prose(mail: Mail, token: str, key: str) -> Report | None:
    """Return what a report without structure says, if its form is known; the code is taken from its words."""
    temporary, permanent = all_failures(mail)
    if not permanent:
        return Report(token, key, BounceKind.SOFT, "", "", is_final=False) if temporary else None
    text = text_of(mail)
    match = STATUS.search(text)
    return failed(token, key, match[1] if match else "", " ".join(text.split())[:LONGEST_TEXT])


def text_of(mail: Mail) -> str:
    """Return the first readable part, without the letter it quotes."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            words = payload.decode(errors="replace") if isinstance(payload, bytes) else ""
            return re.split(r"(?m)^-{3}.*(?:copy|Original|исходн).*$", words, maxsplit=1)[0]
    return ""


def failed(token: str, key: str, status: str, text: str) -> Report:
    """Return the report of a letter that will not arrive; only a few codes say that the address itself is no good."""
    kind = BounceKind.HARD if status in BAD_RECIPIENT else BounceKind.SOFT
    return Report(token, key, kind, status, text.replace("\0", ""), is_final=True)
