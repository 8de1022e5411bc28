"""The wire. SMTP in explicit phases, so that the outbox can commit between them; or files in a folder where no server is set.

`open` and `envelope` can be repeated without harm. After `content` has begun, only the server knows whether it took the letter.
"""

import datetime as dt
import re
import smtplib
import ssl
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail.utils import DNS_NAME

COMMAND_TIMEOUT = 60
# RFC 5321 4.5.3.2.6 lets a server think for ten minutes after the final dot; hanging up earlier makes duplicates.
CONTENT_TIMEOUT = 600
ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
UNSAFE = re.compile(r"[^A-Za-z0-9@._-]")
RELAY = re.compile(r"\brelay", re.IGNORECASE)
BAD_RECIPIENT = {"5.1.1", "5.1.2", "5.1.3", "5.1.10", "5.2.1"}


@dataclass(frozen=True)
class Reply:
    """What the server said; the code is empty where it said nothing."""

    code: int | None
    text: str

    @property
    def enhanced(self) -> str:
        """The enhanced status code of RFC 3463, such as 5.1.1."""
        match = ENHANCED.match(self.text)
        return match[1] if match else ""

    @property
    def is_final(self) -> bool:
        """Trying again would bring the same answer."""
        return self.code is not None and self.code >= 500

    @property
    def is_policy(self) -> bool:
        """The server refuses by a rule of its own; the address may be all right."""
        return self.enhanced.startswith("5.7.")

    @property
    def refuses_relay(self) -> bool:
        """The server does not take letters of ours for anybody outside, which it says at the recipient."""
        return self.is_final and RELAY.search(self.text) is not None

    @property
    def names_bad_recipient(self) -> bool:
        """The address itself does not exist, so it should never be written to again."""
        return self.enhanced in BAD_RECIPIENT


class MailError(Exception):
    """A try to send that did not end with 250."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.code} {reply.text}")
        self.reply = reply


class ServerAwayError(MailError):
    """Nobody answers, or the server closes for now; nothing was handed over."""


class LoginRefusedError(MailError):
    """The server does not let us in."""


class SenderRefusedError(MailError):
    """The server does not take mail from us."""


class RecipientRefusedError(MailError):
    """The server does not take mail for this address."""


class ContentRefusedError(MailError):
    """The server said after DATA that it did not take the letter."""


class NoAnswerError(MailError):
    """DATA had begun and no answer came: the letter may or may not be on its way."""


class Session(Protocol):
    """One conversation, in which letters follow one another."""

    def open(self) -> bool:
        """Connect and sign in unless that is done; say whether it was done now."""

    def envelope(self, sender: str, recipient: str) -> None:
        """Name the sender and the only recipient."""

    def reset(self) -> None:
        """Drop the envelope."""

    def content(self, data: bytes) -> Reply:
        """Hand the letter over: the point of no return."""

    def close(self) -> None:
        """End the conversation."""


def new_session() -> Session:
    """Return a conversation with the server that EMAIL_URL names, or with a folder."""
    return SmtpSession() if settings.EMAIL_URL else FolderSession(Path(settings.MAIL_FOLDER))


class SmtpSession:
    """A conversation with the SMTP server of the settings."""

    def __init__(self) -> None:
        self.server: smtplib.SMTP | None = None

    def open(self) -> bool:
        """Connect, STARTTLS and sign in."""
        if self.server is not None:
            return False
        try:
            self.server = connected()
        except OSError as error:  # every smtplib error is one
            raise ServerAwayError(reply_of(error)) from error
        self.sign_in(self.server)
        return True

    def sign_in(self, server: smtplib.SMTP) -> None:
        """Give name and password where there are any."""
        if not settings.EMAIL_HOST_USER:
            return
        try:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except OSError as error:
            self.close()
            raise (ServerAwayError if is_passing(error) else LoginRefusedError)(reply_of(error)) from error

    def envelope(self, sender: str, recipient: str) -> None:
        """Name sender and recipient; a connection the server closed since the last letter is opened once more."""
        try:
            self.name(sender, recipient)
        except ServerAwayError:
            self.open()
            self.name(sender, recipient)

    def name(self, sender: str, recipient: str) -> None:
        """Say MAIL FROM and RCPT TO; the answer to each has its own meaning."""
        reply = self.command("mail", sender)
        if reply.code == 530:
            self.close()
            raise LoginRefusedError(reply)
        if reply.code != 250:
            self.reset()
            raise SenderRefusedError(reply)
        reply = self.command("rcpt", recipient)
        if reply.code not in {250, 251}:
            self.reset()
            raise RecipientRefusedError(reply)

    def command(self, verb: str, *words: str) -> Reply:
        """Say one thing and return the answer; a silent or leaving server is away."""
        try:
            code, text = getattr(self.required(), verb)(*words)
        except OSError as error:
            self.close()
            raise ServerAwayError(reply_of(error)) from error
        reply = Reply(code, as_text(text))
        if code in {421, -1}:
            self.close()
            raise ServerAwayError(reply)
        return reply

    def required(self) -> smtplib.SMTP:
        """Return the open connection."""
        if self.server is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self.server

    def reset(self) -> None:
        """Say RSET; where even that fails the connection is of no use."""
        if self.server is None:
            return
        try:
            self.server.rset()
        except OSError:
            self.close()

    def content(self, data: bytes) -> Reply:
        """Say DATA and hand the letter over, with the patience RFC 5321 asks for."""
        server = self.required()
        try:
            if server.sock is not None:
                server.sock.settimeout(CONTENT_TIMEOUT)
            code, text = server.data(data)
            if server.sock is not None:
                server.sock.settimeout(COMMAND_TIMEOUT)
        except smtplib.SMTPDataError as error:
            self.reset()
            raise ContentRefusedError(reply_of(error)) from error
        except OSError as error:
            self.close()
            raise NoAnswerError(reply_of(error)) from error
        return self.verdict(Reply(code, as_text(text)))

    def verdict(self, reply: Reply) -> Reply:
        """Return the answer to the final dot if it is yes; anything that is no answer at all leaves us not knowing."""
        if reply.code == 421:
            self.close()
        if reply.code is None or not 200 <= reply.code < 600:
            self.close()
            raise NoAnswerError(reply)
        if reply.code >= 400:
            raise ContentRefusedError(reply)
        return reply

    def close(self) -> None:
        """Say QUIT and hang up, quietly."""
        server, self.server = self.server, None
        if server is None:
            return
        try:
            server.quit()
        except OSError:
            server.close()


def connected() -> smtplib.SMTP:
    """Return a greeted connection, encrypted where the settings say so."""
    host, port, me = settings.EMAIL_HOST, settings.EMAIL_PORT, DNS_NAME.get_fqdn()
    if settings.EMAIL_USE_SSL:
        return smtplib.SMTP_SSL(host, port, me, timeout=COMMAND_TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, me, timeout=COMMAND_TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
    except OSError:
        server.close()
        raise
    return server


def is_passing(error: OSError) -> bool:
    """Say whether signing in failed for a reason that passes by itself: a lost connection or a 4xx answer."""
    code = reply_of(error).code
    if code is not None:
        return 400 <= code < 500
    return isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(error, smtplib.SMTPException)


def reply_of(error: OSError) -> Reply:
    """Return what the server said before the library gave up, or what happened instead."""
    if isinstance(error, smtplib.SMTPResponseException):
        return Reply(error.smtp_code, as_text(error.smtp_error))
    return Reply(None, str(error))


def as_text(answer: bytes | str) -> str:
    """Return the server's answer as text that can be stored."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return text.replace("\0", "")[:1000]


class FolderSession:
    """Letters as .eml files, for a firm that has not named its mail server yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_open = False
        self.recipient = ""

    def open(self) -> bool:
        """Make the folder."""
        if self.is_open:
            return False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServerAwayError(Reply(None, str(error))) from error
        self.is_open = True
        return True

    def envelope(self, sender: str, recipient: str) -> None:
        """Remember the recipient for the file's name."""
        del sender
        self.recipient = recipient

    def reset(self) -> None:
        """Forget the recipient."""
        self.recipient = ""

    def content(self, data: bytes) -> Reply:
        """Write the file and give it its name at the end, so that a half-written one is never seen."""
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%f")
        path = self.folder / f"{stamp}-{UNSAFE.sub('_', self.recipient)[:80]}-{uuid.uuid4().hex[:8]}.eml"
        draft = path.with_suffix(".tmp")
        try:
            draft.write_bytes(data)
            draft.rename(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ContentRefusedError(Reply(452, str(error))) from error
        return Reply(250, path.name)

    def close(self) -> None:
        """Nothing is held open."""
