"""Where reports arrive: an IMAP mailbox, or a folder the mail server puts .eml files into."""

import imaplib
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

PATIENCE = 30
MOST = 500
LARGEST = 2_000_000


class MailboxError(Exception):
    """The mailbox cannot be read; says why."""


def read_mailbox(address: str, handle: Callable[[bytes], None]) -> int:
    """Hand every new letter over, then put it aside; return how many. One that was handed over and not put aside comes again."""
    url = urlsplit(address)
    if url.scheme == "file":
        return read_folder(Path(unquote(url.path)), handle)
    if url.scheme not in {"imap", "imaps"} or not url.hostname:
        raise MailboxError(f"BOUNCE_URL must begin with imaps://, imap:// or file:///, not {url.scheme}://")
    try:
        return read_imap(url, handle)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(str(error)) from error


def read_folder(folder: Path, handle: Callable[[bytes], None]) -> int:
    """Read the .eml files of the folder in the order of their names and move them into `done`."""
    files = sorted(folder.glob("*.eml"))[:MOST]
    done = folder / "done"
    if files:
        done.mkdir(exist_ok=True)
    for file in files:
        handle(file.read_bytes()[:LARGEST])
        file.replace(done / file.name)
    return len(files)


def read_imap(url: SplitResult, handle: Callable[[bytes], None]) -> int:
    """Read what is not seen yet and flag it as seen afterwards."""
    context = ssl.create_default_context()
    host = url.hostname or ""
    server: imaplib.IMAP4
    if url.scheme == "imaps":
        server = imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=context, timeout=PATIENCE)
    else:
        server = imaplib.IMAP4(host, url.port or 143, timeout=PATIENCE)
        if "STARTTLS" in server.capabilities:
            server.starttls(context)
    with server:
        server.login(unquote(url.username or ""), unquote(url.password or ""))
        server.select(f'"{unquote(url.path).strip("/") or "INBOX"}"')
        _ok, found = server.uid("SEARCH", "UNSEEN")
        numbers = found[0].split()[:MOST] if found and found[0] else []
        for number in numbers:
            _ok, parts = server.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
            handle(next((part[1] for part in parts if isinstance(part, tuple)), b""))
            server.uid("STORE", number.decode(), "+FLAGS", r"(\Seen)")
    return len(numbers)
