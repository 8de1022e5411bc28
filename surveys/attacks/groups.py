"""Attacks on the published figures: small groups, and small groups by addition and subtraction, within a survey and between two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from surveys.enums import GroupStatus, StaffSlice, WaveState
from surveys.models import StaffSeat, StaffWave

Row = list[Fraction]
TOGETHER, TOGETHER_BETWEEN = 3, 2  # so many published figures are added and subtracted in every way; more, by elimination


@dataclass(frozen=True)
class Shown:
    """Figures that were published: who was asked, how many answered, how often each category."""

    wave: int
    label: str
    people: frozenset[int]
    answered: int
    counts: tuple[int, ...]


def shown_in(wave: StaffWave) -> list[Shown]:
    """Return every group of a survey that is published with its numbers."""
    groups, seats = wave.groups.filter(status=GroupStatus.EXACT), list(wave.seats.all())
    return [
        Shown(wave.pk, one.label or "everybody", people_of(seats, one.dimension, one.value), one.answered or 0, tuple(one.counts or ()))
        for one in groups
    ]


def people_of(seats: Iterable[StaffSeat], dimension: str, value: str) -> frozenset[int]:
    """Return who belongs to a group; whoever drew a code counts in their branch only."""
    return frozenset(seat.number for seat in seats if belongs(seat, dimension, value))


def belongs(seat: StaffSeat, dimension: str, value: str) -> bool:
    """Say whether a seat lies in a group."""
    if not dimension:
        return True
    if dimension == StaffSlice.BRANCH:
        return str(seat.branch_id) == value
    return not seat.by_code and getattr(seat, dimension) == value


def closed_waves() -> Iterator[StaffWave]:
    """Yield the surveys with results."""
    yield from StaffWave.objects.filter(state=WaveState.CLOSED).order_by("pk")


def small_groups(shown: Sequence[Shown], threshold: int) -> list[str]:
    """Return the published groups that are too small, or where almost everybody answered alike."""
    return [one.label for one in shown if one.answered < threshold or len(one.people) < threshold or is_alike(one.counts)]


def is_alike(counts: tuple[int, ...]) -> bool:
    """Say whether at most one answer is of another category."""
    return len(counts) > 1 and sum(counts) - max(counts) <= 1


def differences(shown: Sequence[Shown], threshold: int) -> list[frozenset[int]]:
    """Return the people of every small or uniform group that the published figures of one survey give by sums and differences."""
    found = dict(computed(shown, TOGETHER))
    return [people for people, (answered, *counts) in found.items() if answered < threshold or is_alike(tuple(counts))]


def differences_between(one: Sequence[Shown], other: Sequence[Shown], threshold: int) -> list[frozenset[int]]:
    """Return every group of few people that two surveys give together and neither gives alone."""
    alone = {people for people, _sums in [*computed(one, TOGETHER_BETWEEN), *computed(other, TOGETHER_BETWEEN)]}
    return [people for people, _sums in computed([*one, *other], TOGETHER_BETWEEN) if len(people) < threshold and people not in alone]


def computed(shown: Sequence[Shown], together: int) -> list[tuple[frozenset[int], tuple[int, ...]]]:
    """Return the groups of people that can be worked out, with the sums that are then known of them."""
    atoms = defaultdict[tuple[bool, ...], set[int]](set)
    for person in frozenset().union(*(one.people for one in shown)):
        atoms[tuple(person in one.people for one in shown)].add(person)
    order = sorted(atoms, reverse=True)
    width = min((len(one.counts) for one in shown), default=0)
    rows = [
        [*(Fraction(kind[place]) for kind in order), Fraction(one.answered), *map(Fraction, one.counts[:width])]
        for place, one in enumerate(shown)
    ]
    found = {}
    for row in attempts(rows, len(order), together):
        if (vector := as_set(row[: len(order)])) is not None:
            sign = 1 if sum(row[: len(order)]) > 0 else -1
            people = frozenset().union(*(atoms[kind] for kind, inside in zip(order, vector, strict=True) if inside))
            found[people] = tuple(int(sign * entry) for entry in row[len(order) :])
    return list(found.items())


def attempts(rows: list[Row], width: int, together: int) -> Iterator[Row]:
    """Yield combinations an attacker tries: a few rows in every way, and whatever elimination leaves, alone and in pairs."""
    for size in range(1, together + 1):
        for chosen in combinations(rows, size):
            for signs in product((1, -1), repeat=size - 1):
                yield summed(chosen, (1, *signs))
    basis = eliminated(rows, width)
    yield from basis
    for pair in combinations(basis, 2):
        yield summed(pair, (1, 1))
        yield summed(pair, (1, -1))


def summed(rows: Sequence[Row], signs: Sequence[int]) -> Row:
    """Add and subtract rows."""
    return [sum((sign * entry for sign, entry in zip(signs, column, strict=True)), Fraction(0)) for column in zip(*rows, strict=True)]


def as_set(vector: Row) -> list[bool] | None:
    """Return which atoms a combination consists of, if it is a set or the negative of one; else None."""
    values = set(vector)
    if not values & {1, -1} or not (values <= {0, 1} or values <= {0, -1}):
        return None
    return [bool(entry) for entry in vector]


def eliminated(rows: list[Row], width: int) -> list[Row]:
    """Solve the published sums as far as they go: Gauss and Jordan, in exact fractions."""
    work, done = [list(row) for row in rows], 0
    for column in range(width):
        place = next((index for index in range(done, len(work)) if work[index][column]), None)
        if place is None:
            continue
        work[done], work[place] = work[place], work[done]
        lead = work[done][column]
        work[done] = [entry / lead for entry in work[done]]
        for index, row in enumerate(work):
            if index != done and (factor := row[column]):
                work[index] = [mine - factor * theirs for mine, theirs in zip(row, work[done], strict=True)]
        done += 1
    return work[:done]
