"""eNPS beside NPS: every closed wave of Clients with the staff survey that closed last before it, for the company and by branch."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from common.proportions import NpsEstimate
from company.models import Branch
from surveys.enums import GroupStatus, StaffSlice, WaveState
from surveys.formulas.comparison import ALPHA, holm, is_judged, p_value
from surveys.formulas.nps import NpsCounts
from surveys.models import StaffGroup, StaffWave, Wave
from surveys.queries.results import trend
from surveys.queries.staff_results import StaffScore, closed_enps, counts_of, score_of_all
from surveys.queries.tally import group_counts


@dataclass(frozen=True)
class MirrorPair:
    """What employees said, and what Clients said next. `staff` is empty where it is withheld or the part was not asked about."""

    staff_wave: StaffWave
    staff: StaffScore | None
    wave: Wave
    counts: NpsCounts
    clients: NpsEstimate | None


@dataclass(frozen=True)
class Story:
    """Both scores changed by more than chance between two pairs."""

    before: MirrorPair
    after: MirrorPair
    staff_change: float
    clients_change: float


@dataclass(frozen=True)
class MirrorUnit:
    """The company (no branch) or a branch with its pairs, oldest first."""

    branch: Branch | None
    pairs: tuple[MirrorPair, ...]
    story: Story | None = None

    @property
    def newest(self) -> MirrorPair:
        """The newest pair."""
        return self.pairs[-1]


@dataclass(frozen=True)
class Mirror:
    """The company and its branches, and what there is to build pairs from."""

    company: MirrorUnit | None
    branches: tuple[MirrorUnit, ...]
    has_staff: bool
    has_clients: bool


def mirror(now: dt.datetime) -> Mirror:
    """Return the pairs of all waves closed by now, in a fixed number of queries."""
    points = [point for point in trend(until=now) if point.wave.state == WaveState.CLOSED]
    staff_waves = list(closed_enps(now))
    matched = [(partner, point) for point in points if (partner := staff_before(staff_waves, point.wave))]
    pairs = [MirrorPair(partner, score_of_all(partner), point.wave, point.counts, point.estimate) for partner, point in matched]
    company = MirrorUnit(None, tuple(pairs)) if any(pair.staff for pair in pairs) else None
    units = told([*([company] if company else []), *branch_units(pairs)])
    return Mirror(
        next((unit for unit in units if unit.branch is None), None),
        tuple(unit for unit in units if unit.branch),
        has_staff=bool(staff_waves),
        has_clients=bool(points),
    )


def closed_on(wave: Wave) -> dt.datetime:
    """Return when a wave of Clients stopped taking answers; the worker closes it some seconds after its last moment."""
    return min(wave.closed_at or wave.closes_at, wave.closes_at)


def staff_before(staff_waves: Sequence[StaffWave], wave: Wave) -> StaffWave | None:
    """Return the staff survey that closed last before a wave of Clients did."""
    return next((one for one in reversed(staff_waves) if one.closes_at <= closed_on(wave)), None)


def branch_units(pairs: Sequence[MirrorPair]) -> list[MirrorUnit]:
    """Return the branches that employees and Clients both spoke of, in their order, in three queries."""
    rows = StaffGroup.objects.filter(wave__in={pair.staff_wave.pk for pair in pairs}, dimension=StaffSlice.BRANCH)
    groups = {(group.wave_id, group.value): group for group in rows}
    counts = group_counts([pair.wave for pair in pairs], "branch")
    units = []
    for branch in Branch.objects.all():
        own = [
            branch_pair(pair, group, counts.get(pair.wave.pk, {}).get(branch.name, NpsCounts()))
            for pair in pairs
            if (group := groups.get((pair.staff_wave.pk, str(branch.pk))))
        ]
        if own:
            units.append(MirrorUnit(branch, tuple(own)))
    return units


def branch_pair(pair: MirrorPair, group: StaffGroup, counts: NpsCounts) -> MirrorPair:
    """Return the pair of a branch."""
    staff = StaffScore(group, counts_of(group)) if group.status != GroupStatus.WITHHELD else None
    return replace(pair, staff=staff, counts=counts, clients=counts.estimate())


def told(units: Sequence[MirrorUnit]) -> list[MirrorUnit]:
    """Tell the story of every unit whose two changes are both larger than chance, corrected for how many units were looked at."""
    steps = {str(place): step for place, unit in enumerate(units) if (step := last_step(unit))}
    chances = holm({place: chance_of(*step) for place, step in steps.items()})
    stories = {place: story_of(*steps[place]) for place, chance in chances.items() if chance < ALPHA}
    return [replace(unit, story=stories.get(str(place))) for place, unit in enumerate(units)]


def last_step(unit: MirrorUnit) -> tuple[MirrorPair, MirrorPair] | None:
    """Return the newest pair and the one before it with another staff survey, where all four scores can be judged."""
    after = unit.newest
    before = next((pair for pair in reversed(unit.pairs) if pair.staff_wave != after.staff_wave), None)
    if not before or not (before.staff and after.staff and before.staff.counts and after.staff.counts):
        return None
    judged = is_judged(before.staff.counts, after.staff.counts) and is_judged(before.counts, after.counts)
    return (before, after) if judged else None


def staff_counts(pair: MirrorPair) -> NpsCounts:
    """Return the employees' answers of a pair that has them."""
    return (pair.staff.counts if pair.staff else None) or NpsCounts()


def chance_of(before: MirrorPair, after: MirrorPair) -> float:
    """Return the chance that at least one of the two changes is none: the larger p-value."""
    return max(p_value(staff_counts(before), staff_counts(after)), p_value(before.counts, after.counts))


def story_of(before: MirrorPair, after: MirrorPair) -> Story:
    """Return both changes in points."""
    staff = score_of(staff_counts(after)) - score_of(staff_counts(before))
    return Story(before, after, staff, score_of(after.counts) - score_of(before.counts))


def score_of(counts: NpsCounts) -> float:
    """Return the plain score of counts."""
    return 100 * counts.net / counts.n
