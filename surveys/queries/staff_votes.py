"""What the tally let out of a vote of employees."""

from dataclasses import dataclass

from surveys.enums import GroupStatus
from surveys.formulas.vote import places_of
from surveys.models import StaffGroup, StaffWave


@dataclass(frozen=True)
class VoteLine:
    """An option with what may be told of it: its number on the ballot, its votes, or that it won by far."""

    number: int
    text: str
    place: int | None = None
    votes: int | None = None
    is_winner: bool = False


@dataclass(frozen=True)
class VoteResult:
    """A closed vote, the option with most votes first; in the order of the ballot where no numbers may be told."""

    wave: StaffWave
    group: StaffGroup | None
    lines: list[VoteLine]

    @property
    def winner(self) -> VoteLine | None:
        """The one option that won; none at a tie, or where nothing may be told."""
        winners = [line for line in self.lines if line.is_winner]
        return winners[0] if len(winners) == 1 else None

    @property
    def answered(self) -> int | None:
        """How many voted, where the numbers may be told."""
        return self.group.answered if self.group else None

    @property
    def is_tie(self) -> bool:
        """Whether several options share the first place."""
        return sum(line.is_winner for line in self.lines) > 1


def vote_result(wave: StaffWave) -> VoteResult:
    """Return what a closed vote came to, in one query."""
    group = wave.groups.filter(dimension="").first()
    return VoteResult(wave, group, vote_lines(wave.options, group))


def vote_lines(options: list[str], group: StaffGroup | None) -> list[VoteLine]:
    """Return the options with what may be told of each."""
    if group is None or group.status != GroupStatus.EXACT or group.counts is None:
        leader = group.leader if group else None
        lines = [VoteLine(number, text, is_winner=number == leader) for number, text in enumerate(options)]
        return sorted(lines, key=lambda line: not line.is_winner)
    rows = zip(options, places_of(group.counts), group.counts, strict=True)
    lines = [VoteLine(number, text, place, votes, place == 1) for number, (text, place, votes) in enumerate(rows)]
    return sorted(lines, key=lambda line: (line.place, line.number))
