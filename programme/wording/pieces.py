"""A stretch of running text inside a file: what people read, and where each letter of it stands in the source."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from programme.formulas.wording import Context, Findings, Lexicon, context_of, find_places
from programme.formulas.wording_spans import Spans


@dataclass
class Piece:
    """A paragraph put together of the runs it is split into. A locked run is read for the sense but never changed."""

    chunks: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    locked: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, at: int | None, *, is_locked: bool = False) -> None:
        """Append a run which stands at a place of the source; no place: only its sense is needed."""
        if not text:
            return
        if at is None or is_locked:
            self.locked.append((self.length, self.length + len(text)))
        if at is not None:
            self.places.append((self.length, at))
        self.chunks.append(text)
        self.length += len(text)

    def source_of(self, at: int) -> int:
        """Return where the letter stands in the source."""
        start, source = next(place for place in reversed(self.places) if place[0] <= at)
        return source + at - start


@dataclass(frozen=True)
class Place:
    """One form with a small letter: the letters to change, by their place in the source, and the words around."""

    letters: tuple[int, ...]
    context: Context


def places_in(pieces: Iterable[Piece], lexicon: Lexicon, *, is_markdown: bool = False) -> tuple[list[Place], int]:
    """Return the places to mend in all pieces, and how many forms are right already."""
    places: list[Place] = []
    right = 0
    for piece in pieces:
        text = "".join(piece.chunks)
        findings = searched(piece, text, lexicon, is_markdown=is_markdown)
        right += findings.right
        places += placed(piece, text, findings)
    return places, right


def searched(piece: Piece, text: str, lexicon: Lexicon, *, is_markdown: bool) -> Findings:
    """Search one piece."""
    return find_places(text, lexicon, is_markdown=is_markdown, guarded=Spans(piece.locked) if piece.locked else None)


def placed(piece: Piece, text: str, findings: Findings) -> Iterator[Place]:
    """Yield what was found with its place in the source."""
    for hit in findings.hits:
        yield Place(tuple(piece.source_of(at) for at in hit.letters), context_of(text, hit))


def with_capitals(source: str, places: Iterable[Place]) -> str:
    """Change the letters of the places in the source, and nothing else."""
    parts, last = [], 0
    for at in sorted({at for place in places for at in place.letters}):
        parts += [source[last:at], source[at].upper()]
        last = at + 1
    return "".join([*parts, source[last:]])
