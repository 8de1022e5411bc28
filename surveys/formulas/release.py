"""The release audit: which groups of an anonymous survey may be shown, so that no few people's answers can be computed.

A published table is a set of sums. Whoever reads them can add and subtract them, in any combination, also with those of earlier
surveys. Usual practice (and our reference) looks at pairs of nested groups and at single cells; it misses, among others, two groups that
overlap in all but a few people, three-step subtractions, and the union of small cells. Here the whole space of combinations is searched:

- few: a set, or the difference of two sets, of 1 to threshold - 1 answers that can be computed from the groups shown;
- alike: a set that can be computed and where at most one answer is of another category, so that each person's answer is known;
- between waves: a set of fewer than threshold people computable from this and earlier releases together, which earlier ones alone do
  not give, as if everybody had answered as before (the attacker's best case).

While there is one, the smallest group taking part in it is taken out; in the end whatever can go back without harm goes back, the
largest first. See docs/adr/0014-nothing-small-can-be-computed.md for figures and limits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from surveys.formulas.ballots import Cell
from surveys.formulas.row_space import Grid, lightest, taking_part

Status = Literal["exact", "band", "withheld"]
Reason = Literal["", "too_few", "subtraction", "between_waves", "alike", "landslide"]
ENPS_STEP, SHARE_STEP = 50, 25
EXCEPTIONS = 2  # fewer answers of another category than this make a group alike


@dataclass(frozen=True, order=True)
class GroupKey:
    """A group that might be shown: one value of one slice; both empty mean everybody."""

    dimension: str = ""
    value: str = ""


@dataclass(frozen=True)
class CellTally:
    """Who was asked in a cell, by any numbers that mean the same person in every wave, and the answers by category."""

    people: frozenset[int]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Ruling:
    """What may be shown of a group: its counts, a band, or nothing; `leader` is the option of a vote that won by far."""

    key: GroupKey
    status: Status
    reason: Reason = ""
    answered: int | None = None
    counts: tuple[int, ...] | None = None
    band: tuple[int, int] | None = None
    leader: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A group with its cells, people and answers."""

    key: GroupKey
    row: Grid
    people: frozenset[int]
    counts: tuple[int, ...]

    @property
    def answered(self) -> int:
        """Return how many answered."""
        return sum(self.counts)

    @property
    def place(self) -> tuple[int, int, GroupKey]:
        """Return the place in the order from the largest; everybody stands before a group of everybody."""
        return -self.answered, -len(self.people), self.key


@dataclass(frozen=True)
class Clash:
    """Something small that could be computed, and the candidates needed for it, the largest first."""

    reason: Reason
    parts: list[Candidate]


def rule_on(
    *, cells: Mapping[Cell, CellTally], groups: Mapping[GroupKey, frozenset[Cell]], history: Sequence[frozenset[int]], threshold: int
) -> list[Ruling]:
    """Return a ruling on every group, everybody first; it does not depend on the order of anything given."""
    known = sorted(cell for cell, tally in cells.items() if tally.people or any(tally.counts))
    tallies = [cells[cell] for cell in known]
    candidates = sorted((candidate_of(key, members, known, tallies) for key, members in groups.items()), key=lambda one: one.place)
    table = np.array([tally.counts for tally in tallies], dtype=np.int64)
    reasons = {one.key: first_reason(one, threshold) for one in candidates}
    clean = [one for one in candidates if not reasons[one.key]]
    checks = [
        lambda shown: small_set(shown, table, threshold),
        lambda shown: alike_set(shown, table),
        lambda shown: set_between_waves(shown, history, threshold),
    ]
    reasons |= taken_out(clean, checks)
    return sorted((ruling_on(one, reasons[one.key]) for one in candidates), key=lambda ruling: ruling.key)


def candidate_of(key: GroupKey, members: frozenset[Cell], known: Sequence[Cell], tallies: Sequence[CellTally]) -> Candidate:
    """Return a group with what is known of it."""
    inside = [tally for cell, tally in zip(known, tallies, strict=True) if cell in members]
    counts = tuple(map(sum, zip(*(tally.counts for tally in inside), strict=True)))
    row = np.array([cell in members for cell in known], dtype=np.int64)
    return Candidate(key, row, frozenset().union(*(tally.people for tally in inside)), counts)


def first_reason(one: Candidate, threshold: int) -> Reason:
    """Return why a group cannot be shown whatever else is."""
    if one.answered < threshold or len(one.people) < threshold:
        return "too_few"
    return "alike" if are_alike(one.counts) else ""


def are_alike(counts: Sequence[int]) -> bool:
    """Say whether at most one answer is of another category than the rest.

    >>> are_alike((0, 1, 9)), are_alike((1, 1, 9)), are_alike((9,))
    (True, False, False)
    """
    return len(counts) > 1 and sum(counts) - max(counts) < EXCEPTIONS


def taken_out(candidates: list[Candidate], checks: Sequence[Callable[[list[Candidate]], Clash | None]]) -> dict[GroupKey, Reason]:
    """Return which candidates may not be shown exactly, and why; the smallest go first, and none without need."""
    shown, reasons = list(candidates), dict[GroupKey, Reason]()
    while clash := first_clash(shown, checks):
        shown.remove(clash.parts[-1])
        reasons[clash.parts[-1].key] = clash.reason
    for one in [one for one in candidates if one.key in reasons]:
        more = sorted([*shown, one], key=lambda each: each.place)
        if not first_clash(more, checks):
            shown = more
            del reasons[one.key]
    return reasons


def first_clash(shown: list[Candidate], checks: Sequence[Callable[[list[Candidate]], Clash | None]]) -> Clash | None:
    """Return the first thing that could be computed from these groups and must not be."""
    return next((clash for check in checks if shown and (clash := check(shown))), None)


def small_set(shown: list[Candidate], table: Grid, threshold: int) -> Clash | None:
    """Find a set, or a difference of two, of fewer answers than the threshold."""
    return clash_of(shown, table.sum(axis=1), threshold, signed=True)


def alike_set(shown: list[Candidate], table: Grid) -> Clash | None:
    """Find a set in which almost everybody answered alike; of one category there is none."""
    others = [table.sum(axis=1) - table[:, category] for category in range(table.shape[1])] if table.shape[1] > 1 else []
    return next((clash for exceptions in others if (clash := clash_of(shown, exceptions, EXCEPTIONS))), None)


def clash_of(shown: list[Candidate], weights: Grid, limit: int, *, signed: bool = False) -> Clash | None:
    """Return the groups from which a set lighter than the limit can be computed."""
    atoms, totals = atoms_of(np.array([one.row for one in shown]), weights)
    found = lightest(atoms, totals, limit, signed=signed)
    if found is None:
        return None
    return Clash("subtraction", [shown[index] for index in taking_part(atoms, found) or []])


def set_between_waves(shown: list[Candidate], history: Sequence[frozenset[int]], threshold: int) -> Clash | None:
    """Find fewer people than the threshold that these and earlier sets give, and earlier ones alone do not."""
    earlier = sorted(set(history), key=lambda people: (-len(people), sorted(people)))
    if not earlier:
        return None
    everybody = sorted(frozenset().union(*earlier, *(one.people for one in shown)))
    sets = [*earlier, *(one.people for one in shown)]
    rows = np.array([[person in people for person in everybody] for people in sets], dtype=np.int64)
    atoms, sizes = atoms_of(rows, np.ones(len(everybody), dtype=np.int64))
    old: list[Grid] = []
    while (found := lightest(atoms, sizes, threshold, without=old)) is not None:
        parts = [index - len(earlier) for index in taking_part(atoms, found) or [] if index >= len(earlier)]
        if parts:
            return Clash("between_waves", [shown[index] for index in parts])
        old.append(found)
    return None


def atoms_of(rows: Grid, weights: Grid) -> tuple[Grid, Grid]:
    """Merge the columns that lie in the same rows; those in no row are left out."""
    atoms, places = np.unique(rows, axis=1, return_inverse=True)
    totals = np.bincount(places.ravel(), weights=weights, minlength=atoms.shape[1]).astype(np.int64)
    kept = atoms.any(axis=0)
    return atoms[:, kept], totals[kept]


def ruling_on(one: Candidate, reason: Reason) -> Ruling:
    """Say what is shown of a group."""
    if not reason:
        return Ruling(one.key, "exact", "", one.answered, one.counts)
    banded = reason in {"alike", "between_waves"} and len(one.counts) > 1
    ruling = Ruling(one.key, "withheld", reason)
    return replace(ruling, status="band", band=band_of(one.counts)) if banded else ruling


def band_of(counts: Sequence[int]) -> tuple[int, int]:
    """Return the range in which the result lies: eNPS in steps of 50, of a pulse the share right in steps of 25 %.

    >>> band_of((0, 1, 9)), band_of((9, 1, 0)), band_of((1, 9)), band_of((0, 9))
    ((50, 100), (-100, -50), (75, 100), (75, 100))
    """
    low, step, score = (0, SHARE_STEP, counts[-1]) if len(counts) == 2 else (-100, ENPS_STEP, counts[-1] - counts[0])
    steps = (100 * score - low * sum(counts)) // (step * sum(counts))
    start = min(low + step * steps, 100 - step)
    return start, start + step
