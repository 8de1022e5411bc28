"""Documents, sheets and slides: letters change inside the members of the archive, every other byte stays.

No XML parser reads them: text nodes are found as text, so that nothing in the file can be expanded, fetched or rewritten.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from programme.wording.pieces import Piece
from programme.wording.refusals import MEMBER_BYTES, MEMBERS, UNPACKED_BYTES, RefusedError

MEMBERS_READ = {
    "docx": re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|diagrams/(?:data|drawing)\d*|charts/chart\d*)\.xml"),
    "xlsx": re.compile(r"xl/(?:sharedStrings|worksheets/sheet\d+|drawings/drawing\d+|charts/chart\d+|diagrams/(?:data|drawing)\d+)\.xml"),
    "pptx": re.compile(
        r"ppt/(?:(?:slides/slide|notesSlides/notesSlide|slideMasters/slideMaster|slideLayouts/slideLayout|charts/chart)\d+"
        r"|diagrams/(?:data|drawing)\d+)\.xml"
    ),
}
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?P<close>/?)(?P<name>[\w:.-]+)(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL
)
BLOCKS = frozenset({"p", "si", "is"})
# Tracked changes, phonetic guides, and what is deleted: left as their authors wrote them.
LOCKED = frozenset({"ins", "del", "moveFrom", "moveTo", "rPh", "comment"})
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
CODE_STYLE = re.compile(r"(?:code|quote|verbatim|listing|preformatted|цитата|код)", re.IGNORECASE)
MONOSPACED = re.compile(r"courier|consolas|mono|menlo|lucida console|cascadia", re.IGNORECASE)
VALUE = re.compile(r"""(?:val|ascii|typeface)=["']([^"']*)["']""")


def open_archive(body: bytes, kind: str) -> zipfile.ZipFile:
    """Open an office file after a look at what its directory promises."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise RefusedError("broken") from error
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise RefusedError("bomb")
    if MAIN[kind] not in archive.namelist() or any(member.flag_bits & 1 for member in members):
        raise RefusedError("broken")
    return archive


def text_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    """Read one member, never more than it may hold whatever the directory says."""
    try:
        with archive.open(member) as file:
            data = file.read(MEMBER_BYTES + 1)
        text = data.decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, UnicodeDecodeError, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise RefusedError("broken") from error
    if len(data) > MEMBER_BYTES:
        raise RefusedError("bomb")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise RefusedError("entities")
    return text


def texts(body: bytes, kind: str) -> Iterator[tuple[str, str]]:
    """Yield (name, XML) of every member that people read."""
    with open_archive(body, kind) as archive:
        for member in archive.infolist():
            if MEMBERS_READ[kind].fullmatch(member.filename):
                yield member.filename, text_of(archive, member)


def rewritten(body: bytes, kind: str, changed: dict[str, str]) -> bytes:
    """Return the archive with some members written anew; the others keep their bytes, order, dates and ways of packing."""
    out = io.BytesIO()
    with open_archive(body, kind) as archive, zipfile.ZipFile(out, "w") as target:
        target.comment = archive.comment
        for member in archive.infolist():
            data = changed[member.filename].encode() if member.filename in changed else archive.read(member)
            target.writestr(member, data, member.compress_type)
    return out.getvalue()


class Reader:
    """Walks the tags of one member and puts its paragraphs together; a text box stands inside a paragraph of its own."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.open: list[Piece] = []
        self.locks: list[str] = []
        self.is_text = self.is_code_run = self.is_code_block = False

    def pieces(self) -> Iterator[Piece]:
        """Yield every paragraph."""
        at = 0
        for found in TAG.finditer(self.source):
            if self.is_text and self.open:
                self.open[-1].add(self.source[at : found.start()], at, is_locked=bool(self.locks) or self.is_code_run or self.is_code_block)
            at = found.end()
            if found["name"]:
                yield from self.step(found["name"].rpartition(":")[2], found)

    def step(self, name: str, found: re.Match[str]) -> Iterator[Piece]:
        """Take note of one tag."""
        is_close, is_empty = bool(found["close"]), found["rest"].endswith("/")
        if name == "t":
            self.is_text = not is_close and not is_empty
        elif name in BLOCKS and not is_empty:
            yield from self.block(is_close=is_close)
        elif name in LOCKED and not is_empty:
            self.lock(name, is_close=is_close)
        elif name in SIGNS and self.open and not is_close:
            self.open[-1].add(SIGNS[name], None)
        elif name == "r":
            self.is_code_run = False
        elif not is_close:
            self.look(name, found["rest"])

    def block(self, *, is_close: bool) -> Iterator[Piece]:
        """Begin a paragraph or hand a finished one over."""
        self.is_code_block = False
        if not is_close:
            self.open.append(Piece())
        elif self.open:
            yield self.open.pop()

    def lock(self, name: str, *, is_close: bool) -> None:
        """Begin or end a stretch that is left alone."""
        if not is_close:
            self.locks.append(name)
        elif name in self.locks:
            self.locks.remove(name)

    def look(self, name: str, rest: str) -> None:
        """See whether a style says code or a quotation."""
        value = VALUE.search(rest)
        if not value:
            return
        if name == "pStyle":
            self.is_code_block = bool(CODE_STYLE.search(value[1]))
        elif name == "rStyle":
            self.is_code_run = bool(CODE_STYLE.search(value[1]))
        elif name in {"rFonts", "latin"} and MONOSPACED.search(value[1]):
            self.is_code_run = True
