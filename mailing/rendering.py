"""A letter and a message's context become an RFC 5322 message. Only `{placeholders}`, no template language."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.charset import QP, Charset
from email.utils import formatdate
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape
from django.utils.translation import gettext as _

from mailing.links import unsubscribe_url
from mailing.models import Letter, Message

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
LINE_END = re.compile(rb"\r?\n")
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
    try:
        data = LINE_END.sub(b"\r\n", composed(message, letter).message().as_bytes())
    except (ValueError, TypeError, LookupError) as error:
        raise RenderError(str(error)) from error
    if any(len(line) > LONGEST_LINE for line in data.split(b"\r\n")):
        raise RenderError("a line longer than 998 octets")
    return data


def composed(message: Message, letter: Letter) -> EmailMultiAlternatives:
    """Return the message as Django writes it."""
    link = unsubscribe_url(message.message_id)
    values = {**message.context, "unsubscribe_url": link}
    mail = EmailMultiAlternatives(
        subject=header_text(filled(letter.subject, values)),
        body=filled(letter.text, values),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[addressed(header_text(message.to_name), message.to_address)],
        headers=headers(message, link),
    )
    mail.encoding = UTF8
    mail.attach_alternative(filled(letter.html, values, html=True), "text/html")
    return mail


def addressed(name: str, address: str) -> str:
    """Return `"Name" <address>` with the name quoted as RFC 5322 wants."""
    quoted = re.sub(r'(["\\])', r"\\\1", name.strip())
    return f'"{quoted}" <{address}>' if quoted else address


def headers(message: Message, link: str) -> dict[str, str]:
    """Return the headers that identify the message, stop auto-replies and offer one-click unsubscribing (RFC 8058)."""
    extra = {
        "Message-ID": message.message_id,
        "Date": formatdate(localtime=False, usegmt=True),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{link}>",
    }
    if may_be_posted_to(link):
        extra["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return extra


def may_be_posted_to(url: str) -> bool:
    """Say whether mail programs may post to the address: it is HTTPS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def preview(message: Message, letter: Letter) -> Preview:
    """Return the letter for a colleague's eyes: links that act for the recipient are taken out."""
    values = {name: str(value) for name, value in message.context.items()} | {"unsubscribe_url": "https://"}
    personal = {name for name, value in values.items() if value.startswith(("http://", "https://"))}
    in_text = values | dict.fromkeys(personal, _("[personal link]"))
    in_html = values | dict.fromkeys(personal, "#")
    return Preview(
        subject=header_text(filled(letter.subject, in_text)),
        text=filled(letter.text, in_text),
        html=filled(letter.html, in_html, html=True),
    )
