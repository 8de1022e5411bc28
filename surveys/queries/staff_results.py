"""What the tally let out of anonymous staff surveys: scores of everybody and of groups, comments, the trend.

Only stored results are read, so nothing here can show more than the release audit allowed.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from common.proportions import NpsEstimate
from surveys.enums import GroupStatus, StaffSlice, StaffSurveyKind, WaveState
from surveys.formulas.comparison import Comparison, Standing, compare_waves, judge_groups
from surveys.formulas.lemmas import Matcher
from surveys.formulas.nps import NpsCounts
from surveys.models import StaffComment, StaffGroup, StaffWave, Theme
from surveys.queries.themes import theme_words
from touchpoints.models import Action

EVERYBODY = ""


@dataclass(frozen=True)
class StaffScore:
    """A group of an eNPS survey; counts are empty where it is withheld or shown as a band."""

    group: StaffGroup
    counts: NpsCounts | None
    standing: Standing | None = None

    @property
    def estimate(self) -> NpsEstimate | None:
        """The score with the interval for all who were asked."""
        return self.counts.estimate(self.group.invited) if self.counts else None

    @property
    def is_band(self) -> bool:
        """Say whether a band stands in the place of the number."""
        return self.group.status == GroupStatus.BAND


@dataclass(frozen=True)
class StaffPoint:
    """A closed eNPS survey with a released score of everybody, as a point of the trend."""

    wave: StaffWave
    counts: NpsCounts
    estimate: NpsEstimate
    is_reworded: bool
    is_of_others: bool


@dataclass(frozen=True)
class StaffResult:
    """What an eNPS survey came to."""

    everybody: StaffScore | None
    groups: tuple[StaffScore, ...]
    points: tuple[StaffPoint, ...]

    @property
    def before(self) -> StaffPoint | None:
        """The survey before this one on the trend."""
        is_known = self.everybody is not None and self.everybody.counts is not None
        points = self.points[:-1] if is_known else self.points
        return points[-1] if points else None

    @property
    def comparison(self) -> Comparison:
        """Compare with the survey before; people cannot be matched, so as two samples."""
        counts = self.everybody.counts if self.everybody else None
        return compare_waves(self.before.counts if self.before else None, counts or NpsCounts())


@dataclass(frozen=True)
class ThemeCount:
    """How many comments speak of a theme."""

    theme: Theme
    n: int


@dataclass(frozen=True)
class LatestEnps:
    """The newest closed eNPS survey whose score of everybody was let out, as a number or a band."""

    wave: StaffWave
    everybody: StaffScore
    comparison: Comparison

    @property
    def last_day(self) -> dt.datetime:
        """A moment of the last day for answers."""
        return self.wave.closes_at - dt.timedelta(seconds=1)


def counts_of(group: StaffGroup) -> NpsCounts | None:
    """Return the stored counts of a group of an eNPS survey."""
    if group.status != GroupStatus.EXACT or group.counts is None:
        return None
    detractors, passives, promoters = group.counts
    return NpsCounts(promoters, passives, detractors)


def closed_enps(until: dt.datetime) -> QuerySet[StaffWave]:
    """Return eNPS surveys closed with a result by then, oldest first, each with its group of everybody in `of_all`."""
    of_all = Prefetch("groups", StaffGroup.objects.filter(dimension=EVERYBODY), "of_all")
    waves = StaffWave.objects.filter(kind=StaffSurveyKind.ENPS, state=WaveState.CLOSED, is_lost=False, closes_at__lte=until)
    return waves.prefetch_related(of_all, "branches").order_by("closes_at", "pk")


def score_of_all(wave: StaffWave) -> StaffScore | None:
    """Return the score of everybody of a wave of `closed_enps`; None where it was withheld."""
    group = next(iter(wave.of_all), None)  # type: ignore[attr-defined]  # prefetched by closed_enps
    return StaffScore(group, counts_of(group)) if group and group.status != GroupStatus.WITHHELD else None


def staff_trend(until: dt.datetime) -> list[StaffPoint]:
    """Return the closed eNPS surveys whose exact score was let out, oldest first, in three queries."""
    points: list[StaffPoint] = []
    for wave in closed_enps(until):
        score = score_of_all(wave)
        if score and score.counts and score.estimate:
            last = points[-1].wave if points else wave
            points.append(StaffPoint(wave, score.counts, score.estimate, last.question != wave.question, asked_in(last) != asked_in(wave)))
    return points


def asked_in(wave: StaffWave) -> set[int]:
    """Return the branches a wave asked in; empty means everywhere."""
    return {branch.pk for branch in wave.branches.all()}


def staff_result(wave: StaffWave) -> StaffResult:
    """Return what an eNPS survey came to, in four queries."""
    groups = list(wave.groups.all())
    everybody = next((StaffScore(group, counts_of(group)) for group in groups if not group.dimension), None)
    parts = [group for group in groups if group.dimension]
    total = everybody.counts if everybody else None
    scores = [score for slice_ in StaffSlice for score in judged([one for one in parts if one.dimension == slice_], total)]
    return StaffResult(everybody, tuple(scores), tuple(staff_trend(wave.closes_at)))


def judged(groups: Sequence[StaffGroup], total: NpsCounts | None) -> list[StaffScore]:
    """Return the groups of one slice, each judged against all the others where the score of everybody is known."""
    known = {str(group.pk): counts for group in groups if (counts := counts_of(group))}
    rest = total - sum(known.values(), NpsCounts()) if total else NpsCounts()
    standings = judge_groups(known | ({"": rest} if rest.n else {})) if total else {}
    return [StaffScore(group, known.get(str(group.pk)), standings.get(str(group.pk))) for group in groups]


def staff_comments(wave: StaffWave) -> list[StaffComment]:
    """Return the comments in the order of their random numbers."""
    return list(wave.comments.all())


def staff_themes(comments: Iterable[StaffComment]) -> dict[int, list[int]]:
    """Return, in one query, which comments speak of which theme: {theme: places of comments}."""
    matcher = Matcher.of(theme_words())
    found: dict[int, list[int]] = {}
    for place, comment in enumerate(comments):
        for theme in matcher.find(comment.text):
            found.setdefault(theme, []).append(place)
    return found


def actions_of(comments: Iterable[StaffComment]) -> dict[uuid.UUID, Action]:
    """Return the action made of each comment, by the comment's number."""
    return {action.request_key: action for action in Action.objects.filter(request_key__in=[comment.pk for comment in comments])}


def theme_counts(found: dict[int, list[int]]) -> list[ThemeCount]:
    """Return the themes with how many comments speak of each, the most spoken of first."""
    counted = [ThemeCount(theme, len(found[theme.pk])) for theme in Theme.objects.filter(pk__in=found)]
    return sorted(counted, key=lambda one: (-one.n, one.theme.name))


def latest_enps(today: dt.date) -> LatestEnps | None:
    """Return the newest eNPS of everybody that may be shown, compared with the last one of the same branches; None before the first.

    Three queries.
    """
    midnight = dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min, tzinfo=timezone.get_current_timezone())
    scores = [(wave, score) for wave in closed_enps(midnight) if (score := score_of_all(wave))]
    if not scores:
        return None
    wave, everybody = scores[-1]
    alike = [score.counts for earlier, score in scores[:-1] if score.counts and asked_in(earlier) == asked_in(wave)]
    return LatestEnps(wave, everybody, compare_waves(alike[-1] if alike else None, everybody.counts or NpsCounts()))
