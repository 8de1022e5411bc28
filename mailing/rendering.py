"""A letter and a message's context become an RFC 5322 message. Only `{placeholders}`, no template language."""

import re
import unicodedata
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parseaddr, quote
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from mailing.links import PersonalLink, click_url, envelope_address, unsubscribe_mailto, unsubscribe_url
from mailing.models import Letter, Message

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
COUNTED = re.compile(r"\{link_([1-9][0-9]?)\}")
UNMARKED = re.compile(r"[^A-Za-z0-9]")
LONGEST_LINE = 998
# RFC 2047: a line with an encoded word has at most 76 columns, the word itself 75.
LINE = 76
LONGEST_WORD = 75
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


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
    """Return the whole message, headers and both parts, ready for DATA.

    It is written by hand, as the sender spends most of its own time here: the library's classes take many times longer.
    """
    link = unsubscribe_url(message.message_id)
    values = {**placeholders(message), **counted_links(message, letter), "unsubscribe_url": link}
    # No quoted-printable text holds "=_", so that the boundary cannot occur in a part.
    boundary = f"=_{recipient_mark(message.message_id)}"
    try:
        found = headers(message, filled(letter.subject, values), link) | {
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in found.items()).encode("ascii")
        parts = part("plain", filled(letter.text, values)), part("html", filled(letter.html, values, html=True))
    except ValueError as error:
        raise RenderError(str(error)) from error
    if any(len(line) > LONGEST_LINE for line in head.split(b"\r\n")):
        raise RenderError("a line longer than 998 octets")
    edge = f"\r\n--{boundary}".encode()
    return b"".join([head, *(edge + b"\r\n" + each for each in parts), edge, b"--\r\n"])


def recipient_mark(message_id: str) -> str:
    """Return the letters and digits the Message-ID begins with."""
    return UNMARKED.sub("", message_id.partition("@")[0])[:60]


def placeholders(message: Message) -> dict[str, str]:
    """Return what fills the letter; the recipient's own link is put together here and now, so that no copy of the database holds it."""
    known = {name: str(value) for name, value in message.context.items()}
    return known | ({"url": PersonalLink(**message.link).url} if message.link else {})


def counted_links(message: Message, letter: Letter) -> dict[str, str]:
    """Return the addresses that fill `{link_1}` and on: each counts the recipient's click and leads on."""
    numbers = sorted({int(number) for number in COUNTED.findall(letter.html)})
    return {f"link_{number}": click_url(message.message_id, number) for number in numbers}


def part(subtype: str, text: str) -> bytes:
    """Return one reading of the letter as quoted-printable, which passes servers without 8BITMIME and keeps every line short."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    body = b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + body


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
        "List-Unsubscribe": ", ".join(f"<{way}>" for way in (link, unsubscribe_mailto(message.message_id)) if way),
    }
    if may_be_posted_to(link):
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def encoded(header: str, text: str) -> str:
    """Return the text as it stands in the header: as it is, or in encoded words of RFC 2047 that begin on the header's own line."""
    text = header_text(text).strip()
    if text.isascii() and not text.startswith("=?"):
        return text
    words, room = [bytearray()], octets_in(LINE - len(header) - 2)
    for sign in text.encode().decode():
        octets = sign.encode()
        if len(words[-1]) + len(octets) > room:
            words.append(bytearray())
            room = octets_in(LINE - 1)
        words[-1] += octets
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in words)


def octets_in(columns: int) -> int:
    """Return how many octets of text an encoded word of so many columns holds."""
    return (min(columns, LONGEST_WORD) - len("=?utf-8?b??=")) // 4 * 3


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
