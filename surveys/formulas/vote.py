"""What may be shown of an anonymous vote of all employees: the votes for each option, or the winner alone, or nothing.

The release audit decides first, on turnout alone: too few votes, or only a few who came or went since an earlier vote, and nothing is told.
It is stricter than between other surveys, as a vote is often repeated at once. Not even who leads is told then: beside the earlier
figures the order alone could say what a single newcomer chose.

Where three of four votes or more went to one option, only its name is told. A vote where all, or all but one, agree (any of five votes or
more) is among these and looks the same, so that no reader learns that almost everybody chose alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from surveys.formulas.ballots import Cell
from surveys.formulas.release import CellTally, GroupKey, Ruling, rule_on

BY_FAR = (75, 100)


def rule_on_vote(
    *, cells: Mapping[Cell, CellTally], groups: Mapping[GroupKey, frozenset[Cell]], history: Sequence[frozenset[int]], threshold: int
) -> list[Ruling]:
    """Return the ruling on a vote; `counts` of a cell are its votes by option, `history` is who was asked where something was told."""
    audited = rule_on_turnout(cells=cells, groups=groups, history=history, threshold=threshold)
    return [shown(one, [cells[cell].counts for cell in groups[one.key]]) if one.status == "exact" else one for one in audited]


def rule_on_turnout(
    *, cells: Mapping[Cell, CellTally], groups: Mapping[GroupKey, frozenset[Cell]], history: Sequence[frozenset[int]], threshold: int
) -> list[Ruling]:
    """Return whether anything may be told, whatever people chose."""
    turnout = {cell: CellTally(tally.people, (sum(tally.counts),)) for cell, tally in cells.items()}
    audited = rule_on(cells=turnout, groups=groups, history=history, threshold=threshold)
    people = {key: frozenset[int]().union(*(cells[cell].people for cell in members)) for key, members in groups.items()}
    return [
        Ruling(one.key, "withheld", "between_waves") if one.status == "exact" and is_near(people[one.key], history, threshold) else one
        for one in audited
    ]


def is_near(people: frozenset[int], history: Sequence[frozenset[int]], threshold: int) -> bool:
    """Say whether few joined or left since an earlier vote, whichever way: the one who came may have replaced the one who went."""
    return any(0 < len(people ^ earlier) < threshold for earlier in history)


def shown(audited: Ruling, counts: Sequence[Sequence[int]]) -> Ruling:
    """Return what is told of a group whose turnout may be known."""
    votes = tuple(map(sum, zip(*counts, strict=True)))
    if wins_by_far(votes):
        return Ruling(audited.key, "band", "landslide", band=BY_FAR, leader=votes.index(max(votes)))
    return replace(audited, counts=votes)


def wins_by_far(votes: Sequence[int]) -> bool:
    """Say whether three of four votes or more went to one option.

    >>> wins_by_far((6, 2)), wins_by_far((5, 2)), wins_by_far((0, 4, 1))
    (True, False, True)
    """
    return 100 * max(votes) >= BY_FAR[0] * sum(votes)


def places_of(votes: Sequence[int]) -> list[int]:
    """Return the place of each option, 1 being the most votes; equal votes share a place.

    >>> places_of((3, 5, 3, 0))
    [2, 1, 2, 4]
    """
    return [1 + sum(other > mine for other in votes) for mine in votes]
