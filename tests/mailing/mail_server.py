"""A real SMTP server for the tests, whose manners can be set."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.test import override_settings

OK = "250 OK"


@dataclass
class Manners:
    """What the server answers at each step; whatever it accepted is in `accepted`."""

    greeting: str = OK
    mail: str = OK
    recipient: Callable[[str], str] = lambda _address: OK
    content: str = OK
    drops_after_content: bool = False
    password: str = ""
    before_content: Callable[[], None] = lambda: None
    on_mail: Callable[[], None] = lambda: None
    on_recipient: Callable[[], None] = lambda: None
    on_greeting: Callable[[], None] = lambda: None
    on_data: Callable[[], None] = lambda: None
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    conversations: int = 0

    async def handle_EHLO(self, _server: SMTP, session: Session, _envelope: Envelope, name: str, responses: list[str]) -> list[str]:  # noqa: N802
        """Count the conversation."""
        self.conversations += 1
        session.host_name = name
        self.on_greeting()
        return responses if self.greeting == OK else [self.greeting]

    async def handle_MAIL(self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """Take or refuse the sender."""
        self.on_mail()
        if self.password and not session.authenticated:
            return "530 5.7.0 authentication required"
        if self.mail == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.mail

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        """Take or refuse the recipient."""
        self.on_recipient()
        answer = self.recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter, then answer, or hang up instead."""
        self.before_content()
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        if self.content == OK:
            self.senders.append(str(envelope.mail_from))
            self.accepted.append((envelope.rcpt_tos[0], content))
        if self.drops_after_content and server.transport is not None:
            server.transport.close()
        return self.content

    @property
    def recipients(self) -> list[str]:
        """The addresses that letters were accepted for, in order."""
        return [address for address, _content in self.accepted]


class MarkedSMTP(SMTP):
    """The server with a mark at the DATA command, before the letter itself."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Pass the mark, then go on."""
        self.event_handler.on_data()
        await super().smtp_DATA(arg)


class MarkedController(Controller):
    """Runs the marked server in a thread."""

    def _trigger_server(self) -> None:
        """Learn the port the system gave before the first greeting."""
        self.port = cast("asyncio.Server", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    def factory(self) -> SMTP:
        """Return the server of one conversation."""
        manners: Manners = self.handler

        def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
            """Compare the password."""
            is_right = isinstance(data, LoginPassword) and data.password.decode() == manners.password
            return AuthResult(success=is_right, handled=is_right)

        return MarkedSMTP(
            manners,
            hostname="localhost",
            enable_SMTPUTF8=False,
            authenticator=authenticate if manners.password else None,
            auth_require_tls=False,
        )


@contextmanager
def mail_server(**manners: Any) -> Iterator[Manners]:
    """Run a server on a free port of this machine and make it the one of the settings."""
    handler = Manners(**manners)
    controller = MarkedController(handler, hostname="127.0.0.1", port=0)
    controller.start()
    address = f"smtp://127.0.0.1:{controller.port}"
    try:
        with override_settings(EMAIL_URL=address, EMAIL_HOST="127.0.0.1", EMAIL_PORT=controller.port):
            yield handler
    finally:
        controller.stop()
