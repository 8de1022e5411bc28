"""Results as the page draws them: words of verdicts, heights of bars, the axis of groups."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from common.money import group_digits
from common.proportions import score_axis
from surveys.enums import AnswerGroup
from surveys.formulas.comparison import Comparison, Standing, Verdict
from surveys.queries import Funnel, GroupResult, ThemeResult, TrendPoint, WaveResult, Wish

BAR_PIXELS = 120
MIN_BAR_PIXELS = 2
TONES = {AnswerGroup.DETRACTOR: "neg", AnswerGroup.PASSIVE: "pas", AnswerGroup.PROMOTER: "pos"}
VERDICTS: dict[Verdict, tuple[Promise, str, str, Promise]] = {
    Verdict.GROWS: (_("grows"), "trending-up", "pos", _("You are doing it right. Press on.")),
    Verdict.FALLS: (_("falls"), "trending-down", "neg", _("Look for the process that broke: start with the newest critics.")),
    Verdict.STANDS: (_("stands still"), "move-right", "", _("Small repairs are no longer felt. Look for a leap.")),
    Verdict.EARLY: (_("too early to say"), "hourglass", "", _("The difference cannot be told from chance yet. Collect more answers.")),
}
FUNNEL_WORDS: dict[str, tuple[Promise, str]] = {
    "sent": (_("Sent"), "soft"),
    "delivered": (_("Delivered"), "soft"),
    "opened": (_("Opened"), "data2"),
    "answered": (_("Answered"), ""),
}
STANDINGS: dict[Standing, tuple[Promise, str, str]] = {
    Standing.ABOVE: (_("higher"), "arrow-up", "pos"),
    Standing.BELOW: (_("lower"), "arrow-down", "neg"),
    Standing.SAME: (_("like everybody"), "", ""),
    Standing.EARLY: (_("too early to say"), "", ""),
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
    comparison: Comparison


@dataclass(frozen=True)
class Bar:
    """One column of the histogram."""

    score: int
    count: int
    pixels: int
    tone: str


@dataclass(frozen=True)
class FunnelStep:
    """One bar of the funnel."""

    word: Promise
    tone: str
    count: int
    share: float | None


@dataclass(frozen=True)
class GroupRow:
    """A branch or segment with the word that compares it."""

    group: GroupResult
    word: Promise | None
    icon: str
    tone: str


@dataclass(frozen=True)
class GroupTable:
    """Groups with the axis they share."""

    rows: list[GroupRow]
    low: int
    high: int


def headline(result: WaveResult, before: TrendPoint | None, comparison: Comparison) -> Headline:
    """Put the verdict into words."""
    word, icon, tone, advice = VERDICTS[comparison.verdict]
    change = result.estimate.score - before.estimate.score if result.estimate and before else None
    is_certain = comparison.verdict in {Verdict.GROWS, Verdict.FALLS}
    return Headline(word, icon, tone, advice, before, change, is_certain, comparison)


def bars(scores: tuple[int, ...]) -> list[Bar]:
    """Return the columns of the histogram."""
    top = max(*scores, 1)
    return [
        Bar(score, count, max(round(BAR_PIXELS * count / top), MIN_BAR_PIXELS), TONES[AnswerGroup.of(score)])
        for score, count in enumerate(scores)
    ]


def funnel_steps(funnel: Funnel) -> list[FunnelStep]:
    """Return the steps after the planned letters."""
    return [FunnelStep(*FUNNEL_WORDS[name], count, share) for name, count, share in funnel.steps]


def explanation(result: WaveResult, now: dt.datetime) -> dict[str, object]:
    """Say how the score was computed and what was left out."""
    unknown = _("unknown: anybody could answer")
    rows = [
        (_("Answers counted"), group_digits(result.counts.n)),
        *[(mode.mode.label, group_digits(mode.counts.n)) for mode in result.modes if len(result.modes) > 1],
        (_("Left out as doubtful"), group_digits(result.suspect)),
        (
            _("Asked by letter or personal link"),
            group_digits(result.population) if result.population else unknown,
        ),
    ]
    text = _(
        "The interval is adjusted Wald, 95 %: three answers are added, ¾ to each end and 1½ to the middle; where the number of people "
        "asked is known, it is narrowed by the share that answered. A score of 0 counts."
    )
    return {
        "formula": _("NPS = % of fans (9–10) − % of critics (0–6)"),
        "rows": rows,
        "text": text,
        "as_of": date_format(localtime(now), "j E Y, H:i"),
    }


def group_table(groups: list[GroupResult], result: WaveResult) -> GroupTable:
    """Lay the groups out on one axis, wide enough for every interval."""
    estimates = [group.estimate for group in groups if group.estimate]
    ends = [end for one in estimates for end in (one.low, one.high)] + ([result.estimate.score] if result.estimate else [])
    return GroupTable([group_row(group) for group in groups], *score_axis(ends))


def group_row(group: GroupResult) -> GroupRow:
    """Return one group in words."""
    word, icon, tone = STANDINGS[group.standing] if group.standing else (None, "", "")
    return GroupRow(group, word, icon, tone)


def wish_rows(found: list[Wish]) -> list[tuple[Wish, list[tuple[str, int]]]]:
    """Return wishes with the parts of their bars: critics, neutrals, and what is missing to the most frequent one."""
    most = max((wish.count for wish in found), default=0)
    return [(wish, [("neg", wish.detractors), ("pas", wish.passives), ("rest", most - wish.count)]) for wish in found]


@dataclass(frozen=True)
class ThemeTable:
    """Themes with the axis they share."""

    rows: list[ThemeResult]
    low: int
    high: int


def theme_table(results: list[ThemeResult]) -> ThemeTable:
    """Lay the themes out on one axis, wide enough for every interval."""
    estimates = [result.estimate for result in results if result.estimate]
    return ThemeTable(results, *score_axis(end for one in estimates for end in (one.low, one.high)))
