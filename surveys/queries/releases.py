"""What the release audit needs to know: who was asked in which cell, which groups there are, what earlier surveys have shown."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from surveys.enums import GroupStatus, StaffSurveyKind
from surveys.formulas.ballots import Cell
from surveys.formulas.release import GroupKey
from surveys.models import StaffGroup, StaffSeat, StaffWave
from surveys.queries.ballots import cell_of_seat, finished_before

RELEASES_LOCK = 7_043_001  # any number nobody else takes
People = frozenset[int]


def hold_releases() -> None:
    """Let only one survey at a time decide what it shows, until the transaction ends: each must see what the others have shown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RELEASES_LOCK])


def cells_of(wave: StaffWave) -> dict[Cell, People]:
    """Return the people asked by the cell their ballots count in."""
    return people_by_cell(wave, StaffSeat.objects.filter(wave=wave))


def people_by_cell(wave: StaffWave, seats: Iterable[StaffSeat]) -> dict[Cell, People]:
    """Return people by cell; an employee has the same number in every survey, deleted since or not."""
    people = defaultdict[Cell, set[int]](set)
    for seat in seats:
        people[cell_of_seat(wave, seat)].add(seat.number)
    return {cell: frozenset(numbers) for cell, numbers in people.items()}


def groups_of(wave: StaffWave, cells: Iterable[Cell]) -> dict[GroupKey, frozenset[Cell]]:
    """Return everybody, and each known value of each slice of this survey."""
    groups = defaultdict[GroupKey, set[Cell]](set)
    for cell in cells:
        groups[GroupKey()].add(cell)
        for name in wave.slices:
            if value := getattr(cell, name):
                groups[GroupKey(name, value)].add(cell)
    return {key: frozenset(members) for key, members in groups.items()}


def earlier_releases(wave: StaffWave) -> list[People]:
    """Return the people of every group that earlier surveys of this kind have shown with its numbers; of votes, or with a winner."""
    told = [GroupStatus.EXACT, GroupStatus.BAND] if wave.kind == StaffSurveyKind.VOTE else [GroupStatus.EXACT]
    shown = StaffGroup.objects.filter(wave__in=finished_before(wave), status__in=told).select_related("wave")
    keys = defaultdict[StaffWave, list[GroupKey]](list)
    for group in shown:
        keys[group.wave].append(GroupKey(group.dimension, group.value))
    seats = defaultdict[int, list[StaffSeat]](list)
    for seat in StaffSeat.objects.filter(wave__in=list(keys)):
        seats[seat.wave_id].append(seat)
    return [people for earlier, those in keys.items() for people in people_of_groups(earlier, seats[earlier.pk], those)]


def people_of_groups(wave: StaffWave, seats: Iterable[StaffSeat], keys: Iterable[GroupKey]) -> list[People]:
    """Return the people of some groups of a survey."""
    cells = people_by_cell(wave, seats)
    groups = groups_of(wave, cells)
    return [frozenset().union(*(cells[cell] for cell in groups.get(key, ()))) for key in keys]
