"""The restore fence: the number of the last claim and the name of the database, in a file outside the database.

A database restored from a backup has forgotten letters that left after the backup was made. Its number is then below the file's,
or it is another database. The file may lag behind the database, never run ahead of it: it is written after the commit.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings


class FenceUnreadableError(Exception):
    """The file is there and makes no sense, so nobody can say what was sent."""


@dataclass(frozen=True)
class Fence:
    """What the file says: which database it goes with (empty: unknown), and the last claim of each account."""

    database: str = ""
    claims: dict[str, int] = field(default_factory=dict)

    def claim_of(self, account_id: int) -> int:
        """Return the number of the account's last claim."""
        return self.claims.get(str(account_id), 0)


def read() -> Fence:
    """Return what the file says; without a file, nothing."""
    try:
        text = Path(settings.MAIL_FENCE).read_text()
    except FileNotFoundError:
        return Fence()
    try:
        found = json.loads(text)
        return Fence(str(found["database"]), {str(key): int(number) for key, number in found["claims"].items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FenceUnreadableError(str(settings.MAIL_FENCE)) from error


def note_claim(*, account_id: int, claim: int) -> None:
    """Write the claim down unless a later one is there already."""
    with locked():
        fence = read()
        if claim > fence.claim_of(account_id):
            write(Fence(fence.database, fence.claims | {str(account_id): claim}))


def note_database(*, database: str) -> None:
    """Write down which database the numbers go with."""
    with locked():
        write(Fence(database, read().claims))


def renew(*, database: str, account_id: int, claim: int) -> None:
    """Write the file anew for the account, also over one that makes no sense."""
    with locked():
        try:
            claims = read().claims
        except FenceUnreadableError:
            claims = {}
        write(Fence(database, claims | {str(account_id): claim}))


@contextmanager
def locked() -> Iterator[None]:
    """Let the workers of this host change the file one at a time."""
    path = Path(settings.MAIL_FENCE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(fence: Fence) -> None:
    """Replace the file in one step, so that a crash leaves the old one or the new one."""
    path = Path(settings.MAIL_FENCE)
    number, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(number, "w") as file:
            json.dump(asdict(fence), file)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
