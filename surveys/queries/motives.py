"""Who may guess what about which team, and what the tally let out of motives and pulses. Withheld numbers are stored nowhere."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Prefetch, Value

from company.enums import Role
from company.models import Branch, User
from company.queries import employees_to_ask
from surveys.enums import GroupStatus, Motive, StaffSlice, Tenure, WaveState
from surveys.formulas.motives import Rated
from surveys.formulas.pulse import Known
from surveys.models import MotiveGuess, MotiveStep, StaffGroup, StaffSeat, StaffWave

EVERYBODY = ("", "")
TENURES = [(StaffSlice.TENURE.value, span.value) for span in Tenure]


@dataclass(frozen=True)
class Team:
    """A group whose ratings may be guessed: everybody, or one value of a slice of the survey."""

    dimension: str
    value: str
    label: str

    @property
    def key(self) -> tuple[str, str]:
        """The slice and its value, as rows are kept."""
        return self.dimension, self.value

    @property
    def name(self) -> str:
        """The team in an address: `branch:3`; everybody is empty."""
        return f"{self.dimension}:{self.value}" if self.dimension else ""


def teams_to_guess(wave: StaffWave, today: dt.date) -> list[Team]:
    """Return the teams large enough to be shown at all: everybody first, then by the survey's slices."""
    sizes = team_sizes(wave, today)
    names = {str(branch.pk): branch.name for branch in Branch.objects.all()}
    keys = [key for key, people in sizes.items() if people >= wave.threshold and key[0] in wave.slices and key[1]]
    order = {slice_.value: place for place, slice_ in enumerate(StaffSlice)}
    teams = [Team(dimension, value, team_label(dimension, value, names)) for dimension, value in keys]
    return [Team(*EVERYBODY, ""), *sorted(teams, key=lambda team: (order[team.dimension], team.label))]


def team_label(dimension: str, value: str, branches: dict[str, str]) -> str:
    """Return what a team is called."""
    if dimension == StaffSlice.BRANCH:
        return branches.get(value, value)
    return str(Tenure(value).label) if dimension == StaffSlice.TENURE else value


def team_sizes(wave: StaffWave, today: dt.date) -> Counter[tuple[str, str]]:
    """Count the people of each team; whoever draws a code counts in the branch only, as their ballot does.

    Before the start spans of time with us are not counted yet: all of them may be guessed.
    """
    if wave.state == WaveState.DRAFT:
        people = employees_to_ask(wave.branches.all(), today).values_list("branch_id", "department", Value(""), ~F("own_email"))
        return counted(people) + Counter(dict.fromkeys(TENURES, wave.threshold))
    return counted(StaffSeat.objects.filter(wave=wave).values_list("branch_id", "department", "tenure", "by_code"))


def counted(people: Iterable[tuple[int | None, str, str, bool]]) -> Counter[tuple[str, str]]:
    """Count people by branch, department and time with us."""
    sizes: Counter[tuple[str, str]] = Counter()
    for branch_id, department, tenure, by_code in people:
        sizes[StaffSlice.BRANCH.value, str(branch_id or "")] += 1
        if not by_code:
            sizes[StaffSlice.DEPARTMENT.value, department] += 1
            sizes[StaffSlice.TENURE.value, tenure] += 1
    return sizes


def own_guesses(wave: StaffWave, user: User) -> dict[tuple[str, str], MotiveGuess]:
    """Return a person's own guesses by team."""
    return {(guess.dimension, guess.value): guess for guess in MotiveGuess.objects.filter(wave=wave, guesser=user)}


def open_guesses(wave: StaffWave, user: User) -> list[MotiveGuess]:
    """Return the guesses a person may read: before the tally only their own; after it an owner reads all. One's own come first."""
    guesses = MotiveGuess.objects.filter(wave=wave).select_related("guesser").order_by("guesser__name", "pk")
    if wave.state != WaveState.CLOSED or not user.has_role(Role.OWNER):
        guesses = guesses.filter(guesser=user)
    return sorted(guesses, key=lambda guess: guess.guesser_id != user.pk)


def motive_groups(wave: StaffWave) -> list[StaffGroup]:
    """Return all groups of a tallied survey with ratings and steps, in three queries."""
    steps = Prefetch("steps", MotiveStep.objects.select_related("action__owner"))
    return list(wave.groups.prefetch_related("ratings", steps))


def motive_ratings(group: StaffGroup) -> list[Rated]:
    """Return what is kept of a released group, in the order of motives; nothing when it is withheld."""
    kept = {rating.motive: rating for rating in group.ratings.all()}
    if group.status != GroupStatus.EXACT or len(kept) != len(Motive):
        return []
    return [Rated(kept[motive].place, number(kept[motive].mean), number(kept[motive].deviation)) for motive in Motive]


def number(stored: object) -> float | None:
    """Return a stored decimal as a float."""
    return None if stored is None else float(str(stored))


def pulse_result(group: StaffGroup) -> Known | None:
    """Return how many of a released group of a pulse picked our statement."""
    if group.status != GroupStatus.EXACT or not group.counts:
        return None
    wrong, right = group.counts
    return Known(right, wrong + right)


def wave_asked_before(wave: StaffWave) -> StaffWave | None:
    """Return the last tallied survey of this kind before this one that asked the same: of a pulse, with the same statements."""
    earlier = StaffWave.objects.filter(kind=wave.kind, state=WaveState.CLOSED, is_lost=False, tallied_at__lt=wave.tallied_at)
    return earlier.filter(options=wave.options).order_by("-tallied_at").first()


def groups_before(wave: StaffWave, before: StaffWave | None) -> dict[tuple[str, str], StaffGroup]:
    """Return the groups of the survey before by team. Those of all branches are left out unless the same branches were asked."""
    if before is None:
        return {}
    groups = before.groups.filter(status=GroupStatus.EXACT).prefetch_related("ratings")
    if set(wave.branches.values_list("pk", flat=True)) != set(before.branches.values_list("pk", flat=True)):
        groups = groups.filter(dimension=StaffSlice.BRANCH)
    return {(group.dimension, group.value): group for group in groups}
