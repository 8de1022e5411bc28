"""What an anonymous survey will be able to show, told before it starts."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from company.models import Branch, Employee
from surveys.enums import GroupStatus, StaffSlice, StaffSurveyKind, Tenure, WithheldReason
from surveys.formulas.release import CellTally, GroupKey, Ruling, rule_on
from surveys.formulas.vote import rule_on_turnout
from surveys.models import StaffWave
from surveys.queries.ballots import everybody_to_ask, people_asked_last, seat_of, staff_to_ask
from surveys.queries.releases import earlier_releases, groups_of, people_by_cell


@dataclass(frozen=True)
class ForeseenGroup:
    """A group of a survey that has not started, with what can be shown of it if everybody answers."""

    key: GroupKey
    label: str
    invited: int
    status: GroupStatus
    reason: WithheldReason | None

    @property
    def is_shown(self) -> bool:
        """Say whether the group's numbers can be shown."""
        return self.status == GroupStatus.EXACT

    @property
    def slice_name(self) -> str:
        """Name the slice, since a branch and a department may be called alike; everybody is in none."""
        return str(StaffSlice(self.key.dimension).label) if self.key.dimension else ""


@dataclass(frozen=True)
class StaffForesight:
    """What can be shown of a survey at best, everybody first; `newcomers` are so few that leaving them out saves the firm's figure."""

    groups: list[ForeseenGroup]
    newcomers: int

    @property
    def hidden(self) -> list[ForeseenGroup]:
        """Return the groups whose numbers cannot be shown."""
        return [group for group in self.groups if not group.is_shown]


def foreseen(wave: StaffWave, today: dt.date) -> StaffForesight:
    """Return what can be shown of a draft if it starts today, everybody answers, and not all alike."""
    history = earlier_releases(wave)
    rulings, sizes = foreseen_rulings(wave, staff_to_ask(wave, today), history, today)
    names = labels(rulings)
    groups = [
        ForeseenGroup(one.key, names[one.key], sizes[one.key], status_of(wave, one), WithheldReason(one.reason) if one.reason else None)
        for one in rulings
    ]
    return StaffForesight(groups, newcomers_in_the_way(wave, rulings, history, today))


def status_of(wave: StaffWave, ruling: Ruling) -> GroupStatus:
    """Return how much will be shown: what compares too well with an earlier survey is a band, except for motives and votes."""
    is_band = ruling.reason == "between_waves" and wave.kind not in {StaffSurveyKind.MOTIVES, StaffSurveyKind.VOTE}
    return GroupStatus.BAND if is_band else GroupStatus(ruling.status)


def foreseen_rulings(
    wave: StaffWave, people: Iterable[Employee], history: list[frozenset[int]], today: dt.date
) -> tuple[list[Ruling], Mapping[GroupKey, int]]:
    """Return the rulings as if all these people answered, with one category, and how many each group invites."""
    cells = people_by_cell(wave, [seat_of(wave, person, today) for person in people])
    groups = groups_of(wave, cells)
    tallies = {cell: CellTally(numbers, (len(numbers),)) for cell, numbers in cells.items()}
    sizes = {key: sum(len(cells[cell]) for cell in members) for key, members in groups.items()}
    rule = rule_on_turnout if wave.kind == StaffSurveyKind.VOTE else rule_on
    return rule(cells=tallies, groups=groups, history=history, threshold=wave.threshold), sizes


def newcomers_in_the_way(wave: StaffWave, rulings: list[Ruling], history: list[frozenset[int]], today: dt.date) -> int:
    """Return how many have joined since the last survey, if they wait, or if the firm's figure could be shown without them; else 0."""
    veterans = people_asked_last(wave)
    everybody = everybody_to_ask(wave, today)
    kept = [person for person in everybody if person.pk in veterans]
    newcomers = len(everybody) - len(kept) if veterans else 0
    if wave.newcomers_wait or not newcomers or not rulings or rulings[0].reason != "between_waves":
        return newcomers if wave.newcomers_wait else 0
    without, _sizes = foreseen_rulings(wave, kept, history, today)
    return newcomers if without and without[0].status == "exact" else 0


def labels(rulings: Iterable[Ruling]) -> dict[GroupKey, str]:
    """Return what a reader calls each group; everybody has no name of its own."""
    keys = [one.key for one in rulings]
    branches = Branch.objects.in_bulk([int(key.value) for key in keys if key.dimension == StaffSlice.BRANCH])
    return {key: label_of(key, branches) for key in keys}


def label_of(key: GroupKey, branches: Mapping[int, Branch]) -> str:
    """Return what a reader calls one group."""
    if key.dimension == StaffSlice.BRANCH:
        return branches[int(key.value)].name
    return str(Tenure(key.value).label) if key.dimension == StaffSlice.TENURE else key.value
