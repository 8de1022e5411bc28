"""A letter and a message's context become an RFC 5322 message. Only `{placeholders}`, no template language."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import formatdate, parseaddr, quote
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from mailing.links import PersonalLink, click_url, envelope_address, unsubscribe_url
from mailing.models import Letter, Message

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
COUNTED = re.compile(r"\{link_([1-9][0-9]?)\}")
ON_THE_WIRE = compat32.clone(linesep="\r\n")
LONGEST_LINE = 998
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Quoted-printable passes servers without 8BITMIME and keeps every line short.
UTF8 = Charset("utf-8")
UTF8.body_encoding = QP


class RenderError(Exception):
    """The letter cannot be put together for this recipient; says why."""


@dataclass(frozen=True)
class Preview:
    """A letter as its recipient reads it, with personal links that lead nowhere."""

    subject: str
    text: str
    html: str


def filled(template: str, values: Mapping[str, str], *, html: bool = False) -> str:
    """Put the values in place of their `{names}`, escaped in HTML; an unknown name is an error."""

    def value_of(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise RenderError(f"unknown placeholder {match[0]}")
        value = str(values[match[1]])
        return str(escape(value)) if html else value

    return PLACEHOLDER.sub(value_of, template)


def header_text(text: str) -> str:
    """Return the text if it may stand in a header: a line break in a name would let it add headers of its own."""
    if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} for sign in text):
        raise RenderError("a line break or control sign in a header")
    return text


def rendered(message: Message, letter: Letter) -> bytes:
    """Return the whole message, headers and both parts, ready for DATA."""
    link = unsubscribe_url(message.message_id)
    values = {**placeholders(message), **counted_links(message, letter), "unsubscribe_url": link}
    mail = MIMEMultipart("alternative")
    try:
        for name, value in headers(message, filled(letter.subject, values), link).items():
            mail[name] = value
        mail.attach(part("plain", filled(letter.text, values)))
        mail.attach(part("html", filled(letter.html, values, html=True)))
        data = mail.as_bytes(policy=ON_THE_WIRE)
    except ValueError as error:
        raise RenderError(str(error)) from error
    if any(len(line) > LONGEST_LINE for line in data.split(b"\r\n")):
        raise RenderError("a line longer than 998 octets")
    return data


def placeholders(message: Message) -> dict[str, str]:
    """Return what fills the letter; the recipient's own link is put together here and now, so that no copy of the database holds it."""
    known = {name: str(value) for name, value in message.context.items()}
    return known | ({"url": PersonalLink(**message.link).url} if message.link else {})


def counted_links(message: Message, letter: Letter) -> dict[str, str]:
    """Return the addresses that fill `{link_1}` and on: each counts the recipient's click and leads on."""
    numbers = sorted({int(number) for number in COUNTED.findall(letter.html)})
    return {f"link_{number}": click_url(message.message_id, number) for number in numbers}


def part(subtype: str, text: str) -> MIMENonMultipart:
    """Return one reading of the letter."""
    body = MIMENonMultipart("text", subtype)
    body.set_payload(text, UTF8)
    return body


def headers(message: Message, subject: str, link: str) -> dict[str, str]:
    """Return the headers: who, what, which; no auto-replies; one-click unsubscribing (RFC 8058)."""
    found = {
        "From": addressed("From", *parseaddr(settings.DEFAULT_FROM_EMAIL)),
        "To": addressed("To", message.to_name, message.to_address),
        "Subject": encoded("Subject", subject),
        "Date": formatdate(),
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{link}>",
    }
    if may_be_posted_to(link):
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def encoded(header: str, text: str) -> str:
    """Return the text as it stands in the header: as it is, or in encoded words of RFC 2047 that begin on the header's own line."""
    text = header_text(text).strip()
    if text.isascii() and not text.startswith("=?"):
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def addressed(header: str, name: str, address: str) -> str:
    """Return `"Name" <address>`, the name quoted or encoded, the domain in ASCII."""
    name = header_text(name).strip()
    shown = f'"{quote(name)}"' if name.isascii() else encoded(header, name)
    return f"{shown} <{envelope_address(address)}>" if name else envelope_address(address)


def may_be_posted_to(url: str) -> bool:
    """Say whether mail programs may post to the address: it is HTTPS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def preview(message: Message, letter: Letter) -> Preview:
    """Return the letter for a colleague's eyes: links that act for the recipient are taken out."""
    values = placeholders(message) | counted_links(message, letter) | {"unsubscribe_url": "https://"}
    personal = {name for name, value in values.items() if value.startswith(("http://", "https://"))}
    in_text = values | dict.fromkeys(personal, _("[personal link]"))
    in_html = values | dict.fromkeys(personal, "#")
    return Preview(
        subject=header_text(filled(letter.subject, in_text)),
        text=filled(letter.text, in_text),
        html=filled(letter.html, in_html, html=True),
    )
