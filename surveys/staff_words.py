"""Results of anonymous staff surveys in words: verdicts, bands, what is withheld and what would help. Nobody is blamed for silence."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.money import group_digits
from common.proportions import score_axis
from common.templatetags.mayak import signed
from surveys.enums import GroupStatus, StaffSlice, WithheldReason
from surveys.formulas.comparison import Standing, Verdict
from surveys.models import StaffGroup, StaffWave
from surveys.presentation import STANDINGS, VERDICTS
from surveys.queries import StaffResult, StaffScore

ADVICE: dict[Verdict, Promise] = {
    Verdict.GROWS: gettext_lazy("It has become better to work here. Keep doing what you changed."),
    Verdict.FALLS: gettext_lazy("It has become worse to work here. Read the comments and choose one thing to mend first."),
    Verdict.STANDS: gettext_lazy("No change beyond chance. Look for a leap among the wishes for a 10."),
    Verdict.EARLY: gettext_lazy("The difference cannot be told from chance yet. Ask again in half a year."),
}
SLICES: dict[str, Promise] = {
    StaffSlice.BRANCH: gettext_lazy("Branches"),
    StaffSlice.DEPARTMENT: gettext_lazy("Departments"),
    StaffSlice.TENURE: gettext_lazy("Time with us"),
}
HELP: dict[str, Promise] = {
    WithheldReason.TOO_FEW: gettext_lazy("More time to answer helps, and joining small departments into one before the next survey."),
    WithheldReason.SUBTRACTION: gettext_lazy("Fewer or larger groups help: divide the next survey by one slice only."),
    WithheldReason.BETWEEN_WAVES: gettext_lazy("It passes by itself, as soon as more people have joined or left."),
    WithheldReason.ALIKE: gettext_lazy("The band is all that can be said without giving anybody away."),
    WithheldReason.LANDSLIDE: gettext_lazy("Nothing needs help: the choice is clear."),
}


@dataclass(frozen=True)
class StaffHeadline:
    """The verdict on the score of everybody."""

    word: Promise
    icon: str
    tone: str
    advice: Promise
    change: float | None
    is_certain: bool


@dataclass(frozen=True)
class StaffRow:
    """A group in the table: its score or band, and the word that compares it."""

    score: StaffScore
    band: str
    word: Promise | None
    icon: str
    tone: str


@dataclass(frozen=True)
class StaffTable:
    """The groups of a slice with the axis they share."""

    name: Promise
    key: str
    rows: list[StaffRow]
    low: int
    high: int


@dataclass(frozen=True)
class Withheld:
    """A group that is not shown, or as a band only: why, and what would help."""

    name: str
    why: str
    help: Promise


def staff_headline(result: StaffResult) -> StaffHeadline:
    """Put the verdict into words."""
    verdict = result.comparison.verdict
    word, icon, tone, _advice = VERDICTS[verdict]
    now = result.everybody.estimate if result.everybody else None
    change = now.score - result.before.estimate.score if now and result.before else None
    return StaffHeadline(word, icon, tone, ADVICE[verdict], change, verdict in {Verdict.GROWS, Verdict.FALLS})


def band_words(group: StaffGroup) -> str:
    """Write a band."""
    if group.band_low is None or group.band_high is None:
        return ""
    return _("from %(low)s to %(high)s") % {"low": signed(group.band_low), "high": signed(group.band_high)}


def staff_tables(result: StaffResult) -> list[StaffTable]:
    """Lay the groups of every slice out, withheld ones left to the list of what is not shown."""
    shown = [score for score in result.groups if score.group.status != GroupStatus.WITHHELD]
    tables = [(key, [score for score in shown if score.group.dimension == key]) for key in SLICES]
    return [staff_table(key, scores, result) for key, scores in tables if scores]


def staff_table(key: str, scores: list[StaffScore], result: StaffResult) -> StaffTable:
    """Lay the groups of one slice out on one axis, wide enough for every interval."""
    ends = [end for score in scores for end in ends_of(score)]
    if result.everybody and result.everybody.estimate:
        ends.append(result.everybody.estimate.score)
    return StaffTable(SLICES[key], key, [staff_row(score) for score in scores], *score_axis(ends))


def ends_of(score: StaffScore) -> tuple[float, ...]:
    """Return the ends of an interval or a band."""
    if one := score.estimate:
        return one.low, one.high
    return (score.group.band_low or 0, score.group.band_high or 0) if score.is_band else ()


def staff_row(score: StaffScore) -> StaffRow:
    """Return one group in words."""
    word, icon, tone = STANDINGS[score.standing] if score.standing else (None, "", "")
    if score.standing == Standing.SAME:  # a closed circle has a narrow interval: "like everybody" would gainsay it
        word = gettext_lazy("within chance")
    return StaffRow(score, band_words(score.group), word, icon, tone)


def withheld_lines(groups: list[StaffGroup], threshold: int) -> list[Withheld]:
    """Say of every group that is not shown exactly why, and what would help."""
    hidden = [group for group in groups if group.status != GroupStatus.EXACT]
    return [Withheld(group_name(group), why_withheld(group, threshold), help_for(group)) for group in hidden]


def help_for(group: StaffGroup) -> Promise:
    """Say what would help to see a group."""
    is_band = group.status == GroupStatus.BAND and group.reason != WithheldReason.LANDSLIDE
    return HELP[WithheldReason.ALIKE if is_band else group.reason]


def group_name(group: StaffGroup) -> str:
    """Name a group with its slice."""
    if not group.dimension:
        return _("Everybody")
    return f"{StaffSlice(group.dimension).label.capitalize()}: {group.label or group.value}"


def why_withheld(group: StaffGroup, threshold: int) -> str:
    """Say in plain words why a group is not shown exactly; of a band not which way, as that would tell what almost each of them chose."""
    if group.reason == WithheldReason.LANDSLIDE:
        return _("Three of four or more chose one variant. It is named; the numbers would say too much about single people.")
    if group.status == GroupStatus.BAND:
        return _("The exact number, by itself or beside an earlier survey, would say too much about single people. A band is shown.")
    if group.reason == WithheldReason.SUBTRACTION:
        return _("From the groups shown beside it, the answers of a few people could be worked out by subtraction.")
    if group.reason == WithheldReason.BETWEEN_WAVES:
        return _("Beside an earlier survey, the answers of the few who joined or left since could be worked out.")
    if group.invited < threshold:
        return ngettext(
            "The group has %(people)s person; results are shown from %(least)s answers.",
            "The group has %(people)s people; results are shown from %(least)s answers.",
            group.invited,
        ) % {"people": group.invited, "least": threshold}
    return _("Fewer than %(least)s answers have come; how many is not told.") % {"least": threshold}


def staff_how(wave: StaffWave, score: StaffScore | None) -> dict[str, object]:
    """Say how the score was computed and what was left out."""
    rows = [(_("Asked"), group_digits(wave.invited or 0))]
    if score and score.counts:
        rows += [
            (_("Answers counted"), group_digits(score.counts.n)),
            (_("Critics, 0–6"), group_digits(score.counts.detractors)),
            (_("Neutrals, 7–8"), group_digits(score.counts.passives)),
            (_("Fans, 9–10"), group_digits(score.counts.promoters)),
        ]
    text = _(
        "The interval is for all who were asked: what the silent ones would say is foretold from those who answered (95 %); when "
        "everybody has answered it has no width. Nothing is left out. Ballots were opened, shuffled, counted and destroyed at once; "
        "only these sums stay."
    )
    moment = wave.tallied_at or wave.closes_at
    return {"formula": _("eNPS = % of fans (9–10) − % of critics (0–6)"), "rows": rows, "text": text, "as_of": day_of(moment)}


def groups_how(threshold: int) -> dict[str, object]:
    """Say how groups were chosen and compared."""
    text = _(
        "A group is shown from %(least)s answers, and only while no smaller set of people can be worked out from all that is shown, in "
        "this survey and in earlier ones; where almost everybody answered alike, or few have "
        "joined or left since an earlier survey, it is a band. “Higher” and “lower” are said only when "
        "the difference from all the others is larger than chance (Student's test with Holm's correction), from 10 answers."
    )
    return {"formula": _("eNPS of a group = % of its fans − % of its critics"), "text": text % {"least": threshold}}


def day_of(moment: dt.datetime) -> str:
    """Write a day, without the hour: nobody needs to know when the last ballot came."""
    return date_format(localtime(moment), "j E Y")
