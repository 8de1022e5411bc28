"""Private keys of anonymous staff surveys: small files outside the database, in two folders at once, destroyed after the tally.

Whoever has the database, or a backup of it, but not these files can open no ballot; once they are gone nobody can.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from nacl.public import PrivateKey, PublicKey

SUFFIX = ".key"
CONTENT = PrivateKey.SIZE + PublicKey.SIZE


class KeyNotKeptError(Exception):
    """A key could not be written to every folder, so nothing was started."""


def folders() -> list[Path]:
    """Return where keys lie."""
    return [Path(folder) for folder in settings.BALLOT_KEY_FOLDERS]


def create_key(public_token: str) -> bytes:
    """Make a key pair, have the private half on every disk, and return the public half."""
    key = PrivateKey.generate()
    try:
        for folder in folders():
            write_key(folder, public_token, bytes(key) + bytes(key.public_key))
    except OSError as error:
        destroy_key(public_token)
        raise KeyNotKeptError(str(error)) from error
    return bytes(key.public_key)


def read_key(public_token: str) -> PrivateKey | None:
    """Return the private key from the first whole copy, or nothing when there is none."""
    return next(whole_copies(public_token), None)


def whole_copies(public_token: str) -> Iterator[PrivateKey]:
    """Yield every copy whose two halves belong together; what a broken disk made of the others is passed over."""
    for path in paths(public_token):
        with suppress(OSError):
            content = path.read_bytes()
            if len(content) == CONTENT:
                key = PrivateKey(content[: PrivateKey.SIZE])
                if bytes(key.public_key) == content[PrivateKey.SIZE :]:
                    yield key


def destroy_key(public_token: str) -> None:
    """Overwrite and remove every copy; a folder that cannot be reached keeps its copy for the next sweep."""
    for path in paths(public_token):
        with suppress(OSError):
            destroy_file(path)


def kept_keys() -> set[str]:
    """Return the tokens of all waves of which some copy of a key is left."""
    return {path.stem for folder in folders() for path in files_in(folder)}


def kept_since(public_token: str) -> float:
    """Return when the newest copy was written, in seconds since 1970; 0 when there is none."""
    return max((path.stat().st_mtime for path in paths(public_token) if path.exists()), default=0)


def paths(public_token: str) -> list[Path]:
    """Return where the copies of a key lie."""
    return [folder / f"{public_token}{SUFFIX}" for folder in folders()]


def files_in(folder: Path) -> list[Path]:
    """Return the key files of a folder; none when it cannot be read."""
    with suppress(OSError):
        return list(folder.glob(f"*{SUFFIX}"))
    return []


def write_key(folder: Path, public_token: str, content: bytes) -> None:
    """Write a file that only this account may read, under its final name only when all of it is on the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    number, draft = tempfile.mkstemp(dir=folder, prefix=".")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(folder / f"{public_token}{SUFFIX}")
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    settle(folder)


def destroy_file(path: Path) -> None:
    """Write noise over a key and take its name away."""
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(CONTENT))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    settle(path.parent)


def settle(folder: Path) -> None:
    """Have the folder's list of names on the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
