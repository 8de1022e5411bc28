"""Results as the page draws them: words of verdicts, heights of bars, places on the axis."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.proportions import NpsEstimate
from surveys.enums import AnswerGroup
from surveys.formulas.comparison import Standing, Verdict
from surveys.queries import GroupResult, TrendPoint, WaveResult

BAR_PIXELS = 96
MIN_BAR_PIXELS = 2
TONES = {AnswerGroup.DETRACTOR: "neg", AnswerGroup.PASSIVE: "pas", AnswerGroup.PROMOTER: "pos"}
VERDICTS: dict[Verdict, tuple[Promise, str, str, Promise]] = {
    Verdict.GROWS: (_("grows"), "trending-up", "pos", _("You are doing it right. Press on.")),
    Verdict.FALLS: (_("falls"), "trending-down", "neg", _("Look for the process that broke: start with the newest critics.")),
    Verdict.STANDS: (_("stands still"), "move-right", "", _("Small repairs are no longer felt. Look for a leap.")),
    Verdict.EARLY: (_("too early to say"), "hourglass", "", _("The difference cannot be told from chance yet. Collect more answers.")),
}
STANDINGS: dict[Standing, tuple[Promise, str, str]] = {
    Standing.ABOVE: (_("higher"), "arrow-up", "pos"),
    Standing.BELOW: (_("lower"), "arrow-down", "neg"),
    Standing.SAME: (_("like everybody"), "", ""),
}


@dataclass(frozen=True)
class Headline:
    """The score with its verdict."""

    word: Promise
    icon: str
    tone: str
    advice: Promise
    before: TrendPoint | None
    change: float | None
    is_certain: bool


@dataclass(frozen=True)
class Bar:
    """One column of the histogram."""

    score: int
    count: int
    pixels: int
    tone: str


@dataclass(frozen=True)
class GroupRow:
    """A branch or segment on the shared axis; places are percent of its width."""

    group: GroupResult
    word: Promise | None
    icon: str
    tone: str
    left: float = 0
    width: float = 0
    dot: float = 0


@dataclass(frozen=True)
class GroupTable:
    """Groups with the axis they share."""

    rows: list[GroupRow]
    low: int
    high: int
    mark: float | None


def headline(result: WaveResult, before: TrendPoint | None, verdict: Verdict) -> Headline:
    """Put the verdict into words."""
    word, icon, tone, advice = VERDICTS[verdict]
    change = result.estimate.score - before.estimate.score if result.estimate and before else None
    return Headline(word, icon, tone, advice, before, change, verdict in {Verdict.GROWS, Verdict.FALLS})


def bars(scores: tuple[int, ...]) -> list[Bar]:
    """Return the columns of the histogram."""
    top = max(*scores, 1)
    return [
        Bar(score, count, max(round(BAR_PIXELS * count / top), MIN_BAR_PIXELS), TONES[AnswerGroup.of(score)])
        for score, count in enumerate(scores)
    ]


def group_rows(groups: list[GroupResult], result: WaveResult) -> GroupTable:
    """Lay the groups out on one axis, wide enough for every interval."""
    estimates = [group.estimate for group in groups if group.estimate]
    ends = [end for one in estimates for end in (one.low, one.high)] + ([result.estimate.score] if result.estimate else [])
    low, high = axis(ends)
    mark = place(result.estimate.score, low, high) if result.estimate else None
    return GroupTable([group_row(group, low, high) for group in groups], low, high, mark)


def axis(values: list[float]) -> tuple[int, int]:
    """Return round ends that hold all values, zero included."""
    low, high = min([0.0, *values]), max([0.0, *values])
    return int(low // 20 * 20), max(int(-(-high // 20) * 20), 20)


def place(value: float, low: int, high: int) -> float:
    """Return where a value stands on the axis, in percent."""
    return round(100 * (value - low) / (high - low), 2)


def group_row(group: GroupResult, low: int, high: int) -> GroupRow:
    """Return one group in words and places."""
    estimate: NpsEstimate | None = group.estimate
    if estimate is None or group.standing is None:
        return GroupRow(group, None, "", "")
    word, icon, tone = STANDINGS[group.standing]
    left = place(estimate.low, low, high)
    return GroupRow(group, word, icon, tone, left, round(place(estimate.high, low, high) - left, 2), place(estimate.score, low, high))
