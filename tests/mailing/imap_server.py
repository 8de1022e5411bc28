"""A small IMAP server for the tests: one mailbox, letters by number."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Mailbox(socketserver.ThreadingTCPServer):
    """Holds letters and remembers which were flagged as seen."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, letters: list[bytes]) -> None:
        self.letters = letters
        self.seen: set[int] = set()
        self.login = ""
        super().__init__(("127.0.0.1", 0), Conversation)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """Answers the few commands a reader of reports gives."""

    server: Mailbox

    def handle(self) -> None:
        """Answer until LOGOUT."""
        self.say("* OK ready")
        for raw in self.rfile:
            tag, command, *rest = raw.decode().strip().split(" ", 2)
            words = rest[0] if rest else ""
            verb = command.upper()
            getattr(self, f"on_{verb.lower()}", lambda _words: None)(words)
            self.say(f"{tag} OK done")
            if verb == "LOGOUT":
                return

    def say(self, line: str) -> None:
        """Send a line."""
        self.wfile.write(f"{line}\r\n".encode())

    def on_capability(self, _words: str) -> None:
        """Offer the least."""
        self.say("* CAPABILITY IMAP4rev1")

    def on_login(self, words: str) -> None:
        """Remember who came."""
        self.server.login = words.replace("bounce@example.org ", '"bounce@example.org" ', 1)

    def on_select(self, _words: str) -> None:
        """Say how many letters there are."""
        self.say(f"* {len(self.server.letters)} EXISTS")

    def on_uid(self, words: str) -> None:
        """Search, fetch, flag."""
        verb, _, rest = words.partition(" ")
        if verb == "SEARCH":
            new = [str(n) for n in range(1, len(self.server.letters) + 1) if n not in self.server.seen]
            self.say(f"* SEARCH {' '.join(new)}".rstrip())
        elif verb == "FETCH":
            number = int(rest.split()[0])
            letter = self.server.letters[number - 1]
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(letter)}}}\r\n".encode() + letter + b")\r\n")
        elif verb == "STORE":
            self.server.seen.add(int(rest.split()[0]))


@contextmanager
def imap_server(letters: list[bytes]) -> Iterator[Any]:
    """Run a mailbox with the letters."""
    server = Mailbox(letters)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
