"""The result of an anonymous staff survey as a book: what was let out, what was not and why, comments on a sheet of their own."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from common.sheets import Sheet
from surveys.enums import GroupStatus, StaffQuestion, StaffSurveyKind
from surveys.models import StaffComment, StaffGroup, StaffWave
from surveys.queries import StaffScore, VoteLine, counts_of, vote_lines
from surveys.staff_words import group_name, withheld_lines

NOT_SHOWN = "—"


def result_sheets(wave: StaffWave, groups: list[StaffGroup], comments: Iterable[StaffComment]) -> list[Sheet]:
    """Return the sheets of a survey's result."""
    withheld = [(one.name, one.why, str(one.help)) for one in withheld_lines(groups, wave.threshold)]
    sheets = [
        Sheet(_("Groups"), *GROUP_SHEETS[StaffSurveyKind(wave.kind)](groups)),
        Sheet(_("What is not shown"), [_("Group"), _("Why"), _("What would help")], withheld),
    ]
    if wave.kind == StaffSurveyKind.ENPS:
        texts = [(str(StaffQuestion(comment.question).label.capitalize()), comment.text) for comment in comments]
        sheets.append(Sheet(_("Comments"), [_("Question"), _("Comment, in random order")], texts))
    return sheets


def shown(groups: list[StaffGroup]) -> Iterator[StaffGroup]:
    """Yield the groups of which something is shown."""
    return (group for group in groups if group.status != GroupStatus.WITHHELD)


def enps_sheet(groups: list[StaffGroup]) -> tuple[list[str], list[list[Any]]]:
    """Return heads and rows of an eNPS survey."""
    heads = [_("Group"), _("Asked"), _("Answers"), _("Critics"), _("Neutrals"), _("Fans"), "eNPS", _("From"), _("To")]
    return heads, [enps_row(StaffScore(group, counts_of(group))) for group in shown(groups)]


def enps_row(score: StaffScore) -> list[Any]:
    """Return one group of an eNPS survey; of a band only its ends."""
    group, counts, one = score.group, score.counts, score.estimate
    parts: list[Any]
    if counts and one:
        parts = [counts.n, counts.detractors, counts.passives, counts.promoters, round(one.score), round(one.low), round(one.high)]
    else:
        parts = [*[NOT_SHOWN] * 5, group.band_low, group.band_high]
    return [group_name(group), group.invited, *parts]


def pulse_sheet(groups: list[StaffGroup]) -> tuple[list[str], list[list[Any]]]:
    """Return heads and rows of a pulse."""
    heads = [_("Group"), _("Asked"), _("Answers"), _("Picked ours"), _("Picked another"), _("Share, %")]
    return heads, [pulse_row(group) for group in shown(groups)]


def pulse_row(group: StaffGroup) -> list[Any]:
    """Return one group of a pulse; of a band only its ends."""
    if group.counts is None or group.answered is None:
        return [group_name(group), group.invited, *[NOT_SHOWN] * 3, f"{group.band_low}–{group.band_high}"]
    wrong, right = group.counts
    return [group_name(group), group.invited, group.answered, right, wrong, round(100 * right / group.answered)]


def vote_sheet(groups: list[StaffGroup]) -> tuple[list[str], list[list[Any]]]:
    """Return heads and rows of a vote: a row for each option, numbers where they may be told."""
    heads = [_("Place"), _("Variant"), _("Votes"), _("Share, %")]
    return heads, [vote_row(group, line) for group in shown(groups) for line in vote_lines(group.wave.options, group)]


def vote_row(group: StaffGroup, line: VoteLine) -> list[Any]:
    """Return one option; of a winner by far only that it won."""
    if line.votes is None or not group.answered:
        return [
            1 if line.is_winner else NOT_SHOWN,
            line.text,
            NOT_SHOWN,
            f"{group.band_low}–{group.band_high}" if line.is_winner else NOT_SHOWN,
        ]
    return [line.place, line.text, line.votes, round(100 * line.votes / group.answered)]


def motive_sheet(groups: list[StaffGroup]) -> tuple[list[str], list[list[Any]]]:
    """Return heads and rows of the motives: a row for each motive of each group."""
    heads = [_("Group"), _("Asked"), _("Answers"), _("Place"), _("Motive"), _("Mean"), _("Deviation")]
    rows = [
        [group_name(group), group.invited, group.answered, one.place, str(one.get_motive_display()), tenth(one.mean), tenth(one.deviation)]
        for group in shown(groups)
        for one in group.ratings.all()
    ]
    return heads, rows


def tenth(number: Any) -> Any:
    """Return a mean for a cell; it is left out where almost everybody rated alike."""
    return NOT_SHOWN if number is None else float(number)


GROUP_SHEETS = {
    StaffSurveyKind.ENPS: enps_sheet,
    StaffSurveyKind.PULSE: pulse_sheet,
    StaffSurveyKind.MOTIVES: motive_sheet,
    StaffSurveyKind.VOTE: vote_sheet,
}
