"""What kind of file it is, by its first bytes as well as its name, before anything else touches it."""

import zipfile
from pathlib import Path

from common.tables import limits
from common.tables.kinds import FileKind
from common.tables.refusals import Refusal

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
NEITHER_TABLE_NOR_TEXT = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x7fELF",
    b"MZ\x90",
)
FOREIGN = (*NEITHER_TABLE_NOR_TEXT, b"PAR1", b"SQLite format")
TEXT_NAMES = {"csv", "txt", "tsv"}
TEXT_CONTROLS = set(b"\t\n\r\f\x1a\x1b")


def recognise(path: Path, name: str) -> FileKind:
    """Return the kind of the file, or refuse it."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    with path.open("rb") as file:
        head = file.read(limits.SNIFFED_BYTES)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\r\n\t ;,\x00"):
        raise Refusal("empty_file")
    kind = kind_of(head, extension, path)
    if path.stat().st_size > (limits.TEXT_BYTES if kind == FileKind.CSV else limits.BOOK_BYTES):
        raise Refusal("too_large", detail=str((limits.TEXT_BYTES if kind == FileKind.CSV else limits.BOOK_BYTES) // limits.MIB))
    return kind


def kind_of(head: bytes, extension: str, path: Path) -> FileKind:
    """Judge by the first bytes, then see that the name agrees."""
    if head.startswith(ZIP):
        kind = kind_of_archive(path)
        if extension != kind:
            raise Refusal("wrong_extension", value=extension, detail=kind.value)
        return kind
    if head.startswith(OLE):
        if extension != FileKind.XLS:
            raise Refusal("password" if extension == FileKind.XLSX else "wrong_extension", value=extension, detail=FileKind.XLS.value)
        return FileKind.XLS
    if head.startswith(FOREIGN) or looks_binary(head):
        raise Refusal("not_a_table", value=extension)
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise Refusal("web_page", value=extension)
    if extension in set(FileKind) - {FileKind.CSV}:
        raise Refusal("wrong_extension", value=extension, detail=FileKind.CSV.value)
    if extension not in TEXT_NAMES:
        raise Refusal("unknown_extension", value=extension)
    return FileKind.CSV


def looks_binary(head: bytes) -> bool:
    """Say whether these bytes are no text: control characters, other than the zeros of UTF-16."""
    if head.startswith(UTF16) or utf16_without_mark(head):
        return False
    return any(byte < 32 and byte not in TEXT_CONTROLS for byte in set(head))


def utf16_without_mark(head: bytes) -> str:
    """Return `utf-16-le` or `utf-16-be` when zeros stand at every second place, as in Latin text; else an empty string."""
    half = max(len(head) // 2, 1)
    odd, even = head[1::2].count(0) / half, head[::2].count(0) / half
    if max(odd, even) > 0.3 and min(odd, even) < 0.02:
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def kind_of_archive(path: Path) -> FileKind:
    """Tell a workbook from other archives and from bombs, by unpacking it once without keeping anything."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.stat().st_size)
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise Refusal("broken_file") from error
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "content.xml" in names and "mimetype" in names:
        return FileKind.ODS
    raise Refusal("not_a_table", value="zip")


def check_archive(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse too many members, too much inside, too high a ratio, and members whose size is a lie (their checksum fails)."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > limits.ARCHIVE_MEMBERS or unpacked > min(limits.UNPACKED_BYTES, packed * limits.UNPACK_RATIO):
        raise Refusal("bomb")
    for member in members:
        if member.flag_bits & 1:
            raise Refusal("password")
        with archive.open(member) as file:
            while file.read(limits.MIB):
                pass
