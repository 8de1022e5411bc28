"""Web pages as people save them: only what is read on the screen, never scripts, styles, code, addresses or quotations."""

import re
from collections.abc import Iterator

from programme.wording.pieces import Piece

TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|<[!?][^>]*>", re.DOTALL
)
# What stands inside is nobody's running text, or somebody else's words.
CLOSED = frozenset({"script", "style", "code", "pre", "kbd", "samp", "var", "blockquote", "q", "cite", "svg", "math", "template"})
RAW = frozenset({"script", "style"})
NAMES = "a abbr b bdi bdo big del em font i ins label mark o:p s small span strike strong sub sup time tt u wbr"
INLINE = frozenset(NAMES.split())


def pieces_of_page(source: str) -> Iterator[Piece]:
    """Yield the paragraphs of a page."""
    closed: list[str] = []
    piece, at = Piece(), 0
    while found := TAG.search(source, at):
        piece.add(source[at : found.start()], at, is_locked=bool(closed))
        at = found.end()
        name = (found["name"] or "").lower()
        if name and name not in INLINE and name not in CLOSED - {"blockquote", "pre"}:
            yield piece
            piece = Piece()
        if name in RAW and not found["close"]:
            at = end_of(source, name, at)
        elif name in CLOSED:
            step(closed, name, is_close=bool(found["close"]), is_empty=found.group().endswith("/>"))
    piece.add(source[at:], at, is_locked=bool(closed))
    yield piece


def step(closed: list[str], name: str, *, is_close: bool, is_empty: bool) -> None:
    """Keep account of the open elements whose text is left alone."""
    if is_close and name in closed:
        del closed[len(closed) - 1 - closed[::-1].index(name) :]
    elif not is_close and not is_empty:
        closed.append(name)


def end_of(source: str, name: str, at: int) -> int:
    """Return where the text of a script or a style ends."""
    found = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(source, at)
    return found.start() if found else len(source)
