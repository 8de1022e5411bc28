"""One document of any kind: what is to be mended in it, and the mended file."""

import codecs
import re
from collections.abc import Collection
from dataclasses import dataclass

from charset_normalizer import from_bytes

from common.tables.recognise import NEITHER_TABLE_NOR_TEXT, OLE, ZIP
from programme.formulas.wording import Lexicon
from programme.wording.markup import pieces_of_page
from programme.wording.office import MAIN, Reader, rewritten, texts
from programme.wording.pieces import Piece, Place, places_in, with_capitals
from programme.wording.refusals import FILE_BYTES, RefusedError

PLAIN, MARKDOWN, PAGES = ("txt",), ("md", "markdown"), ("html", "htm", "xhtml")
KINDS = (*PLAIN, *MARKDOWN, *PAGES, *MAIN)
CODE_PAGES = ["cp1251", "cp866", "koi8_r", "mac_cyrillic"]
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
FOREIGN = (*NEITHER_TABLE_NOR_TEXT, ZIP, OLE)


@dataclass(frozen=True)
class Document:
    """A document that was searched: the places to mend in their order, and how many forms are right already."""

    places: list[tuple[str, Place]]
    right: int


def kind_of(name: str) -> str:
    """Return the kind of a file by its name, or refuse it."""
    extension = name.rpartition(".")[2].lower()
    if extension not in KINDS:
        raise RefusedError("unknown")
    return extension


def check(body: bytes, name: str, lexicon: Lexicon) -> Document:
    """Search a document."""
    places: list[tuple[str, Place]] = []
    right = 0
    for part, source in parts_of(body, name):
        found, fine = places_in(pieces_of(source, kind_of(name)), lexicon, is_markdown=kind_of(name) in MARKDOWN)
        places += [(part, place) for place in found]
        right += fine
    return Document(places, right)


def mended(body: bytes, name: str, lexicon: Lexicon, *, skipped: Collection[int]) -> bytes:
    """Return the document with capital letters in every place that is not skipped."""
    places = [each for number, each in enumerate(check(body, name, lexicon).places) if number not in skipped]
    touched = {part for part, _place in places}
    changed = {
        part: with_capitals(source, [place for where, place in places if where == part])
        for part, source in parts_of(body, name)
        if part in touched
    }
    if not changed:
        return body
    if (kind := kind_of(name)) in MAIN:
        return rewritten(body, kind, changed)
    return changed[""].encode(encoding_of(body), "surrogateescape")


def parts_of(body: bytes, name: str) -> list[tuple[str, str]]:
    """Return the texts of a document by the names of its parts; a plain file has one without a name."""
    if len(body) > FILE_BYTES:
        raise RefusedError("too_large")
    if not body.strip():
        raise RefusedError("empty")
    if (kind := kind_of(name)) in MAIN:
        return list(texts(body, kind))
    if body.startswith(FOREIGN) or (b"\x00" in body[:4096] and not body.startswith(tuple(MARKS))):
        raise RefusedError("binary")
    return [("", body.decode(encoding_of(body), "surrogateescape"))]


def pieces_of(source: str, kind: str) -> list[Piece]:
    """Return the paragraphs of one part."""
    if kind in MAIN:
        return list(Reader(source).pieces())
    if kind in PAGES:
        return list(pieces_of_page(source))
    piece = Piece()
    piece.add(source, 0)
    return [piece]


def encoding_of(body: bytes) -> str:
    """Return how the letters are written: by the mark, UTF-8 if all of it is, as the page says, else the likeliest Cyrillic code page."""
    for mark, encoding in MARKS.items():
        if body.startswith(mark):
            return encoding
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return declared(body) or guessed(body)
    return "utf-8"


def declared(body: bytes) -> str:
    """Return the one-byte encoding a page names, if Python knows it."""
    found = CHARSET.search(body[:4096])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else ""
    except (LookupError, UnicodeDecodeError):
        return ""
    return name if name.startswith(("cp", "koi8", "iso8859", "mac")) else ""


def guessed(body: bytes) -> str:
    """Return the Cyrillic code page that reads most like Russian."""
    lines = b"\n".join(line for line in body[: 1024 * 1024].splitlines() if not line.isascii())[:65_536]
    best = from_bytes(lines, cp_isolation=CODE_PAGES).best()
    return best.encoding if best else "cp1251"
