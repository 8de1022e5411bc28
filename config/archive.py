"""One backup as a file: the dump, the uploads and, last, a manifest with the size and SHA-256 of each."""

import datetime as dt
import hashlib
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from config.pg_tools import BackupError

FORMAT = 1
DUMP, UPLOADS, MANIFEST = "database.dump", "uploads", "manifest.json"
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """What is known of one file in the archive."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself. `key_mark` tells whether another installation has the same SECRET_KEY, not which."""

    format: int
    version: str
    made_at: str
    postgres: int
    tools: int
    key_mark: str
    migrations: list[str]
    files: dict[str, Part]

    @property
    def moment(self) -> dt.datetime:
        """Return when it was made."""
        return dt.datetime.fromisoformat(self.made_at)

    def as_json(self) -> str:
        """Return the text kept in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


class Summed:
    """A file whose sum is counted while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self.file.read(size)
        self.sum.update(data)
        return data


def add_file(archive: tarfile.TarFile, path: Path, name: str) -> Part:
    """Put a file into the archive and return its size and sum."""
    with path.open("rb") as file:
        entry = archive.gettarinfo(arcname=name, fileobj=file)
        entry.uid, entry.gid, entry.uname, entry.gname = 0, 0, "", ""
        source = Summed(file)
        archive.addfile(entry, source)
    return Part(entry.size, source.sum.hexdigest())


def add_manifest(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """Put the manifest in, as the last thing: an archive without it is not whole."""
    text = manifest.as_json().encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mode = len(text), 0o600
    archive.addfile(entry, BytesIO(text))


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive; what cannot be read is refused in a sentence."""
    try:
        with tarfile.open(path, "r:") as archive:
            yield archive
    except FileNotFoundError:
        raise BackupError(f"{path} is not there.") from None
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError(f"{path} is damaged and cannot be read ({error}). Nothing was changed; take another backup.") from error


def read_manifest(archive: tarfile.TarFile) -> Manifest:
    """Return what the archive says of itself."""
    try:
        file = archive.extractfile(MANIFEST)
        raw = json.loads(file.read()) if file else {}
        files = {name: Part(**part) for name, part in raw["files"].items()}
        manifest = Manifest(**(raw | {"files": files}))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BackupError("The archive has no manifest: it is a part of a backup, or none. Nothing was changed.") from error
    if manifest.format != FORMAT:
        raise BackupError(f"The archive has format {manifest.format}, this Mayak reads {FORMAT}: use version {manifest.version}.")
    return manifest


def checked(path: Path) -> Manifest:
    """Return the manifest of an archive in which everything is as it was written."""
    with opened(path) as archive:
        manifest = read_manifest(archive)
        entries = {entry.name: entry for entry in archive.getmembers() if entry.name != MANIFEST}
        if entries.keys() != manifest.files.keys() or DUMP not in entries:
            raise BackupError("The archive does not hold what its manifest lists. Nothing was changed; take another backup.")
        for name, part in manifest.files.items():
            if not is_safe(name) or not entries[name].isreg() or part != part_of(archive, entries[name]):
                raise BackupError(f"{name} in the archive is damaged: its sum differs. Nothing was changed; take another backup.")
    return manifest


def is_safe(name: str) -> bool:
    """Say whether a name in an archive leads nowhere outside it."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and (name == DUMP or path.parts[0] == UPLOADS)


def part_of(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Part:
    """Return the size and sum of what lies in the archive."""
    total = hashlib.sha256()
    if file := archive.extractfile(entry):
        while data := file.read(CHUNK):
            total.update(data)
    return Part(entry.size, total.hexdigest())


def unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write the files of a checked archive below a folder."""
    with opened(path) as archive:
        for name in manifest.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            source = archive.extractfile(name)
            if source is None:
                raise BackupError(f"{name} in the archive is no file. Nothing was changed.")
            with target.open("wb") as file:
                while data := source.read(CHUNK):
                    file.write(data)
