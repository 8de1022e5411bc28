"""What is inside a sealed ballot of an anonymous staff survey: the voter's groups and the answer, in bytes of one length.

Nothing in it names a person or a moment. All ballots have `SIZE` bytes, so that a long comment does not show from outside.
"""

import json
from dataclasses import asdict, dataclass

SIZE = 16_384
MAX_TEXT = 1_500


@dataclass(frozen=True, order=True)
class Cell:
    """The groups a ballot counts in; empty where unknown. A ballot cast with a drawn code knows its branch at most."""

    branch: str = ""
    department: str = ""
    tenure: str = ""
    by_code: bool = False


@dataclass(frozen=True)
class Vote:
    """What somebody answered: a score 0-10 with two texts, ten ratings 1-10, or the number of an option (0 is ours in a pulse)."""

    score: int | None = None
    why: str = ""
    ten: str = ""
    ratings: tuple[int, ...] = ()
    choice: int | None = None


@dataclass(frozen=True)
class Ballot:
    """A vote and where it counts."""

    cell: Cell
    vote: Vote


def packed(ballot: Ballot) -> bytes:
    """Return the ballot as bytes of one length; ValueError when it does not fit, which the limits of the form rule out."""
    content = json.dumps(asdict(ballot), ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) > SIZE:
        message = f"a ballot takes {len(content)} bytes, {SIZE} are the most"
        raise ValueError(message)
    return content.ljust(SIZE)


def unpacked(content: bytes) -> Ballot:
    """Return the ballot of its bytes."""
    fields = json.loads(content)
    vote = fields["vote"] | {"ratings": tuple(fields["vote"]["ratings"])}
    return Ballot(Cell(**fields["cell"]), Vote(**vote))
